package store

import (
	"cmp"
	"iter"
	"reflect"
	"slices"
	"strings"
)

// Reader sees one state that doesn't change while it is used.
type Reader interface {
	// Get answers the value of a key.
	Get(collection, key string) (value any, found bool)
	// Scan goes through the keys with a prefix in their order (byte order). What
	// is changed while it goes on, it doesn't see.
	Scan(collection, prefix string) iter.Seq2[string, any]
}

// view is a Reader of a tree.
type view struct{ tree *tree }

func (v view) Get(collection, key string) (any, bool) {
	return v.tree.Get(collection + separator + key)
}

func (v view) Scan(collection, prefix string) iter.Seq2[string, any] {
	from := collection + separator + prefix
	return func(yield func(string, any) bool) {
		v.tree.Ascend(from, func(path string, value any) bool {
			if !strings.HasPrefix(path, from) {
				return false
			}
			return yield(path[len(collection)+len(separator):], value)
		})
	}
}

// Tx is one transaction: a Reader that sees its own changes. It is for one
// goroutine and ends with the function that got it.
type Tx struct {
	view
	store    *Store
	counters *Counters
	present  bool     // it began with the state of the last commit, and may change it
	recorded bool     // a record was changed
	stirs    bool     // its commit closes Changed, also if it changes only records
	growth   int64    // bytes that the tree has gained
	records  []string // paths of those that were, and maybe others; for a follower only
	before   firstValues
	changes  []Change // as of the last call of Changes; nil when something was put since
	after    []func()
	keys     []string  // paths that were read or written
	few      [8]string // where the first of them are
	prefixes []string  // of paths that were scanned
	scanned  *tree     // what a Scan goes through now
}

// Stir makes the commit of a transaction that changes a record close Changed, as a change of the
// collections does.
func (t *Tx) Stir() { t.stirs = true }

// Get answers the value of a key.
func (t *Tx) Get(collection, key string) (any, bool) {
	return t.tree.Get(t.path(collection, key))
}

// path of a key, which is noted as read or written. A key that is asked for again has its
// path already.
func (t *Tx) path(collection, key string) string {
	if n := len(t.keys); n > 0 && isPath(t.keys[n-1], collection, key) {
		return t.keys[n-1]
	}
	path := collection + separator + key
	t.keys = append(t.keys, path)
	return path
}

// isPath reports whether path is that of the key.
func isPath(path, collection, key string) bool {
	rest, ok := strings.CutPrefix(path, collection)
	rest, separated := strings.CutPrefix(rest, separator)
	return ok && separated && rest == key
}

// Scan implements Reader. The transaction may change what it is going through.
func (t *Tx) Scan(collection, prefix string) iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		t.prefixes = append(t.prefixes, collection+separator+prefix)
		outer := t.scanned
		defer func() { t.scanned = outer }()
		t.scanned = t.tree
		t.view.Scan(collection, prefix)(yield)
	}
}

// writable is the tree to write to. One that a Scan goes through stays as it is.
func (t *Tx) writable() *tree {
	if t.tree == t.scanned {
		t.tree = t.tree.Copy()
	}
	return t.tree
}

// Put a value in the place of what the key has. A service's value that is there already
// is not written again.
func (t *Tx) Put(collection, key string, value any) { t.put(collection, key, value, false) }

// put a value. A flat one is there already if == says so, which is fast: the same instant in two zones
// is another value then.
func (t *Tx) put(collection, key string, value any, flat bool) {
	path, d := t.path(collection, key), t.store.schema[collection]
	if !d.record {
		old, found := t.tree.Get(path)
		if found && (flat && old == value || !flat && reflect.DeepEqual(old, value)) {
			return
		}
	}
	old, _ := t.writable().Set(path, value)
	t.growth += d.room(path, value) - d.room(path, old)
	t.remember(collection, path, old)
}

// Delete a key; one that is not there is no error.
func (t *Tx) Delete(collection, key string) {
	path := t.path(collection, key)
	if old, ok := t.writable().Delete(path); ok {
		t.growth -= t.store.schema[collection].room(path, old)
		t.remember(collection, path, old)
	}
}

func (t *Tx) remember(collection, path string, old any) {
	if t.store.schema[collection].record {
		t.recorded = true
		if t.store.follow != nil {
			t.records = append(t.records, path)
		}
		return
	}
	t.before.note(path, old)
	t.changes = nil
}

// firstValues are what paths had before a transaction's first change of each.
type firstValues struct {
	all   []firstValue
	known map[string]bool // the paths, once there are many
}

type firstValue struct {
	path  string
	value any
}

// note a path's value, unless there is one.
func (f *firstValues) note(path string, value any) {
	const few = 8
	if f.known == nil {
		if slices.ContainsFunc(f.all, func(v firstValue) bool { return v.path == path }) {
			return
		}
		if len(f.all) == few {
			f.known = map[string]bool{}
			for _, v := range f.all {
				f.known[v.path] = true
			}
		}
	}
	if f.known != nil {
		if f.known[path] {
			return
		}
		f.known[path] = true
	}
	f.all = append(f.all, firstValue{path, value})
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
	tree     *tree // nil for the transaction's beginning
	recorded bool
	growth   int64
}

// Mark the present point. It costs the same however much there is.
func (t *Tx) Mark() Mark {
	if len(t.before.all) == 0 && !t.recorded {
		return Mark{}
	}
	return Mark{t.tree.Copy(), t.recorded, t.growth}
}

// Rewind undoes what the transaction has put and deleted since a mark. What it has
// counted stays.
func (t *Tx) Rewind(to Mark) {
	if len(t.before.all) == 0 && !t.recorded {
		return
	}
	t.recorded, t.growth, t.changes = to.recorded, to.growth, nil
	if to.tree == nil {
		t.tree, t.before = t.store.copyOf(false), firstValues{}
		return
	}
	t.tree = to.tree.Copy() // the mark may be rewound to again
}

// Change is one key before and after a transaction; nil stands for absent. The
// values are the store's own and are not to be changed.
type Change struct {
	Collection string `json:"collection"`
	Key        string `json:"key"`
	Before     any    `json:"before"`
	After      any    `json:"after"`
}

// Changes lists what the transaction has changed of the services' collections so
// far, a key once, in the order of (collection, key). A key that has its first
// value again is none.
func (t *Tx) Changes() []Change {
	if t.changes != nil || len(t.before.all) == 0 {
		return t.changes
	}
	t.changes = make([]Change, 0, len(t.before.all))
	for _, first := range t.before.all {
		now, _ := t.tree.Get(first.path)
		if reflect.DeepEqual(first.value, now) {
			continue
		}
		collection, key, _ := strings.Cut(first.path, separator)
		t.changes = append(t.changes, Change{Collection: collection, Key: key, Before: first.value, After: now})
	}
	slices.SortFunc(t.changes, func(a, b Change) int {
		return cmp.Or(strings.Compare(a.Collection, b.Collection), strings.Compare(a.Key, b.Key))
	})
	return t.changes
}
