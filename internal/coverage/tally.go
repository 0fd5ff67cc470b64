// Package coverage answers which operations, outcomes and state transitions the
// client under test has met, and which it never has. What there is to meet comes
// from the contract table alone.
package coverage

import (
	"maps"
	"sync"

	"github.com/kzsim/kzsim/internal/contract"
)

// Tally counts what a client has met, for as long as it exists: unlike a journal
// it forgets nothing and takes no more memory than the table has entries. The zero
// value is ready; it is safe for concurrent use.
type Tally struct {
	mu     sync.Mutex
	counts map[place]int
	scope  []Exclusion
}

// place is an outcome of an operation, or a transition of a machine.
type place struct{ of, name string }

func transitionName(from, event, to string) string { return from + " " + event + " " + to }

// Answered counts an answer that the client got. An outcome that the table doesn't
// know counts for nothing.
func (t *Tally) Answered(operation, outcome string) {
	if operation != "" {
		t.add(place{operation, outcome})
	}
}

// heard is where the answers to calls of an operation are counted.
func heard(operation string) string { return "answers to " + operation }

// Heard counts an answer that another system has given to a call. Such answers are no
// outcomes that a client has met.
func (t *Tally) Heard(operation, outcome string) {
	if outcome != "" {
		t.add(place{heard(operation), outcome})
	}
}

// HeardCount of an outcome of an operation.
func (t *Tally) HeardCount(operation, outcome string) int { return t.Count(heard(operation), outcome) }

// Moved counts transitions.
func (t *Tally) Moved(taken []contract.Taken) {
	for _, m := range taken {
		t.add(place{m.Machine, transitionName(m.From, m.Event, m.To)})
	}
}

func (t *Tally) add(p place) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counts == nil {
		t.counts = map[place]int{}
	}
	t.counts[p]++
}

// Count of an outcome of an operation.
func (t *Tally) Count(operation, outcome string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.counts[place{operation, outcome}]
}

// SetScope declares what the client needn't meet, in place of what was declared
// before.
func (t *Tally) SetScope(scope []Exclusion) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.scope = scope
}

// Scope that was declared.
func (t *Tally) Scope() []Exclusion {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Exclusion{}, t.scope...)
}

func (t *Tally) state() (map[place]int, []Exclusion) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return maps.Clone(t.counts), t.scope
}
