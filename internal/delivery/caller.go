package delivery

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
)

// caller makes the calls of one sandbox. The calls are in the store of the sandbox's
// run; the caller itself stores nothing.
type caller struct {
	callers   *Callers
	sandbox   *sandbox.Sandbox
	addresses Addresses
	pushes    []push             // that have an address
	processes []contract.Process // that have one

	burst burst       // of calls to sandboxes; only the caller's goroutine uses it
	late  lateAnswers // of the run that it works in; as burst

	mu      sync.Mutex
	run     *sandbox.Run    // that it works in
	resting bool            // all due calls have been tried, unless seen is closed
	seen    <-chan struct{} // closed by the first change after the caller last looked
	moved   chan struct{}   // closed when one of these changes
}

// shift is a caller's work in one run of the sandbox. An advance of the clock waits
// until the caller has nothing to do.
type shift struct {
	run    *sandbox.Run
	waiter *clock.Waiter
}

// calls reports whether there is an address for an operation.
func (c *caller) calls(operation string) bool {
	_, ok := c.addresses[operation]
	return ok
}

// work until the sandbox is gone, in one of its runs after the other.
func (c *caller) work(first shift) {
	for c.workIn(first); !c.sandbox.Journal.Closed(); c.workIn(first) {
		first = c.begin()
	}
	c.rest(nil)
}

// begin a shift in the sandbox's present run.
func (c *caller) begin() shift {
	run := c.sandbox.Run()
	s := shift{run, run.Clock.Worker()}
	c.late = nil
	c.change(func() { c.run, c.resting = run, false })
	return s
}

// workIn one run of the sandbox.
func (c *caller) workIn(s shift) {
	defer s.waiter.Close()
	for s.run.Ends.Err() == nil {
		changed := s.run.Changed()
		due, err := c.round(s)
		if err != nil {
			s.run.WaitUntilReady()
			return
		}
		c.rest(changed)
		if c.await(s, due, changed) != nil {
			return
		}
		c.rise()
	}
}

// await the next work. Late answers are only in memory, and so the sandbox stays there.
func (c *caller) await(s shift, due time.Time, changed <-chan struct{}) error {
	if len(c.late) > 0 {
		defer c.sandbox.Stay()()
	}
	return s.waiter.Until(s.run.Ends, due, changed)
}

// never is an instant at which nothing is due any more.
var never = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// round looks for pushes and questions that are due, takes late answers, and makes the calls
// that are due, one after the other. It returns the time of the next work.
func (c *caller) round(s shift) (due time.Time, err error) {
	run := s.run
	if err := run.Keep(c.postNews); err != nil {
		return due, err
	}
	for {
		if err = c.receive(run); err != nil {
			return due, err
		}
		if due, err = c.postQuestions(run); err != nil {
			return due, err
		}
		due = earlier(due, c.late.next())
		next, waits, err := c.next(run)
		switch {
		case err != nil:
			return due, err
		case !waits || c.late.full():
			return due, nil
		case next.Next.After(run.Clock.Now()):
			return earlier(due, next.Next), nil
		}
		if c.addresses[next.Operation].sandbox != "" {
			if later := c.burst.next(run.Clock.Now()); !later.IsZero() {
				return earlier(due, later), nil
			}
		}
		if err := c.try(run, next); err != nil {
			return due, err
		}
	}
}

