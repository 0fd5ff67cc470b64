package console_test

import (
	"io/fs"
	"slices"
	"testing"

	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/trial"
	"github.com/kzsim/kzsim/scenarios"
)

// rare are reasons that take more than a few requests, or end the connection.
var rare = []string{
	"{Rule}: per: it counts for {n} already, which is the most; it leaves {key} to others",
	"advance: no clock moves for a call within the process, since the caller's may be moving",
	"chaos: {what}, for request {n} of {key}",
	"garbage: {how}",
	"drift: the answer has no fields to change",
	"drift: {change}: the answer has no such field{nearest}",
}

// TestReasonsInRussian: every line by which the journal explains an answer is in
// Russian, and every form in the Russian words is one of such a line.
func TestReasonsInRussian(t *testing.T) {
	m := readMessages(t)
	lines := append(reasonsOfLibrary(t), reasonsOfRules(t)...)
	slices.Sort(lines)
	for _, line := range slices.Compact(lines) {
		m.check(t, line)
	}
	for english := range m.reasons {
		if m.reasons[english] && !m.used[english] && !slices.Contains(rare, english) {
			t.Errorf("words/reasons.ru.json has %q, which is no reason of a rule here", english)
		}
	}
}

func reasonsOfLibrary(t *testing.T) (lines []string) {
	t.Helper()
	sim, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	trials := trial.New(trial.Options{Table: sim.Table, Pool: sim.Pool, Handler: sim.Handler(), Create: sim.Create, Settle: sim.Callers.Settle})
	t.Cleanup(trials.Close)
	names, _ := fs.Glob(scenarios.FS, "*.yaml") // the pattern is well-formed
	for _, name := range names {
		s, findings := scenario.ParseFile(scenarios.FS, name, scenario.Options{Table: sim.Table, Beside: scenarios.FS, Library: scenarios.FS})
		if s == nil {
			t.Fatal(findings)
		}
		for _, report := range trials.Run(t.Context(), s.Variants()...) {
			for _, x := range report.Exchanges {
				lines = append(lines, x.Why...)
				for _, f := range x.Findings {
					lines = append(lines, f.Text)
				}
			}
			for _, must := range report.Verdict.Must {
				lines = append(lines, must.Expected)
			}
		}
	}
	return lines
}

// unusual is a scenario for what the library has no example of.
const unusual = `
version: 1
scenario: unusual
rules:
  - {on: kyc.info.exec_proc, when: not true, do: pass}
  - {on: kyc.info.exec_proc, over: 5/1m, do: pass}
  - {on: kyc.info.exec_proc, probability: 0.000001, do: pass}
  - {on: kyc.*, do: token-expired}
  - {on: k2.k2loan_from_eko, rows: row.debt > 9000000, do: bad-row}
  - {on: k2.k2loan_from_eko, rows: row.debt > row.cur, do: bad-row}
  - {on: k2.k2loan_from_eko, for: {contract_number: KD1, dbz_contract_number: KD2}, do: bad-row}
  - {on: k2.k2loan_from_eko, rows: row.debt > 1, do: [bad-row, pass]}
  - {on: k2.k2loan_sync_debt, rows: row.debt > 1, per: row, times: 1, do: bad-row}
  - {on: abs.get_all_pt_from_abs, for: {iin: 901123300258}, do: pass}
  - {on: abs.get_all_pt_from_abs, do: [pass, page]}
`

// reasonsOfRules are those of requests to which the library has no example.
func reasonsOfRules(t *testing.T) (lines []string) {
	t.Helper()
	s := serve(t, simulator.Options{})
	s.do("PUT", "/_sim/sandboxes/default/scenario", unusual)
	s.do("POST", "/api/v1/backend/info/kz/exec_proc_info/", somebody)
	s.do("POST", "/restapi/services/run/k2loan_from_eko", `[
		{"request_id":1,"contract_number":"KD1","dbz_contract_number":"KD1","dbz_dt":"2014-02-08","iinbin":"901123300258","debt":2000,"cur":"KZT"},
		{"request_id":2,"contract_number":"KD2","dbz_contract_number":"KD2","dbz_dt":"2014-02-08","iinbin":"901123300258","debt":1,"cur":"KZT"}]`)
	s.do("POST", "/restapi/services/run/k2loan_sync_debt", `[{"request_id":1,"contract_number":"KD1","debt":2}]`)
	for range 2 {
		s.do("POST", "/abs/get_all_pt_from_abs", `{"page":1,"perpage":1}`)
	}
	s.do("POST", "/api/v1/backend/info/kz/exec_proc_info/", somebody, "Prefer", "outcome=unavailable")
	s.do("POST", "/_sim/sandboxes/default/faults", `{"on": "kyc.*", "fault": {"status": 503}}`)
	s.do("POST", "/api/v1/backend/info/kz/exec_proc_info/", somebody)
	var listed struct{ Requests []struct{ ID string } }
	s.read("/_sim/sandboxes/default/requests", &listed)
	for _, one := range listed.Requests {
		var x struct{ Why []string }
		s.read("/_sim/sandboxes/default/requests/"+one.ID, &x)
		lines = append(lines, x.Why...)
	}
	return lines
}

// TestReasonInRussian is what the page shows of an exchange.
func TestReasonInRussian(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	s.do("PUT", "/_sim/sandboxes/default/scenario", `{"version":1,"scenario":"one","rules":[{"name":"slow (a+b)","on":"kyc.*","do":"upstream-down"}]}`)
	s.askForAddress()
	b.open(s, "default/live/req-000001")
	b.visible(".why", "slow (a+b): ")
	b.language("ru")
	b.visible(".why", "slow (a+b): ")
	b.visible(".why", "решает: ")
	b.untroubled()
}
