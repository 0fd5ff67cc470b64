// Package store keeps a sandbox's state behind transactions.
//
// A store holds collections of values by key. Values go in and come out as
// copies, so nobody can change the state but by a transaction that commits.
// Readers see the state as the last commit left it, whole.
package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
)

// Reader sees one state that doesn't change while it is used.
type Reader interface {
	// Get answers the value of a key.
	Get(collection, key string) (value any, found bool)
	// Scan goes through the keys with a prefix in their order (byte order). What
	// is changed while it goes on, it doesn't see.
	Scan(collection, prefix string) iter.Seq2[string, any]
}

// Tx is a Reader that sees its own changes. It is for one goroutine and ends
// with the function that got it.
type Tx interface {
	Reader
	Put(collection, key string, value any)
	Delete(collection, key string)
	// Changes lists what the transaction has changed so far, a key once, in the
	// order of (collection, key). A key that has its first value again is none.
	Changes() []Change
}

// Change is one key before and after a transaction; nil stands for absent. The
// values are the store's own and are not to be changed.
type Change struct {
	Collection string `json:"collection"`
	Key        string `json:"key"`
	Before     any    `json:"before"`
	After      any    `json:"after"`
}

// Store is safe for concurrent use.
type Store interface {
	// View runs fn over the present state.
	View(fn func(Reader) error) error
	// Update runs fn in a transaction; one at a time. An error from fn is
	// returned and changes nothing.
	Update(fn func(Tx) error) error
	// Before runs fn over the state as it was before the last commit that
	// changed something; nothing was before a Reset or Restore but the state
	// itself. What fn changes is seen by fn alone and then forgotten.
	Before(fn func(Tx) error) error
	// Changed is closed by the next commit that changes something, and by Reset
	// and Restore.
	Changed() <-chan struct{}
	// Snapshot is the whole state as data.
	Snapshot() (Snapshot, error)
	// Restore replaces the whole state; an unknown collection or a value of
	// another shape is an error and changes nothing.
	Restore(Snapshot) error
	// Reset forgets everything. What is done along with it is done in the same
	// moment: no transaction comes between. It must not wait for one itself.
	Reset(along ...func())
}

// Snapshot is a state as data: collection, key, value as JSON.
type Snapshot map[string]map[string]json.RawMessage

// Definition tells a store of a collection, so that a snapshot of it can be read
// back into its own type.
type Definition struct {
	Name   string
	decode func(json.RawMessage) (any, error)
}

// Collection is a typed view of one collection. T is a value type; one that
// holds slices or maps has a method `Clone() T` that copies them.
type Collection[T any] struct{ name string }

// Define names a collection. Names are unique in a store.
func Define[T any](name string) Collection[T] { return Collection[T]{name: name} }

// Name of the collection.
func (c Collection[T]) Name() string { return c.name }

// Definition for the store's constructor.
func (c Collection[T]) Definition() Definition {
	return Definition{Name: c.name, decode: func(raw json.RawMessage) (any, error) {
		var v T
		var err error
		if _, isText := any(v).(string); isText { // there are many, and a decoder for each costs more than they do
			err = json.Unmarshal(raw, &v)
		} else {
			dec := json.NewDecoder(bytes.NewReader(raw))
			dec.DisallowUnknownFields() // what a value can't hold would be lost without a word
			err = dec.Decode(&v)
		}
		if err != nil {
			return nil, fmt.Errorf("collection %s: %w", c.name, err)
		}
		return v, nil
	}}
}

// Get answers a copy of the value.
func (c Collection[T]) Get(r Reader, key string) (T, bool) {
	v, ok := r.Get(c.name, key)
	if !ok {
		var zero T
		return zero, false
	}
	return clone(v.(T)), true
}

// Put stores a copy of the value.
func (c Collection[T]) Put(tx Tx, key string, v T) { tx.Put(c.name, key, clone(v)) }

// Delete removes the key; a key that is not there is no error.
func (c Collection[T]) Delete(tx Tx, key string) { tx.Delete(c.name, key) }

// All goes through the collection in the order of its keys.
func (c Collection[T]) All(r Reader) iter.Seq2[string, T] { return c.Prefix(r, "") }

// Prefix goes through the keys with a prefix in their order.
func (c Collection[T]) Prefix(r Reader, prefix string) iter.Seq2[string, T] {
	return func(yield func(string, T) bool) {
		for key, v := range r.Scan(c.name, prefix) {
			if !yield(key, clone(v.(T))) {
				return
			}
		}
	}
}

func clone[T any](v T) T {
	if c, ok := any(v).(interface{ Clone() T }); ok {
		return c.Clone()
	}
	return v
}
