package clock_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/clock"
)

// TestAfter is what the clock itself shows after that time.
func TestAfter(t *testing.T) {
	for _, s := range []clock.Settings{
		{Start: start}, {Mode: clock.Real, Start: start, Zone: "Asia/Aqtobe"}, {Mode: clock.Frozen, Start: start},
		{Mode: clock.Speed, Speed: 0.5, Start: start}, {Mode: clock.Speed, Speed: clock.MaxSpeed, Start: start},
		{Mode: clock.Real, Start: clock.Latest.Add(-time.Hour)}, {Mode: clock.Speed, Speed: 60, Start: clock.Latest.Add(-time.Hour)},
	} {
		for _, passed := range []time.Duration{0, time.Nanosecond, time.Minute, 50*time.Hour + time.Second} {
			m := newMachine()
			c := m.clock(t, s)
			before := c.Settings()
			m.pass(passed)
			if diff := cmp.Diff(c.Settings(), before.After(passed)); diff != "" {
				t.Errorf("%+v after %s (-clock +got):\n%s", s, passed, diff)
			}
		}
	}
}

// TestIdle is how long until something is due by itself.
func TestIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, test := range map[string]struct {
			s     clock.Settings
			waits []time.Duration // by the clock
			want  time.Duration
		}{
			"nothing waits":            {clock.Settings{}, nil, clock.Never},
			"two wait":                 {clock.Settings{Mode: clock.Real}, []time.Duration{time.Hour, time.Minute}, time.Minute},
			"a fast clock":             {clock.Settings{Mode: clock.Speed, Speed: 60}, []time.Duration{time.Hour}, time.Minute},
			"a slow clock":             {clock.Settings{Mode: clock.Speed, Speed: 1e-9}, []time.Duration{time.Hour}, clock.Never},
			"a clock that stands":      {clock.Settings{Mode: clock.Frozen}, []time.Duration{time.Hour}, clock.Never},
			"one waits without an end": {clock.Settings{Start: start}, []time.Duration{clock.Latest.Sub(start)}, clock.Never},
		} {
			c := newClock(t, test.s)
			for _, wait := range test.waits {
				go func() {
					w := c.Waiter()
					defer w.Close()
					_ = w.Until(t.Context(), c.Now().Add(wait), nil)
				}()
			}
			synctest.Wait()
			if due, ok := c.Idle(); due != test.want || !ok {
				t.Errorf("%s: %s %v, want %s", name, due, ok, test.want)
			}
			w := c.Worker()
			if _, ok := c.Idle(); ok {
				t.Errorf("%s: one is at work", name)
			}
			w.Close()
		}
		changed, end := make(chan struct{}), make(chan struct{})
		c := frozen(t)
		go func() {
			w := c.Waiter()
			defer w.Close()
			_ = w.Until(t.Context(), start.Add(time.Hour), changed)
			<-end
		}()
		synctest.Wait()
		close(changed)
		if _, ok := c.Idle(); ok {
			t.Error("one has to work, or is at work")
		}
		close(end)
	})
}
