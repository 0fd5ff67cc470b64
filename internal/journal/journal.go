package journal

import (
	"container/list"
	"fmt"
	"sync"
)

// DefaultCount is how many exchanges one journal keeps.
const DefaultCount = 10_000

// Budget is the memory that all journals of a process share. It is safe for
// concurrent use and so are the journals made of it.
type Budget struct {
	mu      sync.Mutex
	max     int64
	used    int64
	dropped uint64
	entries list.List // of *entry, all journals', oldest first
}

// NewBudget of so many bytes.
func NewBudget(bytes int64) *Budget { return &Budget{max: bytes} }

// Usage of the budget: bytes in use, and exchanges dropped so far for want of
// room, in count or in bytes.
func (b *Budget) Usage() (used int64, dropped uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.used, b.dropped
}

type entry struct {
	exchange *Exchange
	size     int64
	journal  *Journal
	shared   *list.Element
	own      *list.Element
}

// Journal of one sandbox.
type Journal struct {
	budget  *Budget
	count   int
	entries list.List // of *entry, oldest first
	seq     uint64
	dropped uint64
	changed chan struct{}
}

// New makes a journal that keeps at most count exchanges.
func (b *Budget) New(count int) *Journal {
	return &Journal{budget: b, count: count, changed: make(chan struct{})}
}

// Number reserves the next exchange's sequence number and id: they are given in
// the order of arrival, the exchanges are added as they end.
func (j *Journal) Number() (uint64, string) {
	j.budget.mu.Lock()
	defer j.budget.mu.Unlock()
	j.seq++
	return j.seq, fmt.Sprintf("req-%06d", j.seq)
}

// Add an exchange, and make room for it.
func (j *Journal) Add(e *Exchange) {
	b := j.budget
	b.mu.Lock()
	defer b.mu.Unlock()
	x := &entry{exchange: e, size: e.size(), journal: j}
	x.shared, x.own = b.entries.PushBack(x), j.entries.PushBack(x)
	b.used += x.size
	if j.entries.Len() > j.count {
		b.drop(j.entries.Front().Value.(*entry))
	}
	for b.used > b.max && b.entries.Len() > 0 {
		b.drop(b.entries.Front().Value.(*entry))
	}
	close(j.changed)
	j.changed = make(chan struct{})
}

func (b *Budget) drop(x *entry) {
	b.remove(x)
	b.dropped++
	x.journal.dropped++
}

func (b *Budget) remove(x *entry) {
	b.entries.Remove(x.shared)
	x.journal.entries.Remove(x.own)
	b.used -= x.size
}

// Clear forgets all exchanges; the numbers go on.
func (j *Journal) Clear() {
	j.budget.mu.Lock()
	defer j.budget.mu.Unlock()
	for el := j.entries.Front(); el != nil; {
		next := el.Next()
		j.budget.remove(el.Value.(*entry))
		el = next
	}
}

// Restart forgets all exchanges and begins to count anew.
func (j *Journal) Restart() {
	j.Clear()
	j.budget.mu.Lock()
	defer j.budget.mu.Unlock()
	j.seq, j.dropped = 0, 0
}

// Exchanges that are kept, oldest first; and how many were dropped.
func (j *Journal) Exchanges() (kept []*Exchange, dropped uint64) {
	j.budget.mu.Lock()
	defer j.budget.mu.Unlock()
	kept = make([]*Exchange, 0, j.entries.Len())
	for el := j.entries.Front(); el != nil; el = el.Next() {
		kept = append(kept, el.Value.(*entry).exchange)
	}
	return kept, j.dropped
}

// Find an exchange by its id.
func (j *Journal) Find(id string) (*Exchange, bool) {
	j.budget.mu.Lock()
	defer j.budget.mu.Unlock()
	for el := j.entries.Back(); el != nil; el = el.Prev() {
		if e := el.Value.(*entry).exchange; e.ID == id {
			return e, true
		}
	}
	return nil, false
}

// Changed is closed by the next exchange that is added.
func (j *Journal) Changed() <-chan struct{} {
	j.budget.mu.Lock()
	defer j.budget.mu.Unlock()
	return j.changed
}
