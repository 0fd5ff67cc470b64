package expect

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/scenario"
)

// Criterion is one thing that a request has to be, and what it is.
type Criterion struct {
	Name     string `json:"name"` // on, for iin, when, outcome, finding, within, body
	Expected string `json:"expected"`
	Found    string `json:"found"`
	Met      bool   `json:"met"`
}

// matches reports whether an exchange meets every criterion, as the journal has it.
func matches(e *scenario.Expectation, x *journal.Exchange, start time.Time) bool {
	return e.Holds(scenario.AnsweredOf(e, x), start)
}

// asksForAnswer reports whether an expectation can't be judged before a request has
// its answer.
func asksForAnswer(e *scenario.Expectation) bool {
	return e.Outcome != "" || e.Finding != scenario.Remark{}
}

func withAnyAnswer(e *scenario.Expectation) *scenario.Expectation {
	any := *e
	any.Outcome, any.Finding = "", scenario.Remark{}
	return &any
}

// criteria of an expectation as an exchange meets or fails them, in the order in
// which a request meets them. Of another operation's request only the subject and
// the outcome are compared: its body has other fields.
func criteria(e *scenario.Expectation, x *journal.Exchange, opts Options) []Criterion {
	shown := opts.shown(x)
	isAsked := contract.Fits(e.On, x.Operation)
	all := []Criterion{{Name: "on", Expected: e.On, Found: operationOf(shown), Met: isAsked}}
	if e.Direction != x.Direction {
		all = append(all, Criterion{Name: "direction", Expected: directionOf(e.Direction), Found: directionOf(x.Direction)})
	}
	switch body, broken := brokenBody(shown, e); {
	case broken:
		all = append(all, body)
	case isAsked:
		all = append(all, targets(e, x, shown)...)
	}
	if e.Outcome != "" {
		all = append(all, Criterion{Name: "outcome", Expected: e.Outcome, Found: outcomeOf(shown), Met: x.Outcome == e.Outcome})
	}
	if wanted := e.Finding.String(); wanted != "" {
		all = append(all, Criterion{Name: "finding", Expected: wanted, Found: findingsOf(shown), Met: e.Finding.Fits(x.Findings)})
	}
	if e.Within > 0 && !opts.Start.IsZero() {
		after := x.At.Sub(opts.Start)
		all = append(all, Criterion{
			Name: "within", Expected: e.Within.String(), Found: after.String(), Met: !e.TooLate(x.At, opts.Start),
		})
	}
	return all
}

// brokenBody reports a body that `for` and `when` can't be applied to.
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

// targets are `for` and `when`: judged by the exchange as it was, and shown by the
// exchange as it may be shown.
func targets(e *scenario.Expectation, x, shown *journal.Exchange) []Criterion {
	past, isAsked := e.Past(x)
	told, _ := e.Past(shown)
	if !isAsked {
		return nil
	}
	var all []Criterion
	for _, m := range e.For {
		c := Criterion{Name: "for " + m.Field, Expected: strings.Join(m.Values, " or ")}
		if _, c.Met = past.Has(m); c.Met {
			c.Found = c.Expected
		} else {
			c.Found, _ = told.Has(m)
		}
		all = append(all, c)
	}
	if e.When == nil {
		return all
	}
	c := Criterion{Name: "when", Expected: e.When.Text}
	if _, c.Met = past.Meets(e.When); c.Met {
		c.Found = c.Expected
	} else {
		c.Found, _ = told.Meets(e.When)
	}
	return append(all, c)
}

func directionOf(direction string) string {
	if direction == journal.Out {
		return journal.Out
	}
	return journal.In
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
	if len(x.Findings) == 0 {
		return ""
	}
	return " (" + findingsOf(x) + ")"
}

// mostFindings is how many a report names: a batch may have one for each row.
const mostFindings = 5

func findingsOf(x *journal.Exchange) string {
	if len(x.Findings) == 0 {
		return "none"
	}
	var texts []string
	for _, f := range x.Findings[:min(len(x.Findings), mostFindings)] {
		texts = append(texts, f.String())
	}
	if more := len(x.Findings) - len(texts); more > 0 {
		texts = append(texts, fmt.Sprintf("%d more", more))
	}
	return strings.Join(texts, "; ")
}
