package store

import (
	"reflect"
	"time"
)

// Sized is a value that reports how many bytes it takes.
type Sized interface{ Size() int64 }

// SizeOf is about how many bytes a value takes with everything that it holds. What two
// values share counts twice.
func SizeOf(v any) int64 {
	switch v := v.(type) {
	case nil:
		return 0
	case Sized:
		return v.Size()
	case string:
		return wordSize*2 + int64(len(v))
	}
	at := reflect.ValueOf(v)
	return int64(at.Type().Size()) + beyond(at)
}

const (
	wordSize  = 8
	entrySize = 6 * wordSize // of a map, its empty places counted
	nodeSize  = 8 * wordSize // of a key in the tree, likewise
)

var instant = reflect.TypeFor[time.Time]() // which shares its zone with all others

// beyond is what a value takes beyond its own bytes.
func beyond(v reflect.Value) (n int64) {
	switch v.Kind() {
	case reflect.String:
		return int64(v.Len())
	case reflect.Interface:
		if !v.IsNil() {
			return SizeOf(v.Interface())
		}
	case reflect.Pointer:
		if !v.IsNil() {
			return int64(v.Type().Elem().Size()) + beyond(v.Elem())
		}
	case reflect.Slice:
		n = int64(v.Cap()) * int64(v.Type().Elem().Size())
		if isFlat(v.Type().Elem().Kind()) {
			return n
		}
		for i := range v.Len() {
			n += beyond(v.Index(i))
		}
	case reflect.Map:
		n = beyondMap(v)
	case reflect.Struct:
		if v.Type() == instant {
			return 0
		}
		for i := range v.NumField() {
			n += beyond(v.Field(i))
		}
	}
	return n
}

func beyondMap(v reflect.Value) (n int64) {
	key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
	for each := v.MapRange(); each.Next(); {
		key.SetIterKey(each)
		value.SetIterValue(each)
		n += entrySize + beyond(key) + beyond(value)
	}
	return n
}

// isFlat reports whether values of a kind hold nothing beyond their own bytes.
func isFlat(kind reflect.Kind) bool { return kind >= reflect.Bool && kind <= reflect.Complex128 }

// room is what a key takes with its value in the tree and in indexes.
func (d *Definition) room(at path, value any) int64 {
	if value == nil {
		return 0
	}
	return nodeSize + at.size() + SizeOf(value) + d.indexRoom(at, value)
}

// measure a store that was made of data, and of counters that are measured already.
func (s *Store) measure() {
	s.size = 0
	s.state.each(func(at path, value any) bool {
		d := s.schema[at.collection]
		s.size += d.room(at, value)
		return true
	})
	s.counters.begun = s.counters.size
}

// counterRoom is what a counted key takes.
func counterRoom(key string) int64 { return entrySize + int64(len(key)) }
