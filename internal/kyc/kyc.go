// Package kyc is the KYC service of biometric.kz: enforcement proceedings (KZ
// Info), registered addresses (Address) and electronic documents (E-Document).
//
// What a person does outside of HTTP is here, too: the messages that 1414 sends
// to phones, and the subject's answers to them (Messages, Reply, AnswerSubject).
package kyc

import (
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

// Service is KYC's part of the contract, a fresh value each time.
func Service() *contract.Service {
	return &contract.Service{
		Name: "kyc", Title: "KYC (biometric.kz)", Prefix: "/api/v1/backend/",
		Operations:  operations(),
		Switches:    switches(),
		Reserved:    reserved(),
		Fixtures:    fixtures(),
		Views:       views(),
		Makers:      makers(),
		Collections: collections(),
		Machines:    []*contract.Machine{&addressMachine, &edocumentMachine},
		Events:      events(),
		Dialect:     dialect(),
	}
}

// events that a person who got an address request may cause.
func events() []contract.Event {
	var all []contract.Event
	for _, name := range []string{eventApprove, eventReject} {
		all = append(all, contract.Event{Name: name, Happen: func(c *contract.Call, iin string) error {
			return AnswerSubject(c, iin, name)
		}})
	}
	return all
}

func collections() []store.Definition {
	return append(world.Collections(),
		subscriptions.Definition(), failures.Definition(), ordinals.Definition(), messages.Definition(),
		addressSessions.Definition(), addressCurrent.Definition(), documentSessions.Definition(),
	)
}

// ordinals counts, for each thing that gets numbered, how many there are. What
// is drawn for a session depends on its own ordinal alone, so unrelated traffic
// never shifts it.
var ordinals = store.Define[int]("kyc-ordinals")

// nextOrdinal counts one more of something: 0 for the first.
func nextOrdinal(c *contract.Call, of string) int {
	n, _ := ordinals.Get(c.Tx, of)
	ordinals.Put(c.Tx, of, n+1)
	return n
}
