package clock_test

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/clock"
)

var start = time.Date(2024, 3, 1, 9, 0, 0, 0, time.FixedZone("", 5*60*60))

// machine is a machine's time that the test moves by hand.
type machine struct{ now time.Time }

func newMachine() *machine { return &machine{time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)} }

func (m *machine) clock(t *testing.T, s clock.Settings) *clock.Clock {
	t.Helper()
	c, err := clock.NewWithWall(s, func() time.Time { return m.now })
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (m *machine) pass(d time.Duration) { m.now = m.now.Add(d) }

func wantNow(t *testing.T, c *clock.Clock, want time.Time) {
	t.Helper()
	if now := c.Now(); !now.Equal(want) {
		t.Errorf("it is %s, want %s", now, want)
	}
}

func TestTimePassesAsTheModeSays(t *testing.T) {
	for _, test := range []struct {
		name     string
		settings clock.Settings
		want     time.Duration // of sandbox time after a minute of the machine's
	}{
		{"real", clock.Settings{Mode: clock.Real, Start: start}, time.Minute},
		{"no mode", clock.Settings{Start: start}, time.Minute},
		{"frozen", clock.Settings{Mode: clock.Frozen, Start: start}, 0},
		{"fast", clock.Settings{Mode: clock.Speed, Speed: 60, Start: start}, time.Hour},
		{"slow", clock.Settings{Mode: clock.Speed, Speed: 0.5, Start: start}, 30 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := newMachine()
			c := m.clock(t, test.settings)
			wantNow(t, c, start)
			m.pass(time.Minute)
			wantNow(t, c, start.Add(test.want))
		})
	}
}

func TestAClockWithoutAStartStartsNow(t *testing.T) {
	m := newMachine()
	for _, mode := range []clock.Mode{"", clock.Real, clock.Frozen} {
		wantNow(t, m.clock(t, clock.Settings{Mode: mode}), m.now)
	}
}

