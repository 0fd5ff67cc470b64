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
// few, so that a name is found by looking at each. A state that others see is not changed any
// more.
type state []part

type part struct {
	collection string
	values     *tree // by key
	own        bool  // the transaction made this copy of the tree, and no other sees it
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

// builder changes a state that no other sees yet.
type builder struct {
	state
	copied  bool        // the list of the collections is the builder's own
	copying *sync.Mutex // to copy a tree changes its mark, and others may copy the same one
	scanned []*tree     // those of the builder's own that it goes through now
}

// writable is the tree of a collection to write to. One that others see is copied, and so is
// one that is gone through.
func (b *builder) writable(collection string) *tree {
	if !b.copied {
		b.state, b.copied = append(make(state, 0, len(b.state)+1), b.state...), true
	}
	at, found := b.find(collection)
	if !found {
		b.state = slices.Insert(b.state, at, part{collection, new(tree), true})
	}
	p := &b.state[at]
	if !p.own || slices.Contains(b.scanned, p.values) {
		b.copying.Lock()
		defer b.copying.Unlock()
		p.values, p.own = p.values.Copy(), true
	}
	return p.values
}

// scan goes through the keys with a prefix as they are now.
func (b *builder) scan(at path, yield func(string, any) bool) {
	for i := range b.state {
		if p := b.state[i]; p.collection == at.collection {
			if p.own {
				b.scanned = append(b.scanned, p.values)
				defer func(n int) { b.scanned = b.scanned[:n] }(len(b.scanned) - 1)
			}
			scan(p.values, at.key, yield)
			return
		}
	}
}

// scan goes through the keys with a prefix in their order.
func scan(values *tree, prefix string, yield func(string, any) bool) {
	values.Ascend(prefix, func(key string, value any) bool {
		return strings.HasPrefix(key, prefix) && yield(key, value)
	})
}

// shared is the state for others to see: the builder copies what it changes from now on.
func (b *builder) shared() state {
	if b.copied {
		for i := range b.state {
			b.state[i].own = false
		}
		b.copied = false
	}
	return b.state
}
