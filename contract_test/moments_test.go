package contract_test

import (
	"sync"
	"sync/atomic"
	"testing"
)

// TestMomentsAreExact: of 64 clients at once exactly so many meet a rule as have to be
// answered until it ends.
func TestMomentsAreExact(t *testing.T) {
	const clients, until = 64, 5
	r := newRun(t, operationOf("kyc.info.exec_proc"))
	r.follow("{on: kyc.info.exec_proc, until: {on: kyc.info.exec_proc, outcome: unavailable, count: 5}, do: unavailable}")
	var met atomic.Int64
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			if r.ask(sampleRequest(r.op)).outcome() == "unavailable" {
				met.Add(1)
			}
		})
	}
	all.Wait()
	if met.Load() != until {
		t.Errorf("%d clients met the rule, want %d", met.Load(), until)
	}
}

// TestMalformedIsAnAnswer: what is none of the operation's shape counts as it is answered.
func TestMalformedIsAnAnswer(t *testing.T) {
	r := newRun(t, operationOf("kyc.info.exec_proc"))
	r.follow("{on: kyc.info.exec_proc, once: {on: kyc.info.exec_proc, outcome: malformed}, do: unavailable}")
	for _, want := range []string{"found", "found"} {
		if got := r.ask(sampleRequest(r.op)).outcome(); got != want {
			t.Errorf("before: %s, want %s", got, want)
		}
	}
	send(t, "POST", r.base+r.op.Path, `{}`)
	if got := r.ask(sampleRequest(r.op)).outcome(); got != "unavailable" {
		t.Errorf("once a request was malformed: %s", got)
	}
}
