package kyc

import (
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/world"
)

// views are what scenarios see of the people and of KYC's state.
func views() []contract.View {
	return []contract.View{
		{
			Name: "person", Takes: []string{"iin"}, Look: viewPerson, About: "A person; every IIN belongs to one.",
			Fields: []contract.ViewField{
				{Name: "iin"}, {Name: "phone"}, {Name: "registered", About: "1414 knows the phone."}, {Name: "address", About: "There is address data."},
				{Name: "answers", About: "approve, reject or ignore."}, {Name: "cases", About: "How many enforcement proceedings there are."},
			},
		},
		{
			Name: "session", Takes: []string{"id"}, Look: viewSession, About: "A session of an address or a document.",
			Fields: []contract.ViewField{
				{Name: "kind", About: "address or document."}, {Name: "iin"}, {Name: "status", About: "As KYC spells it."}, {Name: "document_type", About: "Of a document; empty for an address."},
			},
		},
	}
}

func viewPerson(c *contract.Call, with []string) any {
	w := world.Of(c)
	p := w.Person(with[0])
	return map[string]any{
		"iin": p.IIN, "phone": p.Phone, "registered": p.Registered1414, "address": p.HasAddressData,
		"answers": string(p.Answers), "cases": len(w.Cases(with[0])),
	}
}

// viewSession is a session as it stands at the call's instant.
func viewSession(c *contract.Call, with []string) any {
	if s, ok := addressSessions.Get(c.Tx, with[0]); ok {
		if s.settle(c) != nil {
			return nil
		}
		return map[string]any{"kind": "address", "iin": s.IIN, "status": s.Status, "document_type": ""}
	}
	if s, ok := documentSessions.Get(c.Tx, with[0]); ok {
		return map[string]any{"kind": "document", "iin": s.IIN, "status": s.standing(c.Now), "document_type": s.Type}
	}
	return nil
}
