package clock

import "time"

// Next is the instant at which the first of those is due who wait on the clock;
// false if nobody waits. Whoever is alone with a frozen clock can let as much time
// pass as is needed and no more.
func (c *Clock) Next() (due time.Time, waiting bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.waiters) == 0 {
		return time.Time{}, false
	}
	return c.waiters[0].due, true
}
