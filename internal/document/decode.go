package document

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The bounds of a JSON text: how many findings it may have before the rest isn't read, and
// how many levels.
const (
	mostMisfits = 20
	maxLevels   = 1000
)

// Decode reads a JSON text into a value of Go, strictly: a member that the type doesn't
// have, has in another case, or that stands twice is a finding, and so is a value of
// another kind. Pointer is the JSON pointer of the first. It makes no tree and bounds the
// depth only: the text may have many megabytes.
func Decode(file string, source []byte, into any) (findings Findings, pointer string) {
	d := decoder{file: file, source: source, types: map[reflect.Type]members{}}
	if !json.Valid(source) {
		at, found, expected := Syntax(source, json.Unmarshal(source, new(any)))
		d.wrong(at, found, expected, "")
		return d.findings, ""
	}
	d.more() // over space
	if d.value(reflect.TypeOf(into)); d.findings == nil {
		if err := json.Unmarshal(source, into); err != nil {
			d.wrong(0, err.Error(), "values that fit", "")
		}
	}
	return d.findings, d.pointer
}

// decoder reads a text that is JSON.
type decoder struct {
	file     string
	source   []byte
	offset   int    // of what is read next
	stop     bool   // the rest isn't read
	at       []step // to the value that is read
	types    map[reflect.Type]members
	findings Findings
	pointer  string // to the first finding
}

// step is a member's name, or an index of a list: -1 for a member.
type step struct {
	name  string
	index int
}

// members of an object, by name, and their names in order.
type members struct {
	of    map[string]reflect.Type
	names []string
}

// anything is the type of a value of which nothing is known.
var anything = reflect.TypeFor[any]()

// wrong adds a finding about what stands at an offset.
func (d *decoder) wrong(at int, found, expected, nearest string) {
	f := Finding{Found: found, Expected: expected, Nearest: nearest, Severity: Error}
	before := d.source[:at]
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	f.Position = Position{File: d.file, Line: 1 + bytes.Count(before, []byte("\n")), Column: 1 + utf8.RuneCount(line)}
	var pointer string
	for _, s := range d.at {
		if s.index >= 0 {
			f.Path += fmt.Sprintf("[%d]", s.index)
			pointer += "/" + strconv.Itoa(s.index)
		} else {
			f.Path = Below(f.Path, s.name)
			pointer += "/" + EscapePointer(s.name)
		}
	}
	if d.findings = append(d.findings, f); len(d.findings) == 1 {
		d.pointer = pointer
	}
	d.stop = d.stop || len(d.findings) == mostMisfits
}

// more reports whether the list or object that is read has more, and goes there.
func (d *decoder) more() bool {
	if d.stop {
		return false
	}
	for strings.IndexByte(" \t\r\n,:", d.source[d.offset]) >= 0 {
		d.offset++
	}
	return d.source[d.offset] != ']' && d.source[d.offset] != '}'
}

// token reads a bracket, or a whole scalar.
func (d *decoder) token() []byte {
	start := d.offset
	d.offset++
	switch d.source[start] {
	case '{', '[':
	case '"':
		for d.source[d.offset] != '"' {
			if d.source[d.offset] == '\\' {
				d.offset++
			}
			d.offset++
		}
		d.offset++
	default:
		for d.offset < len(d.source) && strings.IndexByte(" \t\r\n,]}", d.source[d.offset]) < 0 {
			d.offset++
		}
	}
	return d.source[start:d.offset]
}

// value reads one value, and all below it.
func (d *decoder) value(t reflect.Type) {
	at := d.offset
	token := d.token()
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[json.RawMessage]():
		t = anything
	case !fits(token, t):
		d.wrong(at, found(token), kindOf(t), "")
		t = anything
	}
	switch opens := token[0] == '{' || token[0] == '['; {
	case !opens:
		return
	case len(d.at) == maxLevels:
		d.at, d.findings, d.stop = nil, nil, true
		d.wrong(at, fmt.Sprintf("nesting beyond %d levels", maxLevels), "a flatter document", "")
	case token[0] == '{':
		d.object(t)
	default:
		below := anything
		if t.Kind() == reflect.Slice {
			below = t.Elem()
		}
		for i := 0; d.more(); i++ {
			d.below(step{index: i}, below)
		}
	}
	d.offset++ // the closing bracket
}

func (d *decoder) below(s step, t reflect.Type) {
	d.at = append(d.at, s)
	d.value(t)
	d.at = d.at[:max(len(d.at)-1, 0)]
}

// object reads members up to the closing brace.
func (d *decoder) object(t reflect.Type) {
	known := d.members(t)
	seen := map[string]bool{}
	for d.more() {
		at := d.offset
		name := text(d.token())
		d.more() // over the colon
		s, below := step{name, -1}, anything
		switch of, named := known.of[name]; {
		case seen[name]:
			d.at = append(d.at, s)
			d.wrong(at, Quote(name)+" a second time", "it once", "")
			d.at = d.at[:len(d.at)-1]
		case named:
			below = of
		case t.Kind() == reflect.Map:
			below = t.Elem()
		case t.Kind() == reflect.Struct:
			d.wrong(at, Quote(name)+Typed(name), "one of "+strings.Join(known.names, ", "), Meant(strings.ToLower(name), known.names))
		}
		seen[name] = true
		d.below(s, below)
	}
}

// members that a struct has in JSON; none for another type.
func (d *decoder) members(t reflect.Type) members {
	if known, ok := d.types[t]; ok || t.Kind() != reflect.Struct {
		return known
	}
	known := members{of: map[string]reflect.Type{}}
	for _, field := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" && name != "-" {
			known.of[name] = field.Type
			known.names = append(known.names, name)
		}
	}
	slices.Sort(known.names)
	d.types[t] = known
	return known
}

// text of a string's token.
func text(token []byte) (s string) {
	if bytes.IndexByte(token, '\\') < 0 {
		return string(token[1 : len(token)-1])
	}
	_ = json.Unmarshal(token, &s) // it is JSON
	return s
}

// fits reports whether the value that begins with a token may be one of a type.
func fits(token []byte, t reflect.Type) bool {
	switch {
	case t == anything:
		return true
	case token[0] == '[':
		return t.Kind() == reflect.Slice
	case token[0] == '{':
		return t.Kind() == reflect.Map || t.Kind() == reflect.Struct && t != reflect.TypeFor[time.Time]()
	}
	return json.Unmarshal(token, reflect.New(t).Interface()) == nil
}

// found says what begins with a token.
func found(token []byte) string {
	switch token[0] {
	case '"':
		return Quote(text(token))
	case '[':
		return "a list"
	case '{':
		return "an object"
	}
	return shorten(string(token), mostQuoted)
}

// kindOf is what JSON has for the values of a type.
func kindOf(t reflect.Type) string {
	zero := reflect.New(t).Elem()
	switch kind := t.Kind(); {
	case t == reflect.TypeFor[time.Time]():
		return "an instant such as 2024-03-01T09:00:00+05:00"
	case kind == reflect.String:
		return "a text"
	case kind == reflect.Bool:
		return "true or false"
	case kind == reflect.Slice:
		return "a list"
	case kind == reflect.Struct, kind == reflect.Map:
		return "an object"
	case zero.CanUint():
		return "a whole number from 0"
	case zero.CanInt():
		return "a whole number"
	}
	return "a number"
}
