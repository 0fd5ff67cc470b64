// Package scenario is the language in which testers describe how a sandbox starts,
// where its answers differ from the services' own behaviour, what the client under
// test has to do, and what a client sees.
//
// Parse reads a document into a checked Scenario or says with line and column what
// is wrong with it. Settings have one in force and decide what each request meets.
// The package trial runs what a scenario says a client sees.
package scenario

import (
	"fmt"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/faults"
)

// Version of the language.
const Version = "1"

// Scenario is a document that has been checked. It is not changed any more and may
// be used by many sandboxes at once.
type Scenario struct {
	Name   string
	About  string
	Tags   []string // of a case with its file's
	File   string
	Source []byte            // as it was written; a case has its whole file's
	Used   map[string]string // the files that it uses, as they were written
	Vars   []Var
	Set    map[string]string // what was set in place of what the document says of vars
	made   int               // values that each has made

	Seed    *chance.Seed      // nil: the sandbox's own
	Clock   *clock.Settings   // nil: the sandbox's own; an empty Mode: the loader decides
	Profile *contract.Profile // nil: the sandbox's own
	Targets map[string]string // that the services call: names of systems by service or operation

	Given []Given
	Rules []*Rule
	Must  []*Expectation
	Try   []*Try
	Cases []*Scenario // each whole: with what it shares with its file
}

// Given is one thing that is true at the start.
type Given struct {
	document.Position
	Path    string // given.k2.loans[0]
	Fixture contract.Fixture
	Item    any // decoded JSON that fits the fixture's schema, and Templates

	valued bool // it has Templates in it, so it has to be checked when their values are known
}

// Rule says what some requests meet.
type Rule struct {
	document.Position
	Target
	Name string // as it was given; empty if it wasn't
	Do   []Step
	Rows *Condition // of a batch's rows, which alone meet the step; nil for whole requests

	layer int    // rules of one layer were written together: none may hide another
	id    string // distinguishes it from the other rules, also after an edit elsewhere
	wrong bool   // it has a mistake, so that what it decides isn't known
}

// Target says which requests are met.
type Target struct {
	Direction   string    // journal.Out for calls that the services make; empty for requests that come
	On          string    // an operation's id, or a pattern such as kyc.address.*
	For         []Meeting // all have to hold
	When        *Condition
	Probability float64 // 1 for always
	Between     *Window // on the sandbox's clock; nil for always
	Per         string  // whose requests are counted, in the words of the language; empty for what Rule.Counting says
	Times       int     // how many requests are met in all, or for each of Per; 0 for any number
	Over        *Quota  // met is only what comes beyond it; nil for all
	Share       float64 // of how many of Per requests are met; 1 for all

	Once, Until *Expectation // requests are met from, or up to, the moment when that has been answered; nil for always

	operations []*contract.Operation
}

// Meeting is a field of the request and the values that it may have.
type Meeting struct {
	Field  string
	Values []string

	sorted []string        // the values
	plain  map[string]bool // the values, numbers that are equal alike
}

// Window is a stretch of the sandbox's time: from an instant on, until before
// another. Relative ones count from the moment in which the scenario was loaded.
type Window struct {
	From, Until           time.Time
	FromStart, UntilStart time.Duration
	Relative              bool
}

// Quota is how many requests there may be in any stretch of the sandbox's time of a
// length.
type Quota struct {
	Most   int
	Length time.Duration
}

func (q Quota) String() string { return fmt.Sprintf("%d in %s", q.Most, q.Length) }

// Step is what one request meets.
type Step struct {
	document.Position
	text string // as an explanation names it

	Choose []Choice // one of them is what the request meets; none of the following then

	Outcome     string // of the operation; empty for what the service would answer
	Status      int    // the documented outcome with that status, else a plain error
	Reply       *Reply
	Patch       any // laid over the answer's body, if Patched: decoded JSON and Templates
	Patched     bool
	Headers     map[string]any // over the answer's: texts and Templates; nil takes one away
	Pad         int            // bytes by which the body is longer
	Given       []Given        // what is made true first
	OffContract bool
	Faults      []faults.Fault
	Subject     string // the event that the request's subject causes first: approve or reject
	event       contract.Event
	Advance     clock.Move // how far the clock moves first
	Send        Send       // of a call

	written *written // of the reply, where it has values in it
	values  []*Template
	table   *contract.Table
}

// Choice is a step and how often it is chosen among others.
type Choice struct {
	Step
	Weight int
}

// One of the scenarios that a document holds: the case of a name, or the document itself
// without a name. A document that is nothing but its cases has to be asked for one.
func (s *Scenario) One(of string) (*Scenario, error) {
	var names []string
	for _, c := range s.Cases {
		name := strings.TrimPrefix(c.Name, s.Name+"/")
		if name == of {
			return c, nil
		}
		names = append(names, name)
	}
	switch {
	case of == "" && !s.onlyCases():
		return s, nil
	case of == "":
		return nil, fmt.Errorf("the scenario %s is nothing but cases, so one of them has to be named: %s", s.Name, strings.Join(names, ", "))
	case len(names) == 0:
		return nil, fmt.Errorf("the scenario %s has no case %q: it has none", s.Name, of)
	}
	return nil, fmt.Errorf("the scenario %s has no case %q; it has %s%s", s.Name, of, strings.Join(names, ", "), document.DidYouMean(of, names))
}

func (s *Scenario) onlyCases() bool { return len(s.Cases) > 0 && len(s.Try) == 0 }

// Variants are the scenarios that a document holds: itself, unless it is nothing
// but its cases, and each of those.
func (s *Scenario) Variants() []*Scenario {
	if s.onlyCases() {
		return s.Cases
	}
	return append([]*Scenario{s}, s.Cases...)
}
