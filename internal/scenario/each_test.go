package scenario_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/scenario"
)

const manyLoans = head + `vars: {n: {value: 3, about: How many.}, share: 0.5, on: true, who: "901123300258"}
given:
  k2:
    loans:
      - {contract_number: KD1, dbz_dt: 2014-02-08, iinbin: 901123300258, debt: 5}
      - {each: "2..${n}", as: row, item: {contract_number: "KD${pad(row, 4)}", dbz_dt: 2014-02-08, iinbin: "${who}", debt: "${row * 1000 + share}"}}
rules:
  - {each: [503, 504], as: status, item: {on: kyc.address.get, times: "${n}", do: {fault: {status: "${status}"}}}}
`

// TestEachMakesItems: in their places in the list, with numbers that stay numbers.
func TestEachMakesItems(t *testing.T) {
	s := parse(t, manyLoans)
	var got []string
	for _, g := range s.Given {
		item := g.Item.(map[string]any)
		got = append(got, fmt.Sprintf("%s %v %v %T %v", g.Path, item["contract_number"], item["iinbin"], item["debt"], item["debt"]))
	}
	want := []string{
		"given.k2.loans[0] KD1 901123300258 json.Number 5",
		"given.k2.loans[1] KD0002 901123300258 json.Number 2000.5",
		"given.k2.loans[2] KD0003 901123300258 json.Number 3000.5",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(s.Rules) != 2 || s.Rules[1].Times != 3 {
		t.Errorf("%d rules, the second one %d times", len(s.Rules), s.Rules[1].Times)
	}
	vars := []scenario.Var{
		{Name: "n", Value: "3", Is: "a whole number", About: "How many."}, {Name: "share", Value: "0.5", Is: "a number"},
		{Name: "on", Value: "true", Is: "true or false"}, {Name: "who", Value: "901123300258", Is: "a text"},
	}
	if diff := cmp.Diff(vars, s.Vars); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestVarsAreSet to a value of their type; others are refused at the place of the var. What
// is set stays when the settings are stored and read again.
func TestVarsAreSet(t *testing.T) {
	for _, test := range []struct{ name, value, want string }{
		{"n", "4", ""}, {"share", "2", ""}, {"on", "false", ""}, {"who", "031231500126", ""},
		{"n", "many", `test.yaml:3:19: vars.n.value: found n set to "many", expected a whole number, as 3 is`},
		{"n", "0.5", `test.yaml:3:19: vars.n.value: found n set to "0.5", expected a whole number, as 3 is`},
		{"on", "1", `test.yaml:3:57: vars.on: found on set to "1", expected true or false, as true is`},
		{"who", "${n}", `test.yaml:3:68: vars.who: found "901123300258${n}", expected a value without ${…}`},
		{"m", "1", `test.yaml:1:1: vars: found no "m" to set, expected one of the vars: n, on, share, who; did you mean "n"?`},
	} {
		opts := options()
		opts.Set = map[string]string{test.name: test.value}
		s, findings := scenario.Parse("test.yaml", []byte(manyLoans), opts)
		got := ""
		if len(findings) > 0 {
			got = findings[0].String()
		}
		if got != test.want || (s == nil) != (test.want != "") {
			t.Errorf("%s=%s: %s, want %s", test.name, test.value, got, test.want)
		}
	}
	opts := options()
	opts.Set = map[string]string{"n": "10"}
	s, _ := scenario.Parse("test.yaml", []byte(manyLoans), opts)
	raw, err := json.Marshal(scenario.NewSettings(contract.Profile{}, s, time.Time{}))
	if err != nil {
		t.Fatal(err)
	}
	read, err := options().ReadSettings(raw)
	if err != nil || len(read.Scenario.Given) != 10 {
		t.Errorf("%v; %d loans, want 10", err, len(read.Scenario.Given))
	}
}

// TestEachIsBounded: whatever a document makes, to check it takes a bounded time and tells
// a bounded number of mistakes.
func TestEachIsBounded(t *testing.T) {
	t.Parallel()
	nested := "{each: 1..5000, as: a, item: {each: 1..5000, as: b, item: {on: kyc.address.get, do: found}}}"
	shared := "x: &x [{each: 1..5000, item: 1}]\ny: [" + strings.Repeat("*x, ", 50) + "*x]\n"
	costly := `{each: 1..5000, item: {on: kyc.address.get, do: found, when: 'body.iin == "${repeat("a", i * 100)}"'}}`
	for _, source := range []string{
		head + "rules: [" + nested + "]\n", head + "x-" + shared, head + "rules: [" + costly + "]\n",
		head + "rules: [{each: 1..5000, item: {on: kyc.adress.get, do: found}}]\n",
	} {
		s, findings := scenario.Parse("test.yaml", []byte(source), options())
		if s != nil && strings.Contains(source, "rules") || len(findings) > 100 {
			t.Errorf("%.60s…: %d findings", source, len(findings))
		}
	}
}
