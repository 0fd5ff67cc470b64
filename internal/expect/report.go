package expect

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/scenario"
)

// Report says whether an expectation holds and, if not, what was there instead.
type Report struct {
	*document.Position             // in the scenario's `must`; nil for an expectation of its own
	Passed             bool        `json:"passed"`
	Expected           string      `json:"expected"`            // in words
	Count              int         `json:"count"`               // how many there were
	Requests           []Seen      `json:"requests"`            // the first of those that were counted, as far as they are known
	InFlight           []Seen      `json:"in_flight,omitempty"` // not counted: their outcome isn't known yet
	Nearest            []Miss      `json:"nearest,omitempty"`
	Elsewhere          []Elsewhere `json:"elsewhere,omitempty"`
	Difference         string      `json:"difference,omitempty"`   // to the nearest: - expected, + found
	Broken             int         `json:"broken,omitempty"`       // requests that came too early, too late or out of order
	FirstBroken        *Seen       `json:"first_broken,omitempty"` // of these, as far as it is known
	Missing            string      `json:"missing,omitempty"`      // of an order, the first operation that wasn't answered
	Lost               uint64      `json:"lost,omitempty"`         // requests that the journal had dropped before they were asked for
	Unknown            bool        `json:"unknown,omitempty"`      // too little is known of some requests: see InFlight and Lost
}

// Seen is a request that was looked at.
type Seen struct {
	Request string    `json:"request"`
	At      time.Time `json:"at"` // the sandbox's time
	Over    bool      `json:"over"`
}

// Miss is a request that comes near, with each criterion and how it met it.
type Miss struct {
	Request  string      `json:"request"`
	At       time.Time   `json:"at"`
	Criteria []Criterion `json:"criteria"`
}

// Elsewhere is a sandbox that got what was expected of another.
type Elsewhere struct {
	Sandbox string `json:"sandbox"`
	Count   int    `json:"count"`
}

func (t tally) passed(e *scenario.Expectation) Report {
	return Report{
		Passed: true, Expected: e.String(), Count: t.count + len(t.flying), Lost: t.lost,
		Requests: append(append([]Seen{}, t.met...), inFlight(t.flying)...),
	}
}

func (t tally) failed(e *scenario.Expectation, kept []*journal.Exchange, opts Options) Report {
	r := t.passed(e)
	r.Passed = false
	if len(t.undecided) > 0 {
		r.InFlight = inFlight(t.undecided)
	}
	r.Unknown = r.Count <= e.Count.AtMost && t.most() >= e.Count.AtLeast
	if r.Count < e.Count.AtLeast {
		r.Nearest = nearest(e, kept, opts)
	}
	r.Difference = difference(e, r)
	return r
}

// broken notes the requests that came too early, too late or out of order.
func (r *Report) broken(m scenario.Must, kept []*journal.Exchange, opts Options) {
	if r.Broken = m.Broken; r.Broken == 0 {
		return
	}
	if x := m.FirstBroken(kept, opts.Start); x != nil {
		r.FirstBroken = &Seen{Request: x.ID, At: x.At, Over: true}
	}
}

func inFlight(all []*journal.Exchange) []Seen {
	list := []Seen{}
	for _, x := range all {
		list = append(list, Seen{Request: x.ID, At: x.At})
	}
	return list
}

// How many misses a report names, and among how many they are chosen with care.
const (
	mostMisses     = 3
	mostCandidates = 50
)

// nearest are the exchanges that aren't expected and meet the most, the latest of
// equals first.
func nearest(e *scenario.Expectation, kept []*journal.Exchange, opts Options) []Miss {
	var candidates []*journal.Exchange
	for _, x := range slices.Backward(kept) {
		if !matches(e, x, opts.Start) {
			candidates = append(candidates, x)
		}
	}
	slices.SortStableFunc(candidates, func(a, b *journal.Exchange) int { return cmp.Compare(atAGlance(e, b), atAGlance(e, a)) })
	candidates = candidates[:min(len(candidates), mostCandidates)]
	type ranked struct {
		rank int
		miss Miss
	}
	var misses []ranked
	for _, x := range candidates {
		all := criteria(e, x, opts)
		misses = append(misses, ranked{atAGlance(e, x) + rankOf(all), Miss{Request: x.ID, At: x.At, Criteria: all}})
	}
	slices.SortStableFunc(misses, func(a, b ranked) int { return cmp.Compare(b.rank, a.rank) })
	var list []Miss
	for _, m := range misses[:min(len(misses), mostMisses)] {
		list = append(list, m.miss)
	}
	return list
}

