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
		Position: p.at(v.Node),
		Answer:   Answer{Outcome: as[string](v.at("outcome")), Status: as[int](v.at("status")), Fault: as[string](v.at("fault"))},
	}
	if v.scalar != nil {
		e.Answer = answerWord(v, op)
	}
	for _, one := range v.at("any").items {
		e.Any = append(e.Any, answerWord(one, op))
	}
	for key, to := range map[string]**Answer{"one": &e.One, "rest": &e.Rest} {
		if word := v.at(key); word.scalar != nil {
			answer := answerWord(word, op)
			*to = &answer
		}
	}
	for _, key := range []string{"header", "headers"} {
		if header := v.at(key); header.there() {
			e.Header = p.headerTexts(header, so.scope)
		}
	}
	if that := v.at("that"); that.scalar != nil {
		e.That = p.answerCondition(that.node, e.Outcome, op)
	}
	if findings := v.at("findings"); findings.scalar != nil {
		count := p.bounds(findings.node)
		e.Findings = &count
	}
	if took, ok := v.at("took").scalar.(Length); ok {
		e.Took = &took
	}
	if body := v.at("body"); body.there() {
		s := schema.Shape{}
		if e.Outcome != "" && !*p.loose {
			s = p.answerShape([]*contract.Operation{op}, e.Outcome)
		}
		e.Body, e.HasBody = p.expected(body.node, s, wanted{so.scope, "the answer"}), true
	}
	return e
}

// answerWord is an outcome, a fault or a status.
func answerWord(v value, op *contract.Operation) Answer {
	switch is := v.scalar.(type) {
	case int:
		return Answer{Status: is}
	case string:
		if _, isOutcome := op.Outcome(is); !isOutcome {
			return Answer{Fault: is}
		}
		return Answer{Outcome: is}
	}
	return Answer{}
}

// answerCondition is an expression over what came.
func (p *checker) answerCondition(n node, outcome string, op *contract.Operation) *Condition {
	roots := map[string]schema.Shape{}
	if !*p.loose {
		roots["body"] = p.answerShape([]*contract.Operation{op}, outcome)
	}
	if !p.expression(n, n.Value, roots, answerNames) || !p.isTruth(n, n.Value, roots) {
		return nil
	}
	c, err := compileCondition(n.Value, answerEnv{})
	if err != nil {
		p.refuseExpression(n, err, answerNames)
	}
	return c
}

// wanted is about an expected message: what its values may name, and which message it is.
type wanted struct {
	scope *scope
	what  string // the answer or the call
}

// expected is a body to be met. Its plain scalars are kept as they are written.
func (p *checker) expected(n node, s schema.Shape, of wanted) any {
	switch n.Kind {
	case yaml.MappingNode:
		return p.expectedObject(n, s, of)
	case yaml.SequenceNode:
		if !s.Allows("array") {
			p.refuse(n, "a list", expectedType(s))
		}
		list := make([]any, len(n.Content))
		for i := range n.Content {
			list[i] = p.expected(n.item(i), s.Item(i), of)
		}
		return list
	}
	switch {
	case strings.Contains(n.Value, "${"):
		return p.template(n, s, of.scope)
	case n.isNull():
		return nil
	case n.plain():
		return Plain(n.Value)
	}
	return n.Value
}

func (p *checker) expectedObject(n node, s schema.Shape, of wanted) any {
	if !s.Allows("object") {
		p.refuse(n, "a mapping", expectedType(s))
	}
	entries, _ := p.entries(n, "a mapping")
	object := make(map[string]any, len(entries))
	for _, e := range entries {
		field, named := s.Field(e.key.Value)
		if !named && s.Known() && !s.Open() {
			p.refuseWord(node{e.key, n.path}, e.key.Value, "a field of "+of.what+": "+strings.Join(s.Fields(), ", "), s.Fields())
			continue
		}
		object[e.key.Value] = p.expected(e.node, field, of)
	}
	return object
}
