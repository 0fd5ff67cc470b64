package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// debtScenario lets K2 ask one question: other operations have no target.
const debtScenario = `version: 1
scenario: debt
about: K2 asks for the debt of a loan.
clock: {start: "2024-03-01T09:00:00+05:00", mode: frozen}
targets: {abs.colvir_get_loan_debt: bank}
try:
  - {call: k2.k2loan_from_eko, with: [{contract_number: KD1, dbz_dt: 2014-02-08, debt: 5, dep_id: 555, id: 666, system: colvir}], expect: accepted}
must:
  - {on: abs.colvir_get_loan_debt, direction: out, outcome: debt, when: body.id == 666, count: 1}
`

// TestTargetsOfATest: a scenario's target is the simulator's own ABS, or the one that the command
// names. A wrong answer fails the scenario; so does a must that isn't met, unless a rule has broken
// the answer, and then the answer alone is forgiven.
func TestTargetsOfATest(t *testing.T) {
	for _, test := range []struct {
		name, debt, rules string
		code              int
		says              []string
	}{
		{"the own ABS", "", "", exitGood, []string{"1 passed, 0 failed"}},
		{"a right ABS", "100000", "", exitGood, []string{"1 passed, 0 failed"}},
		{"a wrong ABS", `"100000"`, "", exitFindings, []string{
			"the answer to abs.colvir_get_loan_debt is wrong (call del-000001.1): POST /abs/colvir_get_loan_debt, HTTP 200\n    /debt type: expected number, found \"100000\"\n",
			":9:5: expected 1 of abs.colvir_get_loan_debt going out when body.id == 666 with the outcome debt, there were 0\n",
		}},
		{"a broken answer", "100000", "rules: [{on: abs.*, direction: out, do: garbage}]\n", exitFindings, []string{"FAIL  debt\n", ":10:5: expected 1 of"}},
	} {
		file := write(t, "debt.yaml", strings.Replace(debtScenario, "try:", test.rules+"try:", 1))
		args := []string{file}
		if test.debt != "" {
			args = []string{"--target", "bank=" + debtABS(t, test.debt) + "/abs", file}
		}
		code, out, stderr := testScenarios(t, args...)
		for _, says := range test.says {
			if code != test.code || !strings.Contains(out, says) {
				t.Errorf("%s: exit code %d and no %q in\n%s%s", test.name, code, says, out, stderr)
			}
		}
		if test.rules != "" && strings.Contains(out, "is wrong") {
			t.Errorf("%s: %s", test.name, out)
		}
	}
}

// TestUnknownTargetOfATest: the error tells what to do.
func TestUnknownTargetOfATest(t *testing.T) {
	file := write(t, "debt.yaml", strings.Replace(debtScenario, "debt: bank", "debt: depot", 1))
	if code, out, _ := testScenarios(t, file); code != exitFindings || !strings.Contains(out, `the process knows no system "depot": name it with --target`) {
		t.Errorf("exit code %d: %s", code, out)
	}
	if code, _, stderr := testScenarios(t, "--target", "bank", file); code != exitUsage || !strings.Contains(stderr, "is not NAME=URL") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

// debtABS tells a debt.
func debtABS(t *testing.T, debt string) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"error_code":0,"error_text":"","debt":`+debt+`}`)
	}))
	t.Cleanup(server.Close)
	return server.URL
}
