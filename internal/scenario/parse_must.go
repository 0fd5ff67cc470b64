package scenario

import (
	"strconv"
	"time"

	"github.com/kzsim/kzsim/internal/document"
)

func (p *checker) must(list value) []*Expectation {
	var all []*Expectation
	for _, one := range list.items {
		if e, ok := p.expectation(one); ok {
			all = append(all, e)
		}
	}
	return all
}

func (p *checker) expectation(v value) (*Expectation, bool) {
	e := &Expectation{
		Position: p.at(v.Node), Count: Count{AtLeast: 1, AtMost: unbounded},
		Outcome: as[string](v.at("outcome")), Finding: as[Remark](v.at("finding")), Within: as[time.Duration](v.at("within")),
	}
	var ok bool
	if e.Target, ok = p.target(v); !ok {
		return nil, false
	}
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
	findings := p.findings.InOrder()
	if findings.Broken() {
		return nil, findings
	}
	return e, findings
}
