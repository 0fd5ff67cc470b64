package clock_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
)

// TestAFrozenClockStandsWhereItWasPut, to the nanosecond, however it was put there and
// as what: the machine's time goes on with each look at it.
func TestAFrozenClockStandsWhereItWasPut(t *testing.T) {
	at := start.Add(123_456_789 * time.Nanosecond)
	machine := newMachine()
	began := func(s clock.Settings) *clock.Clock {
		t.Helper()
		c, err := clock.NewWithWall(s, func() time.Time { machine.pass(time.Nanosecond); return machine.now })
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	stands := func(name string, c *clock.Clock, want time.Time) {
		t.Helper()
		for range 3 {
			machine.pass(time.Hour)
			if got := c.Now(); !got.Equal(want) {
				t.Errorf("%s: it is %s, want %s", name, got.Format(time.RFC3339Nano), want.Format(time.RFC3339Nano))
			}
		}
	}
	frozen := clock.Settings{Mode: clock.Frozen, Start: at}
	stands("at the start", began(frozen), at)
	for name, from := range map[string]clock.Settings{
		"from real":   {Start: start},
		"from frozen": {Mode: clock.Frozen, Start: start},
		"from fast":   {Mode: clock.Speed, Speed: 0.001, Start: start},
	} {
		c := began(from)
		if err := c.Set(frozen); err != nil {
			t.Fatal(err)
		}
		stands(name, c, at)
		if _, err := c.Advance(time.Nanosecond); err != nil {
			t.Fatal(err)
		}
		stands(name+", advanced", c, at.Add(1))
		raw, err := json.Marshal(c.Settings())
		if err != nil {
			t.Fatal(err)
		}
		var kept clock.Settings
		if err := json.Unmarshal(raw, &kept); err != nil {
			t.Fatal(err)
		}
		stands(name+", kept", began(kept), at.Add(1))
	}
}
