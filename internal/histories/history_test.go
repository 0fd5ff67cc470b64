package histories_test

import (
	"cmp"
	"slices"
	"sync/atomic"

	"github.com/anishathalye/porcupine"
)

// event is an operation of a client in a history. Call and end are numbers that
// count up: an operation that ended before another was called has the smaller ones.
type event struct {
	client    int
	op        operation
	said      string
	call, end int64
}

// history is what all clients of a sandbox asked and were answered, in the order of
// the calls.
type history []event

// client asks one sandbox, one operation after the other.
type client struct {
	sandbox
	number             int
	count              *atomic.Int64 // of the calls and ends of all clients
	events             []event
	snapshot, document string        // the snapshot that it has taken last
	told               map[owner]int // the session that it was told last
}

// do an operation and record it.
func (c *client) do(op operation) {
	op = op.meant(c)
	e := event{client: c.number, op: op, call: c.count.Add(1)}
	e.said = op.send(c)
	e.end = c.count.Add(1)
	c.events = append(c.events, e)
}

// together is one history of what several clients did.
func together(clients []*client) history {
	var all history
	for _, c := range clients {
		all = append(all, c.events...)
	}
	slices.SortFunc(all, func(a, b event) int { return cmp.Compare(a.call, b.call) })
	return all
}

// operations of a history for porcupine.
func (h history) operations() []porcupine.Operation {
	var all []porcupine.Operation
	for id, e := range h {
		parts := []part{whole}
		if e.said == ended {
			parts = []part{came, cutOff}
		}
		for _, p := range parts {
			all = append(all, porcupine.Operation{
				ClientId: e.client, Input: asked{mark{id, p}, e.op}, Call: e.call, Output: e.said, Return: e.end,
			})
		}
	}
	return all
}

// check looks for an order of the history's operations.
func (k *kind) check(h history) porcupine.CheckResult {
	return porcupine.CheckOperationsTimeout(k.model(), h.operations(), undecided)
}
