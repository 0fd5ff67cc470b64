package scenario_test

import (
	"testing"

	"github.com/kzsim/kzsim/internal/contract"
)

func TestCasesStandAlone(t *testing.T) {
	s := parse(t, head+`profile: {preset: strict}
given: {subjects: [{iin: 901123300258, cases: 1}]}
rules: [{name: shared, on: kyc.address.*, do: 503}]
cases:
  - {name: one, seed: 4, given: {subjects: [{iin: 901123300258, cases: 2}]}, rules: [{name: own, on: kyc.address.get, do: found}]}
  - {name: two, profile: {preset: observed}}
`)
	one, ok := s.Case("one")
	if _, unknown := s.Case("three"); !ok || unknown {
		t.Fatal("cases by name")
	}
	if one.Name != "test/one" || *one.Seed != 4 || one.Profile.Preset() != contract.PresetStrict || len(one.Given) != 2 {
		t.Errorf("case one: %+v", one)
	}
	if one.Rules[0].Name != "own" || one.Rules[1].Name != "shared" {
		t.Error("a case's rules go first")
	}
	two, _ := s.Case("two")
	if two.Profile.Preset() != contract.PresetObserved || two.Seed != nil || len(two.Rules) != 1 {
		t.Errorf("case two: %+v", two)
	}
	if len(s.Variants()) != 2 || len(s.Rules) != 1 {
		t.Error("a document without a try of its own is nothing but its cases")
	}
}
