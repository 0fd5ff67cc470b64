package delivery

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/store"
)

// courier delivers what one sandbox has to send. One goroutine runs it; mu guards
// what others look at.
type courier struct {
	office  *Office
	sandbox *sandbox.Sandbox
	routes  []*route

	mu      sync.Mutex
	made    []*Delivery     // the oldest first
	count   int             // of all that were ever made in this life
	resting bool            // everything that seen tells of has been tried
	seen    <-chan struct{} // closed when the state isn't any more what was looked at
	moved   chan struct{}   // closed when one of these changes
}

// route is one push on its way to one endpoint.
type route struct {
	push
	url    string
	said   []byte    // the body of the latest delivery
	latest *Delivery // nil before the first
}

// run until the sandbox is gone, one of its lives after the other.
func (c *courier) run(begun life) {
	for c.live(begun); !c.sandbox.Journal.Closed(); c.live(begun) {
		begun = c.begin()
	}
	c.rest(nil)
}

// life is one of the sandbox's, with the courier at work in it: whoever advances
// the clock waits until it rests.
type life struct {
	ends   context.Context
	now    *clock.Clock
	waiter *clock.Waiter
}

// begin a life: nothing has been sent yet.
func (c *courier) begin() life {
	c.change(func() {
		c.made, c.count, c.resting = nil, 0, false
		for _, r := range c.routes {
			r.said, r.latest = r.nothing, nil
		}
	})
	ends, now := c.sandbox.Life(), c.sandbox.Clock()
	return life{ends, now, now.Worker()}
}

// live one life of the sandbox.
func (c *courier) live(l life) {
	defer l.waiter.Close()
	for l.ends.Err() == nil {
		changed := c.sandbox.Store.Changed()
		c.look(l)
		c.try(l)
		c.rest(changed)
		if l.waiter.Until(l.ends, c.due(), changed) != nil {
			return
		}
		c.rise()
	}
}

// look for what there is to say that hasn't been said. No reset comes between a
// transaction's state and the life that it belongs to.
func (c *courier) look(l life) {
	for _, r := range c.routes {
		var body []byte
		err := c.sandbox.Store.Update(func(tx store.Tx) (err error) {
			if l.ends.Err() == nil {
				body, err = contract.Encode(r.Body(tx))
			}
			return err
		})
		if err != nil || body == nil || bytes.Equal(body, r.said) {
			continue // what the office could encode of an empty state encodes
		}
		r.said = body
		c.post(r, l.now.Now())
	}
}

// post makes the route's body a delivery. One that still waits is overtaken.
func (c *courier) post(r *route, now time.Time) {
	if r.latest != nil && r.latest.State == Waiting {
		c.tell(r.latest, func(d *Delivery) { d.State, d.Next = Overtaken, time.Time{} })
	}
	c.count++
	d := &Delivery{
		ID: fmt.Sprintf("del-%06d", c.count), Operation: r.Operation, URL: r.url,
		At: now, State: Waiting, Next: now, Body: r.said, Attempts: []Attempt{},
	}
	r.latest = d
	c.tell(d, func(d *Delivery) {
		c.made = append(c.made, d)
		if len(c.made) > kept {
			c.made = c.made[1:]
		}
	})
}

// try what is due.
func (c *courier) try(l life) {
	for _, r := range c.routes {
		d := r.latest
		if d == nil || d.State != Waiting || d.Next.After(l.now.Now()) {
			continue
		}
		attempt := c.attempt(l.ends, r, l.now.Now())
		if l.ends.Err() != nil {
			return
		}
		c.tell(d, func(d *Delivery) {
			d.Attempts = append(d.Attempts, attempt)
			switch n := len(d.Attempts); {
			case attempt.Error == "":
				d.State, d.Next = Delivered, time.Time{}
			case n > len(pauses):
				d.State, d.Next = GivenUp, time.Time{}
			default:
				d.Next = l.now.Now().Add(pauses[n-1])
			}
		})
	}
}

// never is an instant at which nothing is due any more.
var never = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// due is when the next try is.
func (c *courier) due() time.Time {
	due := never
	for _, r := range c.routes {
		if d := r.latest; d != nil && d.State == Waiting && d.Next.Before(due) {
			due = d.Next
		}
	}
	return due
}

// tell of a delivery that is made or changes.
func (c *courier) tell(d *Delivery, change func(*Delivery)) {
	var copied Delivery
	c.change(func() {
		change(d)
		copied = d.clone()
	})
	c.sandbox.Journal.Note(journal.Delivery, copied)
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
		settled, moved := c.resting && !isClosed(c.seen), c.moved
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
