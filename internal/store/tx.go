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
	builder
	store    *Store
	counters *Counters
	present  bool   // it began with the state of the last commit, and may change it
	recorded bool   // a record was changed
	stirs    bool   // its commit closes Changed, also if it changes only records
	growth   int64  // bytes that the state has gained
	records  []path // of those that were, and maybe others; for a follower only
	before   firstValues
	changes  []Change // as of the last call of Changes; nil when something was put since
	after    []func()
	keys     []path   // that were read or written
	prefixes []path   // that were scanned
	few      [10]path // where the first of both are
	first    [2]firstValue
}

// Stir makes the commit of a transaction that changes a record close Changed, as a change of the
// collections does.
func (t *Tx) Stir() { t.stirs = true }

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
	t.builder.scan(at, yield)
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
	old, _ := t.writable(d.name).Set(key, value)
	t.growth += d.room(at, value) - d.room(at, old)
	t.remember(d, at, old)
}

// delete a key; one that is not there is no error.
func (t *Tx) delete(d *Definition, key string) {
	at := path{d.name, key}
	t.note(at)
	if _, is := t.state.get(at); !is {
		return
	}
	old, _ := t.writable(d.name).Delete(key)
	t.growth -= d.room(at, old)
	t.remember(d, at, old)
}

func (t *Tx) remember(d *Definition, at path, old any) {
	if d.record {
		t.recorded = true
		if t.store.follow != nil {
			t.records = append(t.records, at)
		}
		return
	}
	if t.before.all == nil {
		t.before.all = t.first[:0]
	}
	t.before.note(firstValue{at, d, old})
	t.changes = nil
}

// firstValues are what paths had before a transaction's first change of each.
type firstValues struct {
	all   []firstValue
	known map[path]bool // the paths, once there are many
}

type firstValue struct {
	path
	of    *Definition
	value any
}

// note a path's value, unless there is one.
func (f *firstValues) note(first firstValue) {
	at := first.path
	const few = 8
	if f.known == nil {
		if slices.ContainsFunc(f.all, func(v firstValue) bool { return v.path == at }) {
			return
		}
		if len(f.all) == few {
			f.known = map[path]bool{}
			for _, v := range f.all {
				f.known[v.path] = true
			}
		}
	}
	if f.known != nil {
		if f.known[at] {
			return
		}
		f.known[at] = true
	}
	f.all = append(f.all, first)
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
	state    state
	begun    bool // it is the transaction's beginning
	recorded bool
	growth   int64
}

// Mark the present point. It costs the same however much there is.
func (t *Tx) Mark() Mark {
	if len(t.before.all) == 0 && !t.recorded {
		return Mark{begun: true}
	}
	return Mark{t.shared(), false, t.recorded, t.growth}
}

// Rewind undoes what the transaction has put and deleted since a mark. What it has
// counted stays.
func (t *Tx) Rewind(to Mark) {
	if len(t.before.all) == 0 && !t.recorded {
		return
	}
	t.recorded, t.growth, t.changes = to.recorded, to.growth, nil
	t.state, t.copied = to.state, false
	if to.begun {
		t.state, t.before = t.store.state(false), firstValues{}
	}
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
	if t.changes != nil || len(t.before.all) == 0 {
		return t.changes
	}
	t.changes = make([]Change, 0, len(t.before.all))
	for _, first := range t.before.all {
		now, _ := t.state.get(first.path)
		if !first.of.same(first.value, now) {
			t.changes = append(t.changes, Change{first.collection, first.key, first.value, now})
		}
	}
	if len(t.changes) > 1 {
		slices.SortFunc(t.changes, func(a, b Change) int { return a.path().compare(b.path()) })
	}
	return t.changes
}
