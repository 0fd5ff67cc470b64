package scenario

import (
	"strconv"
	"time"

	"github.com/kzsim/kzsim/internal/document"
)

func (p *checker) must(list value) []*Expectation {
	var all []*Expectation
	for _, one := range list.items {
		if order := one.at("order"); order.there() {
			all = append(all, &Expectation{Position: p.at(one.Node), Order: p.order(order)})
			continue
		}
		if e, ok := p.expectation(one); ok {
			all = append(all, e)
		}
	}
	return all
}

// mustKind is an expectation of requests, or of their order.
func (g *grammar) mustKind() kind {
	requests := expectationKind()
	requests.fields = append(requests.fields,
		field{name: onceKey, kind: g.moment(), about: "Counted are requests from the moment on when that has been answered."},
		field{name: "gap", kind: lengthKind(">=30s"), about: "How far apart any two of them are that follow each other: on the sandbox's clock, or on the machine's where that one has stood still."})
	part := &mapping{
		what: "an operation, or a mapping such as {on: kyc.address.get, outcome: found}", words: "operation",
		fields: []field{onField, forField, whenField, {name: "outcome", kind: outcomeKind, about: "The outcome that counts; any if left out."}},
	}
	order := &mapping{what: "an expectation", fields: []field{{
		name: "order", required: "in which operations are asked first",
		about: "In which order these are answered first: operations, or mappings with `on`, `for`, `when`, `outcome`. It stands alone.",
		kind: &list{
			what: "a list of operations, such as [kyc.address.approve, kyc.address.get]", words: "list of operations", empty: "at least one operation", most: maxOrder,
			of: definition{name: "part", kind: &choice{scalar: operation(true), mapping: part}},
		},
	}}}
	all := []*mapping{requests, order}
	g.explain("must", merged(all))
	return &byKey{
		what: requests.what, none: "an expectation without on or order", tells: "which requests, or in which order", all: all,
	}
}

// maxOrder is how many parts an order has at most.
const maxOrder = 50

func (p *checker) order(list value) []*Expectation {
	parts := []*Expectation{}
	for _, one := range list.items {
		e := &Expectation{Position: p.at(one.Node), Count: Count{1, 1}, Outcome: as[string](one.at("outcome"))}
		ok := !one.wrong
		if id := as[string](one); id != "" {
			e.Target = Target{On: id, Probability: 1, Share: 1, operations: p.fitting(id)}
		} else if ok {
			e.Target, ok = p.target(one)
		}
		if ok {
			parts = append(parts, e)
		}
	}
	return parts
}

func (p *checker) expectation(v value) (*Expectation, bool) {
	e := &Expectation{
		Position: p.at(v.Node), Count: Count{AtLeast: 1, AtMost: unbounded},
		Outcome: as[string](v.at("outcome")), Finding: as[Remark](v.at("finding")), Within: as[time.Duration](v.at("within")),
	}
	if gap, is := v.at("gap").scalar.(Length); is {
		e.Gap = &gap
	}
	var ok bool
	if e.Target, ok = p.target(v); !ok {
		return nil, false
	}
	e.Once = p.moment(v.at(onceKey))
	if count := v.at("count"); count.scalar != nil {
		e.Count = p.bounds(count.node)
	}
	return e, true
}

// bounds of a count: 2, ">=1", "<3".
func (p *checker) bounds(n node) Count {
	m := boundsForm.FindStringSubmatch(n.Value)
	v, _ := strconv.Atoi(m[2]) // nine digits at most
	switch m[1] {
	case ">=":
		return Count{v, unbounded}
	case ">":
		return Count{v + 1, unbounded}
	case "<=":
		return Count{0, v}
	case "<":
		if v == 0 {
			p.refuse(n, quote(n.Value), "a count that can be met")
		}
		return Count{0, v - 1}
	}
	return Count{v, v}
}

// ParseExpectation reads one expectation of its own, as the control API takes it:
// YAML or JSON with the keys of a `must`.
func ParseExpectation(source []byte, opts Options) (*Expectation, document.Findings) {
	p := newChecker("expectation", opts)
	root, ok := p.root(source)
	var e *Expectation
	if ok {
		e, _ = p.expectation(p.read(p.grammar.must, root))
	}
	return unlessBroken(e, *p.findings)
}
