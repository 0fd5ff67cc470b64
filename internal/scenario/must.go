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
// kind with this outcome. Of its target only On, For and When are used.
type Expectation struct {
	Position
	Target
	Outcome string // empty for any
	Count   Count
	Within  time.Duration // counted are requests up to so long after the start; 0 for all
}

// Count is how many there have to be, both bounds included.
type Count struct{ AtLeast, AtMost int }

const unbounded = math.MaxInt

func (c Count) holds(n int) bool { return n >= c.AtLeast && n <= c.AtMost }

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

// Verdict says whether the client has done what it must.
type Verdict struct {
	Passed  bool     `json:"passed"`
	Results []Result `json:"results"`
}

// Result of one expectation.
type Result struct {
	Position
	Passed   bool     `json:"passed"`
	Expected string   `json:"expected"` // in words
	Count    int      `json:"count"`    // how many there were
	Requests []string `json:"requests,omitempty"`
	Nearest  []Miss   `json:"nearest,omitempty"` // what came closest, if it isn't met
}

// Miss is a request that wasn't counted, and why.
type Miss struct {
	Request string `json:"request"`
	Why     string `json:"why"`
}

// Verdict on the scenario's `must`, from the exchanges of a sandbox.
func (r *Runtime) Verdict(exchanges []*journal.Exchange) Verdict {
	set := r.rules.Load()
	v := Verdict{Passed: true, Results: []Result{}}
	for _, e := range set.scenario.Must {
		result := e.Judge(exchanges, r.start)
		v.Passed = v.Passed && result.Passed
		v.Results = append(v.Results, result)
	}
	return v
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
	if e.Within > 0 {
		fmt.Fprintf(&b, " within %s", e.Within)
	}
	return b.String()
}

// maxMisses is how many near misses a result names.
const maxMisses = 3

// Judge counts the exchanges that are meant. Start is the instant from which
// Within counts, in the sandbox's time.
func (e *Expectation) Judge(exchanges []*journal.Exchange, start time.Time) Result {
	result := Result{Position: e.Position, Expected: e.String()}
	var misses []ranked
	for _, x := range exchanges {
		rank, why := e.compare(x, start)
		if why == "" {
			result.Count++
			result.Requests = append(result.Requests, x.ID)
			continue
		}
		misses = append(misses, ranked{rank, Miss{Request: x.ID, Why: why}})
	}
	if result.Passed = e.Count.holds(result.Count); result.Passed {
		return result
	}
	slices.SortStableFunc(misses, func(a, b ranked) int { return b.rank - a.rank })
	for _, m := range misses[:min(len(misses), maxMisses)] {
		result.Nearest = append(result.Nearest, m.miss)
	}
	return result
}

// ranked is a miss with how many criteria it met.
type ranked struct {
	rank int
	miss Miss
}

// compare answers why an exchange isn't counted, and how many criteria it met
// before that one; an empty why if it is counted.
func (e *Expectation) compare(x *journal.Exchange, start time.Time) (int, string) {
	at := slices.IndexFunc(e.operations, func(op *contract.Operation) bool { return op.ID == x.Operation })
	if at < 0 {
		return 0, fmt.Sprintf("it asked %s, not %s", nameOr(x.Operation, "no operation"), e.On)
	}
	c := callOf(x, e.operations[at])
	for _, m := range e.For {
		if ok, why := m.holds(c); !ok {
			return 1, why
		}
	}
	if e.When != nil {
		if ok, why := e.When.holds(envOf(c)); !ok {
			return 2, why
		}
	}
	if e.Outcome != "" && x.Outcome != e.Outcome {
		return 3, fmt.Sprintf("its outcome is %s, not %s", nameOr(x.Outcome, "none"), e.Outcome)
	}
	if after := x.At.Sub(start); e.Within > 0 && after > e.Within {
		return 4, fmt.Sprintf("it came %s after the start, not within %s", after, e.Within)
	}
	return 5, ""
}

func nameOr(name, without string) string {
	if name == "" {
		return without
	}
	return name
}

// callOf is the request of an exchange as a condition sees one. Bodies are as the
// journal keeps them: without API keys, and without what is beyond MaxBody.
func callOf(x *journal.Exchange, op *contract.Operation) *contract.Call {
	c := &contract.Call{Operation: op, Now: x.At, Header: x.Request.Header}
	if body, err := contract.ParseBody(x.Request.Body); err == nil {
		c.Body = body
	}
	if u, err := url.ParseRequestURI(x.URL); err == nil {
		c.Query, c.Path = u.Query(), variablesOf(op, u.Path)
	}
	return c
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
