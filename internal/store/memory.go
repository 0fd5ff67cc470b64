package store

import (
	"encoding/json"
	"fmt"
	"iter"
	"reflect"
	"sort"
	"strings"
	"sync"

	"github.com/tidwall/btree"
)

// Memory is a Store in memory. A commit leaves the earlier trees untouched (the
// trees share what they have in common), so a reader needs no lock while it
// reads, and an empty store costs a few hundred bytes.
type Memory struct {
	definitions map[string]Definition

	writing sync.Mutex // one transaction at a time

	mu      sync.Mutex // guards the fields below, for the time of a copy only
	now     *tree
	before  *tree
	changed chan struct{}
}

type tree = btree.Map[string, any]

// The separator sorts below every character that a name or key may have.
const separator = "\x00"

// NewMemory makes an empty store for these collections.
func NewMemory(definitions ...Definition) *Memory {
	m := &Memory{definitions: make(map[string]Definition, len(definitions)), changed: make(chan struct{})}
	for _, d := range definitions {
		m.definitions[d.Name] = d
	}
	m.now, m.before = new(tree), new(tree)
	return m
}

// View implements Store.
func (m *Memory) View(fn func(Reader) error) error { return fn(reader{m.copyOf(false)}) }

// Before implements Store.
func (m *Memory) Before(fn func(Tx) error) error {
	return fn(&transaction{reader: reader{m.copyOf(true)}})
}

func (m *Memory) copyOf(before bool) *tree {
	m.mu.Lock()
	defer m.mu.Unlock()
	if before {
		return m.before.Copy()
	}
	return m.now.Copy()
}

// Update implements Store.
func (m *Memory) Update(fn func(Tx) error) error {
	m.writing.Lock()
	defer m.writing.Unlock()
	t := &transaction{reader: reader{m.copyOf(false)}}
	if err := fn(t); err != nil {
		return err
	}
	if t.changed() {
		// A copy, so that a transaction that outlives fn can't reach the state.
		m.commit(m.now, t.tree.Copy())
	}
	return nil
}

// commit is called with writing held: nobody else replaces the trees.
func (m *Memory) commit(before, now *tree) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.before, m.now = before, now
	close(m.changed)
	m.changed = make(chan struct{})
}

// Changed implements Store.
func (m *Memory) Changed() <-chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.changed
}

// Reset implements Store.
func (m *Memory) Reset(along ...func()) {
	m.writing.Lock()
	defer m.writing.Unlock()
	empty := new(tree)
	m.commit(empty, empty)
	for _, fn := range along {
		fn()
	}
}

// Snapshot implements Store.
func (m *Memory) Snapshot() (Snapshot, error) {
	s := Snapshot{}
	var failed error
	m.copyOf(false).Scan(func(path string, v any) bool {
		collection, key, _ := strings.Cut(path, separator)
		raw, err := json.Marshal(v)
		if err != nil {
			failed = fmt.Errorf("snapshot of %s %q: %w", collection, key, err)
			return false
		}
		if s[collection] == nil {
			s[collection] = map[string]json.RawMessage{}
		}
		s[collection][key] = raw
		return true
	})
	return s, failed
}

// Restore implements Store.
func (m *Memory) Restore(s Snapshot) error {
	next := new(tree)
	for collection, rows := range s {
		d, ok := m.definitions[collection]
		if !ok {
			return fmt.Errorf("snapshot: no collection %q", collection)
		}
		for key, raw := range rows {
			v, err := d.decode(raw)
			if err != nil {
				return fmt.Errorf("snapshot: key %q: %w", key, err)
			}
			next.Set(collection+separator+key, v)
		}
	}
	m.writing.Lock()
	defer m.writing.Unlock()
	m.commit(next, next)
	return nil
}

type reader struct{ tree *tree }

func (r reader) Get(collection, key string) (any, bool) {
	return r.tree.Get(collection + separator + key)
}

func (r reader) Scan(collection, prefix string) iter.Seq2[string, any] {
	from := collection + separator + prefix
	return func(yield func(string, any) bool) {
		r.tree.Ascend(from, func(path string, v any) bool {
			if !strings.HasPrefix(path, from) {
				return false
			}
			return yield(path[len(collection)+len(separator):], v)
		})
	}
}

type transaction struct {
	reader
	scans  int            // that are going through the tree
	before map[string]any // path to the value before the first change
}

// Scan goes through the tree as it is now. What is changed meanwhile is changed in
// a copy.
func (t *transaction) Scan(collection, prefix string) iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		scanned := t.reader
		t.scans++
		defer func() {
			if t.tree == scanned.tree {
				t.scans--
			}
		}()
		scanned.Scan(collection, prefix)(yield)
	}
}

// own makes the tree one that no scan goes through. Every copy costs the next
// changes the copies of the nodes that they change.
func (t *transaction) own() {
	if t.scans > 0 {
		t.tree, t.scans = t.tree.Copy(), 0
	}
}

func (t *transaction) Put(collection, key string, value any) {
	t.own()
	path := collection + separator + key
	old, _ := t.tree.Set(path, value)
	t.remember(path, old)
}

func (t *transaction) Delete(collection, key string) {
	t.own()
	path := collection + separator + key
	if old, ok := t.tree.Delete(path); ok {
		t.remember(path, old)
	}
}

func (t *transaction) remember(path string, old any) {
	if t.before == nil {
		t.before = map[string]any{}
	}
	if _, known := t.before[path]; !known {
		t.before[path] = old
	}
}

// changed reports whether a key has another value than at first.
func (t *transaction) changed() bool {
	for path, old := range t.before {
		if after, _ := t.tree.Get(path); !reflect.DeepEqual(old, after) {
			return true
		}
	}
	return false
}

func (t *transaction) Changes() []Change {
	changes := make([]Change, 0, len(t.before))
	for path, old := range t.before {
		after, _ := t.tree.Get(path)
		if reflect.DeepEqual(old, after) {
			continue
		}
		collection, key, _ := strings.Cut(path, separator)
		changes = append(changes, Change{Collection: collection, Key: key, Before: old, After: after})
	}
	sort.Slice(changes, func(i, j int) bool {
		a, b := changes[i], changes[j]
		return a.Collection < b.Collection || a.Collection == b.Collection && a.Key < b.Key
	})
	return changes
}
