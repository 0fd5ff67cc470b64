package gateway

import (
	"fmt"
	"net/http"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/scenario"
)

// patched is a result with the rule's patch over its body.
func (g *Gateway) patched(v *serving, r contract.Result) (contract.Result, error) {
	if v.plan.Patch == nil {
		return r, nil
	}
	if r.Encoded == nil {
		return r, v.ruleFails("its patch has no JSON to change in the answer " + r.Outcome.Name)
	}
	body, err := contract.ParseBody(r.Encoded)
	if err != nil {
		return r, err
	}
	r.Body = v.plan.Patch(body)
	if r.Encoded, err = contract.Encode(r.Body); err != nil {
		return r, v.ruleFails("its patch makes no JSON: " + err.Error())
	}
	if v.plan.OffContract {
		return r, nil
	}
	if problems := g.opts.Table.Schemas.CheckValue(r.Outcome.Schema, r.Encoded); len(problems) > 0 {
		return r, v.ruleFails(fmt.Sprintf("the patched answer does not fit %s: %v; say off_contract if that is meant",
			r.Outcome.Schema, problems[0]))
	}
	return r, nil
}

// offContract is the outcome of an answer that a scenario has written itself.
const offContract = "off-contract"

// ownReply answers with the scenario's reply. It has to be one of the operation's
// outcomes, unless the scenario declares that it is outside of the contract.
func (g *Gateway) ownReply(v *serving, own scenario.Reply) error {
	if own.Status < 200 || own.Status > 599 {
		return v.ruleFails(fmt.Sprintf("its reply has the status %d, expected 200 to 599", own.Status))
	}
	outcome := &contract.Outcome{Name: offContract, Status: own.Status}
	if !v.plan.OffContract {
		class := g.opts.Table.Classify(v.call.Operation, contract.Answer{Status: own.Status, Body: own.Body})
		declared, ok := class.Outcome()
		if !ok {
			why := ""
			if len(class.Problems) > 0 {
				why = " (" + class.Problems[0].String() + ")"
			}
			return v.ruleFails(fmt.Sprintf("its reply is no outcome of %s%s; say off_contract if that is meant", v.call.Operation.ID, why))
		}
		outcome = declared
	}
	if why := actsOnOrigin(own.Header); why != "" {
		return v.ruleFails("its reply has the header " + why)
	}
	v.result = contract.Result{Reply: contract.Reply{Outcome: outcome}, Encoded: own.Body}
	v.answer.status, v.answer.body = own.Status, own.Body
	if len(own.Body) > 0 {
		v.answer.header.Set("Content-Type", "application/json")
	}
	for name, values := range own.Header {
		v.answer.header[http.CanonicalHeaderKey(name)] = values
	}
	return nil
}
