package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"reflect"
	"strings"
	"time"
)

// Definition describes a collection to a store, so that the values of a snapshot can be
// read back into their own type.
type Definition struct {
	name    string
	record  bool
	isFlat  bool                // == compares all that a value holds
	equal   func(a, b any) bool // the values' own comparison; nil for none
	indexes []index
	decode  func(json.RawMessage) (any, error)
}

// Name of the collection.
func (d Definition) Name() string { return d.name }

// Collection is a typed view of one collection. T is a value type; one that
// holds slices or maps has a method `Clone() T` that copies them. Values with a method `Equal(T) bool` are compared
// by it.
type Collection[T any] struct {
	of    Definition // without decode
	clone func(T) T  // nil where a value shares nothing
}

// Define names a collection of a service. Names are unique in a store.
func Define[T any](name string) Collection[T] { return define[T](name, false) }

// DefineRecord names a collection of the simulator's own: see the package.
func DefineRecord[T any](name string) Collection[T] { return define[T](name, true) }

func define[T any](name string, record bool) Collection[T] {
	c := Collection[T]{of: Definition{name: name, record: record, isFlat: comparesWhole(reflect.TypeFor[T]())}}
	var zero T
	if _, ok := any(zero).(interface{ Clone() T }); ok {
		c.clone = func(v T) T { return any(v).(interface{ Clone() T }).Clone() }
	}
	if _, ok := any(zero).(interface{ Equal(T) bool }); ok {
		c.of.equal = func(a, b any) bool { return a.(interface{ Equal(T) bool }).Equal(b.(T)) }
	}
	return c
}

// comparesWhole reports whether values of a type are equal by == only if they hold the
// same, and whether == can compare them.
func comparesWhole(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			if t.Field(i).Type != instant && !comparesWhole(t.Field(i).Type) {
				return false
			}
		}
		return true
	case reflect.String:
		return true
	}
	return reflect.Bool <= t.Kind() && t.Kind() <= reflect.Uint64
}

// same reports whether two values are equal. Flat ones are compared by ==, which is fast: the same
// instant in two zones is another value then.
func (d *Definition) same(a, b any) bool {
	switch {
	case a == nil || b == nil:
		return a == nil && b == nil
	case d.equal != nil:
		return d.equal(a, b)
	case d.isFlat:
		return a == b
	}
	return reflect.DeepEqual(a, b)
}

// InstantKey is a key, or the beginning of one, that sorts as instants do.
func InstantKey(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000000000Z") }

// Name of the collection.
func (c *Collection[T]) Name() string { return c.of.name }

// Definition for the store's constructor. Values are read back as JSON; what a
// value can't hold is an error.
func (c *Collection[T]) Definition() Definition { return c.ReadBy(Read[T]) }

// Read a value of JSON. What it can't hold is an error: it would be lost. A value with a method
// `Check() error` says itself what it may not be: a snapshot may be changed by hand.
func Read[T any](raw json.RawMessage) (v T, err error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err = dec.Decode(&v); err != nil {
		return v, err
	}
	if checked, ok := any(v).(interface{ Check() error }); ok {
		err = checked.Check()
	}
	return v, err
}

// ReadBy is a Definition for values that a function reads back.
func (c *Collection[T]) ReadBy(read func(json.RawMessage) (T, error)) Definition {
	d := c.of
	d.decode = func(raw json.RawMessage) (any, error) {
		v, err := read(raw)
		if err != nil {
			return nil, fmt.Errorf("collection %s: %w", c.of.name, err)
		}
		return v, nil
	}
	return d
}

// Get answers a copy of the value.
func (c *Collection[T]) Get(r Reader, key string) (T, bool) {
	v, ok := r.Get(c.of.name, key)
	if !ok {
		var zero T
		return zero, false
	}
	return copied(v.(T), c.clone), true
}

// Look is Get without a copy: what the value shares is the store's and not to be changed.
func (c *Collection[T]) Look(r Reader, key string) (T, bool) {
	v, ok := r.Get(c.of.name, key)
	value, _ := v.(T)
	return value, ok
}

// Put stores a copy of the value. A flat one that is there already is not moved to the heap.
func (c *Collection[T]) Put(tx *Tx, key string, v T) {
	if c.of.isFlat && !c.of.record && tx.look(path{c.of.name, key}) == any(v) {
		return
	}
	tx.put(&c.of, key, copied(v, c.clone))
}

// Delete removes the key; a key that is not there is no error.
func (c *Collection[T]) Delete(tx *Tx, key string) { tx.delete(&c.of, key) }

// All goes through the collection in the order of its keys.
func (c *Collection[T]) All(r Reader) iter.Seq2[string, T] { return c.Prefix(r, "") }

// Prefix goes through the keys with a prefix in their order.
func (c *Collection[T]) Prefix(r Reader, prefix string) iter.Seq2[string, T] {
	return func(yield func(string, T) bool) { c.each(r, prefix, yield) }
}

// IsEmpty reports whether the collection has no key.
func (c *Collection[T]) IsEmpty(tx *Tx) bool {
	tx.prefixes = append(tx.prefixes, path{collection: c.of.name})
	return tx.state.values(c.of.name).Len() == 0
}

// Below adds the values of the keys with a prefix, in the order of these. It is Prefix for few keys,
// and allocates nothing where they fit.
func (c *Collection[T]) Below(tx *Tx, prefix string, all []T) []T {
	tx.prefixes = append(tx.prefixes, path{c.of.name, prefix})
	tx.state.values(c.of.name).Ascend(prefix, func(key string, v any) bool {
		below := strings.HasPrefix(key, prefix)
		if below {
			all = append(all, copied(v.(T), c.clone))
		}
		return below
	})
	return all
}

// each is Prefix. A transaction is asked without an interface: what is passed to it stays on the
// stack.
func (c *Collection[T]) each(r Reader, prefix string, yield func(string, T) bool) {
	if tx, ok := r.(*Tx); ok {
		tx.scan(path{c.of.name, prefix}, func(key string, v any) bool { return yield(key, copied(v.(T), c.clone)) })
		return
	}
	for key, v := range r.Scan(c.of.name, prefix) {
		if !yield(key, copied(v.(T), c.clone)) {
			return
		}
	}
}

func copied[T any](v T, clone func(T) T) T {
	if clone == nil {
		return v
	}
	return clone(v)
}
