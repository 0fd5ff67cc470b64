// Package faults is what can go wrong on the wire: one kind a file, each with the
// real behaviour that it imitates and why a client must survive it. A fault is a
// pure decision; the gateway carries it out.
package faults

import (
	"cmp"
	"slices"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/contract"
)

// Fault is one thing that goes wrong, with its parameters. It comes from Parse,
// is a value and may be used for any number of requests at once.
type Fault struct {
	kind *Kind
	effect
}

// effect adds to a wire what a fault does to it.
type effect interface{ apply(in Input, w *Wire) }

// Kind is the word by which scenarios and the control API name it.
func (f Fault) Kind() string { return f.kind.Name }

// Input is what the faults of a request may look at. All that they draw is a
// function of it, so the same input always meets the same.
type Input struct {
	Seed chance.Seed
	// Key distinguishes this request from all others of the sandbox by its content, not by
	// its place among unrelated requests: operation, subject, and how many of these
	// there were before.
	Key string

	Body      []byte              // the service's answer as it would be sent; a file's content, too
	Table     *contract.Table     // nil where no schema is known
	Operation *contract.Operation // nil where there is none
	Outcome   *contract.Outcome   // nil where there is none

	nth int // of the faults of this kind in this request
}

// Combine works out what the faults of a request do together. Delays add up and
// so do drifts; of everything else the first of a kind counts, and of two ways
// to end a connection the first. The order of the list matters for nothing else.
func Combine(list []Fault, in Input) Wire {
	var w Wire
	if len(list) == 0 {
		return w
	}
	times := map[string]int{}
	for _, f := range inOrderOfWork(list) {
		in.nth = times[f.Kind()]
		times[f.Kind()]++
		if in.nth > 0 && !f.kind.repeats {
			continue
		}
		f.apply(in, &w)
	}
	for _, kind := range w.Unmet {
		times[kind]--
	}
	for _, f := range list {
		if times[f.Kind()] > 0 && !slices.Contains(w.Kinds, f.Kind()) {
			w.Kinds = append(w.Kinds, f.Kind())
		}
	}
	return w
}

// ReachOf answers how far a request gets, before there is an answer to combine
// the faults with.
func ReachOf(list []Fault) Reach {
	if len(list) == 0 {
		return Served
	}
	return Combine(list, Input{}).Reach
}

// The faults of a request do their work in the order in which a byte meets them.
const (
	workService = iota // what the service sees of the request
	workAnswer         // another answer instead of the service's
	workDrift          // the answer, changed by its maker
	workGarbage        // the answer, damaged on its way
	workSend           // how much of it is sent, how fast and when
	workEnd            // how the connection ends
	workLost           // looks at what the others left undone
)

func inOrderOfWork(list []Fault) []Fault {
	return slices.SortedStableFunc(slices.Values(list), func(a, b Fault) int {
		return cmp.Compare(a.kind.work, b.kind.work)
	})
}
