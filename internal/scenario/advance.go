package scenario

import (
	"regexp"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
)

const moveKey = "advance"

var (
	stretchForm = regexp.MustCompile(`^[0-9]{1,6}d(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))*$|` + durationForm.String())
	targetForm  = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?$`)
)

// advanceKind is how a clock is moved.
var advanceKind = definition{name: "advance", kind: &choice{
	words: "duration, such as `30s` or `3d`, or `{to: \"2024-04-01T00:00:00\"}`", scalar: stretch(),
	mapping: &mapping{what: "a duration such as 3d, or {to: …}", fields: []field{{
		name: "to", kind: target(), about: "An instant: with its offset, or one of the clock's zone.", required: "the instant to which the clock moves",
	}}},
}}

// stretch is a duration that may have days.
func stretch() *scalar {
	s := duration()
	plain := s.parse
	s.editor = same(object{"type": anys("string", "number"), "pattern": stretchForm.String(), "minimum": 0, "maximum": 0, "examples": anys("30s", "24h", "3d")})
	s.parse = func(p *checker, n node) (any, bool) {
		if by, err := clock.ParseStretch(n.Value); err == nil && stretchForm.MatchString(n.Value) {
			return clock.Move{By: by}, true
		}
		length, ok := plain(p, n)
		by, _ := length.(time.Duration)
		return clock.Move{By: by}, ok
	}
	return s
}

func target() *scalar {
	s := formed("instant", "an instant such as 2024-04-01T00:00:00, in the clock's zone unless an offset says which", targetForm, nil)
	return s.converted(func(m []string) (any, bool) {
		to, err := clock.ParseTarget(m[0])
		return to, err == nil
	}, nil)
}

// moveOf a value that advanceKind has read.
func moveOf(v value) clock.Move {
	if to := v.at("to"); to.there() {
		return as[clock.Move](to)
	}
	return as[clock.Move](v)
}
