package store

import (
	"iter"
	"slices"
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
	keys     []path   // that were read or written
	prefixes []path   // that were scanned
	few      [10]path // where the first of both are
}

// Stir makes the commit of a transaction that changes a record close Changed, as a change of the
// collections does.
func (t *Tx) Stir() { t.stirs = true }

// isPresent reports whether the transaction changes the store's own state.
func (t *Tx) isPresent() bool { return t.live == &t.store.live }

// Get answers the value of a key.
func (t *Tx) Get(collection, key string) (any, bool) {
	at := path{collection, key}
	t.note(at)
	return t.state.get(at)
}

// note that a key is read or written.
func (t *Tx) note(at path) {
	if n := len(t.keys); n == 0 || t.keys[n-1] != at {
		t.keys = append(t.keys, at)
	}
}

// Scan implements Reader. The transaction may change what it is going through.
func (t *Tx) Scan(collection, prefix string) iter.Seq2[string, any] {
	return func(yield func(string, any) bool) { t.scan(path{collection, prefix}, yield) }
}

func (t *Tx) scan(at path, yield func(string, any) bool) {
	t.prefixes = append(t.prefixes, at)
	t.live.scan(at, yield)
}

// isThere reports whether a key has a flat value already.
func (t *Tx) isThere(at path, value any) bool {
	t.note(at)
	old, found := t.state.get(at)
	return found && old == value
}

// put a value in the place of what the key has. A service's value that is there already
// is not written again; flat ones are compared before.
func (t *Tx) put(d *Definition, key string, value any) {
	at := path{d.name, key}
	t.note(at)
	if !d.record && !d.isFlat {
		if old, found := t.state.get(at); found && d.same(old, value) {
			return
		}
	}
	t.replace(d, at, value)
}

// delete a key; one that is not there is no error.
func (t *Tx) delete(d *Definition, key string) {
	at := path{d.name, key}
	t.note(at)
	if _, is := t.state.get(at); is {
		t.replace(d, at, nil)
	}
}

// replace what a key has; nil deletes it.
func (t *Tx) replace(d *Definition, at path, value any) {
	room := d.room(at, value)
	old := t.live.replace(d, at, value)
	t.growth += room - d.room(at, old)
	t.changes = nil
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
		now := t.live.put(was.path, was.value)
		if t.isPresent() {
			t.store.keep(was.of, was.key, now, was.value)
		}
	}
	clear(since)
	t.undo = t.undo[:len(t.undo)-len(since)]
	t.growth, t.changes = to.growth, nil
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
	order := few[:0] // of the undo log: by path, and then the first of a path
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
	for n, i := range order {
		first := &t.undo[i]
		if n > 0 && t.undo[order[n-1]].path == first.path {
			continue
		}
		if now, _ := t.state.get(first.path); !first.of.same(first.value, now) {
			if t.changes == nil {
				t.changes = make([]Change, 0, len(order)-n)
			}
			t.changes = append(t.changes, Change{first.collection, first.key, first.value, now})
		}
	}
	return t.changes
}