// TestStateOfAClockWithoutAMode: it is told as the real clock that it is.
func TestStateOfAClockWithoutAMode(t *testing.T) {
	want := clock.State{Now: start, Mode: clock.Real, Zone: clock.DefaultZone}
	if diff := cmp.Diff(want, newMachine().clock(t, clock.Settings{Start: start}).State()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestInstantsHaveNoMonotonicReading: two instants are compared by what they say, not
// by the machine's monotonic clock.
func TestInstantsHaveNoMonotonicReading(t *testing.T) {
	for _, mode := range []clock.Mode{clock.Real, clock.Frozen} {
		c, err := clock.New(clock.Settings{Mode: mode})
		if err != nil {
			t.Fatal(err)
		}
		if now := c.Now(); now != now.Round(0) {
			t.Errorf("%s: %s", mode, now)
		}
	}
}

// At a million times the machine's speed three hours are 342 years, more than a
// time.Duration holds.
func TestMaxSpeedForDays(t *testing.T) {
	for _, step := range []time.Duration{7 * time.Minute, 3 * time.Hour, 10 * time.Hour} {
		m := newMachine()
		c := m.clock(t, clock.Settings{Mode: clock.Speed, Speed: clock.MaxSpeed, Start: start})
		before := c.Now()
		var passed time.Duration
		for range 5 {
			m.pass(step)
			passed += step
			now := c.Now()
			if !now.After(before) {
				t.Fatalf("after another %s it is %s, before it was %s", step, now, before)
			}
			before = now
		}
		if got, want := before.Unix()-start.Unix(), int64(passed.Seconds())*clock.MaxSpeed; got != want {
			t.Errorf("in steps of %s: %d s have passed, want %d", step, got, want)
		}
	}
}

func TestSettingsThatAreRefused(t *testing.T) {
	for _, s := range []clock.Settings{
		{Mode: "slow"},
		{Mode: "REAL"},
		{Mode: clock.Speed},
		{Mode: clock.Speed, Speed: -1},
		{Mode: clock.Speed, Speed: math.NaN()},
		{Mode: clock.Speed, Speed: math.Inf(1)},
		{Mode: clock.Speed, Speed: clock.MaxSpeed + 1},
		{Mode: clock.Real, Speed: 2},
		{Mode: clock.Frozen, Speed: 2},
		{Speed: 2},
		{Zone: "Asia/Alma-Ata-2"},
		{Zone: "Local"},
		{Zone: "../etc/passwd"},
	} {
		if _, err := clock.New(s); err == nil {
			t.Errorf("New(%+v): no error", s)
		}
		m := newMachine()
		c := m.clock(t, clock.Settings{Mode: clock.Frozen, Start: start})
		s.Start = start.Add(time.Hour)
		if err := c.Set(s); err == nil {
			t.Errorf("Set(%+v): no error", s)
		}
		wantNow(t, c, start)
	}
}

func TestSettingsRoundTrip(t *testing.T) {
	for _, s := range []clock.Settings{
		{Mode: clock.Real, Start: start, Zone: clock.DefaultZone},
		{Mode: clock.Frozen, Start: start, Zone: "America/New_York"},
		{Mode: clock.Speed, Speed: 0.25, Start: start, Zone: "UTC"},
		{Mode: clock.Speed, Speed: clock.MaxSpeed, Start: start, Zone: clock.DefaultZone},
	} {
		text, err := json.Marshal(newMachine().clock(t, s).Settings())
		if err != nil {
			t.Fatal(err)
		}
		var read clock.Settings
		if err := json.Unmarshal(text, &read); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(s, newMachine().clock(t, read).Settings()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestSetLaterMovesTheClock(t *testing.T) {
	m := newMachine()
	c := m.clock(t, clock.Settings{Mode: clock.Frozen, Start: start})
	later := start.Add(48 * time.Hour)
	if err := c.Set(clock.Settings{Mode: clock.Speed, Speed: 2, Start: later}); err != nil {
		t.Fatal(err)
	}
	wantNow(t, c, later)
	m.pass(time.Minute)
	wantNow(t, c, later.Add(2*time.Minute))
}

func TestSetKeepsTheTimeWhenItChangesTheMode(t *testing.T) {
	m := newMachine()
	c := m.clock(t, clock.Settings{Mode: clock.Speed, Speed: 60, Start: start})
	m.pass(time.Minute)
	for _, s := range []clock.Settings{
		{Mode: clock.Frozen}, {Mode: clock.Real}, {Mode: clock.Speed, Speed: 0.1}, {},
	} {
		if err := c.Set(s); err != nil {
			t.Fatal(err)
		}
		wantNow(t, c, start.Add(time.Hour))
	}
	m.pass(time.Minute)
	wantNow(t, c, start.Add(time.Hour+time.Minute))
}

func TestBackwardsIsRefusedAndChangesNothing(t *testing.T) {
	m := newMachine()
	c := m.clock(t, clock.Settings{Mode: clock.Frozen, Start: start})
	if _, err := c.Advance(-time.Nanosecond); !errors.Is(err, clock.ErrBackwards) {
		t.Errorf("Advance: %v, want ErrBackwards", err)
	}
	err := c.Set(clock.Settings{Mode: clock.Real, Start: start.Add(-time.Nanosecond)})
	if !errors.Is(err, clock.ErrBackwards) {
		t.Errorf("Set: %v, want ErrBackwards", err)
	}
	m.pass(time.Hour)
	wantNow(t, c, start)
	if mode := c.Settings().Mode; mode != clock.Frozen {
		t.Errorf("the mode is %q", mode)
	}
}

// A clock may be set to the time that it has.
func TestSetToThePresent(t *testing.T) {
	c := newMachine().clock(t, clock.Settings{Mode: clock.Frozen, Start: start})
	if err := c.Set(clock.Settings{Mode: clock.Frozen, Start: start}); err != nil {
		t.Error(err)
	}
	wantNow(t, c, start)
}

// Whatever is done to a clock, in whatever order, its time only grows.
func TestNeverBackwards(t *testing.T) {
	for seed := range chance.Seed(50) {
		m := newMachine()
		c := m.clock(t, clock.Settings{Start: start})
		before := c.Now()
		for n := range 200 {
			step := strconv.Itoa(n)
			amount := time.Duration(seed.Intn(int(time.Hour), "amount", step, 0))
			switch seed.Intn(6, "operation", step, 0) {
			case 0:
				m.pass(amount)
			case 1:
				m.pass(3 * time.Hour)
			case 2:
				if now, err := c.Advance(amount); err != nil || now.Before(before) {
					t.Fatalf("seed %d, step %d: Advance: %s, %v", seed, n, now, err)
				}
			case 3:
				_ = c.Set(clock.Settings{Mode: clock.Frozen})
			case 4:
				_ = c.Set(clock.Settings{Mode: clock.Real, Start: c.Now().Add(amount)})
			case 5:
				_ = c.Set(clock.Settings{Mode: clock.Speed, Speed: seed.Float("speed", step, 0)*1000 + 0.001})
			}
			if now := c.Now(); now.Before(before) {
				t.Fatalf("seed %d, step %d: it was %s and is %s", seed, n, before, now)
			} else {
				before = now
			}
		}
	}
}
