//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestHeldWhileItMoves: a request that is held, and an expectation that is waited for, end with a reason when their
// sandbox moves to another process.
func TestHeldWhileItMoves(t *testing.T) {
	t.Parallel()
	database := emptyDatabase(t)
	p := newStorePayers(t, database, "10s")
	first := startChild(t, p.flags...)
	first.hasShards(t, 32)
	p.to(first)
	answers := make([]chan string, boxes)
	for n := range answers {
		box := fmt.Sprintf("box-%d", n)
		p.must("PUT", "/_sim/sandboxes/"+box, `{"clock": {"mode": "frozen", "start": "2026-01-01T00:00:00Z"}}`)
		p.must("POST", "/_sim/sandboxes/"+box+"/faults", "on: abs.get_acc\nfault: {delay: 1h}")
		answers[n] = make(chan string, 2)
		for _, what := range []string{"GET /s/" + box + "/abs/get_acc?iinbin=901123300258", "POST /_sim/sandboxes/" + box + "/expectations"} {
			go func() {
				method, path, _ := strings.Cut(what, " ")
				status, answer, err := p.ask(method, path, `{"on": "abs.get_cli", "within": "9m"}`)
				answers[n] <- fmt.Sprint(status, answer, err)
			}()
		}
		until(t, func() bool { return strings.Contains(p.must("GET", "/_sim/sandboxes/"+box, ""), `"held": 1`) })
	}
	second := startChild(t, p.flags...)
	second.hasShards(t, 16)
	moved := 0
	for n := range answers {
		if !strings.Contains(p.must("GET", fmt.Sprintf("/_sim/sandboxes/box-%d", n), ""), `"direct_url": "http://`+second.address) {
			continue
		}
		for range 2 {
			if said := <-answers[n]; !strings.HasPrefix(said, "503") || !strings.Contains(said, "moves to another process") {
				t.Errorf("the answer is %s", said)
			}
		}
		moved++
	}
	if moved == 0 {
		t.Error("not one sandbox has moved")
	}
}

// TestCallsToAnotherProcess: a sandbox calls one of another process as it calls one of its own.
func TestCallsToAnotherProcess(t *testing.T) {
	t.Parallel()
	database := emptyDatabase(t)
	p := newStorePayers(t, database, "10s")
	all := startTogether(t, 2, p.flags...)
	var seen []string
	for n := range 4 { // the processes of the caller and of the bank
		p.to(all[n%2])
		bank := p.make(`{"clock": {"mode": "frozen", "start": "2024-03-01T09:00:00+05:00"}}`).ID
		p.to(all[n/2])
		caller := p.make(`{"clock": {"mode": "frozen", "start": "2024-03-01T09:00:00+05:00"}, "targets": {"abs": "sandbox:` + bank + `"}}`).ID
		p.must("POST", "/s/"+caller+"/restapi/services/run/k2loan_from_eko", `[{"contract_number":"KD7","dbz_dt":"2020-02-08","iinbin":"901123300258","debt":5}]`)
		p.must("GET", "/_sim/sandboxes/"+caller+"/deliveries?within=1m", "")
		seen = append(seen, p.exchanged(caller, "out"), p.exchanged(bank, "in"))
	}
	if !strings.Contains(seen[0], "abs.get_cli 200") {
		t.Errorf("the caller asks %s", seen[0])
	}
	for i, got := range seen {
		if got != seen[0] {
			t.Errorf("journal %d has %s, want %s", i, got, seen[0])
		}
	}
}

// exchanged are the operations and statuses that a journal has.
func (p *storePayers) exchanged(id, direction string) (all string) {
	p.t.Helper()
	var list struct {
		Requests []struct {
			Operation string
			Status    int
		}
	}
	listed := p.must("GET", "/_sim/sandboxes/"+id+"/requests?direction="+direction, "")
	if err := json.Unmarshal([]byte(listed), &list); err != nil {
		p.t.Fatalf("%s: %v", listed, err)
	}
	for _, r := range list.Requests {
		all += fmt.Sprintln(r.Operation, r.Status)
	}
	return all
}
