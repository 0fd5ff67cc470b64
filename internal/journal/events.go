package journal

import (
	"cmp"
	"slices"
)

// Event is something that happened in a sandbox, numbered from 1 in the order in
// which it was noted. Exactly one of Exchange and Note is set.
type Event struct {
	ID       uint64
	Exchange *Exchange
	Note     *Note
}

// Note is an event that isn't an exchange.
type Note struct {
	Kind string
	Data any // to be encoded as JSON when it is read; not changed any more
}

// The kinds of events. A Request is an exchange; of the others all but a Reset,
// with which another run begins, are notes.
const (
	Request  = "request"  // that is over
	Text     = "message"  // arrived on a phone
	Clock    = "clock"    // was advanced or set
	Reset    = "reset"    // another run has begun: all before it is void
	Scenario = "scenario" // rules, live faults or chaos were changed
	Profile  = "profile"  // was replaced
	Delivery = "delivery" // of what a service sends by itself: made, tried or overtaken
)

// noteSize is what a note costs beside its data: its struct, its places in the lists.
const noteSize = 1 << 10

// LastEvent is the number of the last event; 0 if there was none.
func (j *Journal) LastEvent() uint64 {
	j.budget.mu.Lock()
	defer j.budget.mu.Unlock()
	return j.events
}

// Events after a number, in their order, about so many at most, how many up to the last of
// them the journal doesn't have any more, and the number of the last one. What was before
// a restart is neither there nor lost: the restart makes it void. A number beyond the last
// is another journal's; then it is all events.
func (j *Journal) Events(after uint64, most int) (events []Event, lost, last uint64) {
	j.budget.mu.Lock()
	if after > j.events {
		after = 0
	}
	if after < j.reset {
		after = j.reset - 1
		events = append(events, Event{ID: j.reset, Note: &Note{Kind: Reset, Data: struct{}{}}})
	}
	found := slices.Concat(j.entries.after(after, most), j.notes.after(after, most))
	last = j.events
	j.budget.mu.Unlock()
	slices.SortFunc(found, func(a, b entry) int { return cmp.Compare(a.id, b.id) })
	if len(found) >= most { // there may be more
		found = found[:most]
		last = found[most-1].id
	}
	for n := range found {
		events = append(events, found[n].event())
	}
	return events, last - after - uint64(len(events)), last
}

// InFlight are the exchanges that aren't over yet, in the order of their arrival.
func (j *Journal) InFlight() []*Exchange {
	j.budget.mu.Lock()
	defer j.budget.mu.Unlock()
	return j.flying()
}

func (j *Journal) flying() []*Exchange {
	all := make([]*Exchange, 0, len(j.inFlight))
	for _, f := range j.inFlight {
		e := *f.Exchange // a copy: the caller may use it, and what it points to, for another exchange once it is over
		e.Request.Headers, e.Response.Headers = slices.Clone(e.Request.Headers), slices.Clone(e.Response.Headers)
		if len(e.Request.Body) <= ShortBody {
			e.Request.Body = slices.Clone(e.Request.Body)
		}
		e.Changes = slices.Clone(e.Changes)
		all = append(all, &e)
	}
	slices.SortFunc(all, func(a, b *Exchange) int {
		return cmp.Or(cmp.Compare(a.Seq, b.Seq), a.Started.Compare(b.Started))
	})
	return all
}
