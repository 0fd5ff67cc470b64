//go:build linux

package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// newLoan has K2 ask its bank, at once and then each day.
const newLoan = `[{"contract_number":"KD7","dbz_dt":"2020-02-08","iinbin":"901123300258","debt":5}]`

// lender makes a sandbox whose K2 has asked its own bank about a loan.
func (p *storePayers) lender(clock, faults string) (id string) {
	p.t.Helper()
	id = p.make(`{"expires": "never", "targets": {"abs": "sandbox:self"}, "clock": {"start": "2024-03-01T09:00:00+05:00", ` + clock + `}}`).ID
	if faults != "" {
		p.must("POST", "/_sim/sandboxes/"+id+"/faults", faults)
	}
	p.must("POST", "/s/"+id+"/restapi/services/run/k2loan_from_eko", newLoan)
	return id
}

// called are the calls that K2 has made, as "operation state tries".
func (p *storePayers) called(id string) (all []string) {
	p.t.Helper()
	var list struct {
		Deliveries []struct {
			Operation, State string
			Attempts         []any
		}
	}
	if err := json.Unmarshal([]byte(p.must("GET", "/_sim/sandboxes/"+id+"/deliveries?within=1m", "")), &list); err != nil {
		p.t.Fatal(err)
	}
	for _, d := range list.Deliveries {
		all = append(all, strings.Join([]string{d.Operation, d.State, strings.Repeat("x", len(d.Attempts))}, " "))
	}
	return all
}

// TestIdleSandboxCallsWhenItIsDue: a sandbox comes back without a request to make the calls that its clock brings.
func TestIdleSandboxCallsWhenItIsDue(t *testing.T) {
	t.Parallel()
	p, c := idlePayers(t, emptyDatabase(t), shortLease)
	id := p.lender(`"mode": "speed", "speed": 50000`, "") // a day takes less than two seconds
	p.called(id)
	before := c.opened(t, nil)
	until(t, func() bool { return c.opened(t, nil) >= before+3 })
	daily := 0
	for _, call := range p.called(id) {
		if call == "abs.way4_get_loan_debt delivered x" {
			daily++
		}
	}
	if daily < 3 { // when the loan was loaded, and twice or more since then
		t.Errorf("the calls: %q", p.called(id))
	}
}

// TestIdleSandboxWaitsForALateAnswer: it stays in memory until the answer is there, so the call is made once.
func TestIdleSandboxWaitsForALateAnswer(t *testing.T) {
	t.Parallel()
	p, _ := idlePayers(t, emptyDatabase(t), shortLease)
	id := p.lender(`"mode": "frozen"`, `{"on": "abs.get_cli", "direction": "out", "times": 1, "fault": {"delay": "8s"}}`)
	for range 3 { // each time those that have been idle for longer are looked at before
		p.must("PUT", "/_sim/sandboxes/later", `{"clock": {"mode": "frozen"}}`)
		p.leaves("later")
	}
	if p.awayNow()[id] {
		t.Error("it has left memory")
	}
	p.must("POST", "/_sim/sandboxes/"+id+"/clock/advance", `{"by": "8s"}`)
	if called := p.called(id); len(called) == 0 || called[0] != "abs.get_cli delivered x" {
		t.Errorf("the calls: %q", called)
	}
	p.leaves(id)
}