// next is the delivery that is tried next; false if none waits, has an address and is
// not delayed by a late answer. It looks in a transaction: for a reader outside of one the store
// would copy what the next request changes.
func (c *caller) next(run *sandbox.Run) (next Delivery, waits bool, err error) {
	err = run.Keep(func(tx *sandbox.Tx) error {
		for key, id := range waiting.All(tx) {
			next, waits = deliveries.Get(tx, id)
			if waits = waits && next.waitsAt(key); waits && c.calls(next.Operation) && next.Order != Held && !c.late.keep(next) {
				return nil
			}
		}
		waits = false
		return nil
	})
	return next, waits, err
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// mostWaiting is how many questions of a process may wait at once: the others are asked
// when these have been answered.
const mostWaiting = 100

// postQuestions makes a delivery of each question that is due. It returns the time of the
// next question.
func (c *caller) postQuestions(run *sandbox.Run) (due time.Time, err error) {
	due = never
	if len(c.processes) == 0 {
		return due, nil
	}
	err = run.Keep(func(tx *sandbox.Tx) error {
		room := mostWaiting - countWaiting(tx)
		for _, p := range c.processes {
			call := tx.Call()
			questions, next := p.Next(call, max(room, 0))
			c.count(tx, call)
			for _, q := range questions {
				c.tell(tx, post(tx.Tx, q, tx.Now))
			}
			if room -= len(questions); room > 0 && !next.IsZero() {
				due = earlier(due, next)
			}
		}
		return nil
	})
	return due, err
}

// postNews makes a delivery of each push whose body has changed.
func (c *caller) postNews(tx *sandbox.Tx) error {
	for _, p := range c.pushes {
		if err := c.postPush(tx, p); err != nil {
			return err
		}
	}
	return nil
}

// postPush makes a delivery if the body of a push has changed; an older one that still
// waits is overtaken.
func (c *caller) postPush(tx *sandbox.Tx, p push) error {
	body, err := contract.Encode(p.Body(tx))
	old, found := latestOf(tx, p.Operation)
	said := p.nothing
	if found {
		said = old.Body
	}
	if err != nil || bytes.Equal(body, said) {
		return err
	}
	if found && old.State == Waiting {
		old.end(Overtaken)
		c.store(tx, old)
	}
	c.tell(tx, post(tx.Tx, contract.Question{Operation: p.Operation, Body: body}, tx.Now))
	return nil
}

// try a delivery once, outside of any transaction. A late answer is taken when it is there.
func (c *caller) try(run *sandbox.Run, d Delivery) error {
	plan, err := c.decide(run, d)
	if err != nil {
		return err
	}
	if plan.Send == scenario.AfterNext && d.Order == InTurn {
		return c.hold(run, d)
	}
	t, after := c.attempt(run, d, plan)
	if after > 0 {
		c.late.add(lateAnswer{run.Clock.Now().Add(after), d, t})
		return nil
	}
	return c.conclude(run, d, t)
}

// conclude a try: store its result. The process that has asked takes the answer in the same
// transaction.
func (c *caller) conclude(run *sandbox.Run, d Delivery, t try) error {
	t.exchange.Held = run.Clock.Now().Sub(t.call.Now)
	judged := slices.Clip(t.exchange.Findings)
	err := run.Keep(func(tx *sandbox.Tx) error {
		if now, ok := deliveries.Get(tx, d.ID); ok {
			d = now // it may have been overtaken meanwhile
		}
		waits := d.State == Waiting
		d.tried(t.Attempt, tx.Now)
		c.store(tx, d)
		c.letGo(tx, d)
		if waits && d.State != Waiting {
			t.exchange.Findings = append(judged, c.hear(tx, d, t.heard)...)
		}
		t.count(tx)
		return nil
	})
	t.record(c.sandbox, run)
	return err
}

// hear passes the result of a question to the process that has asked, and returns its findings.
func (c *caller) hear(tx *sandbox.Tx, d Delivery, heard contract.Heard) []contract.Finding {
	call := tx.Call()
	for _, p := range c.processes {
		if p.Name == d.Process && d.Repeats == "" { // no process takes the answer to a call that a person has repeated
			p.Hear(call, d.question(), heard)
			c.count(tx, call)
		}
	}
	return call.Findings()
}

// count the transitions of a call once they are stored.
func (c *caller) count(tx *sandbox.Tx, call *contract.Call) {
	tx.After(func() { c.sandbox.Moved(call.Taken()) })
}

// store a delivery that has changed, and write an event.
func (c *caller) store(tx *sandbox.Tx, d Delivery) {
	put(tx.Tx, d)
	c.tell(tx, d)
}

// tell writes an event of a delivery once it is stored.
func (c *caller) tell(tx *sandbox.Tx, d Delivery) {
	tx.After(func() {
		c.change(func() {})
		tx.Run.Log.Note(journal.Delivery, c.told(d))
	})
}

// told is a delivery as the control API and events show it: with its address.
func (c *caller) told(d Delivery) Told {
	return Told{Delivery: d.Clone(), URL: c.addresses[d.Operation].shown}
}

func (c *caller) rest(seen <-chan struct{}) { c.change(func() { c.resting, c.seen = true, seen }) }
func (c *caller) rise()                     { c.change(func() { c.resting = false }) }

func (c *caller) change(what func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	what()
	close(c.moved)
	c.moved = make(chan struct{})
}

// settle waits until the caller has nothing to do, and nothing has changed since.
func (c *caller) settle(ctx context.Context) error {
	for {
		c.mu.Lock()
		present := c.run == c.sandbox.Run() || c.sandbox.Journal.Closed()
		settled, moved := c.resting && !isClosed(c.seen) && present, c.moved
		c.mu.Unlock()
		if settled {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
