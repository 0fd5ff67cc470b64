package scenario_test

import (
	"sync"
	"testing"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/scenarios"
)

// table is the real contract. It is not changed once it is made.
var table = sync.OnceValue(func() *contract.Table {
	t, err := simulator.Table()
	if err != nil {
		panic(err)
	}
	return t
})

func options() scenario.Options { return scenario.Options{Table: table(), Library: scenarios.FS} }

// parse a scenario that has to be right.
func parse(t testing.TB, source string) *scenario.Scenario {
	t.Helper()
	s, findings := scenario.Parse("test.yaml", []byte(source), options())
	for _, f := range findings {
		t.Errorf("%s", f)
	}
	if s == nil {
		t.FailNow()
	}
	return s
}

// head begins a scenario.
const head = "version: 1\nscenario: test\n"
