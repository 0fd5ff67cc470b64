package store

import (
	"slices"
	"strings"
	"sync"

	"github.com/tidwall/btree"
)

// path of a value.
type path struct{ collection, key string }

func (p path) compare(other path) int {
	if p.collection == other.collection {
		return strings.Compare(p.key, other.key)
	}
	return strings.Compare(p.collection, other.collection)
}

func (p path) hasPrefix(prefix path) bool {
	return p.collection == prefix.collection && strings.HasPrefix(p.key, prefix.key)
}

// size of the path in bytes, as it is counted.
func (p path) size() int64 { return int64(len(p.collection) + 1 + len(p.key)) }

// state is the collections that have keys or had them, in the order of their names. There are
// few, so that a name is found by looking at each.
type state []part

type part struct {
	collection string
	values     *tree // by key
}

type tree = btree.Map[string, any]

// find the place that a collection has, or would have.
func (s state) find(collection string) (at int, found bool) {
	for i := range s {
		if s[i].collection == collection {
			return i, true
		}
	}
	return slices.BinarySearchFunc(s, collection, func(p part, name string) int { return strings.Compare(p.collection, name) })
}

var empty = new(tree)

// values of a collection, which are not to be changed.
func (s state) values(collection string) *tree {
	for i := range s {
		if s[i].collection == collection {
			return s[i].values
		}
	}
	return empty
}

func (s state) get(at path) (any, bool) { return s.values(at.collection).Get(at.key) }

// each passes all values in the order of their paths, until tell is false.
func (s state) each(tell func(at path, value any) bool) {
	for i, more := 0, true; i < len(s) && more; i++ {
		s[i].values.Scan(func(key string, value any) bool {
			more = tell(path{s[i].collection, key}, value)
			return more
		})
	}
}

// put a value in the place of what a key has; nil deletes the key. It returns what was there, nil
// for nothing.
func (s *state) put(at path, value any) (old any) {
	i, found := s.find(at.collection)
	if !found {
		if value == nil {
			return nil
		}
		*s = slices.Insert(*s, i, part{at.collection, new(tree)})
	}
	if value == nil {
		old, _ = (*s)[i].values.Delete(at.key)
	} else {
		old, _ = (*s)[i].values.Set(at.key, value)
	}
	return old
}

// copied is the state for others. It costs the same however many keys there are: from then on, each
// of both copies what they share before it writes to that.
func (s state) copied() state {
	other := make(state, len(s))
	for i, p := range s {
		other[i] = part{p.collection, p.values.Copy()}
	}
	return other
}

// scan goes through the keys with a prefix in their order.
func scan(values *tree, prefix string, yield func(string, any) bool) {
	values.Ascend(prefix, func(key string, value any) bool {
		return strings.HasPrefix(key, prefix) && yield(key, value)
	})
}

// live is a state that one transaction after the other changes in place.
type live struct {
	mu      sync.Mutex // held to change the state and to copy it; the transaction reads without it
	state   state
	undo    []replaced // what the present transaction has replaced, the latest last
	scanned []*tree    // those that it goes through now
}

// replaced is what a path had before a change of it.
type replaced struct {
	path
	of    *Definition
	value any // nil for nothing
}

// put is that of the state. A scan of the collection that goes on doesn't see it.
func (l *live) put(at path, value any) (old any) {
	if len(l.scanned) > 0 {
		if i, found := l.state.find(at.collection); found && slices.Contains(l.scanned, l.state[i].values) {
			l.state[i].values = l.state[i].values.Copy()
		}
	}
	return l.state.put(at, value)
}

// replace is put that can be undone.
func (l *live) replace(d *Definition, at path, value any) (old any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	old = l.put(at, value)
	l.undo = append(l.undo, replaced{at, d, old})
	return old
}

// scan goes through the keys with a prefix as they are now.
func (l *live) scan(at path, yield func(string, any) bool) {
	values := l.state.values(at.collection)
	l.scanned = append(l.scanned, values)
	defer func(n int) {
		l.scanned[n] = nil
		l.scanned = l.scanned[:n]
	}(len(l.scanned) - 1)
	scan(values, at.key, yield)
}

// mostKept is for how many changes a state keeps the memory of its undo log.
const mostKept = 8

// forget how to undo what the transaction has replaced.
func (l *live) forget() {
	clear(l.undo)
	l.undo = l.undo[:0]
	if cap(l.undo) > mostKept {
		l.undo = nil
	}
}

// before is the state as it was before the present transaction, for others.
func (l *live) before() state {
	s := l.state.copied()
	for _, was := range slices.Backward(l.undo) {
		s.put(was.path, was.value)
	}
	return s
}
