package scenario

import (
	"fmt"
	"time"
)

// Term is the name of a live fault or of chaos, and the time until which it lasts.
type Term struct {
	Name  string        // empty for none
	End   time.Time     // the sandbox's time at which it ends; zero if it is taken off by hand
	lasts time.Duration // from when it is put on; 0 if End says it or there is none
}

// Ended reports whether the term is over at an instant.
func (t Term) Ended(now time.Time) bool { return !t.End.IsZero() && !now.Before(t.End) }

// begin the term at an instant. The error is of an end that has passed.
func (t Term) begin(now time.Time) (Term, error) {
	if t.lasts > 0 {
		t.End, t.lasts = now.Add(t.lasts), 0
	}
	if t.Ended(now) {
		return t, fmt.Errorf("it would end at %s, and it is %s now: name a later instant, or a duration such as 10m",
			t.End.Format(time.RFC3339), now.Format(time.RFC3339))
	}
	return t, nil
}

// termFields are the name and the end, in what may be put on a sandbox that runs.
func termFields(what string) []field {
	return []field{
		{name: "name", kind: text("text", "a name for "+what), about: "How explanations and lists name it."},
		{
			name: untilKey, kind: moment(", or how long from now, such as 10m"),
			about: "When it ends: an instant of the sandbox's clock, or how long after it was put on.",
		},
	}
}

func (p *checker) term(v value) Term {
	until := v.at(untilKey)
	t := Term{Name: as[string](v.at("name")), End: as[time.Time](until), lasts: as[time.Duration](until)}
	if until.scalar != nil && t.End.IsZero() && t.lasts <= 0 {
		p.refuse(until.node, quote(until.Value), "a duration above 0")
	}
	return t
}
