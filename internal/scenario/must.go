package scenario

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/journal"
)

// Expectation is what the client under test has to do: so many requests of this
// kind with this outcome. Of its target only On, For and When are used. The package
// expect judges by it.
type Expectation struct {
	Position
	Target
	Outcome string // empty for any
	Finding Remark
	Count   Count
	Within  time.Duration // counted are requests up to so long after the start; 0 for all
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
	var b strings.Builder
	fmt.Fprintf(&b, "%s of %s", e.Count, e.On)
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
	return b.String()
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
	c := &contract.Call{Operation: op, Now: x.At, Header: x.Request.Header}
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
	clause, found, ok := c.check(p.request.environment())
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
