package contract_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestExplanationOfManyRules: the first fifty rules are explained. Those behind them
// decide all the same.
func TestExplanationOfManyRules(t *testing.T) {
	for _, others := range []int{48, 49, 50, 51, 100} {
		t.Run(fmt.Sprint(others), func(t *testing.T) {
			r := newRun(t, operationOf("kyc.address.approve"))
			var rules, want []string
			for i := range others {
				rules = append(rules, fmt.Sprintf("{on: kyc.address.approve, for: {iin: subject-%d}, do: invalid}", i))
				want = append(want, fmt.Sprintf("rule %d: for: iin is %s, not subject-%d", i+1, citizen, i))
			}
			r.follow(append(rules, "{name: last, on: kyc.address.approve, do: timeout}")...)
			want = append(want, "last: decided: timeout")
			a := r.ask(sampleRequest(r.op))
			if a.outcome() != "timeout" || a.header.Get("Sim-Rule") != "last" {
				t.Errorf("outcome %s by the rule %q, want timeout by the last one", a.outcome(), a.header.Get("Sim-Rule"))
			}
			if diff := cmp.Diff(want[:min(len(want), 50)], r.whyOf(a)); diff != "" {
				t.Errorf("why (-want +got):\n%s", diff)
			}
		})
	}
}

// TestExplanationOfValues: an explanation names five values, and of each at most
// eighty characters.
func TestExplanationOfValues(t *testing.T) {
	const row = `{"request_id":1,"contract_number":"KD1","dbz_contract_number":"KD1","dbz_dt":"2014-02-08","iinbin":%q,"debt":1,"cur":"KZT"}`
	letters := func(n int) string { return strings.Repeat("ф", n) }
	for name, test := range map[string]struct {
		subjects []string
		want     string
	}{
		"four values":       {[]string{"1", "2", "3", "4"}, "1, 2, 3, 4"},
		"five values":       {[]string{"1", "2", "3", "4", "5"}, "1, 2, 3, 4, 5"},
		"six values":        {[]string{"1", "2", "3", "4", "5", "6"}, "1, 2, 3, 4, 5 and 1 more"},
		"nine values":       {[]string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}, "1, 2, 3, 4, 5 and 4 more"},
		"eighty characters": {[]string{letters(80)}, letters(80)},
		"one more":          {[]string{letters(81)}, letters(80) + "…"},
		"many more":         {[]string{"1", letters(500)}, "1, " + letters(80) + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t, operationOf("k2.k2loan_from_eko"))
			r.follow("{on: k2.k2loan_from_eko, for: {iin: 990615400064}, do: accepted}")
			var rows []string
			for _, iin := range test.subjects {
				rows = append(rows, fmt.Sprintf(row, iin))
			}
			a := r.ask(requestOf(r.op, "["+strings.Join(rows, ",")+"]"))
			want := []string{"rule 1: for: iin is " + test.want + ", not 990615400064"}
			if diff := cmp.Diff(want, r.whyOf(a)); diff != "" {
				t.Errorf("why (-want +got):\n%s", diff)
			}
		})
	}
}

// TestExplanationOfACondition: of a value in a condition eighty characters are told,
// its quotation mark among them.
func TestExplanationOfACondition(t *testing.T) {
	for letters, want := range map[int]string{
		78: `"` + strings.Repeat("ф", 78) + `"`,
		79: `"` + strings.Repeat("ф", 79) + "…",
	} {
		r := newRun(t, operationOf("kyc.address.approve"))
		r.follow(`{on: kyc.address.approve, when: "body.iin == 'x'", do: timeout}`)
		a := r.ask(sampleRequest(r.op).edited(t, fmt.Sprintf("/iin: %q", strings.Repeat("ф", letters))))
		if diff := cmp.Diff([]string{`rule 1: when body.iin == "x" is false: body.iin is ` + want}, r.whyOf(a)); diff != "" {
			t.Errorf("%d letters (-want +got):\n%s", letters, diff)
		}
	}
}

// whyOf an answer: the lines by which the journal explains it.
func (r *run) whyOf(a answer) []string {
	r.t.Helper()
	var exchange struct{ Why []string }
	r.control("GET", "/requests/"+a.header.Get("Sim-Request"), "").decode(r.t, &exchange)
	return exchange.Why
}

// follow puts a scenario of these rules in force.
func (r *run) follow(rules ...string) {
	r.t.Helper()
	r.control("PUT", "/scenario", "version: 1\nscenario: bounds\nabout: Rules of a test.\nrules:\n  - "+strings.Join(rules, "\n  - ")+"\n")
}
