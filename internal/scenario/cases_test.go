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
	one, err := s.One("one")
	if err != nil {
		t.Fatal(err)
	}
	if one.Name != "test/one" || *one.Seed != 4 || one.Profile.Preset() != contract.PresetStrict || len(one.Given) != 2 {
		t.Errorf("case one: %+v", one)
	}
	if one.Rules[0].Name != "own" || one.Rules[1].Name != "shared" {
		t.Error("a case's rules go first")
	}
	two, err := s.One("two")
	if err != nil {
		t.Fatal(err)
	}
	if two.Profile.Preset() != contract.PresetObserved || two.Seed != nil || len(two.Rules) != 1 {
		t.Errorf("case two: %+v", two)
	}
	if len(s.Variants()) != 2 || len(s.Rules) != 1 {
		t.Error("a document without a try of its own is nothing but its cases")
	}
}

// TestOneOfSeveral: what a document is asked for is a case, or the document itself if it is
// a scenario of its own.
func TestOneOfSeveral(t *testing.T) {
	const cases = "cases: [{name: on-time, rules: [{on: kyc.*, do: 503}]}, {name: late, rules: [{on: kyc.*, do: 500}]}]\n"
	const try = "try: [{call: kyc.info.exec_proc, with: {iin: 901123300258}, expect: found}]\n"
	for _, test := range []struct{ document, of, want, err string }{
		{cases, "late", "test/late", ""},
		{cases, "", "", "the scenario test is nothing but cases, so one of them has to be named: on-time, late"},
		{cases, "lat", "", `the scenario test has no case "lat"; it has on-time, late; did you mean "late"?`},
		{cases, "payment", "", `the scenario test has no case "payment"; it has on-time, late`},
		{try + cases, "", "test", ""},
		{try, "", "test", ""},
		{try, "late", "", `the scenario test has no case "late": it has none`},
	} {
		one, err := parse(t, head+test.document).One(test.of)
		switch {
		case err != nil && err.Error() != test.err, err == nil && test.err != "":
			t.Errorf("%s of %s: the error is %v, want %s", test.of, test.document, err, test.err)
		case err == nil && one.Name != test.want:
			t.Errorf("%s of %s: %s, want %s", test.of, test.document, one.Name, test.want)
		}
	}
}
