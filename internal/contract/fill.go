package contract

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// Filler is a type that takes a decoded value (numbers as json.Number) as its UnmarshalJSON
// takes the value's JSON. It is false where it leaves the value to UnmarshalJSON, which has
// the words for what is wrong.
type Filler interface{ Fill(value any) bool }

// Fill puts a decoded value into what a pointer leads to, as encoding/json does with the
// value's JSON.
func Fill[T any](value any, into *T) error {
	before := *into
	if own, is := any(into).(Filler); is {
		if own.Fill(value) {
			return nil
		}
	} else if fillerOf(reflect.TypeFor[T]())(reflect.ValueOf(into).Elem(), value) {
		return nil
	}
	*into = before
	return reencode(value, into)
}

func reencode(value, into any) error {
	raw, err := Encode(value)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, into)
}

// filler puts a decoded value into a place; false if encoding/json has to.
type filler func(into reflect.Value, value any) bool

var fillers sync.Map // filler by reflect.Type

func fillerOf(t reflect.Type) filler {
	if known, ok := fillers.Load(t); ok {
		return known.(filler)
	}
	fill := makeFiller(t)
	fillers.Store(t, fill)
	return fill
}

var (
	ownFill = reflect.TypeFor[Filler]()
	ownJSON = reflect.TypeFor[json.Unmarshaler]()
	ownText = reflect.TypeFor[encoding.TextUnmarshaler]()
	number  = reflect.TypeFor[json.Number]()
)

func makeFiller(t reflect.Type) filler {
	pointer := reflect.PointerTo(t)
	switch {
	case t.Kind() == reflect.Pointer:
		return pointerFiller(t.Elem())
	case pointer.Implements(ownFill):
		return func(into reflect.Value, v any) bool { return into.Addr().Interface().(Filler).Fill(v) }
	case pointer.Implements(ownJSON), pointer.Implements(ownText):
		return fillByJSON
	case t == number:
		return fillNumber
	}
	switch t.Kind() {
	case reflect.String:
		return fillString
	case reflect.Bool:
		return fillBool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return fillInt
	case reflect.Struct:
		return structFiller(t)
	}
	return fillByJSON
}

// fillByJSON is for types that are rare.
func fillByJSON(into reflect.Value, v any) bool { return reencode(v, into.Addr().Interface()) == nil }

func fillString(into reflect.Value, v any) bool {
	text, ok := v.(string)
	if ok = ok && utf8.ValidString(text); ok {
		into.SetString(text)
	}
	return ok || v == nil
}

func fillNumber(into reflect.Value, v any) bool {
	n, ok := v.(json.Number)
	if ok {
		into.SetString(string(n))
	}
	return ok || v == nil
}

func fillBool(into reflect.Value, v any) bool {
	b, ok := v.(bool)
	if ok {
		into.SetBool(b)
	}
	return ok || v == nil
}

func fillInt(into reflect.Value, v any) bool {
	n, ok := v.(json.Number)
	if !ok {
		return v == nil
	}
	i, err := strconv.ParseInt(string(n), 10, 64)
	if err != nil || into.OverflowInt(i) {
		return false
	}
	into.SetInt(i)
	return true
}

func pointerFiller(to reflect.Type) filler {
	return func(into reflect.Value, v any) bool {
		if v == nil {
			into.SetZero()
			return true
		}
		if !into.IsNil() { // what it leads to stays what it is until all is well
			return false
		}
		made := reflect.New(to)
		if !fillerOf(to)(made.Elem(), v) {
			return false
		}
		into.Set(made)
		return true
	}
}

// field of a struct.
type field struct {
	name  string
	index int
	fill  filler
}

func structFiller(t reflect.Type) filler {
	fields, names := make([]field, 0, t.NumField()), []string(nil)
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous, strings.Contains(options, "string"):
			return fillByJSON
		case !f.IsExported(), name == "-":
			continue
		case name == "":
			name = f.Name
		}
		if slices.Contains(names, name) {
			return fillByJSON
		}
		fields = append(fields, field{name, i, fillerOf(f.Type)})
		names = append(names, name)
	}
	rest := others{fields: names}
	return func(into reflect.Value, v any) bool {
		object, ok := v.(map[string]any)
		if !ok {
			return v == nil
		}
		known := 0
		for i := range fields {
			f := &fields[i]
			value, is := object[f.name]
			if !is {
				continue
			}
			if known++; !f.fill(into.Field(f.index), value) {
				return false
			}
		}
		return rest.differ(object, len(object)-known)
	}
}

// others looks at members that are no fields of a type.
type others struct {
	fields []string
	last   atomic.Pointer[string] // the only one of the last object that had one
}

// differ reports whether the names of so many members of an object differ from all fields by more than
// their case, which encoding/json doesn't look at.
func (o *others) differ(object map[string]any, count int) bool {
	if count == 0 {
		return true
	}
	if last := o.last.Load(); last != nil && count == 1 {
		if _, is := object[*last]; is {
			return true
		}
	}
	for name := range object {
		if slices.Contains(o.fields, name) {
			continue
		}
		if slices.ContainsFunc(o.fields, func(field string) bool { return strings.EqualFold(field, name) }) {
			return false
		}
		if count == 1 && len(name) <= longestOther {
			only := name
			o.last.Store(&only)
		}
	}
	return true
}

// longestOther is the longest name that is remembered, in bytes.
const longestOther = 64
