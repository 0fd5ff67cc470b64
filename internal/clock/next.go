package clock

import (
	"math"
	"slices"
	"time"
)

// Next is the instant at which the first of those is due who wait on the clock;
// false if nothing waits. A test that is alone with a frozen clock can let as much time
// pass as is needed and no more.
func (c *Clock) Next() (due time.Time, waiting bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.waiters) == 0 {
		return time.Time{}, false
	}
	return c.waiters[0].due, true
}

// NextRequest is as Next, of those who are no workers, and how many of them there are: what a worker
// waits for ends no request.
func (c *Clock) NextRequest() (due time.Time, waiting int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, w := range c.waiters {
		if w.works {
			continue
		}
		if waiting++; waiting == 1 {
			due = w.due
		}
	}
	return due, waiting
}

// Never is a wait without an end.
const Never = time.Duration(math.MaxInt64)

// Idle is how much of the machine's time passes until the first of those is due who wait on the clock; Never if none
// is due by itself. It is false while something is at work, which may wait for another instant next.
func (c *Clock) Idle() (due time.Duration, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.busy > 0 || !c.target.IsZero() || slices.ContainsFunc(c.waiters, (*Waiter).over) {
		return 0, false
	}
	if len(c.waiters) == 0 || !c.waiters[0].due.Before(Latest) {
		return Never, true
	}
	left := c.waiters[0].due.Sub(c.now())
	if left <= 0 {
		return 0, true
	}
	if wait := float64(left) / c.speed; wait < float64(Never) { // infinite while the clock stands still
		return time.Duration(wait), true
	}
	return Never, true
}

// After is a clock after so much of the machine's time, if nothing is done to it: Start is its time then.
func (s Settings) After(passed time.Duration) Settings {
	speed := 1.0
	switch {
	case s.Mode == Frozen || passed <= 0:
		return s
	case s.Mode == Speed:
		speed = s.Speed
	}
	for ; passed > stride; passed -= stride {
		s.Start = capped(s.Start.Add(time.Duration(float64(stride) * speed)))
	}
	s.Start = capped(s.Start.Add(time.Duration(float64(passed) * speed)))
	return s
}

// DueWithin is how much of the machine's time passes until the last of those is due
// who wait on the clock and are due by themselves within so much of it; 0 if no request
// is.
func (c *Clock) DueWithin(limit time.Duration) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	var last time.Duration
	for _, w := range c.waiters {
		left := float64(w.due.Sub(c.now())) / c.speed // infinite while the clock stands still
		if left > 0 && left <= float64(limit) {
			last = max(last, time.Duration(left))
		}
	}
	return last
}
