package delivery

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
)

// Order of a call among others, where a rule has changed it.
type Order string

// A call that is held is released when another one has been made.
const (
	InTurn Order = ""
	Held   Order = "held"
	LetGo  Order = "let-go"
)

// decide the plan of a delivery's next try, by rules and live faults.
func (c *caller) decide(run *sandbox.Run, d Delivery) (plan scenario.Plan, err error) {
	if !run.Settings().MeetsCalls() {
		return plan, nil
	}
	op, _ := c.callers.table.Operation(d.Operation) // Resolve has looked for it
	err = run.Keep(func(tx *sandbox.Tx) error {
		call := callOf(op, d, tx.Now)
		tx.Bind(call)
		plan = tx.Settings().DecideCall(call, tx.Counters())
		return nil
	})
	return plan, err
}

// hold a delivery until another call has been made.
func (c *caller) hold(run *sandbox.Run, d Delivery) error {
	return run.Keep(func(tx *sandbox.Tx) error {
		d.Order = Held
		c.store(tx, d)
		return nil
	})
}

// letGo releases the deliveries that are held, except the one that has just been tried.
func (c *caller) letGo(tx *sandbox.Tx, tried Delivery) {
	var held []Delivery
	for _, id := range waiting.All(tx) {
		if d, ok := deliveries.Get(tx, id); ok && d.Order == Held && d.ID != tried.ID {
			held = append(held, d)
		}
	}
	for _, d := range held {
		d.Order = LetGo
		c.store(tx, d)
	}
}

// changed is a delivery with a rule's patch, as it is sent. The delivery that is stored has
// what the service wanted to send.
func changed(op *contract.Operation, d Delivery, plan scenario.Plan) (Delivery, error) {
	patch := plan.Patch
	switch {
	case plan.Wrong != "":
		return d, fmt.Errorf("the rule %q can't be followed: %s", plan.Rule, plan.Wrong)
	case patch == nil:
		return d, nil
	}
	if !op.ReadsQuery() {
		body, err := contract.ParseBody(d.Body)
		if err == nil {
			d.Body, err = contract.Encode(patch(body))
		}
		return d, err
	}
	asked, err := url.ParseQuery(d.Query)
	if err != nil {
		return d, err
	}
	parameters := map[string]any{}
	for name, values := range asked {
		parameters[name] = values[0]
	}
	query := url.Values{}
	if object, ok := patch(parameters).(map[string]any); ok {
		for name, value := range object {
			if value != nil {
				query.Set(name, fmt.Sprint(value))
			}
		}
	}
	d.Query = query.Encode()
	return d, nil
}

// sends reports whether a call with these faults is sent at all.
func sends(list []faults.Fault) bool { return faults.ReachOf(list) != faults.Unserved }

// met is an answer after its faults, and how long it takes on the sandbox's
// clock.
type met struct {
	answered
	err   error
	after time.Duration
}

// meet applies the faults of the plan to the answer to a call.
func (c *caller) meet(run *sandbox.Run, t *try, got answered) met {
	op := t.call.Operation
	class := c.callers.table.Classify(op, contract.Answer{Status: got.status, Body: got.body, File: got.file})
	outcome, _ := class.Outcome()
	wire := faults.Combine(t.plan.Faults, faults.Input{
		Seed: run.Seed, Key: t.exchange.ID, Body: got.body,
		Table: c.callers.table, Operation: op, Outcome: outcome,
	})
	t.exchange.Fault = strings.Join(wire.Kinds, ", ")
	t.exchange.Why = append(t.exchange.Why, wire.Notes...)
	m := met{answered: got.replaced(wire.Replace), after: wire.Delay}
	if wire.Pace != nil && len(m.body) > 0 {
		chunk, every := wire.Pace.Of(len(m.body))
		m.after += every * time.Duration((len(m.body)+chunk-1)/chunk)
	}
	if wire.End == faults.Hang {
		m.after += wire.For
	}
	switch {
	case wire.End == faults.Hang && wire.For == 0, m.after > c.callers.patience:
		m.after, m.err = c.callers.patience, noAnswer(c.callers.patience)
		m.answered = answered{}
	case wire.Silent:
		m.answered, m.err = answered{}, broken(wire.End)
	case wire.Cut != nil:
		m.body = m.body[:wire.Cut.Of(len(m.body))]
		m.err = fmt.Errorf("the answer broke off: %w", broken(wire.End))
	}
	return m
}

// replaced is the answer with what a fault has put in its place.
func (a answered) replaced(by *faults.Response) answered {
	if by == nil {
		return a
	}
	if by.Status != 0 {
		a.status, a.file = by.Status, false
	}
	a.header = a.header.Clone()
	for name, values := range by.Header {
		if a.header.Del(name); len(values) > 0 {
			if a.header == nil {
				a.header = map[string][]string{}
			}
			a.header[name] = slices.Clone(values)
		}
	}
	a.body = by.Body
	return a
}

func broken(by faults.End) error {
	if by == faults.Reset {
		return errors.New("the connection was reset")
	}
	return errors.New("the connection was closed")
}

// decidedBy returns what decides the answer to a call.
func decidedBy(plan scenario.Plan) string {
	switch {
	case sends(plan.Faults):
		return byTarget
	case plan.Rule != "":
		return "rule"
	}
	return "fault"
}

// again makes a call a second time; its answer is not used.
func (c *caller) again(run *sandbox.Run, sent Delivery, first try) try {
	call := callOf(first.call.Operation, sent, run.Clock.Now())
	second := try{call: call, exchange: c.exchange(run, sent, call)}
	second.exchange.ID += ".2"
	second.exchange.Rule, second.exchange.Why = first.exchange.Rule, first.plan.Why
	second.judge(c.callers, sent, c.exchanged(run, sent, &second))
	return second
}
