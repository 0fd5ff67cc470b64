package store

import (
	"sort"
	"strconv"
	"strings"

	"github.com/tidwall/btree"
)

// index of a collection: by what a function says of a value.
type index struct {
	name string
	of   func(value any) string
}

// indexes of a store's state, by collection and then by index. They are made when they are
// first asked, kept by each change from then on, and used and changed by the transaction alone.
type indexes map[string]map[string]*btree.Set[string]

// IndexedBy is the collection with an index, which Where looks into. The function must
// answer the same for the same value.
func IndexedBy[T any](c Collection[T], name string, of func(T) string) Collection[T] {
	c.of.indexes = append(c.of.indexes[:len(c.of.indexes):len(c.of.indexes)], index{name, func(v any) string { return of(v.(T)) }})
	return c
}

// indexRoom is what a key takes in the indexes of its collection, whether or not they are
// made yet.
func (d *Definition) indexRoom(at path, value any) (n int64) {
	for _, i := range d.indexes {
		n += nodeSize + at.size() + int64(len(i.of(value)))
	}
	return n
}

// indexed begins the paths of a value in an index, and no other's.
func indexed(value string) string { return strconv.Itoa(len(value)) + ":" + value }

// keep the indexes that are made in line with a change; nil is no value.
func (s *Store) keep(d *Definition, key string, before, after any) {
	for _, i := range d.indexes {
		made := s.indexes[d.name][i.name]
		if made == nil || before != nil && after != nil && i.of(before) == i.of(after) {
			continue
		}
		if before != nil {
			made.Delete(indexed(i.of(before)) + key)
		}
		if after != nil {
			made.Insert(indexed(i.of(after)) + key)
		}
	}
}

// index of the state as the transaction sees it, made if it isn't yet.
func (s *Store) index(collection string, wanted index) *btree.Set[string] {
	if made := s.indexes[collection][wanted.name]; made != nil {
		return made
	}
	made := new(btree.Set[string])
	s.state.values(collection).Scan(func(key string, value any) bool {
		made.Insert(indexed(wanted.of(value)) + key)
		return true
	})
	if s.indexes == nil {
		s.indexes = indexes{}
	}
	if s.indexes[collection] == nil {
		s.indexes[collection] = map[string]*btree.Set[string]{}
	}
	s.indexes[collection][wanted.name] = made
	return made
}

// Span is a part of a collection in the order of its keys. It is valid until the
// transaction changes the collection.
type Span[T any] struct {
	collection string
	tx         *Tx
	from, len  int
	key        func(at int) string // of all keys that there are
}

// Len is how many keys the span has. It costs the same however many these are.
func (s Span[T]) Len() int { return s.len }

// At is the nth key from 0 with its value, which the caller must not change.
func (s Span[T]) At(n int) (key string, value T) {
	key = s.key(s.from + n)
	v, _ := s.tx.state.get(path{s.collection, key}) // which is below a prefix that the transaction has read
	value, _ = v.(T)
	return key, value
}

// SpanOf a collection are the keys from one to another, which is not in it.
func SpanOf[T any](c Collection[T], tx *Tx, from, to string) Span[T] {
	tx.prefixes = append(tx.prefixes, path{collection: c.of.name})
	values := tx.state.values(c.of.name)
	at := func(n int) string {
		key, _, _ := values.GetAt(n)
		return key
	}
	return spanOf(c, tx, ordered{values.Len(), at, ""}, from, to)
}

// Where is the Span of those whose index says a value. It is false in a transaction over the state
// before, of which there is no index.
func Where[T any](c Collection[T], tx *Tx, name, value, from, to string) (Span[T], bool) {
	for _, i := range c.of.indexes {
		if i.name != name || !tx.isPresent() {
			continue
		}
		tx.prefixes = append(tx.prefixes, path{collection: c.of.name})
		made := tx.store.index(c.of.name, i)
		at := func(n int) string {
			path, _ := made.GetAt(n)
			return path
		}
		return spanOf(c, tx, ordered{made.Len(), at, indexed(value)}, from, to), true
	}
	return Span[T]{}, false
}

// ordered are paths in their order; those that are meant begin with a prefix.
type ordered struct {
	len    int
	at     func(int) string
	prefix string
}

func spanOf[T any](c Collection[T], tx *Tx, all ordered, from, to string) Span[T] {
	rank := func(path string) int { return sort.Search(all.len, func(n int) bool { return all.at(n) >= path }) }
	first := rank(all.prefix + from)
	return Span[T]{
		collection: c.of.name, tx: tx, from: first, len: max(rank(all.prefix+to)-first, 0),
		key: func(n int) string { return strings.TrimPrefix(all.at(n), all.prefix) },
	}
}
