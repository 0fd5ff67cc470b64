package delivery

import (
	"bytes"
	"context"
	"sync"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// courier delivers what one sandbox has to send. What was sent is in the store of
// the sandbox's run; the courier itself remembers nothing.
type courier struct {
	office  *Office
	sandbox *sandbox.Sandbox
	routes  []route

	mu      sync.Mutex
	run     *sandbox.Run    // that it works in
	resting bool            // everything that seen tells of has been tried
	seen    <-chan struct{} // closed by the first change after the courier last looked
	moved   chan struct{}   // closed when one of these changes
}

// route is one push on its way to one endpoint.
type route struct {
	push
	url   string
	shown string // the URL without its password and keys
}

// shift is a courier's work in one run of the sandbox. An advance of the clock waits
// until the courier rests.
type shift struct {
	run    *sandbox.Run
	waiter *clock.Waiter
}

// work until the sandbox is gone, in one of its runs after the other.
func (c *courier) work(first shift) {
	for c.workIn(first); !c.sandbox.Journal.Closed(); c.workIn(first) {
		first = c.begin()
	}
	c.rest(nil)
}

// begin a shift in the sandbox's present run.
func (c *courier) begin() shift {
	run := c.sandbox.Run()
	s := shift{run, run.Clock.Worker()}
	c.change(func() { c.run, c.resting = run, false })
	return s
}

// workIn one run of the sandbox.
func (c *courier) workIn(s shift) {
	defer s.waiter.Close()
	for s.run.Ends.Err() == nil {
		changed := s.run.Changed()
		due, err := c.round(s.run)
		if err != nil {
			return
		}
		c.rest(changed)
		if s.waiter.Until(s.run.Ends, due, changed) != nil {
			return
		}
		c.rise()
	}
}

// never is an instant at which nothing is due any more.
var never = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// round looks for what there is to say that hasn't been said, and tries what is due.
// The answer is when the next try is.
func (c *courier) round(run *sandbox.Run) (due time.Time, err error) {
	due = never
	for _, r := range c.routes {
		d, err := c.postNews(run, r)
		if err == nil && d.State == Waiting && !d.Next.After(run.Clock.Now()) {
			d, err = c.try(run, r, d)
		}
		if err != nil {
			return due, err
		}
		if d.State == Waiting && d.Next.Before(due) {
			due = d.Next
		}
	}
	return due, nil
}

// postNews makes a delivery if a route has something new to say; an older one that still
// waits is overtaken. The answer is the route's latest delivery.
func (c *courier) postNews(run *sandbox.Run, r route) (latest Delivery, err error) {
	err = run.Keep(func(tx *sandbox.Tx) error {
		body, err := contract.Encode(r.Body(tx))
		old, found := latestOf(tx, r.Operation)
		said := r.nothing
		if found {
			said = old.Body
		}
		if latest = old; err != nil || bytes.Equal(body, said) {
			return err
		}
		if found && old.State == Waiting {
			old.end(Overtaken)
			c.store(tx, old)
		}
		latest = post(tx.Tx, r.Operation, body, tx.Now)
		c.tell(tx, latest)
		return nil
	})
	return latest, err
}

// try a delivery once, outside of any transaction, and remember how it went.
func (c *courier) try(run *sandbox.Run, r route, d Delivery) (Delivery, error) {
	attempt := c.attempt(run, r, d)
	err := run.Keep(func(tx *sandbox.Tx) error {
		d.tried(attempt, tx.Now)
		c.store(tx, d)
		return nil
	})
	return d, err
}

// store a delivery that has changed, and tell of it.
func (c *courier) store(tx *sandbox.Tx, d Delivery) {
	deliveries.Put(tx.Tx, d.ID, d)
	c.tell(tx, d)
}

// tell of a delivery once it is stored.
func (c *courier) tell(tx *sandbox.Tx, d Delivery) {
	tx.After(func() {
		c.change(func() {})
		tx.Run.Log.Note(journal.Delivery, c.told(d))
	})
}

// told is a delivery as the control API and events tell it: with its address.
func (c *courier) told(d Delivery) Told {
	told := Told{Delivery: d.Clone()}
	for _, r := range c.routes {
		if r.Operation == d.Operation {
			told.URL = r.shown
		}
	}
	return told
}

func (c *courier) rest(seen <-chan struct{}) { c.change(func() { c.resting, c.seen = true, seen }) }
func (c *courier) rise()                     { c.change(func() { c.resting = false }) }

func (c *courier) change(what func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	what()
	close(c.moved)
	c.moved = make(chan struct{})
}

// settle waits until the courier rests, and nothing has changed since.
func (c *courier) settle(ctx context.Context) error {
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
