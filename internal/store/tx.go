package store

import (
	"iter"
	"slices"
	"sync"
)

// Reader sees one state that doesn't change while it is used.
type Reader interface {
	// Get answers the value of a key.
	Get(collection, key string) (value any, found bool)
	// Scan goes through the keys with a prefix in their order (byte order). What
	// is changed while it goes on, it doesn't see.
	Scan(collection, prefix string) iter.Seq2[string, any]
}

// view is a Reader of a state.
type view struct{ state state }

func (v view) Get(collection, key string) (any, bool) { return v.state.get(path{collection, key}) }

func (v view) Scan(collection, prefix string) iter.Seq2[string, any] {
	return func(yield func(string, any) bool) { scan(v.state.values(collection), prefix, yield) }
}

// Tx is one transaction: a Reader that sees its own changes. It is for one
// goroutine and ends with the function that got it.
type Tx struct {
	*live    // the store's; own after the transaction, and in one over the state before
	own      live
	store    *Store
	counters *Counters
	stirs    bool     // its commit closes Changed, also if it changes only records
	growth   int64    // bytes that the state has gained
	changes  []Change // as of the last call of Changes; nil when something was put since
	after    []func()
	keys     []path // that were read or written
	at       path   // the key that was looked at last; zero for none
	found    any    // what it has
	prefixes []path // that were scanned
}

// reads is memory for the keys and prefixes of a transaction. One that is over leaves it to another.
type reads struct{ keys, prefixes [8]path }

var spareReads = sync.Pool{New: func() any { return new(reads) }}

// noteIn has the transaction note its first keys and prefixes in the memory.
func (t *Tx) noteIn(r *reads) { t.keys, t.prefixes = r.keys[:0], r.prefixes[:0] }

// giveBack the memory: the transaction is over.
func (t *Tx) giveBack(r *reads) {
	t.keys, t.prefixes = nil, nil
	*r = reads{} // of the keys, which are part of larger texts
	spareReads.Put(r)
}

// Stir makes the commit of a transaction that changes a record close Changed, as a change of the
// collections does.
func (t *Tx) Stir() { t.stirs = true }

// isPresent reports whether the transaction changes the store's own state.
func (t *Tx) isPresent() bool { return t.live == &t.store.live }

// Get answers the value of a key.
func (t *Tx) Get(collection, key string) (any, bool) {
	value := t.look(path{collection, key})
	return value, value != nil
}

// look at a key that is read or written: nil if it has no value. What is read is often written then, so
// that the last one is not looked for again.
func (t *Tx) look(at path) any {
	if n := len(t.keys); n == 0 || t.keys[n-1] != at {
		t.keys = append(t.keys, at)
	}
	if t.at != at {
		t.at = at
		t.found, _ = t.state.get(at)
	}
	return t.found
}

// Scan implements Reader. The transaction may change what it is going through.
func (t *Tx) Scan(collection, prefix string) iter.Seq2[string, any] {
	return func(yield func(string, any) bool) { t.scan(path{collection, prefix}, yield) }
}

func (t *Tx) scan(at path, yield func(string, any) bool) {
	t.prefixes = append(t.prefixes, at)
	t.live.scan(at, yield)
}

// put a value in the place of what the key has. A service's value that is there already
// is not written again; flat ones are compared before.
func (t *Tx) put(d *Definition, key string, value any) {
	at := path{d.name, key}
	if old := t.look(at); d.record || d.isFlat || old == nil || !d.same(old, value) {
		t.replace(d, at, value)
	}
}

// delete a key; one that is not there is no error.
func (t *Tx) delete(d *Definition, key string) {
	at := path{d.name, key}
	if t.look(at) != nil {
		t.replace(d, at, nil)
	}
}

// replace what the key has that was looked at last; nil deletes it.
func (t *Tx) replace(d *Definition, at path, value any) {
	room := d.room(at, value)
	old := t.live.replace(d, at, value)
	t.growth += room - d.room(at, old)
	t.found, t.changes = value, nil
	if t.isPresent() {
		t.store.keep(d, at.key, old, value)
	}
}

// Counters of the store.
func (t *Tx) Counters() *Counters { return t.counters }

// Before is a transaction of its own over the services' collections as they were
// before their last change, which may be this transaction's. What it changes is
// forgotten.
func (t *Tx) Before() *Tx { return t.store.scratch(len(t.Changes()) == 0) }

// Growth is how many bytes the store gains by what the transaction has put, deleted and
// counted so far.
func (t *Tx) Growth() int64 { return t.growth + t.counters.size - t.counters.begun }

// After registers what is done right after the commit, before the next
// transaction begins.
func (t *Tx) After(done func()) { t.after = append(t.after, done) }

// Mark is a point of a transaction to rewind to.
type Mark struct {
	changes int
	growth  int64
}

// Mark the present point. It costs the same however much there is.
func (t *Tx) Mark() Mark { return Mark{len(t.undo), t.growth} }

// Rewind undoes what the transaction has put and deleted since a mark. What it has
// counted stays. Marks that were made after that one are void.
func (t *Tx) Rewind(to Mark) {
	t.mu.Lock()
	defer t.mu.Unlock()
	since := t.undo[min(to.changes, len(t.undo)):]
	for _, was := range slices.Backward(since) {
		t.live.put(was.path, was.before)
		if t.isPresent() {
			t.store.keep(was.of, was.key, was.after, was.before)
		}
	}
	clear(since)
	t.undo = t.undo[:len(t.undo)-len(since)]
	t.growth, t.changes, t.at = to.growth, nil, path{}
}

// Change is one key before and after a transaction; nil stands for absent. The
// values are the store's own and are not to be changed.
type Change struct {
	Collection string `json:"collection"`
	Key        string `json:"key"`
	Before     any    `json:"before"`
	After      any    `json:"after"`
}

func (c Change) path() path { return path{c.Collection, c.Key} }

// Changes lists what the transaction has changed of the services' collections so
// far, a key once, in the order of (collection, key). A key that has its first
// value again is none.
func (t *Tx) Changes() []Change {
	if t.changes != nil || len(t.undo) == 0 {
		return t.changes
	}
	var few [8]int
	order := few[:0] // of the undo log: by path, and then as it happened
	for i := range t.undo {
		if !t.undo[i].of.record {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		if c := t.undo[a].path.compare(t.undo[b].path); c != 0 {
			return c
		}
		return a - b
	})
	for n, first := 0, 0; n < len(order); n++ {
		last := t.undo[order[n]]
		if n+1 < len(order) && t.undo[order[n+1]].path == last.path {
			continue
		}
		before := t.undo[order[first]].before
		if first = n + 1; last.of.same(before, last.after) {
			continue
		}
		if t.changes == nil {
			t.changes = make([]Change, 0, len(order)-n)
		}
		t.changes = append(t.changes, Change{last.collection, last.key, before, last.after})
	}
	return t.changes
}
