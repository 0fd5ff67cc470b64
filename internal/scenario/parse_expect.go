package scenario

import (
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/schema"
)

// expect is a word (an outcome or a fault), a status, or a mapping.
func (p *checker) expect(v value, op *contract.Operation, so *trying) *Expect {
	e := &Expect{
		Position: p.at(v.Node), Outcome: as[string](v.at("outcome")), Status: as[int](v.at("status")), Fault: as[string](v.at("fault")),
	}
	switch is := v.scalar.(type) {
	case int:
		e.Status = is
	case string:
		if _, isOutcome := op.Outcome(is); isOutcome {
			e.Outcome = is
		} else {
			e.Fault = is
		}
	}
	if header := v.at("header"); header.there() {
		e.Header = p.texts(header, so)
	}
	if body := v.at("body"); body.there() {
		s := schema.Shape{}
		if e.Outcome != "" && !*p.loose {
			s = p.answerShape([]*contract.Operation{op}, e.Outcome)
		}
		e.Body, e.HasBody = p.expected(body.node, s, so), true
	}
	return e
}

// expected is a body to be met. Its plain scalars are kept as they are written.
func (p *checker) expected(n node, s schema.Shape, so *trying) any {
	switch n.Kind {
	case yaml.MappingNode:
		return p.expectedObject(n, s, so)
	case yaml.SequenceNode:
		if !s.Allows("array") {
			p.refuse(n, "a list", expectedType(s))
		}
		list := make([]any, len(n.Content))
		for i := range n.Content {
			list[i] = p.expected(n.item(i), s.Item(i), so)
		}
		return list
	}
	switch {
	case strings.Contains(n.Value, "${"):
		return p.template(n, s, so.scope)
	case n.isNull():
		return nil
	case n.plain():
		return Plain(n.Value)
	}
	return n.Value
}

func (p *checker) expectedObject(n node, s schema.Shape, so *trying) any {
	if !s.Allows("object") {
		p.refuse(n, "a mapping", expectedType(s))
	}
	entries, _ := p.entries(n, "a mapping")
	object := make(map[string]any, len(entries))
	for _, e := range entries {
		field, named := s.Field(e.key.Value)
		if !named && s.Known() && !s.Open() {
			p.refuseWord(node{e.key, n.path}, e.key.Value, "a field of the answer: "+strings.Join(s.Fields(), ", "), s.Fields())
			continue
		}
		object[e.key.Value] = p.expected(e.node, field, so)
	}
	return object
}
