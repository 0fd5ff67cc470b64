package main

import (
	"encoding/pem"
	"io"
	"log"
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
	t.Parallel()
	for _, test := range []struct {
		name, debt, rules string
		code              int
		says              []string
	}{
		{"the own ABS", "", "", exitGood, []string{"1 passed, 0 failed"}},
		{"a right ABS", "100000", "", exitGood, []string{"1 passed, 0 failed"}},
		{"a wrong ABS", `"100000"`, "", exitFindings, []string{
			"the answer to abs.colvir_get_loan_debt is wrong (call del-000001.1): POST /abs/colvir_get_loan_debt, HTTP 200\n    /debt type: expected number, found \"100000\"\n",
			":9:5: must: expected 1 of abs.colvir_get_loan_debt going out when body.id == 666 with the outcome debt; there were 0\n",
		}},
		{"a broken answer", "100000", "rules: [{on: abs.*, direction: out, do: garbage}]\n", exitFindings, []string{"FAIL  debt\n", ":10:5: must: expected 1 of"}},
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
		if strings.Count(out, "expected 1 of abs.colvir_get_loan_debt") > 1 {
			t.Errorf("%s: a line of must is told twice in\n%s", test.name, out)
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

// TestTargetOfTheEnvironment: a target's headers and its authorities come from variables with its
// name. Without them it can't be called, and what is no header, and no file, is said.
func TestTargetOfTheEnvironment(t *testing.T) {
	abs := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer b" || r.Header.Get("X-Api-Key") != "k" || r.Header.Get("X-Tenant") != "t, u" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"error_code":0,"error_text":"","debt":5}`)
	}))
	defer abs.Close()
	abs.Config.ErrorLog = log.New(io.Discard, "", 0) // of the calls that don't trust it
	file := write(t, "debt.yaml", strings.Replace(debtScenario, ": bank", ": core-bank", 1))
	authority := write(t, "ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: abs.Certificate().Raw})))
	for _, test := range []struct {
		authorization, headers, ca string
		code                       int
		says                       string
	}{
		{"Bearer b", "X-Api-Key: k\nX-Tenant: t, u", authority, exitGood, "1 passed, 0 failed"},
		{"Bearer b", "X-Api-Key: k", authority, exitFindings, "HTTP 401"},
		{"Bearer b", "X-Api-Key: k\nX-Tenant: t, u", "", exitFindings, "certificate"},
		{"", "sesame", authority, exitUsage, `target core-bank: SIM_TARGET_CORE_BANK_HEADERS is no list of headers, one "Name: value" a line`},
		{"", "", file + ".missing", exitUsage, "target core-bank: SIM_TARGET_CORE_BANK_CA: open "},
		{"", "", file, exitUsage, "target core-bank: its CA holds no certificate in PEM form"},
	} {
		set := map[string]string{
			"SIM_TARGET_CORE_BANK_AUTHORIZATION": test.authorization, "SIM_TARGET_CORE_BANK_HEADERS": test.headers, "SIM_TARGET_CORE_BANK_CA": test.ca,
		}
		var stdout, stderr strings.Builder
		env := environment{&stdout, &stderr, func(name string) string { return set[name] }, nil, nil}
		code := run(t.Context(), env, []string{"test", "--target", "core-bank=" + abs.URL + "/abs", file})
		if all := stdout.String() + stderr.String(); code != test.code || !strings.Contains(all, test.says) || strings.Contains(all, "sesame") {
			t.Errorf("%q, %q: exit code %d, want %d and %q in\n%s", test.headers, test.ca, code, test.code, test.says, all)
		}
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
