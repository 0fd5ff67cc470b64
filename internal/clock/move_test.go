package clock_test

import (
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
)

func TestStretches(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"3d": 72 * time.Hour, "1d12h": 36 * time.Hour, "0d": 0, "30s": 30 * time.Second, "1d0.5h": 24*time.Hour + 30*time.Minute,
	} {
		if got, err := clock.ParseStretch(text); err != nil || got != want {
			t.Errorf("%s is %s (%v), want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"d", "1.5d", "-1d", "1d-1h", "3dd", "999999d", "106751d24h", "1d x", ""} {
		if got, err := clock.ParseStretch(text); err == nil {
			t.Errorf("%q is %s", text, got)
		}
	}
}

// TestMovesTo: a date and time without an offset is one of the clock's zone, on each side of
// the night in which Kazakhstan went to one zone.
func TestMovesTo(t *testing.T) {
	almaty, err := time.LoadLocation(clock.DefaultZone)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2024, time.February, 29, 12, 0, 0, 0, almaty)
	for text, want := range map[string]time.Duration{
		"2024-02-29T13:00:00":       time.Hour,
		"2024-03-01T12:00:00":       25 * time.Hour, // the clocks went back an hour
		"2024-02-29T12:00:00+05:00": time.Hour,
		"2024-02-29T11:00:00":       -time.Hour,
	} {
		move, err := clock.ParseTarget(text)
		if err != nil || move.From(now) != want {
			t.Errorf("%s is %s from then (%v), want %s", text, move.From(now), err, want)
		}
	}
	for _, text := range []string{"2024-02-30T12:00:00", "2024-03-01", "noon", "2024-03-01T12:00:00+24:00"} {
		if move, err := clock.ParseTarget(text); err == nil {
			t.Errorf("%q is %s", text, move)
		}
	}
}
