package scenario

import (
	"fmt"
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/journal"
)

// Unserved is what keeps a request from the service although it can't be decided on,
// since it is malformed or fits no operation: the operations are those that it may have
// been meant for. A rule or a live fault counts if it keeps every request for all of them
// from the service, without asking what is in the request. Nothing is counted. The zero
// Plan is that the service answers.
func (s *Settings) Unserved(operations []*contract.Operation, now time.Time) Plan {
	var plan Plan
	for _, rule := range s.rules {
		if rule.Rows == nil && rule.always(operations, now, s.Start) && len(rule.Do) == 1 {
			if step := rule.Do[0]; faults.ReachOf(step.Faults) == faults.Unserved {
				plan = Plan{Rule: rule.title, Faults: slices.Clone(step.Faults), Why: []string{rule.title + ": decided: " + step.text}}
			}
			break // no later one decides
		}
	}
	for _, f := range s.Faults {
		if !f.Ended(now) && f.always(operations, now, s.Start) && faults.ReachOf(f.Faults) == faults.Unserved {
			plan.Faults = append(plan.Faults, f.Faults...)
			plan.Why = append(plan.Why, fmt.Sprintf("%s: decided: %s", f.title(), f.text))
		}
	}
	return plan
}

// always reports whether every request for the operations is met at an instant.
func (t *Target) always(operations []*contract.Operation, now, start time.Time) bool {
	if t.Direction == journal.Out || len(t.For) > 0 || t.When != nil || t.narrows() {
		return false
	}
	if t.Between != nil && !t.Between.period(start).holds(now) {
		return false
	}
	return !slices.ContainsFunc(operations, func(op *contract.Operation) bool {
		return !slices.ContainsFunc(t.operations, func(own *contract.Operation) bool { return own.ID == op.ID })
	})
}
