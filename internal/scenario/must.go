package scenario

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/store"
)

// Expectation is what the client under test has to do: so many requests of this
// kind with this outcome. Of its target only On, For and When are used. The package
// expect judges by it.
type Expectation struct {
	document.Position
	Target
	Outcome string // empty for any
	Finding Remark
	Count   Count
	Within  time.Duration // counted are requests up to so long after the start; 0 for all

	Gap   *Length        // between any two requests that follow each other; nil for any
	Order []*Expectation // in which these have to be answered first; then only the position and this are used
}

// Remark says which findings a request has to have; the zero Remark asks for
// nothing.
type Remark struct {
	Any, None bool
	Ledger    int // one that rests on this entry; 0 for none in particular
}

// The words of a Remark, beside an entry's number.
const (
	anyFinding = "any"
	noFinding  = "none"
)

func (r Remark) String() string {
	switch {
	case r.Any:
		return anyFinding
	case r.None:
		return noFinding
	case r.Ledger != 0:
		return fmt.Sprintf("ledger %d", r.Ledger)
	}
	return ""
}

// Fits reports whether findings are those that are asked for.
func (r Remark) Fits(findings []contract.Finding) bool {
	switch {
	case r.Any:
		return len(findings) > 0
	case r.None:
		return len(findings) == 0
	case r.Ledger != 0:
		return slices.ContainsFunc(findings, func(f contract.Finding) bool { return f.Ledger == r.Ledger })
	}
	return true
}

// Count is how many there have to be, both bounds included.
type Count struct{ AtLeast, AtMost int }

const unbounded = math.MaxInt

func (c Count) String() string {
	switch {
	case c.AtLeast == c.AtMost:
		return fmt.Sprint(c.AtLeast)
	case c.AtMost == unbounded:
		return fmt.Sprintf("%d or more", c.AtLeast)
	case c.AtLeast == 0:
		return fmt.Sprintf("at most %d", c.AtMost)
	}
	return fmt.Sprintf("%d to %d", c.AtLeast, c.AtMost)
}

