// Package shards spreads sandboxes over processes. A sandbox belongs to a shard by its id, and a shard
// to one process at a time. The Table says to a request which process that is. The Balance takes shards
// that are free, and hands over those that another process should have.
package shards

import (
	"hash/fnv"
	"sync"
	"sync/atomic"
)

// Count of the shards.
const Count = 32

// Of is the shard of a sandbox: 0 to Count-1. It never changes, since a shard's log has the sandboxes.
func Of(id string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id)) // it has no error
	return int(h.Sum32() % Count)
}

// Member is a process.
type Member struct {
	ID      int64
	Address string // host:port
	Secret  string // shows to it that a request comes from another process
	Takes   bool   // shards; false of one that ends
	Shards  []int  // that it owns
}

// Table is what a process knows of the shards. It is safe for concurrent use.
type Table struct {
	shards [Count]place

	mu      sync.Mutex
	changed chan struct{} // closed by the next change
	members []Member      // the other processes
}

// place is where the sandboxes of a shard are.
type place struct {
	owner atomic.Pointer[Member] // another process; nil for none that is known

	mu       sync.Mutex
	open     bool // they are here
	requests int  // in them, under way here
	left     chan struct{}
}

// NewTable knows no owner.
func NewTable() *Table { return &Table{changed: make(chan struct{})} }

// Enter begins a request to a shard that is here, and Leave ends it. Enter is false where the shard is not
// here, or is being released.
func (t *Table) Enter(shard int) bool {
	p := &t.shards[shard]
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open {
		p.requests++
	}
	return p.open
}

// Leave ends what Enter has begun.
func (t *Table) Leave(shard int) {
	p := &t.shards[shard]
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.requests--; p.requests == 0 && p.left != nil {
		close(p.left)
		p.left = nil
	}
}

// Here reports whether a shard is.
func (t *Table) Here(shard int) bool {
	p := &t.shards[shard]
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.open
}

// Owner is the other process that has a shard; false while none is known.
func (t *Table) Owner(shard int) (Member, bool) {
	if m := t.shards[shard].owner.Load(); m != nil {
		return *m, true
	}
	return Member{}, false
}

// Others are the other processes, as far as they are known.
func (t *Table) Others() []Member {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.members
}

// Changed is closed by the next change of an owner.
func (t *Table) Changed() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.changed
}

// Counts of the shards that are here, and of those whose owner is known.
func (t *Table) Counts() (here, known int) {
	for shard := range t.shards {
		_, elsewhere := t.Owner(shard)
		switch {
		case t.Here(shard):
			here, known = here+1, known+1
		case elsewhere:
			known++
		}
	}
	return here, known
}

// update the owners. A shard that is here has no other one.
func (t *Table) update(others []Member) {
	var owners [Count]*Member
	for i := range others {
		for _, shard := range others[i].Shards {
			owners[shard] = &others[i]
		}
	}
	for shard := range t.shards {
		t.shards[shard].owner.Store(owners[shard])
	}
	t.tell(func() { t.members = others })
}

// open a shard for requests.
func (t *Table) open(shard int) {
	p := &t.shards[shard]
	p.mu.Lock()
	p.open = true
	p.mu.Unlock()
	t.tell(func() {})
}

// shut a shard for new requests. The answer is closed when those that are under way have ended.
func (t *Table) shut(shard int) <-chan struct{} {
	p := &t.shards[shard]
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open = false
	left := make(chan struct{})
	if p.requests == 0 {
		close(left)
	} else {
		p.left = left
	}
	return left
}

func (t *Table) tell(change func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change()
	close(t.changed)
	t.changed = make(chan struct{})
}
