package contract_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/simulator"
)

// stored demands as a snapshot has them.
func (r *run) storedDemands() string {
	r.t.Helper()
	var snapshot struct {
		State map[string]json.RawMessage
	}
	r.control("GET", "/snapshot", "").decode(r.t, &snapshot)
	return string(snapshot.State["k2.demands"])
}

// TestTheStateIsOnlyLookedAt: a demand that time has moved is seen as it stands now, but
// the look stores nothing.
func TestTheStateIsOnlyLookedAt(t *testing.T) {
	r := newRun(t, operationOf("kyc.info.exec_proc"))
	r.control("PUT", "/scenario", demandGiven+`rules:
  - {on: kyc.info.exec_proc, when: 'state.demand("PTPJ000000000001").status != "Введен"', do: unavailable}
`)
	if got := r.ask(sampleRequest(r.op)); got.outcome() == "unavailable" {
		t.Errorf("at the start: %v", r.whyOf(got))
	}
	r.do(steps(advance("1h")))
	before := r.storedDemands()
	if got := r.ask(sampleRequest(r.op)); got.outcome() != "unavailable" {
		t.Errorf("an hour later: %v", r.whyOf(got))
	}
	if diff := cmp.Diff(before, r.storedDemands()); !strings.Contains(before, "Введен") || diff != "" {
		t.Errorf("the look has changed the demands (-before +after), from %s:\n%s", before, diff)
	}
}

// demandGiven begins a scenario with a demand.
const demandGiven = `version: 1
scenario: demand-given
clock: {mode: frozen}
given:
  k2:
    loans: [{contract_number: KD0000000001, dbz_dt: 2014-02-08, iinbin: 901123300258, debt: 2000}]
    demands: [{code: PTPJ000000000001, contract_number: KD0000000001, amount: 2000}]
`

// TestAnswersAreCountedExactly: a rule that asks how often something was answered sees
// all that is answered, and nothing twice, also of 64 clients at once.
func TestAnswersAreCountedExactly(t *testing.T) {
	const clients, most = 64, 5
	r := newRun(t, operationOf("kyc.info.exec_proc"))
	r.follow(`{on: "kyc.*", when: 'state.count("kyc.info.exec_proc", "unavailable") < 5 and state.count("kyc.*") < 1000', do: unavailable}`)
	if got := r.atOnce(clients, "unavailable"); got != most {
		t.Errorf("%d clients met the rule, want %d", got, most)
	}
	last := r.whyOf(r.ask(sampleRequest(r.op)))
	want := []string{`rule 1: when state.count("kyc.info.exec_proc", "unavailable") < 5 is false: state.count("kyc.info.exec_proc", "unavailable") is 5`}
	if diff := cmp.Diff(want, last); diff != "" {
		t.Errorf("why (-want +got):\n%s", diff)
	}
}

// TestLooksHaveABudget: to look for each of many rows is bounded, as every other work is.
func TestLooksHaveABudget(t *testing.T) {
	for rows, want := range map[int]string{
		1000: `rule 1: when any(body.items, state.demand(.refer) != nil) is false`,
		5000: `rule 1: when any(body.items, state.demand(.refer) != nil) is false: the budget of an evaluation is spent: 2000000 steps`,
	} {
		r := newRun(t, operationOf("k2.k2extreq_pay_from_eko"))
		r.follow(`{on: k2.k2extreq_pay_from_eko, when: 'any(body.items, state.demand(.refer) != nil)', do: accepted}`)
		row := `{"trn_id": 1, "refer": "X", "amount": 1},`
		body := `{"items": [` + strings.TrimSuffix(strings.Repeat(row, rows), ",") + `]}`
		if diff := cmp.Diff([]string{want}, r.whyOf(send(t, "POST", r.base+r.op.Path, body))); diff != "" {
			t.Errorf("%d rows (-want +got):\n%s", rows, diff)
		}
	}
}

// TestViewsShowTheirFields: a rule may name each field that a service declares, and has
// a value for it.
func TestViewsShowTheirFields(t *testing.T) {
	table, err := simulator.Table()
	if err != nil {
		t.Fatal(err)
	}
	with := map[string]string{
		"person": `"901123300258"`, "loan": `"KD0000000001"`, "demand": `"PTPJ000000000001"`, "session": `header["X-Session"]`, "excluded": `"901123300258", "KD0000000001"`,
	}
	clauses := []string{`(state.loan("none")?.debt ?? 1) == 1`}
	for _, v := range table.Views() {
		call := "state." + v.Name + "(" + with[v.Name] + ")"
		if v.Fields == nil {
			clauses = append(clauses, call+" == false")
		}
		for _, f := range v.Fields {
			clauses = append(clauses, call+"."+f.Name+" != nil")
		}
	}
	r := newRun(t, operationOf("kyc.address.approve"))
	r.control("PUT", "/scenario", demandGiven+`rules:
  - on: kyc.info.exec_proc
    when: >-
      `+strings.Join(clauses, " and ")+`
    do: unavailable
`)
	var body struct {
		Session string `json:"backend_session_id"`
	}
	r.ask(sampleRequest(r.op)).decode(t, &body)
	if got := r.ask(sampleRequest(operationOf("kyc.info.exec_proc")), "X-Session", body.Session); got.outcome() != "unavailable" {
		t.Errorf("why: %v", r.whyOf(got))
	}
}
