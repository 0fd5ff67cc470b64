package scenario

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/schema"
)

// reply is an answer that the scenario writes itself. Unless it says that it is
// off the contract it has to be an answer that each of the operations could give; one with
// values in it is looked at again when they are known.
func (p *checker) reply(v value, ops []*contract.Operation, offContract bool, in *scope) (*Reply, *written) {
	r, w := &Reply{Status: http.StatusOK, Header: http.Header{}}, &written{header: map[string]any{}}
	if status := v.at("status"); status.scalar != nil {
		r.Status = as[int](status)
	}
	values := len(in.made)
	for name, text := range p.headerTexts(v.at("headers"), in) {
		r.Header.Set(name, "")
		if t, ok := text.(*Template); ok {
			w.header[name] = t
		} else {
			r.Header.Set(name, AsText(text))
		}
	}
	body, headers := v.at("body"), len(in.made)
	if body.there() {
		p.replyBody(body.node, ops, r, w, in)
	}
	if w.hasBody = len(in.made) > headers; len(in.made) == values {
		w = nil
	}
	if offContract || v.wrong {
		return r, w
	}
	at := v.node
	if body.there() {
		at = body.node
	}
	for _, op := range ops {
		switch {
		case p.full():
		case w == nil || !w.hasBody:
			p.checkReply(v.node, at, op, r)
		case len(candidates([]*contract.Operation{op}, r.Status)) == 0:
			p.refuseStatus(v.node, op, r)
		}
	}
	return r, w
}

// written is what of a reply has values in it.
type written struct {
	header  map[string]any // Templates
	hasBody bool
	body    any  // decoded JSON and Templates
	text    bool // it is sent as it is written
}

// reply with the values of a request.
func (w *written) reply(plain *Reply, in *Values) (*Reply, error) {
	r := &Reply{Status: plain.Status, Header: plain.Header.Clone(), Body: plain.Body}
	header, err := headersOf(w.header, in)
	if err != nil {
		return nil, err
	}
	maps.Copy(r.Header, header)
	if !w.hasBody {
		return r, nil
	}
	body, err := in.resolve(w.body)
	if err != nil {
		return nil, err
	}
	if w.text {
		r.setText(AsText(body))
		return r, nil
	}
	r.Body, err = contract.Encode(body)
	return r, err
}

// setText is a body that is sent as it is written, and its type unless that is known.
func (r *Reply) setText(text string) {
	r.Body = []byte(text)
	if r.Header.Get(contentType) != "" {
		return
	}
	r.Header.Set(contentType, "text/plain; charset=utf-8")
	if _, err := contract.ParseBody(r.Body); err == nil {
		r.Header.Set(contentType, mediaJSON)
	}
}

const (
	contentType = "Content-Type"
	mediaJSON   = "application/json"
)

// replyBody is sent as it is written if it is a text, else as JSON.
func (p *checker) replyBody(n node, ops []*contract.Operation, r *Reply, w *written, in *scope) {
	if n.Kind == yaml.ScalarNode && !n.isNull() {
		w.text = true
		if !strings.Contains(n.Value, "${") {
			r.setText(n.Value)
			return
		}
		w.body = p.template(n, schema.Text(), in)
		return
	}
	var shapes []schema.Shape
	for _, o := range candidates(ops, r.Status) {
		shapes = append(shapes, p.shapes.Of(o.Schema))
	}
	if r.Header.Get(contentType) == "" {
		r.Header.Set(contentType, mediaJSON)
	}
	values := len(in.made)
	w.body = p.value(n, schema.Any(shapes...), reading{scope: in})
	if len(in.made) > values {
		return
	}
	encoded, err := contract.Encode(w.body)
	if err != nil {
		p.refuse(n, err.Error(), "a body")
	}
	r.Body = encoded
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

func (p *checker) refuseStatus(n node, op *contract.Operation, r *Reply) {
	p.refuse(n, fmt.Sprintf("a reply with the status %d", r.Status), fmt.Sprintf("a status of %s (%s)%s", op.ID, statuses(op), orOffContract))
}

// checkReply refuses a reply that an operation could never give.
func (p *checker) checkReply(n, body node, op *contract.Operation, r *Reply) {
	class := p.table.Classify(op, contract.Answer{Status: r.Status, Body: r.Body})
	switch {
	case len(class.Outcomes) == 0:
		p.refuseStatus(n, op, r)
	case len(class.Problems) > 0:
		why := fmt.Sprintf(", as %s answers with the status %d%s", op.ID, r.Status, orOffContract)
		if value, err := contract.ParseBody(r.Body); err == nil {
			misfits := p.misfitsOf(op, class.Outcomes[0], value)
			if p.refuseMisfits(body, misfits, why); len(misfits) > 0 {
				return
			}
		}
		p.refuseProblem(body, class.Problems[0], why)
	}
}

// misfitsOf a body in the schema of the outcome that is nearest to it, or of another one with
// the same status, if the nearest is of another type: a list is held against a list.
func (p *checker) misfitsOf(op *contract.Operation, nearest *contract.Outcome, body any) []schema.Misfit {
	first := p.misfits(nearest.Schema, body)
	if !ofAnotherType(first) {
		return first
	}
	for _, o := range candidates([]*contract.Operation{op}, nearest.Status) {
		if misfits := p.misfits(o.Schema, body); !ofAnotherType(misfits) {
			return misfits
		}
	}
	return first
}

func ofAnotherType(misfits []schema.Misfit) bool {
	return len(misfits) == 1 && misfits[0].Keyword == "type" && misfits[0].Path == ""
}

// misfits of a body, without the fields that the schema knows: the validator takes these for
// unknown where a field beside them is wrong.
func (p *checker) misfits(name string, body any) []schema.Misfit {
	all, _ := p.shapes.Check(name, body) // the table has compiled it
	return slices.DeleteFunc(all, func(m schema.Misfit) bool {
		return m.Keyword == "unevaluatedProperties" && p.shapes.Of(name).At(m.Path).Known()
	})
}
