package histories_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/anishathalye/porcupine"
)

// explain shows a history that has no order: its operations, the longest order of some
// of them that porcupine found, and what the model answers to those that could be next.
func (k *kind) explain(h history) string {
	var b strings.Builder
	b.WriteString(h.String())
	all := h.operations()
	_, info := porcupine.CheckOperationsVerbose(k.model(), all, undecided)
	var longest []porcupine.Operation
	for _, order := range info.PartialLinearizationsOperations()[0] {
		if len(order) > len(longest) {
			longest = order
		}
	}
	b.WriteString("the longest order that was found:")
	for _, o := range longest {
		fmt.Fprintf(&b, " %d", o.Input.(asked).id)
	}
	s := k.after(longest)
	fmt.Fprintf(&b, "\nthe sandbox is then: %s\nnone of these can be next:\n", s)
	for _, o := range rest(all, longest) {
		a := o.Input.(asked)
		_, want := a.op.apply(s)
		fmt.Fprintf(&b, "%3d  %s: answered %q, expected %q\n", a.id, a, o.Output, want)
	}
	return b.String()
}

// String shows a history, an operation a line, with the numbers of its call and its
// end.
func (h history) String() string {
	var b strings.Builder
	for id, e := range h {
		fmt.Fprintf(&b, "%3d  client %d, %3d to %3d: %s: %s\n", id, e.client, e.call, e.end, e.op, e.said)
	}
	return b.String()
}

// after is a state that the model may be in after an order of operations.
func (k *kind) after(order []porcupine.Operation) sequential {
	states := []sequential{k.first()}
	for _, o := range order {
		var next []sequential
		for _, s := range states {
			next = append(next, s.next(o.Input.(asked), o.Output.(string))...)
		}
		states = next
	}
	return states[0]
}

// rest are the operations that are not in an order and could be next: no other
// operation that is left ended before they were called.
func rest(all, order []porcupine.Operation) []porcupine.Operation {
	left := slices.DeleteFunc(slices.Clone(all), func(o porcupine.Operation) bool {
		return slices.ContainsFunc(order, func(other porcupine.Operation) bool {
			return other.Input.(asked).mark == o.Input.(asked).mark
		})
	})
	return slices.DeleteFunc(slices.Clone(left), func(o porcupine.Operation) bool {
		return slices.ContainsFunc(left, func(other porcupine.Operation) bool { return other.Return < o.Call })
	})
}
