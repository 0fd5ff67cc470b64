//go:build linux

package main

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// idleSoon lets each sandbox leave memory at the first look at it that finds it without a request.
var idleSoon = []string{"--store-idle", "1ms", "--store-journal", "1h"}

// everySetting is what a user can set in a sandbox, one after the other.
var everySetting = []struct{ method, path, body string }{
	{"PUT", "scenario?set=n:3", strings.Replace(paidLoan, "about:", "vars: {n: 2}\nrules: [{on: abs.get_cli, times: \"${n}\", do: {outcome: not-found}}]\nabout:", 1)},
	{"POST", "faults", `{"on": "kyc.*", "fault": {"delay": "1ms"}, "times": 5, "name": "slow"}`},
	{"POST", "faults", `{"on": "abs.get_acc", "fault": {"status": 503}, "until": "1000h"}`},
	{"PUT", "chaos", `{"share": "1%", "per": "subject", "on": "kyc.*"}`},
	{"PUT", "profile", `{"preset": "observed", "k2.rows": "atomic"}`},
	{"PUT", "clock", `{"zone": "Asia/Tashkent"}`},
	{"POST", "clock/advance", `{"by": "30m"}`},
}

// views are what shows a sandbox.
var views = []string{"", "/clock", "/profile", "/scenario", "/faults", "/chaos", "/deliveries", "/requests", "/snapshot", "/verdict", "/coverage", "/state"}

// shown of a sandbox, at each of its views.
func (p *storePayers) shown(id string) map[string]string {
	p.t.Helper()
	all := map[string]string{}
	for _, view := range views {
		all[view] = strings.ReplaceAll(p.must("GET", "/_sim/sandboxes/"+id+view, ""), p.base, "")
	}
	return all
}

// awayNow are the sandboxes that have left memory, by the list of all processes.
func (p *storePayers) awayNow() map[string]bool {
	p.t.Helper()
	var all []struct {
		ID   string
		Away bool
	}
	if err := json.Unmarshal([]byte(p.must("GET", "/_sim/sandboxes", "")), &all); err != nil {
		p.t.Fatal(err)
	}
	away := map[string]bool{}
	for _, sb := range all {
		away[sb.ID] = sb.Away
	}
	return away
}

// leaves waits until a sandbox has left memory.
func (p *storePayers) leaves(id string) {
	p.t.Helper()
	until(p.t, func() bool { return p.awayNow()[id] })
}

// TestIdleSandboxesComeBack with all that a user has set, whichever process is asked, and after the process has
// ended.
func TestIdleSandboxesComeBack(t *testing.T) {
	t.Parallel()
	database := emptyDatabase(t)
	p := newStorePayers(t, database, shortLease)
	p.flags = append(p.flags, idleSoon...)
	all := []*child{startChild(t, p.flags...), startChild(t, p.flags...)}
	all[1].hasShards(t, 16)
	p.to(all[0])
	bank := p.make(`{"clock": {"mode": "frozen", "start": "2024-03-01T09:00:00+05:00"}}`).ID
	made := p.make(`{"owner": "team", "seed": 7, "expires": "never", "clock": {"mode": "frozen", "start": "2024-03-01T09:00:00+05:00"},
		"targets": {"abs": "sandbox:` + bank + `"}}`)
	for _, s := range everySetting {
		p.must(s.method, "/_sim/sandboxes/"+made.ID+"/"+s.path, s.body)
	}
	asks := func() {
		p.must("POST", "/s/"+made.ID+"/restapi/services/run/k2loan_from_eko", `[{"contract_number":"KD7","dbz_dt":"2020-02-08","iinbin":"901123300258","debt":5}]`)
		p.must("GET", "/_sim/sandboxes/"+made.ID+"/deliveries?within=1m", "")
	}
	asks()
	listed, want := p.listed(made.ID), p.shown(made.ID)
	for _, c := range all {
		p.leaves(made.ID)
		if diff := cmp.Diff(listed, p.listed(made.ID)); diff != "" {
			t.Errorf("the list when it has left (-before +then):\n%s", diff)
		}
		p.to(c)
		if diff := cmp.Diff(want, p.shown(made.ID)); diff != "" {
			t.Errorf("asked of %s (-before +after):\n%s", c.address, diff)
		}
	}
	p.leaves(made.ID)
	p.leaves(bank)
	asks() // the caller and the bank come back
	want = p.shown(made.ID)
	if n := strings.Count(want["/deliveries"], `"contract_number"`); n == 0 {
		t.Logf("%s", want["/deliveries"])
	}
	p.leaves(made.ID)
	for _, c := range all {
		p.signal(c, syscall.SIGTERM)
		if err := <-c.ended; err != nil {
			t.Errorf("the end: %v: %s", err, c.said)
		}
	}
	p.to(startChild(t, p.flags...))
	if diff := cmp.Diff(want, p.shown(made.ID)); diff != "" {
		t.Errorf("after a restart (-before +after):\n%s", diff)
	}
}

// listed is a sandbox as the list has it, wherever it is.
func (p *storePayers) listed(id string) map[string]any {
	p.t.Helper()
	var all []map[string]any
	if err := json.Unmarshal([]byte(p.must("GET", "/_sim/sandboxes", "")), &all); err != nil {
		p.t.Fatal(err)
	}
	for _, sb := range all {
		if sb["id"] == id {
			delete(sb, "away")
			return sb
		}
	}
	p.t.Fatalf("%s isn't listed", id)
	return nil
}

var openedTotal = regexp.MustCompile(`(?m)^sim_sandboxes_opened_total (\d+)$`)

// opened is how often sandboxes have come back to memory, in the processes that are there.
func (s *stand) opened() (sum int) {
	s.t.Helper()
	for _, c := range s.processes {
		_, answer := asks(s.t, "GET", "http://"+c.address+"/_sim/metrics", "", http.Header{})
		if m := openedTotal.FindStringSubmatch(answer); m != nil {
			n, err := strconv.Atoi(m[1])
			if err != nil {
				s.t.Error(err)
			}
			sum += n
		}
	}
	return sum
}

// TestHistoriesOfIdleSandboxes: what clients are answered has an order also where sandboxes leave memory and come back
// between two requests, whatever happens.
func TestHistoriesOfIdleSandboxes(t *testing.T) {
	t.Parallel()
	server, database := postgreSQL(t)
	s := newStand(t, database, idleSoon...)
	for _, e := range s.events(server) {
		s.keepsOrder(event{e.name, func() {
			e.happens()
			before := s.opened()
			until(t, func() bool { return s.opened() >= before+50 })
		}})
	}
}
