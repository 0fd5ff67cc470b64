package scenario

import (
	"fmt"
	"slices"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
)

// checkSequence refuses a list of steps that no service could answer: a state
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
		p.checkStates(n, r.Do, op)
	}
}

// checkStates goes through the steps. A step that changes no state leaves the
// last one as it was; after an event, a fixture or time any state may follow.
func (p *checker) checkStates(n node, steps []Step, op *contract.Operation) {
	var last *contract.Outcome
	for i, s := range steps {
		if !s.Advance.IsZero() || s.Given != nil || s.Subject != "" || s.chooses() {
			last = nil
		}
		next, ok := s.outcome(op)
		if !ok || next.Reports.Machine == nil {
			continue
		}
		if last != nil && last.Reports.Machine == next.Reports.Machine {
			p.checkFollows(n.item(i), last, next)
		}
		last = next
	}
}

func (p *checker) checkFollows(n node, last, next *contract.Outcome) {
	m, from, to := next.Reports.Machine, last.Reports.State, next.Reports.State
	if !follows(m, from, to) {
		p.refuse(n, fmt.Sprintf("%q after %q", next.Name, last.Name),
			fmt.Sprintf("a state that can follow: in %s nothing leads from %s to %s", m.Name, from, to))
	}
}

// follows reports whether answers can show a client one state after another. After
// an end a new session begins, so every state follows that follows the beginning.
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