// String is the expectation in words.
func (e *Expectation) String() string {
	if e.Order != nil {
		return "in this order: " + e.inOrder()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s of %s", e.Count, e.On)
	if e.Direction == journal.Out {
		b.WriteString(" going out")
	}
	for _, m := range e.For {
		fmt.Fprintf(&b, " for %s %s", m.Field, strings.Join(m.Values, " or "))
	}
	if e.When != nil {
		fmt.Fprintf(&b, " when %s", e.When.Text)
	}
	if e.Outcome != "" {
		fmt.Fprintf(&b, " with the outcome %s", e.Outcome)
	}
	switch {
	case e.Finding.Any:
		b.WriteString(" with a finding")
	case e.Finding.None:
		b.WriteString(" without a finding")
	case e.Finding.Ledger != 0:
		fmt.Fprintf(&b, " with a finding of ledger %d", e.Finding.Ledger)
	}
	if e.Within > 0 {
		fmt.Fprintf(&b, " within %s", e.Within)
	}
	if e.Once != nil {
		fmt.Fprintf(&b, " once there was %s", e.Once)
	}
	if e.Gap != nil {
		fmt.Fprintf(&b, " with a gap of %s between them", e.Gap)
	}
	return b.String()
}

// Answered is a request that has its answer, as an expectation judges it.
type Answered struct {
	Operation string // its id; empty if the request reached none
	Direction string // journal.Out for a call of a service
	Outcome   string
	Findings  []contract.Finding
	At        time.Time // the sandbox's time when the request came
	Started   time.Time // the machine's
	// Request is what `for` and `when` look at; false if it can't be known. It is
	// asked last: of most requests the body isn't looked at.
	Request func() (*Past, bool)
}

// AnsweredOf an exchange that is over, as the journal has it: without API keys, and
// without what is beyond journal.MaxBody of its body.
func AnsweredOf(e *Expectation, x *journal.Exchange) Answered {
	return Answered{
		Operation: x.Operation, Direction: x.Direction, Outcome: x.Outcome, Findings: x.Findings, At: x.At, Started: x.Started,
		Request: func() (*Past, bool) { return e.Past(x) },
	}
}

// Live is a request as it came, whole, at the sandbox's time when it came.
func Live(c *contract.Call, at time.Time) *Past {
	came := c.Event()
	came.Now = at
	return &Past{&request{Call: came}}
}

// Holds reports whether a request is one that is expected. Start is the instant from
// which Within counts; zero where Within isn't about the sandbox's time.
func (e *Expectation) Holds(a Answered, start time.Time) bool {
	if !contract.Fits(e.On, a.Operation) || e.Direction != a.Direction || e.Outcome != "" && a.Outcome != e.Outcome ||
		!e.Finding.Fits(a.Findings) || e.TooLate(a.At, start) {
		return false
	}
	if len(e.For) == 0 && e.When == nil {
		return true
	}
	past, ok := a.Request()
	if !ok {
		return false
	}
	for _, m := range e.For {
		if _, ok := past.Has(m); !ok {
			return false
		}
	}
	if e.When != nil {
		_, ok = past.Meets(e.When)
	}
	return ok
}

// TooLate reports whether a request came after the time in which it counts.
func (e *Expectation) TooLate(at, start time.Time) bool {
	return e.Within > 0 && !start.IsZero() && at.Sub(start) > e.Within
}

// HasMust reports whether the client has to do anything.
func (s *Settings) HasMust() bool { return len(s.must) > 0 }

// CountMust counts a request for each expectation of the scenario that it meets. It is
// called once for a request, when its answer is known: what the journal drops later
// has been counted.
func (s *Settings) CountMust(a Answered, counters *store.Counters) {
	for _, e := range s.must {
		e.count(func(*Expectation) Answered { return a }, s.Start, counters)
	}
}

// Musts are the scenario's expectations, each with how many requests have met it.
func (s *Settings) Musts(counters *store.Counters) []Must {
	var musts []Must
	for _, e := range s.must {
		musts = append(musts, Must{e.Expectation, counters.Get(e.group, all), counters.Get(e.group, brokenKey), counters.Get(e.group, doneKey)})
	}
	return musts
}

// Must is an expectation of a scenario, and how many requests have met it.
type Must struct {
	*Expectation
	Met    int
	Broken int // requests that came too early, too late or out of order
	Done   int // of an order, how many of its parts were answered
}

// Past is the request of an exchange as the criteria of an expectation see it. Its
// body is as the journal keeps it: without API keys, and without what is beyond
// journal.MaxBody.
type Past struct{ request *request }

// Past request of an exchange; false if it asked none of the expectation's
// operations.
func (e *Expectation) Past(x *journal.Exchange) (*Past, bool) {
	at := slices.IndexFunc(e.operations, func(op *contract.Operation) bool { return op.ID == x.Operation })
	if at < 0 {
		return nil, false
	}
	op := e.operations[at]
	c := &contract.Call{Operation: op, Now: x.At, Header: x.Request.Header()}
	if body, err := contract.ParseBody(x.Request.Body); err == nil {
		c.Body = body
	}
	if u, err := url.ParseRequestURI(x.URL); err == nil {
		c.Query, c.Path = u.Query(), variablesOf(op, u.Path)
	}
	return &Past{&request{Call: c}}, true
}

// Has reports whether the request has a field with one of its values, and what it
// has there.
func (p *Past) Has(m Meeting) (found string, ok bool) { return m.in(p.request) }

// Meets reports whether a condition holds of the request; if not, what was found
// instead.
func (p *Past) Meets(c *Condition) (found string, ok bool) {
	clause, found, ok := c.check(p.request.seen(nil), p.request.budgetOf(), &p.request.memory)
	if !ok && found == "" {
		found = clause + " is false"
	}
	return found, ok
}

// variablesOf a path, which may begin with a sandbox's prefix.
func variablesOf(op *contract.Operation, path string) map[string]string {
	pattern, parts := strings.Split(op.Path, "/"), strings.Split(path, "/")
	if len(parts) < len(pattern) {
		return nil
	}
	parts = parts[len(parts)-len(pattern):]
	variables := map[string]string{}
	for i, name := range pattern {
		if name, ok := strings.CutPrefix(name, "{"); ok {
			variables[strings.TrimSuffix(name, "}")] = parts[i]
		}
	}
	return variables
}
