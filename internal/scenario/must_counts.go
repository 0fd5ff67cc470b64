package scenario

import (
	"slices"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/store"
)

// What an expectation counts beside the requests that meet it, by the keys of its group.
const (
	onceMetKey = "once"    // answers that it waits for
	brokenKey  = "broken"  // requests that came too early, too late or out of order
	doneKey    = "done"    // parts of an order that were answered
	lastKey    = "last"    // the sandbox's time of the last request, in Unix nanoseconds
	startedKey = "started" // the machine's
)

// count an answer, as each part of the expectation judges it.
func (e expectationInForce) count(as func(*Expectation) Answered, start time.Time, counters *store.Counters) {
	if e.Order != nil {
		e.countInOrder(as, start, counters)
		return
	}
	if e.Once != nil && counters.Get(e.group, onceMetKey) < e.Once.Count.AtLeast {
		if e.Once.Holds(as(e.Once), start) {
			counters.Next(e.group, onceMetKey)
		}
		return
	}
	a := as(e.Expectation)
	if !e.Holds(a, start) {
		return
	}
	if counters.Next(e.group, all) > 0 && e.Gap != nil && !e.Gap.Holds(e.gapTo(a, counters)) {
		counters.Next(e.group, brokenKey)
	}
	if e.Gap != nil {
		counters.Put(e.group, lastKey, int(a.At.UnixNano()))
		counters.Put(e.group, startedKey, int(a.Started.UnixNano()))
	}
}

// gapTo a request from the one before: on the sandbox's clock, or on the machine's where
// that one has stood still.
func (e expectationInForce) gapTo(a Answered, counters *store.Counters) time.Duration {
	gap := time.Duration(a.At.UnixNano() - int64(counters.Get(e.group, lastKey)))
	if gap == 0 {
		gap = time.Duration(a.Started.UnixNano() - int64(counters.Get(e.group, startedKey)))
	}
	return gap.Abs()
}

// countInOrder counts an answer as the next part of the order, as one that was there
// already, or as one that comes before its turn.
func (e expectationInForce) countInOrder(as func(*Expectation) Answered, start time.Time, counters *store.Counters) {
	done := counters.Get(e.group, doneKey)
	is := func(part *Expectation) bool { return part.Holds(as(part), start) }
	switch {
	case done < len(e.Order) && is(e.Order[done]):
		counters.Next(e.group, doneKey)
	case !slices.ContainsFunc(e.Order[:done], is) && slices.ContainsFunc(e.Order[done:], is):
		counters.Next(e.group, brokenKey)
	}
}

// FirstBroken of exchanges is the first that came too early, too late or out of order; nil
// if it isn't among them.
func (e *Expectation) FirstBroken(exchanges []*journal.Exchange, start time.Time) *journal.Exchange {
	in, counters := expectationInForce{e, "must"}, new(store.Counters)
	for _, x := range exchanges {
		in.count(func(part *Expectation) Answered { return AnsweredOf(part, x) }, start, counters)
		if counters.Get(in.group, brokenKey) > 0 {
			return x
		}
	}
	return nil
}

// inOrder are the parts of an order in words.
func (e *Expectation) inOrder() string {
	var parts []string
	for _, part := range e.Order {
		parts = append(parts, strings.TrimPrefix(part.String(), part.Count.String()+" of "))
	}
	return strings.Join(parts, ", ")
}
