package scenario

import (
	"regexp"
	"time"
)

// Length is a bound of a stretch of time, such as "<2s".
type Length struct {
	comparison string // <, <=, > or >=
	Of         time.Duration
}

func (l Length) String() string { return l.comparison + " " + l.Of.String() }

// Holds reports whether a stretch is within the bound.
func (l Length) Holds(d time.Duration) bool {
	switch l.comparison {
	case "<":
		return d < l.Of
	case "<=":
		return d <= l.Of
	case ">":
		return d > l.Of
	}
	return d >= l.Of
}

var lengthForm = regexp.MustCompile(`^(<=|>=|<|>)\s*((([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$`)

// lengthKind is a comparison with a duration.
func lengthKind(such string) *scalar {
	s := formed("a comparison, such as `\""+such+"\"`", "a comparison with a duration, in quotes, such as \""+such+"\"", lengthForm, nil)
	return s.converted(func(m []string) (any, bool) {
		of, err := time.ParseDuration(m[2])
		return Length{m[1], of}, err == nil
	}, nil)
}
