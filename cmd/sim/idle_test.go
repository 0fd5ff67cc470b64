//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// idleSoon lets each sandbox leave memory at the first look at it that finds it without a request.
var idleSoon = []string{"--store-idle", "1ms", "--store-journal", "1h"}

// idlePayers pay to a process whose sandboxes leave memory soon.
func idlePayers(t *testing.T, database, lease string, flags ...string) (*storePayers, *child) {
	t.Helper()
	p := newStorePayers(t, database, lease)
	p.flags = slices.Concat(p.flags, idleSoon, flags)
	c := startChild(t, p.flags...)
	c.hasShards(t, 32)
	p.to(c)
	return p, c
}

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

// anyProcess is the address of one.
var anyProcess = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// shown of a sandbox, at each of its views.
func (p *storePayers) shown(id string) map[string]string {
	p.t.Helper()
	all := map[string]string{}
	for _, view := range views {
		all[view] = anyProcess.ReplaceAllString(p.must("GET", "/_sim/sandboxes/"+id+view, ""), "")
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
	for name, flags := range map[string][]string{"with --store-journal": idleSoon, "without": idleSoon[:2]} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			comesBack(t, flags)
		})
	}
}

func comesBack(t *testing.T, flags []string) {
	database := emptyDatabase(t)
	p := newStorePayers(t, database, shortLease)
	p.flags = append(p.flags, flags...)
	all := startTogether(t, 2, p.flags...)
	p.to(all[1])
	bank := p.make(`{"clock": {"mode": "frozen", "start": "2024-03-01T09:00:00+05:00"}}`).ID
	p.to(all[0])
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
	p.must("POST", "/s/"+made.ID+"/restapi/services/run/k2extreq_by_dbz", `{"contract_number":"KD0000000001","dbz_dt":"2014-02-08"}`)
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
	if n := strings.Count(want["/deliveries"], `"state": "delivered"`); n < 8 {
		t.Errorf("%d calls are delivered: %s", n, want["/deliveries"])
	}
	p.leaves(made.ID)
	for _, c := range all {
		p.signal(c, syscall.SIGTERM)
		if err := <-c.ended; err != nil {
			t.Errorf("the end: %v: %s", err, c.said)
		}
	}
	p.to(startChild(t, p.flags...))
	got := p.shown(made.ID)
	got["/coverage"] = want["/coverage"] // which is the process's
	if diff := cmp.Diff(want, got); diff != "" {
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

// opened is how often sandboxes have come back to the memory of a process.
func (c *child) opened(t *testing.T, as http.Header) int {
	t.Helper()
	_, answer := asks(t, "GET", "http://"+c.address+"/_sim/metrics", "", as)
	said := openedTotal.FindStringSubmatch(answer)
	if said == nil {
		t.Fatalf("metrics: %s", answer)
	}
	n, err := strconv.Atoi(said[1])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// opened is how often sandboxes have come back to memory, in the processes that are there.
func (s *stand) opened() (sum int) {
	s.t.Helper()
	for _, c := range s.processes {
		sum += c.opened(s.t, nil)
	}
	return sum
}

// TestAwaySandboxesAreKnown: what is asked about a sandbox that has left memory is answered as if it were there.
func TestAwaySandboxesAreKnown(t *testing.T) {
	t.Parallel()
	database := emptyDatabase(t)
	const token = "the-control-token-of-all"
	p := newStorePayers(t, database, shortLease)
	p.flags = append(p.flags, idleSoon[0], idleSoon[1], "--control-token", token)
	c := startChild(t, p.flags...)
	c.hasShards(t, 32)
	all := http.Header{"Authorization": {"Bearer " + token}}
	base := "http://" + c.address + "/_sim/"
	var made sandboxMade
	if _, answer := asks(t, "PUT", base+"sandboxes/payments", `{"owner": "team"}`, all); json.Unmarshal([]byte(answer), &made) != nil {
		t.Fatal(answer)
	}
	own := http.Header{"Authorization": {"Bearer " + made.Token}, "Content-Type": {"application/x-www-form-urlencoded"}}
	for _, try := range []struct {
		name, method, path, body string
		as                       http.Header
		opens                    bool
		status                   int
		says                     string
	}{
		{"the list", "GET", "sandboxes", "", all, false, 200, `"away": true`},
		{"the metrics", "GET", "metrics", "", all, false, 200, `sim_sandboxes{owner="team"} 1`},
		{"its token", "GET", "contract", "", own, false, 200, "operations"},
		{"a session", "POST", "console/session", "token=" + made.Token, own, false, 200, "payments"},
		{"one of nearly that name", "GET", "sandboxes/payment", "", all, false, 404, "the nearest is payments"},
		{"another one of that id", "POST", "sandboxes", `{"id": "payments"}`, all, true, 409, "exists"},
		{"make it unless it is there", "PUT", "sandboxes/payments", "{}", own, true, 200, "team"},
		{"delete it", "DELETE", "sandboxes/payments", "", all, true, 204, ""},
		{"after that", "GET", "sandboxes/payments", "", all, false, 404, "no such sandbox"},
	} {
		opened := 0
		if try.name != "after that" {
			until(t, func() bool {
				_, list := asks(t, "GET", base+"sandboxes", "", all)
				return strings.Contains(list, `"away": true`)
			})
			opened = c.opened(t, all)
		}
		status, answer := asks(t, try.method, base+try.path, try.body, try.as)
		if status != try.status || !strings.Contains(answer, try.says) {
			t.Errorf("%s: %d %s", try.name, status, answer)
		}
		if now := c.opened(t, all); try.name != "after that" && (now > opened) != try.opens {
			t.Errorf("%s: it was opened %d times", try.name, now-opened)
		}
	}
}

// TestIdleSandboxWithoutItsDatabase: a request gets a 503 that it can be sent again after, and then the sandbox is there.
func TestIdleSandboxWithoutItsDatabase(t *testing.T) {
	t.Parallel()
	server, database := postgreSQL(t)
	p, _ := idlePayers(t, database, "1m")
	p.must("PUT", "/_sim/sandboxes/payments", `{"owner": "team"}`)
	p.leaves("payments")
	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	resp, err := http.Get(p.base + "/s/payments/abs/get_acc?iinbin=901123300258")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") != "1" ||
		!strings.Contains(string(said), "has left memory, and it can't be read from where it is kept; nothing was done; ask again\"") {
		t.Errorf("%s %s %v", resp.Status, said, err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool {
		status, _, err := p.ask("GET", "/s/payments/abs/get_acc?iinbin=901123300258", "")
		return err == nil && status == http.StatusOK
	})
	if said := p.must("GET", "/_sim/sandboxes/payments", ""); !strings.Contains(said, `"owner": "team"`) {
		t.Error(said)
	}
}

// TestIdleSandboxWithoutRoom: a sandbox that has left memory comes back when there is room for its state.
func TestIdleSandboxWithoutRoom(t *testing.T) {
	t.Parallel()
	p, _ := idlePayers(t, emptyDatabase(t), shortLease, "--state-memory", "1048576")
	const loans = "version: 1\nscenario: loans\nabout: Loans.\nvars: {n: 1}\ngiven: {k2: {loans: [{each: \"1..${n}\", item: {contract_number: \"KD${i}\", " +
		"dbz_contract_number: \"${i}\", dbz_dt: 2014-02-08, iinbin: \"${iin(i)}\", debt: 1000}}]}}\n"
	p.must("PUT", "/_sim/sandboxes/payments", "{}")
	p.must("PUT", "/_sim/sandboxes/payments/scenario?set=n:150", loans)
	p.leaves("payments")
	status := http.StatusOK
	for n := 0; status == http.StatusOK; n += 20 { // until the default sandbox, which stays, has the room
		rows := make([]string, 20)
		for i := range rows {
			rows[i] = fmt.Sprintf(`{"contract_number":"KD%d","dbz_contract_number":"%d","dbz_dt":"2020-02-08","iinbin":"901123300258","debt":5}`, n+i, n+i)
		}
		status, _, _ = p.ask("POST", "/restapi/services/run/k2loan_from_eko", "["+strings.Join(rows, ",")+"]")
	}
	if status != http.StatusInsufficientStorage {
		t.Fatalf("loans in the default sandbox: %d", status)
	}
	status, said, err := p.ask("GET", "/_sim/sandboxes/payments", "")
	if err != nil || status != http.StatusInsufficientStorage || !strings.Contains(said, "it can't come back now; nothing was done: the states of all sandboxes") {
		t.Errorf("%d %s %v", status, said, err)
	}
	p.must("POST", "/_sim/sandboxes/default/reset", "")
	if said := p.must("GET", "/_sim/sandboxes/payments", ""); !strings.Contains(said, `"scenario": "loans"`) {
		t.Error(said)
	}
}
