//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// noted is what the journal of the default sandbox shows.
type noted struct {
	list, har string
	exchanges map[string]string // by id
}

func (p *storePayers) noted() (n noted) {
	p.t.Helper()
	const sandbox = "/_sim/sandboxes/default"
	n.list = p.must("GET", sandbox+"/requests", "")
	n.har = strings.ReplaceAll(p.must("GET", sandbox+"/requests.har", ""), p.base, "") // which is the process's
	n.exchanges = map[string]string{}
	var list struct{ Requests []struct{ ID string } }
	if err := json.Unmarshal([]byte(n.list), &list); err != nil {
		p.t.Fatal(err)
	}
	for _, r := range list.Requests {
		n.exchanges[r.ID] = p.must("GET", sandbox+"/requests/"+r.ID, "")
	}
	return n
}

func wantNoted(t *testing.T, what string, want, got noted) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(noted{})); diff != "" {
		t.Errorf("%s (-before +after):\n%s", what, diff)
	}
}

// written waits until the database has what the journals have noted so far.
func (p *storePayers) written() {
	p.t.Helper()
	until(p.t, func() bool { return strings.Contains(p.must("GET", "/_sim/metrics", ""), "sim_journal_unwritten 0\n") })
}

// after the last process has ended by a signal another one goes on.
func (p *storePayers) after(last *child, signal syscall.Signal) *child {
	p.t.Helper()
	p.signal(last, signal)
	<-last.ended
	c := startChild(p.t, p.flags...)
	p.to(c)
	return c
}

// TestStoreKeepsJournals: a process that goes on with the sandboxes shows what the one before has noted, and goes
// on with the numbers.
func TestStoreKeepsJournals(t *testing.T) {
	t.Parallel()
	database := emptyDatabase(t)
	p := newStorePayers(t, database, shortLease)
	p.flags = append(p.flags, "--store-journal", "1h")
	c := startChild(t, p.flags...)
	p.to(c)
	p.must("PUT", "/_sim/sandboxes/default/scenario", paidLoan)
	for range 3 {
		p.pay()
	}
	p.ask("GET", "/abs/get_cli?iinbin=901123300258", "")
	before := p.noted()
	if len(before.exchanges) != 4 {
		t.Fatalf("the journal: %s", before.list)
	}
	c = p.after(c, syscall.SIGTERM)
	wantNoted(t, "after a clean end", before, p.noted())
	p.pay()
	before = p.noted()
	if len(before.exchanges) != 5 || before.exchanges["req-000005"] == "" {
		t.Errorf("the numbers don't go on: %s", before.list)
	}
	p.written()
	c = p.after(c, syscall.SIGKILL)
	wantNoted(t, "after a kill", before, p.noted())
	p.must("DELETE", "/_sim/sandboxes/default/requests", "")
	p.pay()
	before = p.noted()
	c = p.after(c, syscall.SIGTERM)
	if wantNoted(t, "after it was cleared", before, p.noted()); len(before.exchanges) != 1 {
		t.Errorf("it was cleared: %s", before.list)
	}
	p.must("POST", "/_sim/sandboxes/default/reset", "")
	p.after(c, syscall.SIGTERM)
	if after := p.noted(); len(after.exchanges) > 0 {
		t.Errorf("after a reset: %s", after.list)
	}
	p.pay()
	if status, _, _ := p.ask("GET", "/_sim/sandboxes/default/requests/req-000001", ""); status != http.StatusOK {
		t.Error("the numbers don't begin anew after a reset")
	}
}

// TestFlagsThatNeedAStore.
func TestFlagsThatNeedAStore(t *testing.T) {
	for flag, says := range map[string]string{
		"--store-journal": "--store-journal keeps journals in the database of --store: name that, too",
		"--store-idle":    "--store-idle lets sandboxes leave memory that the database of --store keeps: name that, too",
	} {
		p := launch(t, nil, "serve", "--config=", "--addr", "127.0.0.1:0", flag, "1h")
		if code := <-p.code; code != exitUsage || !strings.Contains(p.stderr.String(), says) {
			t.Errorf("%s: code %d: %s", flag, code, p.stderr)
		}
	}
}

// TestJournalsMoveWithTheirSandboxes from a process to another one that joins, while clients ask.
func TestJournalsMoveWithTheirSandboxes(t *testing.T) {
	t.Parallel()
	database := emptyDatabase(t)
	p := newStorePayers(t, database, shortLease)
	p.flags = append(p.flags, "--store-journal", "1h")
	p.to(startChild(t, p.flags...))
	answered := make([]int, 32)
	askEach := func() {
		for n := range answered {
			if status, _, _ := p.ask("GET", fmt.Sprintf("/s/s-%d/abs/get_cli?iinbin=901123300258", n), ""); status == http.StatusOK {
				answered[n]++
			}
		}
	}
	for n := range answered {
		p.must("PUT", fmt.Sprint("/_sim/sandboxes/s-", n), "")
	}
	second := startChild(t, p.flags...)
	until(t, func() bool {
		if answered[0] < 100 { // journals of more drop some
			askEach()
		}
		return second.shards(t) >= 16
	})
	askEach()
	for n, want := range answered {
		list := p.must("GET", fmt.Sprintf("/_sim/sandboxes/s-%d/requests?limit=1000", n), "")
		if got := strings.Count(list, `"id": "req-`); got < want {
			t.Errorf("sandbox %d: of %d requests that were answered the journal has %d", n, want, got)
		}
	}
}
