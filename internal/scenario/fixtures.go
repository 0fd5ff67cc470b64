package scenario

import (
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
)

// Fixtures are what is made true in a sandbox that runs, without a scenario.
type Fixtures []Given

// ParseGiven reads fixtures, YAML or JSON, as the key `given` of a scenario has them.
// There are none if one of the findings is an error.
func ParseGiven(source []byte, opts Options) (Fixtures, document.Findings) {
	p := newChecker("given", opts)
	var all Fixtures
	if root, ok := p.root(source); ok {
		p.make(root, map[string]any{})
		all = p.given(p.read(p.grammar.given(""), root), "", &scope{used: map[string]bool{}})
	}
	return unlessBroken(all, *p.distinct)
}

// Apply makes them true in the transaction of a call, as Scenario.Apply does.
func (f Fixtures) Apply(table *contract.Table, in *contract.Call) error { return apply(table, f, in) }
