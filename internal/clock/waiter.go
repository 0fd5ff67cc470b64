package clock

import (
	"context"
	"sort"
	"time"
)

// Waiter is one party that waits on a clock, as often as it likes. Advance
// regards a waiter whose wait is over as busy until it waits again or is closed,
// so what a waiter does at an instant is done before time goes on. A waiter is
// for one goroutine.
type Waiter struct {
	clock *Clock

	// Of the present wait, or the last.
	due   time.Time
	other <-chan struct{}
	done  <-chan struct{} // its context's
	wake  chan struct{}   // closed by an Advance when it is this waiter's turn

	parked  bool // it is in the clock's queue
	stirred bool // something other than the time has ended the wait
	busy    bool // it counts among the clock's busy
	works   bool // it waits for work of its own: nothing that a client waits for
}

// Waiter makes a waiter. Close it when its work is done: an Advance waits for it.
func (c *Clock) Waiter() *Waiter { return &Waiter{clock: c} }

// Worker makes a waiter that is at work already: an Advance waits for its first
// wait. NextRequest does not count it.
func (c *Clock) Worker() *Waiter {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy++
	return &Waiter{clock: c, busy: true, works: true}
}

// Until returns when the clock has reached the instant, when other is ready (it
// may be nil), or with the context's error if that has ended.
func (w *Waiter) Until(ctx context.Context, due time.Time, other <-chan struct{}) error {
	w.park(ctx, due, other)
	for over := false; !over; {
		left, changed := w.left()
		over = left == 0 || w.rest(left, changed)
	}
	w.leave()
	return ctx.Err()
}

// Close ends the waiter's work at this instant.
func (w *Waiter) Close() {
	w.clock.mu.Lock()
	defer w.clock.mu.Unlock()
	w.settle()
}

func (w *Waiter) settle() {
	if w.busy {
		w.busy = false
		w.clock.busy--
		w.clock.settled.Signal()
	}
}

func (w *Waiter) park(ctx context.Context, due time.Time, other <-chan struct{}) {
	c := w.clock
	c.mu.Lock()
	defer c.mu.Unlock()
	due = capped(due) // at the end of time everything is due
	w.due, w.other, w.done = due.Round(0), other, ctx.Done()
	w.wake, w.parked, w.stirred = make(chan struct{}), true, false
	at := sort.Search(len(c.waiters), func(i int) bool { return c.waiters[i].due.After(due) })
	c.waiters = append(c.waiters, nil)
	copy(c.waiters[at+1:], c.waiters[at:])
	c.waiters[at] = w
	// Only now, with the next wait in the queue, may an Advance go on.
	w.settle()
}

// leave ends a wait. While an advance is on, the waiter's turn comes from there,
// after any end of the wait: two never do their work in one moment.
func (w *Waiter) leave() {
	c := w.clock
	c.mu.Lock()
	inTurn := w.parked && !c.target.IsZero()
	switch {
	case inTurn:
		w.stirred = true
	case w.parked:
		c.release(w)
	}
	c.mu.Unlock()
	if inTurn {
		<-w.wake
	}
}

// left is the machine's time until the waiter is due, unless changed is closed
// before: 0 if it is due now, Never if that is for an Advance to say.
func (w *Waiter) left() (left time.Duration, changed <-chan struct{}) {
	c := w.clock
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.target.IsZero() && !w.due.After(c.target) {
		// The advance that is on wakes it when its turn comes.
		return Never, c.changed
	}
	left = w.due.Sub(c.now())
	switch {
	case left <= 0:
		return 0, c.changed
	case float64(left) >= c.speed*float64(Never): // a frozen clock among them
		return Never, c.changed
	}
	return time.Duration(float64(left)/c.speed) + 1, c.changed
}

// rest waits for some of the machine's time. It reports whether the whole wait
// is over: the clock, other or the context says so.
func (w *Waiter) rest(left time.Duration, changed <-chan struct{}) (over bool) {
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-w.wake:
		return true
	case <-w.other:
		return true
	case <-w.done:
		return true
	case <-timer.C:
	case <-changed:
	}
	return false
}

// over reports whether something other than the time has ended the wait, which
// the waiter itself may not have seen yet.
func (w *Waiter) over() bool { return w.stirred || ready(w.other) || ready(w.done) }

func ready(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
