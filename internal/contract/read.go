package contract

import (
	"encoding/json"
	"slices"
	"unicode/utf8"
)

// ReadBody is ParseRequest of what the call was sent. It answers the members that stand more
// than once in their object (see RepeatedMembers).
func (t *Table) ReadBody(c *Call) (repeated []string, err error) {
	r := reader{raw: c.Raw, names: c.Operation.names, others: t.names, most: MaxElements, met: c.few[:0]}
	body, ok := r.read()
	if ok && r.values <= mostValues(c.Raw) {
		c.Body, c.members, c.unnamed, c.depth = body, r.met, r.unnamed, r.deepest
		if r.repeated {
			repeated = RepeatedMembers(c.Raw, body)
		}
		return repeated, nil
	}
	if c.Body, err = ParseRequest(c.Raw); err == nil {
		repeated = RepeatedMembers(c.Raw, c.Body)
	}
	return repeated, err
}

// reader decodes a JSON text as ParseBody does, in one pass. It gives up where it finds
// anything that ParseBody has to judge, such as a mistake or a bound that is passed.
type reader struct {
	raw    []byte
	names  map[string]string // of members that are known, to themselves: they are not made anew
	others map[string]string // likewise, of other texts; nil for none
	most   int               // elements of a list or an object; 0 for any number
	whole  string            // raw, of which all texts are parts; empty where they must not keep it in memory

	at       int
	depth    int
	deepest  int
	met      []string // names of members, each once; nil where they are not asked for, or are many
	unnamed  bool     // a name is not among names
	values   int
	repeated bool // a member stands more than once in its object
}

// read the whole text; false if it gave up.
func (r *reader) read() (any, bool) {
	if !utf8.Valid(r.raw) {
		return nil, false
	}
	v, ok := r.value()
	r.space()
	return v, ok && r.at == len(r.raw)
}

func (r *reader) space() {
	for r.at < len(r.raw) {
		switch r.raw[r.at] {
		case ' ', '\t', '\r', '\n':
			r.at++
		default:
			return
		}
	}
}

// next is the next byte behind space; 0 at the end.
func (r *reader) next() byte {
	r.space()
	if r.at == len(r.raw) {
		return 0
	}
	return r.raw[r.at]
}

func (r *reader) value() (any, bool) {
	r.values++
	switch c := r.next(); c {
	case '{':
		return r.object()
	case '[':
		return r.list()
	case '"':
		text, ok := r.text()
		return text, ok
	case 't':
		return true, r.word("true")
	case 'f':
		return false, r.word("false")
	case 'n':
		return nil, r.word("null")
	default:
		number, ok := r.number()
		return number, ok
	}
}

func (r *reader) word(word string) bool {
	end := r.at + len(word)
	if end > len(r.raw) || string(r.raw[r.at:end]) != word {
		return false
	}
	r.at = end
	return true
}

// open a list or an object. Empty says that its end was next.
func (r *reader) open(end byte) (empty, ok bool) {
	r.at++
	if r.depth++; r.depth > MaxDepth {
		return false, false
	}
	r.deepest = max(r.deepest, r.depth)
	if r.next() == end {
		r.at++
		r.depth--
		return true, true
	}
	return false, true
}

// more reports whether another element follows the nth, or the end.
func (r *reader) more(end byte, n int) (more, ok bool) {
	c := r.next()
	r.at++
	switch {
	case r.most > 0 && n > r.most:
		return false, false
	case c == ',':
		return true, true
	case c == end:
		r.depth--
		return false, true
	}
	return false, false
}

func (r *reader) list() (any, bool) {
	all := []any{}
	empty, ok := r.open(']')
	for more := !empty; ok && more; {
		var v any
		if v, ok = r.value(); !ok {
			break
		}
		all = append(all, v)
		more, ok = r.more(']', len(all))
	}
	return all, ok
}

func (r *reader) object() (any, bool) {
	all := map[string]any{}
	empty, ok := r.open('}')
	n := 0
	for more := !empty; ok && more; {
		var name string
		var v any
		if name, ok = r.name(); !ok {
			break
		}
		if v, ok = r.value(); !ok {
			break
		}
		n++
		all[name] = v
		more, ok = r.more('}', n)
	}
	r.repeated = r.repeated || len(all) < n
	return all, ok
}

// name of a member, with the colon behind it.
func (r *reader) name() (name string, ok bool) {
	if r.next() != '"' {
		return "", false
	}
	from, to, plain := r.quoted()
	if to < 0 {
		return "", false
	}
	known := false
	if plain {
		name, known = r.names[string(r.raw[from+1:to-1])]
	}
	if !known {
		r.unnamed = true
	}
	if plain && !known {
		name, known = r.others[string(r.raw[from+1:to-1])]
	}
	if !known {
		if name, ok = r.unquote(from, to, plain); !ok {
			return "", false
		}
	}
	if r.next() != ':' {
		return "", false
	}
	r.at++
	r.note(name)
	return name, true
}

// mostMet bounds how many names of members are noted.
const mostMet = 32

func (r *reader) note(name string) {
	switch {
	case r.met == nil || slices.Contains(r.met, name):
	case len(r.met) == mostMet:
		r.met = nil
	default:
		r.met = append(r.met, name)
	}
}

func (r *reader) text() (string, bool) {
	from, to, plain := r.quoted()
	if to < 0 {
		return "", false
	}
	return r.unquote(from, to, plain)
}

// quoted goes behind a string. Plain says that it has no escapes; to is -1 for none.
func (r *reader) quoted() (from, to int, plain bool) {
	from, plain = r.at, true
	for i := from + 1; i < len(r.raw); i++ {
		switch c := r.raw[i]; {
		case c == '"':
			r.at = i + 1
			return from, r.at, plain
		case c == '\\':
			plain = false
			i++
		case c < ' ':
			return from, -1, plain
		}
	}
	return from, -1, plain
}

func (r *reader) unquote(from, to int, plain bool) (text string, ok bool) {
	if plain {
		return r.part(from+1, to-1), true
	}
	err := json.Unmarshal(r.raw[from:to], &text)
	return text, err == nil
}

// number within the bounds of ParseBody.
func (r *reader) number() (json.Number, bool) {
	from := r.at
	if r.at < len(r.raw) && r.raw[r.at] == '-' {
		r.at++
	}
	whole := r.at
	if r.digits() == 0 || r.raw[whole] == '0' && r.at > whole+1 {
		return "", false
	}
	if r.at < len(r.raw) && r.raw[r.at] == '.' {
		if r.at++; r.digits() == 0 {
			return "", false
		}
	}
	if r.at < len(r.raw) && (r.raw[r.at] == 'e' || r.raw[r.at] == 'E') {
		if r.at++; r.at < len(r.raw) && (r.raw[r.at] == '+' || r.raw[r.at] == '-') {
			r.at++
		}
		if n := r.digits(); n == 0 || n > maxExponent {
			return "", false
		}
	}
	return json.Number(r.part(from, r.at)), r.at-from <= maxNumber
}

// part of the text.
func (r *reader) part(from, to int) string {
	if r.whole != "" {
		return r.whole[from:to]
	}
	return string(r.raw[from:to])
}

func (r *reader) digits() int {
	from := r.at
	for r.at < len(r.raw) && r.raw[r.at] >= '0' && r.raw[r.at] <= '9' {
		r.at++
	}
	return r.at - from
}
