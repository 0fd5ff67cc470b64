package delivery

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
)

// Answer is another system's answer to a call; Err is set if there is none or a part only.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	Err    error
}

// byTarget is the decision of an answer that comes from the system that is called.
const byTarget = "target"

// try is one call of a delivery: what the delivery stores, what is passed to its process,
// and the journal's entry.
type try struct {
	Attempt
	heard    contract.Heard
	plan     scenario.Plan  // what it meets
	call     *contract.Call // what is sent, as the services know requests
	exchange *journal.Exchange
	again    *try // the call made a second time; nil for none
}

// callOf a delivery, as criteria of expectations see it.
func callOf(op *contract.Operation, d Delivery, now time.Time) *contract.Call {
	c := &contract.Call{Operation: op, Raw: d.Body, Now: now}
	c.Query, _ = url.ParseQuery(d.Query) // as far as it can be decoded
	if d.Body != nil {
		if body, err := contract.ParseBody(d.Body); err == nil {
			c.Body = body
		}
	}
	return c
}

// exchange of a delivery's next try, as far as it is known when the call begins.
func (c *caller) exchange(run *sandbox.Run, d Delivery, call *contract.Call) *journal.Exchange {
	return &journal.Exchange{
		ID: fmt.Sprintf("%s.%d", d.ID, len(d.Attempts)+1), Seq: run.Log.Numbered(),
		At: call.Now, Started: c.callers.machine.Now(), Method: call.Operation.Method,
		Direction: journal.Out, Target: c.addresses[d.Operation].target(), Delivery: d.ID, Process: d.Process,
		Operation: d.Operation, Decision: byTarget, Subjects: call.Subjects(),
	}
}

// answered is the try as an expectation judges it.
func (t try) answered() scenario.Answered {
	x := t.exchange
	return scenario.Answered{
		Operation: x.Operation, Direction: x.Direction, Outcome: x.Outcome, Findings: x.Findings, At: x.At, Started: x.Started,
		Request: func() (*scenario.Past, bool) { return scenario.Live(t.call, x.At), true },
	}
}

// count the try, and a second one, for what the scenario says must happen.
func (t try) count(tx *sandbox.Tx) {
	tx.Settings().CountMust(t.answered(), tx.Counters())
	if t.again != nil {
		t.again.count(tx)
	}
}

// record the try, and a second one, in the journal and in the coverage.
func (t try) record(sb *sandbox.Sandbox, run *sandbox.Run) {
	sb.Record(run, t.exchange, t.call)
	if t.again != nil {
		t.again.record(sb, run)
	}
}
