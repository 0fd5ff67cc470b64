package clock_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/clock"
)

// sinceNow is the machine's time that a function takes.
func sinceNow(fn func()) time.Duration {
	before := time.Now()
	fn()
	return time.Since(before)
}

func TestARunningClockWakesByItself(t *testing.T) {
	for _, test := range []struct {
		settings clock.Settings
		want     time.Duration // of the machine's time for an hour of the sandbox's
	}{
		{clock.Settings{Mode: clock.Real, Start: start}, time.Hour},
		{clock.Settings{Mode: clock.Speed, Speed: 3600, Start: start}, time.Second},
		{clock.Settings{Mode: clock.Speed, Speed: 0.01, Start: start}, 100 * time.Hour},
		{clock.Settings{Mode: clock.Speed, Speed: 700_000, Start: start}, 5142857},
	} {
		t.Run(string(test.settings.Mode), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newClock(t, test.settings)
				w := c.Waiter()
				defer w.Close()
				took := sinceNow(func() { _ = w.Until(t.Context(), start.Add(time.Hour), nil) })
				if took < test.want || took > test.want+10 {
					t.Errorf("it took %s, want %s", took, test.want)
				}
				if c.Now().Before(start.Add(time.Hour)) {
					t.Errorf("it woke too early, at %s", c.Now())
				}
			})
		})
	}
}

func TestAWaiterFollowsAChangeOfSpeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := frozen(t)
		done := make(chan time.Time)
		go func() {
			w := c.Waiter()
			defer w.Close()
			_ = w.Until(t.Context(), start.Add(time.Hour), nil)
			done <- c.Now()
		}()
		set := func(s clock.Settings) {
			synctest.Wait()
			if err := c.Set(s); err != nil {
				t.Error(err)
			}
		}
		took := sinceNow(func() {
			set(clock.Settings{Mode: clock.Real})
			<-time.After(30 * time.Minute)
			set(clock.Settings{Mode: clock.Frozen})
			<-time.After(24 * time.Hour)
			set(clock.Settings{Mode: clock.Speed, Speed: 60})
			<-done
		})
		if want := 24*time.Hour + 30*time.Minute + 30*time.Second; took < want || took > want+10 {
			t.Errorf("it took %s, want %s", took, want)
		}
	})
}

// Its real waiting time is more than a time.Duration holds.
func TestAWaiterDueInAnAge(t *testing.T) {
	for _, test := range []struct {
		name     string
		settings clock.Settings
		after    time.Duration
	}{
		{"a far time", clock.Settings{Mode: clock.Real}, 1<<63 - 1},
		{"a slow clock", clock.Settings{Mode: clock.Speed, Speed: 1e-9}, time.Hour},
		{"a standing clock", clock.Settings{Mode: clock.Speed, Speed: 5e-324}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newClock(t, test.settings)
				ctx, cancel := context.WithCancel(t.Context())
				failed := make(chan error)
				go func() {
					w := c.Waiter()
					defer w.Close()
					failed <- w.Until(ctx, c.Now().Add(test.after), nil)
				}()
				synctest.Wait() // never returns if the waiter can't rest
				cancel()
				if err := <-failed; !errors.Is(err, context.Canceled) {
					t.Errorf("it ended by %v, want the context's end", err)
				}
			})
		})
	}
}

// An advance of a running clock wakes in order, too, although each waiter could
// see for itself that its time has come.
func TestAdvanceOfARunningClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClock(t, clock.Settings{Mode: clock.Real, Start: start})
		var order []string
		var wg sync.WaitGroup
		for _, name := range []string{"a", "b", "c", "d"} {
			wg.Go(func() {
				w := c.Waiter()
				defer w.Close()
				_ = w.Until(t.Context(), start.Add(time.Minute), nil)
				order = append(order, name) // a race if two are woken in one moment
			})
			synctest.Wait()
		}
		advance(t, c, time.Hour)
		wg.Wait()
		if diff := cmp.Diff([]string{"a", "b", "c", "d"}, order); diff != "" {
			t.Errorf("order (-want +got):\n%s", diff)
		}
	})
}

// A running clock may overtake the instant that it was to get to, while those who are
// due on the way do their work. It doesn't go back then.
func TestAdvanceThatIsOvertaken(t *testing.T) {
	for name, move := range map[string]func(*clock.Clock) error{
		"advance": func(c *clock.Clock) error { _, err := c.Advance(5 * time.Second); return err },
		"set": func(c *clock.Clock) error {
			return c.Set(clock.Settings{Mode: clock.Real, Start: start.Add(5 * time.Second)})
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newClock(t, clock.Settings{Mode: clock.Real, Start: start})
				go func() {
					w := c.Waiter()
					defer w.Close()
					_ = w.Until(t.Context(), start.Add(time.Second), nil)
					<-time.After(time.Minute) // in the bubble: work that takes a while
				}()
				synctest.Wait()
				if err := move(c); err != nil {
					t.Error(err)
				}
				wantNow(t, c, start.Add(time.Second+time.Minute))
			})
		})
	}
}

// Who waits on a running clock when it is advanced waits for so much less of the
// machine's time.
func TestAWaiterFollowsAnAdvance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClock(t, clock.Settings{Mode: clock.Real, Start: start})
		l := newLog(t, c)
		l.wait(t.Context(), "waiter", time.Hour, nil)
		advance(t, c, 59*time.Minute)
		l.want()
		<-time.After(2 * time.Minute) // in the bubble
		l.want("waiter at 1h0m0.000000001s")
	})
}
