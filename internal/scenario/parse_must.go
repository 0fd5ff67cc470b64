package scenario

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/kzsim/kzsim/internal/contract/ledger"
	"github.com/kzsim/kzsim/internal/document"
)

var mustKeys = []string{"on", "for", "when", "outcome", "finding", "count", "within"}

func (p *checker) must(n node) []*Expectation {
	var all []*Expectation
	for _, item := range p.items(n, "a list of expectations") {
		if e, ok := p.expectation(item); ok {
			all = append(all, e)
		}
	}
	return all
}

func (p *checker) expectation(n node) (*Expectation, bool) {
	fields, ok := p.fields(n, "an expectation such as {on: kyc.address.get, outcome: found, count: 1}", mustKeys...)
	if !ok {
		return nil, false
	}
	e := &Expectation{Position: p.at(n.Node), Count: Count{AtLeast: 1, AtMost: unbounded}}
	if e.Target, ok = p.target(n, fields); !ok {
		return nil, false
	}
	if f := fields["outcome"]; f.Node != nil {
		e.Outcome, ok = p.text(f.node, "an outcome of "+ids(e.operations))
		if known := outcomes(e.operations); ok && !slices.Contains(known, e.Outcome) {
			p.refuseWord(f.node, e.Outcome, "an outcome of "+ids(e.operations)+": "+strings.Join(known, ", "), known)
		}
	}
	if f := fields["finding"]; f.Node != nil {
		e.Finding = p.remark(f.node)
	}
	if f := fields["count"]; f.Node != nil {
		e.Count = p.bounds(f.node)
	}
	if f := fields["within"]; f.Node != nil {
		e.Within, _ = p.duration(f.node)
	}
	return e, true
}

// remark is which findings are asked for: any, none, or those of a ledger entry.
func (p *checker) remark(n node) Remark {
	const expected = "any, none or the number of a ledger entry"
	text, ok := p.text(n, expected)
	switch {
	case !ok:
	case text == anyFinding:
		return Remark{Any: true}
	case text == noFinding:
		return Remark{None: true}
	case allDigits.MatchString(text):
		number, err := strconv.Atoi(text)
		if _, known := ledger.ByNumber(number); err == nil && known {
			return Remark{Ledger: number}
		}
		p.refuse(n, text, "the number of a ledger entry, as sim contract lists them")
	default:
		p.refuseWord(n, text, expected, []string{anyFinding, noFinding})
	}
	return Remark{}
}

var boundsForm = regexp.MustCompile(`^(==|>=|<=|>|<)?\s*([0-9]{1,9})$`)

// bounds of a count: 2, ">=1", "<3".
func (p *checker) bounds(n node) Count {
	m := boundsForm.FindStringSubmatch(n.Value)
	if m == nil {
		p.refuse(n, n.describe(), `a number, or one with a comparison in quotes, such as ">=1"`)
		return Count{}
	}
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
		e, _ = p.expectation(root)
	}
	findings := p.findings.InOrder()
	if findings.Broken() {
		return nil, findings
	}
	return e, findings
}
