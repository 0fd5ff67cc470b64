package expect

import (
	"errors"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/scenario"
)

// Criterion is one thing that a request has to be, and what it is.
type Criterion struct {
	Name     string `json:"name"` // on, for iin, when, outcome, within, body
	Expected string `json:"expected"`
	Found    string `json:"found"`
	Met      bool   `json:"met"`
}

// matches reports whether an exchange meets every criterion. Cheap ones go first:
// of most exchanges the body isn't looked at.
func matches(e *scenario.Expectation, x *journal.Exchange, start time.Time) bool {
	if !contract.Fits(e.On, x.Operation) || e.Outcome != "" && x.Outcome != e.Outcome || tooLate(e, x, start) {
		return false
	}
	if len(e.For) == 0 && e.When == nil {
		return true
	}
	_, ok := judge(x, scenario.Target{On: e.On, For: e.For, When: e.When}, e)
	return ok
}

func tooLate(e *scenario.Expectation, x *journal.Exchange, start time.Time) bool {
	return e.Within > 0 && !start.IsZero() && x.At.Sub(start) > e.Within
}

// judge a request by a part of an expectation's target; if it fails, why.
func judge(x *journal.Exchange, part scenario.Target, of *scenario.Expectation) (why string, ok bool) {
	only := scenario.Expectation{Target: of.Target, Count: scenario.Count{AtLeast: 1, AtMost: 1}}
	only.For, only.When = part.For, part.When
	result := only.Judge([]*journal.Exchange{x}, time.Time{})
	if result.Passed || len(result.Nearest) == 0 {
		return "", result.Passed
	}
	return result.Nearest[0].Why, false
}

func withAnyOutcome(e *scenario.Expectation) *scenario.Expectation {
	any := *e
	any.Outcome = ""
	return &any
}

// criteria of an expectation as an exchange meets or fails them, in the order in
// which a request meets them. Of another operation's request only the subject and
// the outcome are compared: its body has other fields.
func criteria(e *scenario.Expectation, x *journal.Exchange, opts Options) []Criterion {
	shown := opts.shown(x)
	isAsked := contract.Fits(e.On, x.Operation)
	all := []Criterion{{Name: "on", Expected: e.On, Found: operationOf(shown), Met: isAsked}}
	switch body, broken := brokenBody(shown, e); {
	case broken:
		all = append(all, body)
	case isAsked:
		all = append(all, targets(e, x, shown)...)
	}
	if e.Outcome != "" {
		all = append(all, Criterion{Name: "outcome", Expected: e.Outcome, Found: outcomeOf(shown), Met: x.Outcome == e.Outcome})
	}
	if e.Within > 0 && !opts.Start.IsZero() {
		after := x.At.Sub(opts.Start)
		all = append(all, Criterion{
			Name: "within", Expected: e.Within.String(), Found: after.String(), Met: !tooLate(e, x, opts.Start),
		})
	}
	return all
}

// brokenBody tells of a body that `for` and `when` can't be asked about.
func brokenBody(x *journal.Exchange, e *scenario.Expectation) (Criterion, bool) {
	if x.Request.Size == 0 || len(e.For) == 0 && e.When == nil {
		return Criterion{}, false
	}
	c := Criterion{Name: "body", Expected: "JSON"}
	if x.Request.Digest != "" {
		c.Found = "more than the journal keeps of a body"
		return c, true
	}
	_, err := contract.ParseBody(x.Request.Body)
	var syntax contract.Problem
	if errors.As(err, &syntax) {
		c.Found = syntax.Found + " (" + syntax.Expected + ")"
	}
	return c, err != nil
}

func targets(e *scenario.Expectation, x, shown *journal.Exchange) []Criterion {
	var all []Criterion
	for _, m := range e.For {
		expected := strings.Join(m.Values, " or ")
		c := Criterion{Name: "for " + m.Field, Expected: expected, Found: expected}
		part := scenario.Target{For: []scenario.Meeting{m}}
		if _, c.Met = judge(x, part, e); !c.Met {
			why, _ := judge(shown, part, e)
			c.Found = strings.TrimSuffix(strings.TrimPrefix(why, "for "+m.Field+": it is "), ", not "+expected)
		}
		all = append(all, c)
	}
	if e.When == nil {
		return all
	}
	c := Criterion{Name: "when", Expected: e.When.Text, Found: e.When.Text}
	part := scenario.Target{When: e.When}
	if _, c.Met = judge(x, part, e); !c.Met {
		why, _ := judge(shown, part, e)
		clause, values, hasValues := strings.Cut(strings.TrimPrefix(why, "when "), ": ")
		if c.Found = values; !hasValues {
			c.Found = clause
		}
	}
	return append(all, c)
}

func operationOf(x *journal.Exchange) string {
	if x.Operation != "" {
		return x.Operation
	}
	return "no operation: " + x.Method + " " + x.URL + remarks(x)
}

// outcomeOf an exchange. What kept it from the service says why.
func outcomeOf(x *journal.Exchange) string {
	switch {
	case x.Outcome == "":
		return "none" + remarks(x)
	case x.Outcome == malformed:
		return x.Outcome + remarks(x)
	}
	return x.Outcome
}

// malformed is the outcome of a request that isn't of its operation's shape.
const malformed = "malformed"

func remarks(x *journal.Exchange) string {
	var texts []string
	for _, f := range x.Findings {
		texts = append(texts, f.String())
	}
	if len(texts) == 0 {
		return ""
	}
	return " (" + strings.Join(texts, "; ") + ")"
}
