package scenario

import (
	"errors"
	"fmt"
	"slices"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/store"
)

// checkWhole finds mistakes that need the whole scenario with its cases. What a case
// shares with its file is checked once, where that is enough.
func (p *checker) checkWhole(s *Scenario) {
	p.checkHidden(s.Rules)
	p.checkFaults(s)
	p.checkGiven(s)
	made := len(s.Given)
	for _, one := range s.Cases {
		p.checkHidden(one.Rules[:len(one.Rules)-len(s.Rules)])
		p.checkFaults(one)
		if len(one.Given) == len(s.Given) && one.Seed == s.Seed && one.Clock == s.Clock && one.Profile == s.Profile {
			continue
		}
		if made += len(one.Given); made > maxGiven {
			p.find(document.Finding{
				Position: one.Given[0].Position, Path: "given", Severity: document.Error,
				Found:    fmt.Sprintf("more than %d items in the file and its cases, those of the file in each", maxGiven),
				Expected: "fewer items, or fewer cases",
			})
			return
		}
		p.checkGiven(one)
	}
}

// checkFaults refuses steps that expect a fault where no rule has one.
func (p *checker) checkFaults(s *Scenario) {
	for _, t := range s.Try {
		if p.findings.Broken() || t.Expect == nil || t.Expect.fault() == "" {
			continue
		}
		if !slices.ContainsFunc(s.Rules, func(r *Rule) bool { return r.spoils(t.Call) }) {
			p.find(document.Finding{
				Position: t.Expect.Position, Found: fmt.Sprintf("the fault %s, which no rule gives to %s", t.Expect.fault(), t.Call.ID),
				Expected: "an outcome, or a rule with a fault", Severity: document.Error,
			})
		}
	}
}

// fault that is expected, if it may be only that one.
func (e *Expect) fault() string {
	for _, answer := range []*Answer{&e.Answer, e.One, e.Rest} {
		if answer != nil && answer.Fault != "" {
			return answer.Fault
		}
	}
	return ""
}

// spoils reports whether requests for an operation may meet a fault.
func (r *Rule) spoils(op *contract.Operation) bool {
	return r.Direction != journal.Out && slices.Contains(r.operations, op) &&
		r.some(func(s *Step) bool { return len(s.Faults) > 0 || s.Status > 0 })
}

// String names a rule for people.
func (r *Rule) String() string {
	if r.Name != "" {
		return fmt.Sprintf("%q (line %d)", r.Name, r.Line)
	}
	return fmt.Sprintf("the rule on line %d", r.Line)
}

// appliesTo reports whether an operation has the outcomes that the steps name: of
// a pattern's operations only such are met.
func (r *Rule) appliesTo(op *contract.Operation) bool {
	return !r.some(func(s *Step) bool {
		if s.Outcome == "" {
			return false
		}
		_, has := op.Outcome(s.Outcome)
		return !has
	})
}

// some reports whether one of the steps is such, of those that they choose from, too.
func (r *Rule) some(is func(*Step) bool) bool {
	for i := range r.Do {
		step := &r.Do[i]
		if !step.chooses() && is(step) || slices.ContainsFunc(step.every(), is) {
			return true
		}
	}
	return false
}

// checkGiven makes the fixtures true in an empty state that is then dropped, so that
// values which a schema can't judge are refused here and not when it is loaded.
func (p *checker) checkGiven(s *Scenario) {
	if p.findings.Broken() {
		return
	}
	for _, g := range s.Given {
		if g.Fixture.Apply == nil {
			return
		}
	}
	err := store.New(p.table.Collections()...).Update(func(tx *store.Tx) error {
		return s.Apply(p.table, s.firstCall(tx))
	})
	var bad GivenError
	if !errors.As(err, &bad) {
		return
	}
	inner, at := *p, p.items[bad.given.File+bad.given.Path]
	inner.file = bad.given.File
	var problem contract.Problem
	if errors.As(err, &problem) {
		inner.refuseProblem(at, problem, "")
	} else {
		inner.refuse(at, "an item that can't be made true: "+bad.err.Error(), "values that the service knows")
	}
}

// firstCall is a call in a sandbox that starts from the scenario alone.
func (s *Scenario) firstCall(tx *store.Tx) *contract.Call {
	c := &contract.Call{Tx: tx, Now: DefaultStart(), Seed: 1}
	if s.Clock != nil && !s.Clock.Start.IsZero() {
		c.Now = s.Clock.Start
	}
	if s.Seed != nil {
		c.Seed = *s.Seed
	}
	if s.Profile != nil {
		c.Profile = *s.Profile
	}
	return c
}
