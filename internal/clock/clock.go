// Package clock is a sandbox's time: real, frozen at an instant, or running at
// a speed. It is the only package besides the command that asks the machine what
// time it is.
//
// A clock never goes back. A wait on it is in its time, not in the
// machine's: on a frozen clock a waiter sleeps until the clock is advanced.
package clock

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
	_ "time/tzdata" // the zones, where the machine has none
)

// Mode says how a clock's time passes.
type Mode string

// The three modes.
const (
	Real   Mode = "real"   // as the machine's, with a fixed offset
	Frozen Mode = "frozen" // not at all, until advanced
	Speed  Mode = "speed"  // Settings.Speed times as fast as the machine's
)

// Settings describe a clock. The zero value is a real clock without an offset.
type Settings struct {
	Mode  Mode      `json:"mode"`
	Start time.Time `json:"start,omitzero"`  // the instant at which it starts; now if zero
	Speed float64   `json:"speed,omitempty"` // with Speed only: sandbox seconds in a real second
	Zone  string    `json:"zone,omitempty"`  // of the tz database; DefaultZone if empty
}

// DefaultZone is that of the services, and not the machine's.
const DefaultZone = "Asia/Almaty"

// CheckZone answers what is wrong with a name of a time zone.
func CheckZone(name string) error {
	_, err := zoneOf(name)
	return err
}

// usualZone is read once: most clocks have it.
var usualZone = sync.OnceValues(func() (*time.Location, error) { return time.LoadLocation(DefaultZone) })

func zoneOf(name string) (*time.Location, error) {
	if name == "" || name == DefaultZone {
		return usualZone()
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" { // the machine's
		return nil, fmt.Errorf("clock: the tz database has no zone %q; one that it has is %s", name, DefaultZone)
	}
	return zone, nil
}

// MaxSpeed bounds Settings.Speed: beyond it a nanosecond's noise of the machine
// would be a day in the sandbox.
const MaxSpeed = 1_000_000

// The bounds of a clock's time. What a sandbox stores is at most a few durations, of
// less than 300 years each, after its clock's time. So it never leaves the years 0 to
// 9999, and RFC 3339 can write it.
var (
	Earliest = time.Date(1970, time.January, 1, 0, 0, 0, 0, time.UTC)
	Latest   = time.Date(9000, time.January, 1, 0, 0, 0, 0, time.UTC)
)

// ErrBackwards is returned where a clock would have to go back.
var ErrBackwards = errors.New("a sandbox's clock never goes back")

// Clock is safe for concurrent use.
type Clock struct {
	wall func() time.Time

	advancing sync.Mutex // one Advance or Set at a time

	mu      sync.Mutex
	mode    Mode
	speed   float64
	zone    *time.Location
	base    time.Time     // sandbox time at the anchor
	anchor  time.Time     // machine time at which base held
	target  time.Time     // of the advance that is on; zero while none is
	waiters []*Waiter     // parked, by due time, then in the order in which they parked
	busy    int           // waiters that have been woken and do what they waited for
	settled *sync.Cond    // on mu: busy went down
	changed chan struct{} // closed when speed, mode or offset change
}

// New starts a clock.
func New(s Settings) (*Clock, error) { return newWithWall(s, time.Now) }

func newWithWall(s Settings, wall func() time.Time) (*Clock, error) {
	c := &Clock{wall: wall, changed: make(chan struct{})}
	c.settled = sync.NewCond(&c.mu)
	if err := s.check(); err != nil {
		return nil, err
	}
	c.anchor = wall()
	c.base = c.anchor
	c.apply(s)
	return c, nil
}

func (s Settings) check() error {
	if !s.Start.IsZero() {
		if err := CheckInstant(s.Start); err != nil {
			return err
		}
	}
	if err := CheckZone(s.Zone); err != nil {
		return err
	}
	switch s.Mode {
	case "", Real, Frozen:
		if s.Speed != 0 {
			return fmt.Errorf("clock: speed %v goes only with mode %q", s.Speed, Speed)
		}
	case Speed:
		if !(s.Speed > 0 && s.Speed <= MaxSpeed) {
			return fmt.Errorf("clock: speed must be above 0 and at most %d, not %v", MaxSpeed, s.Speed)
		}
	default:
		return fmt.Errorf("clock: unknown mode %q: real, frozen or speed", s.Mode)
	}
	return nil
}

// ParseInstant reads an RFC 3339 instant with its offset. time.Parse also takes the
// offset +24:00, which RFC 3339 does not have and which can't be written as JSON.
func ParseInstant(text string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, text)
	if err == nil {
		err = checkOffset(at)
	}
	if err != nil {
		return time.Time{}, err
	}
	return at, nil
}

const day = 24 * time.Hour

func checkOffset(at time.Time) error {
	if _, offset := at.Zone(); time.Duration(offset)*time.Second >= day || time.Duration(offset)*time.Second <= -day {
		return fmt.Errorf("clock: the offset of %s is not below 24 hours", at.Format(time.RFC3339))
	}
	return nil
}

// CheckInstant answers why a clock can't show an instant.
func CheckInstant(at time.Time) error {
	if err := checkOffset(at); err != nil {
		return err
	}
	if at.Before(Earliest) || at.After(Latest) {
		return fmt.Errorf("clock: %s is not between %s and %s",
			at.Format(time.RFC3339), Earliest.Format(time.DateOnly), Latest.Format(time.DateOnly))
	}
	return nil
}

