package scenario

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
)

// checkSequence refuses a list of steps that no service could go through: a state
// that never follows another, and steps that are never reached.
func (p *checker) checkSequence(n node, r *Rule) {
	if n.Kind != yaml.SequenceNode {
		return
	}
	if r.Times > 0 && r.Times < len(r.Do) {
		p.refuse(n.item(r.Times), fmt.Sprintf("step %d of a rule that decides %d in all", r.Times+1, r.Times),
			"no more steps than times")
	}
	for _, op := range r.operations {
		if m := machineOf(op); m != nil {
			p.checkStates(n, r.Do, op, m)
		}
	}
}

// machineOf is the state machine that an operation reports on: one whose initial
// state and at least one other are among its outcomes, by name (VALID is valid).
func machineOf(op *contract.Operation) *contract.Machine {
	for _, m := range op.Service().Machines {
		named := 0
		for _, state := range m.States() {
			if o, ok := op.Outcome(outcomeOf(state)); ok && !o.IsError() {
				named++
			}
		}
		if _, starts := op.Outcome(outcomeOf(m.Initial)); starts && named > 1 {
			return m
		}
	}
	return nil
}

func outcomeOf(state string) string { return strings.ReplaceAll(strings.ToLower(state), "_", "-") }

// checkStates goes through the steps. A step that changes no state leaves the
// last one as it was; what happens in the world, or time, may lead anywhere.
func (p *checker) checkStates(n node, steps []Step, op *contract.Operation, m *contract.Machine) {
	last := ""
	for i, s := range steps {
		if s.Advance > 0 || s.Subject != "" {
			last = ""
		}
		state, ok := stateOf(s, op, m)
		if !ok {
			continue
		}
		if last != "" && !follows(m, last, state) {
			p.refuse(n.item(i), fmt.Sprintf("%q after %q", outcomeOf(state), outcomeOf(last)),
				fmt.Sprintf("a state that can follow: in %s nothing leads from %s to %s", m.Name, last, state))
		}
		last = state
	}
}

func stateOf(s Step, op *contract.Operation, m *contract.Machine) (string, bool) {
	outcome, ok := s.outcome(op)
	if !ok {
		return "", false
	}
	i := slices.IndexFunc(m.States(), func(state string) bool { return outcomeOf(state) == outcome.Name })
	if i < 0 {
		return "", false
	}
	return m.States()[i], true
}

// follows reports whether a client can be told of one state after another. After
// an end a new session begins, so everything follows that follows the beginning.
func follows(m *contract.Machine, from, to string) bool {
	if from == to || reachable(m, from, to) {
		return true
	}
	isEnd := !slices.ContainsFunc(m.Transitions, func(t contract.Transition) bool { return slices.Contains(t.From, from) })
	return isEnd && (to == m.Initial || reachable(m, m.Initial, to))
}

func reachable(m *contract.Machine, from, to string) bool {
	seen := []string{from}
	for i := 0; i < len(seen); i++ {
		for _, t := range m.Transitions {
			if !slices.Contains(t.From, seen[i]) {
				continue
			}
			if t.To == to {
				return true
			}
			if !slices.Contains(seen, t.To) {
				seen = append(seen, t.To)
			}
		}
	}
	return false
}
