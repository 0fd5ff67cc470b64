package journal

import (
	"container/heap"
	"sort"
)

// entry is one event in a journal.
type entry struct {
	id    uint64 // of the event
	order uint64 // in which all journals have noted it
	size  int64
	note  *Note // nil if it is an exchange
	kept  kept  // the exchange
}

func (x *entry) event() Event {
	if x.note != nil {
		return Event{ID: x.id, Note: x.note}
	}
	return Event{ID: x.id, Exchange: x.kept.exchange()}
}

// queue of a journal's exchanges or of its notes, oldest first. The entries lie in one piece of
// memory: the collector would look at each of them for itself.
type queue struct {
	journal *Journal
	notes   bool
	ring    []entry
	first   int // the place of the oldest in the ring
	length  int
	place   int // of the queue in its budget
}

// at is the entry with so many older ones in the queue.
func (q *queue) at(n int) *entry {
	if n += q.first; n >= len(q.ring) {
		n -= len(q.ring)
	}
	return &q.ring[n]
}

// push an entry behind the others.
func (q *queue) push(x entry) {
	if q.length == len(q.ring) {
		q.resize(q.length + q.length/4 + 1)
	}
	q.length++
	*q.at(q.length - 1) = x
}

// pop the oldest entry.
func (q *queue) pop() entry {
	x := *q.at(0)
	*q.at(0) = entry{}
	q.length--
	if q.first++; q.first == len(q.ring) {
		q.first = 0
	}
	if q.length <= len(q.ring)/4 {
		q.resize(q.length * 2)
	}
	return x
}

func (q *queue) resize(places int) {
	ring := make([]entry, places)
	copy(ring, q.from(0))
	q.ring, q.first = ring, 0
}

// from an entry on: a copy of it and all newer ones.
func (q *queue) from(n int) []entry { return q.part(n, q.length-n) }

// part is a copy of so many entries, from one on.
func (q *queue) part(n, length int) []entry {
	all := make([]entry, length)
	begin := min(q.first+n, len(q.ring))
	copied := copy(all, q.ring[begin:])
	copy(all[copied:], q.ring[max(0, q.first+n-len(q.ring)):])
	return all
}

// after an event: the entries of later ones, the oldest, so many at most.
func (q *queue) after(event uint64, most int) []entry {
	n := sort.Search(q.length, func(n int) bool { return q.at(n).id > event })
	return q.part(n, min(q.length-n, most))
}

// queues of a budget's journals that aren't empty, as a heap: the first one has the oldest entry of all.
type queues []*queue

// Len implements heap.Interface.
func (all queues) Len() int { return len(all) }

// Less implements heap.Interface.
func (all queues) Less(i, j int) bool { return all[i].at(0).order < all[j].at(0).order }

// Swap implements heap.Interface.
func (all queues) Swap(i, j int) {
	all[i], all[j] = all[j], all[i]
	all[i].place, all[j].place = i, j
}

// Push implements heap.Interface.
func (all *queues) Push(q any) {
	last := q.(*queue)
	last.place = len(*all)
	*all = append(*all, last)
}

// Pop implements heap.Interface.
func (all *queues) Pop() any {
	n := len(*all) - 1
	last := (*all)[n]
	(*all)[n], *all = nil, (*all)[:n]
	return last
}

// push an entry behind all others.
func (b *Budget) push(q *queue, x entry) {
	b.noted++
	x.order = b.noted
	if q.push(x); q.length == 1 {
		heap.Push(&b.queues, q)
	}
}

// take bytes of the budget, and make room for them. What isn't over yet is not dropped.
func (b *Budget) take(size int64) {
	b.used += size
	for b.used > b.max && len(b.queues) > 0 {
		b.drop(b.queues[0])
	}
}

// drop the oldest of a queue, for which there is no room. A lost note shows as a gap in the events.
func (b *Budget) drop(q *queue) {
	id := b.remove(q)
	j := q.journal
	if j.archive != nil {
		j.archive.Drop(j.archived, q.notes, id)
	}
	if !q.notes {
		b.dropped++
		j.dropped++
	}
}

// remove the oldest of a queue, and answer its event.
func (b *Budget) remove(q *queue) (event uint64) {
	x := q.pop()
	b.used -= x.size
	q.journal.dropSlabs()
	if q.length == 0 {
		heap.Remove(&b.queues, q.place)
	} else {
		heap.Fix(&b.queues, q.place)
	}
	return x.id
}