// What a criterion weighs in how near an exchange comes.
const (
	weightOn      = 16
	weightSubject = 4
	weightOther   = 2
	weightNear    = 8 // a path of no operation that is nearly the expected one's
	weightLost    = 1 // any other such path
)

// atAGlance is how near an exchange comes as far as its body needn't be read.
func atAGlance(e *scenario.Expectation, x *journal.Exchange) int {
	rank := 0
	switch {
	case contract.Fits(e.On, x.Operation) && e.Direction == x.Direction:
		rank += weightOn
	case contract.Fits(e.On, x.Operation):
		rank += weightNear
	case x.Operation == "" && strings.Contains(x.URL, e.On[strings.LastIndexByte(e.On, '.')+1:]):
		rank += weightNear
	case x.Operation == "":
		rank += weightLost
	}
	for _, m := range e.For {
		if slices.ContainsFunc(m.Values, func(v string) bool { return slices.Contains(x.Subjects, v) }) {
			rank += weightSubject
		}
	}
	return rank
}

func rankOf(all []Criterion) int {
	rank := 0
	for _, c := range all {
		if c.Met && c.Name != "on" {
			rank += weightOther
		}
	}
	return rank
}

// difference is shown as a diff: what was expected of the nearest miss and what it
// was, or how many there had to be and how many there were.
func difference(e *scenario.Expectation, r Report) string {
	lines := []Criterion{{Name: "count", Expected: e.Count.String(), Found: fmt.Sprint(r.Count)}}
	if len(r.Nearest) > 0 {
		lines = append(r.Nearest[0].Criteria, lines...)
	}
	width := 0
	for _, c := range lines {
		width = max(width, len(c.Name)+1)
	}
	var b strings.Builder
	line := func(sign, name, value string) { fmt.Fprintf(&b, "%s %-*s %s\n", sign, width, name+":", value) }
	for _, c := range lines {
		if c.Met {
			line(" ", c.Name, c.Found)
			continue
		}
		line("-", c.Name, c.Expected)
		line("+", c.Name, c.Found)
	}
	return b.String()
}

// mostListed is how many of the requests that were counted the text of a report names.
const mostListed = 10

// String is the report for a person.
func (r Report) String() string {
	var b strings.Builder
	if r.Passed {
		fmt.Fprintf(&b, "met: %s; there were %d", r.Expected, r.Count)
		return b.String()
	}
	fmt.Fprintf(&b, "expected %s; there were %d", r.Expected, r.Count)
	for _, s := range r.Requests[:min(len(r.Requests), mostListed)] {
		fmt.Fprintf(&b, "\n  %s at %s", s.Request, s.At.Format(time.RFC3339))
	}
	if more := r.Count - mostListed; more > 0 && len(r.Requests) > mostListed {
		fmt.Fprintf(&b, "\n  and %d more", more)
	}
	if r.Broken > 0 {
		fmt.Fprintf(&b, "\n%d came too early, too late or out of order", r.Broken)
	}
	if s := r.FirstBroken; s != nil {
		fmt.Fprintf(&b, "; the first was %s at %s", s.Request, s.At.Format(time.RFC3339))
	}
	if r.Missing != "" {
		fmt.Fprintf(&b, "\nnot answered in its turn: %s", r.Missing)
	}
	for _, s := range r.InFlight {
		fmt.Fprintf(&b, "\n  %s at %s is in flight, and its outcome not known yet", s.Request, s.At.Format(time.RFC3339))
	}
	for _, x := range r.Elsewhere {
		fmt.Fprintf(&b, "\n  the sandbox %s got %d: does the client name the right sandbox?", x.Sandbox, x.Count)
	}
	for i, m := range r.Nearest {
		fmt.Fprintf(&b, "\n%s %s at %s:", []string{"nearest:", "then"}[min(i, 1)], m.Request, m.At.Format(time.RFC3339))
		for _, c := range m.Criteria {
			if !c.Met {
				fmt.Fprintf(&b, "\n  %s: expected %s, found %s", c.Name, c.Expected, c.Found)
			}
		}
	}
	if r.Lost > 0 {
		fmt.Fprintf(&b, "\nthe journal had dropped %d requests before they were asked for: what is expected may have been among them", r.Lost)
	}
	if r.Unknown {
		b.WriteString("\nwhether it was met can't be known")
	}
	return b.String()
}