// capped is an instant, or the last one that there is: there a clock stands still.
func capped(at time.Time) time.Time {
	if at.After(Latest) {
		return Latest
	}
	return at
}

// apply is called with mu held or before the clock is shared.
func (c *Clock) apply(s Settings) {
	c.mode, c.speed = s.Mode, 1
	if s.Mode == "" {
		c.mode = Real
	}
	switch c.mode {
	case Frozen:
		c.speed = 0
	case Speed:
		c.speed = s.Speed
	}
	if !s.Start.IsZero() {
		c.base = s.Start
	}
	c.base = c.base.Round(0)
	c.zone, _ = zoneOf(s.Zone) // it was checked
}

// Now is the sandbox's time, in its zone.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now().In(c.zone)
}

// Both is Now of two clocks. They have one machine, whose time is read once.
func Both(a, b *Clock) (ofA, ofB time.Time) {
	wall := a.wall()
	return a.at(wall), b.at(wall)
}

func (c *Clock) at(wall time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.reckon(wall).In(c.zone)
}

// stride is how much of the machine's time is reckoned at once: at MaxSpeed a
// little more than two strides would be too long for a time.Duration.
const stride = time.Hour

func (c *Clock) now() time.Time {
	if c.speed == 0 {
		return c.base
	}
	return c.reckon(c.wall())
}

// reckon the clock's time at a machine time, which may have been read before the last change of the clock: a clock
// doesn't go back for that.
func (c *Clock) reckon(wall time.Time) time.Time {
	if c.speed == 0 {
		return c.base
	}
	passed := max(0, wall.Sub(c.anchor))
	if c.speed == 1 {
		return capped(c.base.Add(passed))
	}
	for ; passed > stride; passed -= stride {
		c.base = capped(c.base.Add(time.Duration(float64(stride) * c.speed)))
		c.anchor = c.anchor.Add(stride)
	}
	return capped(c.base.Add(time.Duration(float64(passed) * c.speed)))
}

// Settings describes the clock as it is: Start is its present time.
func (c *Clock) Settings() Settings {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := Settings{Mode: c.mode, Start: c.now().In(c.zone), Zone: c.zone.String()}
	if c.mode == Speed {
		s.Speed = c.speed
	}
	return s
}

// Set changes how time passes. A Start before the clock's present time is
// ErrBackwards and changes nothing; a later one is reached as by Advance, in the new
// mode: a clock that is to be frozen stands exactly there.
func (c *Clock) Set(s Settings) error {
	if err := s.check(); err != nil {
		return err
	}
	c.advancing.Lock()
	defer c.advancing.Unlock()
	if err := c.change(s); err != nil {
		return err
	}
	if !s.Start.IsZero() {
		c.runTo(s.Start)
	}
	return nil
}

// change the mode at the present time.
func (c *Clock) change(s Settings) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if !s.Start.IsZero() && s.Start.Before(now) {
		return fmt.Errorf("%w: it is %s and was asked to be %s", ErrBackwards,
			now.Format(time.RFC3339Nano), s.Start.Format(time.RFC3339Nano))
	}
	c.base, c.anchor = now, c.wall()
	s.Start = time.Time{}
	c.apply(s)
	c.announce()
	return nil
}

// Advance moves the clock forward and returns the new time once everything that
// fell due on the way, in the order of (due time, sequence), has been done. It
// is not for a waiter that has been woken: it would wait for itself.
func (c *Clock) Advance(by time.Duration) (time.Time, error) {
	if by < 0 {
		return c.Now(), fmt.Errorf("%w: advance by %s", ErrBackwards, by)
	}
	c.advancing.Lock()
	defer c.advancing.Unlock()
	target := c.Now().Add(by)
	if err := CheckInstant(target); err != nil {
		return c.Now(), err
	}
	c.runTo(target)
	return target, nil
}

// runTo wakes one waiter after the other, each at its own instant, and lets each
// finish or park again before the next; so an advance of an hour is seen by the
// waiters as an hour that passed, not as a jump.
func (c *Clock) runTo(target time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.target = target
	for {
		for c.busy > 0 {
			c.settled.Wait()
		}
		w := c.next(target)
		if w == nil {
			break
		}
		c.release(w)
		close(w.wake)
	}
	c.moveTo(target)
	c.target = time.Time{}
	c.announce() // once: to announce every step to thousands of waiters would be slow
}

// next is the parked waiter whose turn it is, with the clock at its instant; nil
// if no waiter is due before the target. A waiter that is due
// already comes before one that waits for the time.
func (c *Clock) next(target time.Time) *Waiter {
	for _, w := range c.waiters {
		if w.over() {
			return w
		}
	}
	if len(c.waiters) == 0 || c.waiters[0].due.After(target) {
		return nil
	}
	c.moveTo(c.waiters[0].due)
	return c.waiters[0]
}

func (c *Clock) moveTo(at time.Time) {
	if at.After(c.now()) {
		c.base, c.anchor = at.Round(0), c.wall()
	}
}

// release takes a waiter out of the queue. It is busy until it waits again or is
// closed.
func (c *Clock) release(w *Waiter) {
	at := slices.Index(c.waiters, w)
	c.waiters = slices.Delete(c.waiters, at, at+1)
	w.parked, w.busy = false, true
	c.busy++
}

// announce makes waiters notice that their real waiting time has to be worked out anew.
func (c *Clock) announce() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// Waiting is how many parties wait on the clock now.
func (c *Clock) Waiting() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.waiters)
}
