package scenario

import (
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/schema"
)

var expectKeys = []string{"outcome", "status", "body", "header", "fault"}

// expect is a word (an outcome or a fault), a status, or a mapping.
func (p *checker) expect(n node, op *contract.Operation, so *trying) *Expect {
	e := &Expect{Position: p.at(n.Node)}
	if n.Kind == yaml.MappingNode {
		p.expectFields(n, op, so, e)
		return e
	}
	text, ok := p.text(n, "an outcome, a fault, a status or a mapping")
	if !ok {
		return e
	}
	_, isOutcome := op.Outcome(text)
	_, isFault := faults.Lookup(text)
	switch {
	case allDigits.MatchString(text):
		e.Status = p.expectedStatus(n)
	case isOutcome:
		e.Outcome = text
	case isFault:
		e.Fault = text
	default:
		p.refuseWord(n, text, "an outcome of "+op.ID+" ("+strings.Join(op.OutcomeNames(), ", ")+") or a fault",
			slices.Concat(op.OutcomeNames(), faults.Names()))
	}
	return e
}

func (p *checker) expectedStatus(n node) int {
	status, err := strconv.Atoi(n.Value)
	if err != nil || status < 100 || status > 599 {
		p.refuse(n, n.describe(), "an HTTP status from 100 to 599")
	}
	return status
}

func (p *checker) expectFields(n node, op *contract.Operation, so *trying, e *Expect) {
	fields, ok := p.fields(n, "an expectation", expectKeys...)
	if !ok {
		return
	}
	if f := fields["outcome"]; f.Node != nil {
		if e.Outcome, ok = p.text(f.node, "an outcome of "+op.ID); ok {
			if _, has := op.Outcome(e.Outcome); !has {
				p.refuseWord(f.node, e.Outcome, "an outcome of "+op.ID+": "+strings.Join(op.OutcomeNames(), ", "), op.OutcomeNames())
			}
		}
	}
	if f := fields["status"]; f.Node != nil {
		e.Status = p.expectedStatus(f.node)
	}
	if f := fields["fault"]; f.Node != nil {
		if e.Fault, ok = p.text(f.node, "a fault"); ok && !slices.Contains(faults.Names(), e.Fault) {
			p.refuseWord(f.node, e.Fault, "a fault: "+strings.Join(faults.Names(), ", "), faults.Names())
		}
	}
	if f := fields["header"]; f.Node != nil {
		e.Header = p.texts(f.node, so)
	}
	if f := fields["body"]; f.Node != nil {
		s := schema.Shape{}
		if e.Outcome != "" && !*p.loose {
			s = p.answerShape([]*contract.Operation{op}, e.Outcome)
		}
		e.Body, e.HasBody = p.expected(f.node, s, so), true
	}
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
