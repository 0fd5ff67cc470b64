package coverage

import (
	"slices"

	"github.com/kzsim/kzsim/internal/contract"
)

// Report is what was met of the table.
type Report struct {
	Title       string      `json:"title"` // whose it is: a sandbox's id, or of all sandboxes
	Outcomes    Total       `json:"outcomes"`
	Operations  Total       `json:"operations"`
	Transitions Total       `json:"transitions"`
	Min         *float64    `json:"min,omitempty"` // the percentage of outcomes that was asked for
	Pass        bool        `json:"pass"`          // as many outcomes were met; true if nothing was asked for
	ByOperation []Operation `json:"by_operation"`
	ByMachine   []Machine   `json:"by_machine"`
	Heard       []Operation `json:"heard,omitempty"` // operations that were called, and what other systems have answered
}

// Total of what is in scope. Percent is 100 where nothing is.
type Total struct {
	Met     int     `json:"met"`
	InScope int     `json:"in_scope"`
	Percent float64 `json:"percent"`
}

// Operation and what was met of it.
type Operation struct {
	ID       string    `json:"id"`
	Service  string    `json:"service"`
	Calls    int       `json:"calls"` // with any outcome
	Outcomes []Outcome `json:"outcomes"`
}

// Outcome and how often it was met. One that is out of scope and was met all the
// same is a declaration that isn't true any more.
type Outcome struct {
	Name       string              `json:"name"`
	Status     int                 `json:"status"`
	Confidence contract.Confidence `json:"confidence"`
	Count      int                 `json:"count"`
	OutOfScope string              `json:"out_of_scope,omitempty"` // the reason
}

// Machine and what was met of it.
type Machine struct {
	Name        string       `json:"name"`
	Transitions []Transition `json:"transitions"`
}

// Transition from one state to another, and how often it was met.
type Transition struct {
	From  string `json:"from"`
	Event string `json:"event"`
	To    string `json:"to"`
	Count int    `json:"count"`

	OutOfScope string `json:"out_of_scope,omitempty"` // the reason
}

// Report what a tally has counted. Min is the percentage of outcomes that has to
// be met; nil for none.
func (t *Tally) Report(title string, table *contract.Table, min *float64) Report {
	counts, scope := t.state()
	r := Report{Title: title, Min: min, ByOperation: []Operation{}, ByMachine: []Machine{}}
	for _, op := range table.Operations() {
		r.operation(op, counts, scope)
		r.heard(op, counts)
	}
	for _, s := range table.Services {
		for _, m := range s.Machines {
			r.machine(m, counts, scope)
		}
	}
	for _, total := range []*Total{&r.Outcomes, &r.Operations, &r.Transitions} {
		total.finish()
	}
	r.Pass = min == nil || r.Outcomes.Percent >= *min
	return r
}

func (r *Report) operation(op *contract.Operation, counts map[place]int, scope []Exclusion) {
	o := Operation{ID: op.ID, Service: op.Service().Name}
	required := false
	for _, out := range op.Outcomes {
		one := Outcome{
			Name: out.Name, Status: out.Status, Confidence: out.Confidence, Count: counts[place{op.ID, out.Name}],
		}
		at := slices.IndexFunc(scope, func(x Exclusion) bool { return x.fits(op.ID, out.Name) })
		if at >= 0 {
			one.OutOfScope = scope[at].Reason
		} else {
			required = true
			r.Outcomes.count(one.Count)
		}
		o.Calls += one.Count
		o.Outcomes = append(o.Outcomes, one)
	}
	if required {
		r.Operations.count(o.Calls)
	}
	r.ByOperation = append(r.ByOperation, o)
}

// heard adds an operation that was called and answered.
func (r *Report) heard(op *contract.Operation, counts map[place]int) {
	o := Operation{ID: op.ID, Service: op.Service().Name}
	for _, out := range op.Outcomes {
		count := counts[place{heard(op.ID), out.Name}]
		o.Calls += count
		o.Outcomes = append(o.Outcomes, Outcome{Name: out.Name, Status: out.Status, Confidence: out.Confidence, Count: count})
	}
	if o.Calls > 0 {
		r.Heard = append(r.Heard, o)
	}
}

func (r *Report) machine(m *contract.Machine, counts map[place]int, scope []Exclusion) {
	machine := Machine{Name: m.Name, Transitions: []Transition{}}
	out := ""
	if at := slices.IndexFunc(scope, func(x Exclusion) bool { return x.fitsMachine(m) }); at >= 0 {
		out = scope[at].Reason
	}
	for _, t := range m.Transitions {
		for _, from := range t.From {
			one := Transition{From: from, Event: t.Event, To: t.To, OutOfScope: out}
			one.Count = counts[place{m.Name, transitionName(from, t.Event, t.To)}]
			if slices.ContainsFunc(machine.Transitions, func(other Transition) bool {
				return other.From == one.From && other.Event == one.Event && other.To == one.To
			}) {
				continue // another guard of the same move
			}
			if out == "" {
				r.Transitions.count(one.Count)
			}
			machine.Transitions = append(machine.Transitions, one)
		}
	}
	r.ByMachine = append(r.ByMachine, machine)
}

func (t *Total) count(times int) {
	t.InScope++
	if times > 0 {
		t.Met++
	}
}

func (t *Total) finish() {
	t.Percent = 100
	if t.InScope > 0 {
		// One digit behind the point, rounded down: 100 is nothing but all.
		t.Percent = float64(t.Met*1000/t.InScope) / 10
	}
}
