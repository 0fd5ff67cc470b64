package clock_test

import (
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
)

func TestBothShowTheirTimes(t *testing.T) {
	m := newMachine()
	real, fast := m.clock(t, clock.Settings{Start: start}), m.clock(t, clock.Settings{Mode: clock.Speed, Speed: 60, Start: start})
	m.pass(time.Minute)
	ofReal, ofFast := clock.Both(real, fast)
	if !ofReal.Equal(start.Add(time.Minute)) || !ofFast.Equal(start.Add(time.Hour)) {
		t.Errorf("they are %s and %s", ofReal, ofFast)
	}
}

// TestBothDoNotGoBack: a clock that is advanced after the machine's time was read shows what it was advanced to.
func TestBothDoNotGoBack(t *testing.T) {
	m := newMachine()
	second := m.clock(t, clock.Settings{Start: start})
	looks := 0
	first, err := clock.NewWithWall(clock.Settings{Start: start}, func() time.Time {
		now := m.now
		if looks++; looks > 1 { // not as it is made
			m.pass(time.Minute)
			if _, err := second.Advance(time.Hour); err != nil {
				t.Error(err)
			}
		}
		return now
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, of := clock.Both(first, second); !of.Equal(start.Add(time.Minute + time.Hour)) {
		t.Errorf("the second is %s after it was advanced to %s", of, start.Add(time.Minute+time.Hour))
	}
}
