package scenario_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestForMeetsRows: an outcome that refuses rows is one of the rows that `for` names, and the
// others go on to the service; whatever else a step is meets the whole request.
func TestForMeetsRows(t *testing.T) {
	const three = `{"trn_id": 1, "refer": "P", "amount": 1}, {"trn_id": "2", "refer": "P", "amount": 1}, {"trn_id": 3.0, "refer": "Q", "amount": 1}`
	for _, test := range []struct{ rule, want string }{
		{"for: {trn_id: 2}, do: duplicate-trn-id", "rows [1] duplicate-trn-id"},
		{"for: {trn_id: [1, 3]}, do: duplicate-trn-id", "rows [0 2] duplicate-trn-id"},
		{"for: {trn_id: [1, 2], refer: P}, do: unknown-refer", "rows [0 1] unknown-refer"},
		{"for: {trn_id: [1, 3], refer: Q}, do: unknown-refer", "rows [2] unknown-refer"},
		{"for: {trn_id: 1, refer: Q}, do: unknown-refer", "nothing: rule 1: for: no row of 3 has all of it"},
		{"for: {refer: [P, Q]}, do: unknown-refer", "unknown-refer"}, // all of them: the request
		{"for: {trn_id: 7}, do: unknown-refer", "nothing: rule 1: for: trn_id is 1, 2, 3.0, not 7"},
		{"for: {trn_id: 2}, do: accepted", "accepted"},
		{"for: {trn_id: 2}, do: lost-reply", "lost-reply"},
		{"for: {trn_id: 2}, do: {fault: {delay: 1s}, outcome: unknown-refer}", "rows [1] unknown-refer delay"},
		{"for: {trn_id: 2}, rows: 'row.refer == \"P\"', do: unknown-refer", "rows [1] unknown-refer"},
		{"for: {trn_id: 2}, rows: 'row.refer == \"Q\"', do: unknown-refer", "nothing: rule 1: rows row.refer == \"Q\": no row of 1 is such"},
		{"for: {trn_id: 2}, per: row, do: [pass, unknown-refer]", "pass"},
		{"for: {trn_id: 2}, do: {choose: {unknown-refer: 1}}", "rows [1] unknown-refer"},
	} {
		r := runtimeOf(t, "rules: [{on: k2.k2extreq_pay_from_eko, "+test.rule+"}]\n")
		plan := r.Decide(paid(t, three))
		got := met(plan)
		if rows := slices.Sorted(maps.Keys(plan.Rows)); rows != nil {
			got = strings.TrimSuffix(fmt.Sprintf("rows %v %s %s", rows, plan.Rows[rows[0]].Name, got), " pass")
		}
		if plan.Rule == "" {
			got += ": " + plan.Why[0]
		}
		if got != test.want {
			t.Errorf("%s: met %s, want %s", test.rule, got, test.want)
		}
	}
}

// TestRowsThatForNamesAreTold: the explanation names the rows, and `per: row` counts by them.
func TestRowsThatForNamesAreTold(t *testing.T) {
	one, two := `{"trn_id": 1, "refer": "P", "amount": 1}`, `{"trn_id": 2, "refer": "P", "amount": 1}`
	r := runtimeOf(t, "rules: [{on: k2.k2extreq_pay_from_eko, for: {trn_id: 2}, per: row, do: [unknown-refer, pass]}]\n")
	var got []string
	for _, items := range []string{one + "," + two, two + "," + one + "," + one, one + "," + two} {
		got = append(got, r.Decide(paid(t, items)).Why...)
	}
	const key = "rows e14ea919b66f94de"
	want := []string{
		"rule 1: decided: step 1 of 2 for " + key + ", of the rows [1]: unknown-refer",
		"rule 1: decided: step 2 of 2 for " + key + ": pass",
		"rule 1: decided: step 2 of 2 for " + key + ": pass",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
