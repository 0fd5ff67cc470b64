package clock_test

import (
	"context"
	"encoding/json"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
)

// TestInstantsBeyondTheBoundsAreRefused: one sandbox in the year 10000 would keep
// the list of all sandboxes from being written.
func TestInstantsBeyondTheBoundsAreRefused(t *testing.T) {
	beyond := []time.Time{
		time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC), clock.Latest.Add(1),
		clock.Earliest.Add(-1), time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2026, 1, 1, 0, 0, 0, 0, time.FixedZone("", 24*60*60)), time.Date(2026, 1, 1, 0, 0, 0, 0, time.FixedZone("", -24*60*60)),
	}
	for _, at := range beyond {
		if _, err := clock.New(clock.Settings{Start: at}); err == nil {
			t.Errorf("a clock starts at %s", at)
		}
	}
	for _, at := range []time.Time{clock.Earliest, clock.Latest} {
		if _, err := clock.New(clock.Settings{Start: at}); err != nil {
			t.Error(err)
		}
	}
	c, err := clock.New(clock.Settings{Mode: clock.Frozen, Start: clock.Latest.Add(-time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Set(clock.Settings{Mode: clock.Frozen, Start: beyond[0]}); err == nil {
		t.Errorf("it is %s", c.Now())
	}
	if at, err := c.Advance(2 * time.Hour); err == nil || !at.Equal(clock.Latest.Add(-time.Hour)) {
		t.Errorf("an advance beyond the last instant: %s, %v", at, err)
	}
	if at, err := c.Advance(time.Hour); err != nil || !at.Equal(clock.Latest) {
		t.Errorf("an advance to the last instant: %s, %v", at, err)
	}
}

// TestAFastClockStandsStillAtTheEnd: a clock that gets there by itself stays
// there, what waits is due, and its state can be written in every zone.
func TestAFastClockStandsStillAtTheEnd(t *testing.T) {
	for _, speed := range []float64{1, 1000, clock.MaxSpeed} {
		m := newMachine()
		settings := clock.Settings{Mode: clock.Speed, Speed: speed, Start: clock.Latest.Add(-time.Minute).In(start.Location())}
		c := m.clock(t, settings)
		for range 3 {
			m.pass(50 * time.Hour)
			wantNow(t, c, clock.Latest)
		}
		if _, err := json.Marshal(c.State()); err != nil {
			t.Error(err)
		}
		w := c.Waiter()
		if err := w.Until(context.Background(), c.Now().Add(time.Hour), nil); err != nil {
			t.Error(err)
		}
		w.Close()
	}
}

// TestDueWithin: who waits on a clock that stands still is never due by itself, and
// on a fast one sooner.
func TestDueWithin(t *testing.T) {
	for _, test := range []struct {
		name     string
		settings clock.Settings
		limit    time.Duration
		want     time.Duration
	}{
		{"as the machine's time", clock.Settings{Start: start}, 10 * time.Second, 9 * time.Second},
		{"within less", clock.Settings{Start: start}, 5 * time.Second, 3 * time.Second},
		{"ten times as fast", clock.Settings{Mode: clock.Speed, Speed: 10, Start: start}, 10 * time.Second, 6 * time.Second},
		{"standing still", clock.Settings{Mode: clock.Frozen, Start: start}, time.Hour, 0},
	} {
		m := newMachine()
		c := m.clock(t, test.settings)
		ctx, cancel := context.WithCancel(t.Context())
		var waiting sync.WaitGroup
		for _, due := range []time.Duration{3 * time.Second, 9 * time.Second, time.Minute, 1000 * time.Hour} {
			waiting.Go(func() {
				w := c.Waiter()
				defer w.Close()
				_ = w.Until(ctx, start.Add(due), nil) // it ends with the context
			})
		}
		for c.Waiting() < 4 {
			runtime.Gosched()
		}
		if got := c.DueWithin(test.limit); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
		cancel()
		waiting.Wait()
	}
}
