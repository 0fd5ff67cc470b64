package clock

import "time"

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

// NextRequest is as Next, of those who are no workers: what a worker waits for ends no request.
func (c *Clock) NextRequest() (due time.Time, waiting bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, w := range c.waiters {
		if !w.works {
			return w.due, true
		}
	}
	return time.Time{}, false
}

// Rests reports whether nothing waits for an instant of the clock before its last one, and nothing is at work.
func (c *Clock) Rests() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, w := range c.waiters {
		if w.due.Before(Latest) || w.over() {
			return false
		}
	}
	return c.busy == 0 && c.target.IsZero()
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
