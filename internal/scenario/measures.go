package scenario

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/document"
)

// What scenarios measure in: time, instants, shares and counts.

func (p *checker) duration(n node) (time.Duration, bool) {
	text, ok := p.text(n, "a duration such as 30s")
	if !ok {
		return 0, false
	}
	d, err := time.ParseDuration(text)
	switch {
	case err != nil && document.IsNumber(text):
		p.refuse(n, quote(text), "a duration with its unit, such as "+text+"s or "+text+"m")
		return 0, false
	case err != nil:
		p.refuse(n, quote(text), "a duration such as 300ms, 30s, 5m or 1h30m")
		return 0, false
	case d < 0:
		p.refuse(n, quote(text), "a duration that is not negative: a clock never goes back")
		return 0, false
	}
	return d, true
}

func (p *checker) instant(n node) (time.Time, bool) {
	text, ok := p.text(n, "an instant such as 2024-03-01T09:00:00+05:00")
	if !ok {
		return time.Time{}, false
	}
	at, err := clock.ParseInstant(text)
	if err != nil {
		p.refuse(n, quote(text), "an instant with its offset, such as 2024-03-01T09:00:00+05:00")
		return time.Time{}, false
	}
	return at, true
}

// share is a probability: above 0, at most 1.
func (p *checker) share(n node) (float64, bool) {
	text, ok := p.text(n, "a share from 0 to 1, such as 0.05")
	if !ok {
		return 0, false
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v > 0 && v <= 1) {
		hint := "a share above 0 and at most 1, such as 0.05"
		if percent, is := strings.CutSuffix(text, "%"); is && document.IsNumber(percent) {
			hint += fmt.Sprintf(" (%s is written as a fraction)", text)
		}
		p.refuse(n, quote(text), hint)
		return 0, false
	}
	return v, true
}

// count is a whole number from 1 on.
func (p *checker) count(n node) (int, bool) {
	text, ok := p.text(n, "a number, 1 or more")
	if !ok {
		return 0, false
	}
	v, err := strconv.Atoi(text)
	if err != nil || v < 1 {
		p.refuse(n, quote(text), "a whole number, 1 or more")
		return 0, false
	}
	return v, true
}

// truth takes what is neither true nor false for true, so that nothing else is
// said of it.
func (p *checker) truth(n node) bool {
	if n.Kind != 0 && n.Value != "true" && n.Value != "false" {
		p.refuse(n, n.describe(), "true or false")
	}
	return n.Value != "false"
}
