package scenario

import (
	"fmt"
	"net/http"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/schema"
)

// reply is an answer that the scenario writes itself. Unless it says that it is
// off the contract it has to be an answer that each of the operations could give.
func (p *checker) reply(v value, ops []*contract.Operation, offContract bool) *Reply {
	r := &Reply{Status: http.StatusOK, Header: http.Header{}}
	if status := v.at("status"); status.scalar != nil {
		r.Status = as[int](status)
	}
	for _, e := range v.at("headers").entries {
		r.Header.Set(e.key.Value, as[string](e))
	}
	body := v.at("body")
	if body.there() {
		p.replyBody(body.node, ops, r)
	}
	if offContract || v.wrong {
		return r
	}
	at := v.node
	if body.there() {
		at = body.node
	}
	for _, op := range ops {
		if !p.full() {
			p.checkReply(v.node, at, op, r)
		}
	}
	return r
}

// replyBody is sent as it is written if it is a text, else as JSON.
func (p *checker) replyBody(n node, ops []*contract.Operation, r *Reply) {
	media := "text/plain; charset=utf-8"
	if n.Kind == yaml.ScalarNode && !n.isNull() {
		r.Body = []byte(n.Value)
		if _, err := contract.ParseBody(r.Body); err == nil {
			media = "application/json"
		}
	} else {
		var shapes []schema.Shape
		for _, o := range candidates(ops, r.Status) {
			shapes = append(shapes, p.shapes.Of(o.Schema))
		}
		media = "application/json"
		encoded, err := contract.Encode(p.value(n, schema.Any(shapes...), reading{}))
		if err != nil {
			p.refuse(n, err.Error(), "a body")
		}
		r.Body = encoded
	}
	if r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", media)
	}
}

// candidates are the outcomes that have a status.
func candidates(ops []*contract.Operation, status int) []contract.Outcome {
	var all []contract.Outcome
	for _, op := range ops {
		for _, o := range op.Outcomes {
			if o.Status == status {
				all = append(all, o)
			}
		}
	}
	return all
}

const orOffContract = "; or off_contract: true beside the reply, if it is wrong on purpose"

// checkReply refuses a reply that an operation could never give.
func (p *checker) checkReply(n, body node, op *contract.Operation, r *Reply) {
	class := p.table.Classify(op, contract.Answer{Status: r.Status, Body: r.Body})
	switch {
	case len(class.Outcomes) == 0:
		p.refuse(n, fmt.Sprintf("a reply with the status %d", r.Status), fmt.Sprintf("a status of %s (%s)%s", op.ID, statuses(op), orOffContract))
	case len(class.Problems) > 0:
		why := fmt.Sprintf(", as %s answers with the status %d%s", op.ID, r.Status, orOffContract)
		if value, err := contract.ParseBody(r.Body); err == nil {
			misfits, _ := p.shapes.Check(class.Outcomes[0].Schema, value) // the table has compiled it
			if p.refuseMisfits(body, misfits, why); len(misfits) > 0 {
				return
			}
		}
		p.refuseProblem(body, class.Problems[0], why)
	}
}
