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
	if got := r.atOnce(clients, "unavailable"); got != until {
		t.Errorf("%d clients met the rule, want %d", got, until)
	}
}

// atOnce asks with so many clients at once, and answers how many of them had an outcome.
func (r *run) atOnce(clients int, outcome string) int {
	q := sampleRequest(r.op)
	target, body := r.base+q.target(r.t, r.saved), filled(r.t, q.body, r.saved)
	var met atomic.Int64
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			if send(r.t, q.op.Method, target, body).outcome() == outcome {
				met.Add(1)
			}
		})
	}
	all.Wait()
	return int(met.Load())
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
