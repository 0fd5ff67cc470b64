package clock

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Move is how a clock is advanced: by a stretch of time, or to an instant. The zero Move
// is by nothing.
type Move struct {
	By time.Duration
	To time.Time // zero for a stretch

	local bool // To is a date and time of the clock's zone
}

var days = regexp.MustCompile(`^([0-9]{1,6})d`)

// ParseStretch reads a duration that may begin with days of 24 hours: 3d, 1d12h.
func ParseStretch(text string) (time.Duration, error) {
	m := days.FindStringSubmatch(text)
	if m == nil {
		return time.ParseDuration(text)
	}
	var n int
	if _, err := fmt.Sscan(m[1], &n); err != nil {
		return 0, err
	}
	rest := time.Duration(0)
	if after := strings.TrimPrefix(text, m[0]); after != "" {
		var err error
		if rest, err = time.ParseDuration(after); err != nil || rest < 0 {
			return 0, fmt.Errorf("clock: %q is no duration", text)
		}
	}
	by := time.Duration(n) * day
	if by/day != time.Duration(n) || by+rest < by {
		return 0, fmt.Errorf("clock: %q is too long", text)
	}
	return by + rest, nil
}

const localTime = "2006-01-02T15:04:05"

// ParseTarget reads an instant with its offset, or a date and time of the clock's zone.
func ParseTarget(text string) (Move, error) {
	if at, err := time.Parse(localTime, text); err == nil {
		return Move{To: at, local: true}, nil
	}
	at, err := ParseInstant(text)
	return Move{To: at}, err
}

// IsZero reports whether nothing is to move.
func (m Move) IsZero() bool { return m == Move{} }

// From an instant, in the clock's zone, on: how far the clock is moved. Below 0 it is past
// the target.
func (m Move) From(now time.Time) time.Duration {
	if m.To.IsZero() {
		return m.By
	}
	to := m.To
	if m.local {
		to = time.Date(to.Year(), to.Month(), to.Day(), to.Hour(), to.Minute(), to.Second(), to.Nanosecond(), now.Location())
	}
	return to.Sub(now)
}

func (m Move) String() string {
	switch {
	case m.To.IsZero():
		return m.By.String()
	case m.local:
		return "to " + m.To.Format(localTime)
	}
	return "to " + m.To.Format(time.RFC3339)
}
