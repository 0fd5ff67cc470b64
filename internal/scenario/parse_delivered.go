package scenario

import (
	"net/http"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/schema"
)

// deliveredKey begins a step that looks at the calls which K2 has made by itself.
const deliveredKey = "delivered"

// deliveredStep names an operation that is called, and what the call has to be like.
func (g *grammar) deliveredStep() *mapping {
	var called []string
	for _, name := range calledBy(g.table) {
		if _, is := g.table.Operation(name); is {
			called = append(called, name)
		}
	}
	expected := "an operation that K2 calls: " + strings.Join(called, ", ")
	operation := word("operation", func(*checker) []string { return called }, func(*checker, string) string { return expected })
	operation.what = "an operation that K2 calls, such as " + called[0]
	subset := same(object{})
	return &mapping{what: "a step", fields: []field{
		{
			name: deliveredKey, kind: operation, required: "the operation that K2 has called",
			about:      "An operation of another system that K2 [has called](deliveries.md) by now, at least once.",
			operations: func(p *checker, v value) []*contract.Operation { return p.fitting(v.Value) },
		},
		{name: "body", kind: anything{"what the body has at least", subset}, about: "Of an answer (in `expect`) or of a call (with `delivered`): a subset of its body."},
		{name: "query", kind: anything{"what the query has at least", subset}, about: "With `delivered`: a subset of the call's query."},
		{name: "outcome", kind: outcomeKind, about: "With `delivered`: what the other system has answered."},
		{name: "count", kind: countKind(), about: "With `delivered`: how many such calls there have been.", without: ">=1"},
	}}
}

// delivered are the calls that a step asks for; nil if nothing is called there.
func (p *checker) delivered(v value, so *trying) *Delivered {
	at := v.at(deliveredKey)
	op, known := p.table.Operation(as[string](at))
	if !known {
		return nil
	}
	if so.calls[op.ID] == "" && so.calls[op.Service().Name] == "" {
		p.refuse(at.node, quote(op.ID)+", which nothing calls here", "targets at the top of the document or of the case, such as targets: {"+op.Service().Name+": bank}")
	}
	d := &Delivered{Position: p.at(v.Node), Operation: op, Outcome: as[string](v.at("outcome"))}
	d.Body = p.sent(v, "body", op, so)
	d.Query = p.sent(v, "query", op, so)
	if count := v.at("count"); count.scalar != nil {
		bounds := p.bounds(count.node)
		d.Count = &bounds
	}
	return d
}

// sent is what a call has at least in its body or in its query: an operation takes one of them.
func (p *checker) sent(v value, key string, op *contract.Operation, so *trying) any {
	at := v.at(key)
	if !at.there() {
		return nil
	}
	takes := "body"
	if slices.Contains([]string{http.MethodGet, http.MethodDelete}, op.Method) {
		takes = "query"
	}
	if key != takes {
		p.refuse(at.atKey(), "the "+key+" of a call that has a "+takes, takes+": what is sent to "+op.ID+" is its "+takes)
		return nil
	}
	s := schema.Shape{}
	if !*p.loose {
		s = p.requestShape(op)
	}
	return p.expected(at.node, s, wanted{so.scope, "the call"})
}
