package journal

import (
	"bytes"
	"encoding/json"
	"strings"
)

// rewrite goes through a text that is JSON, or was meant to be, and lets replace
// put something else in the place of its scalars; everything else stays as it is,
// byte for byte. Replace gets the names of the members that a scalar lies in, the
// outermost first, and the scalar as it is written, a string with its quotes. A name
// that is not asked for is empty there, so that it is looked at once and not for every
// scalar below it. What is no JSON at all (a cut body, a missing quote) is read as
// far as it goes: a secret in a broken body is a secret, too.
func rewrite(text []byte, tells func(name string) bool, replace func(names []string, scalar []byte) []byte) []byte {
	w := rewriter{text: text, names: []string{""}}
	var out bytes.Buffer
	out.Grow(len(text))
	for w.at < len(text) {
		switch c := text[w.at]; {
		case c == '{' || c == '[':
			w.down()
		case c == '}' || c == ']':
			w.up()
		case c == ',':
			w.next()
		case c == '"' || isWord(c):
			scalar := w.scalar()
			if w.isName() {
				w.name(scalar, tells)
			} else {
				scalar = replace(w.names, scalar)
			}
			out.Write(scalar)
			continue
		}
		out.WriteByte(text[w.at])
		w.at++
	}
	return out.Bytes()
}

// rewriter is how far a text has been read.
type rewriter struct {
	text   []byte
	at     int
	names  []string // of the members that it is in; empty where there is none
	lists  []bool   // whether the levels are lists
	beyond int      // levels that are too deep to be distinguished
}

// deepest is how many levels are distinguished. What lies deeper counts as part of
// the deepest.
const deepest = 64

func (w *rewriter) down() {
	if len(w.lists) == deepest {
		w.beyond++
		return
	}
	w.lists = append(w.lists, w.text[w.at] == '[')
	w.names = append(w.names, "")
}

func (w *rewriter) up() {
	switch {
	case w.beyond > 0:
		w.beyond--
	case len(w.lists) > 0:
		w.lists = w.lists[:len(w.lists)-1]
		w.names = w.names[:len(w.names)-1]
	}
}

// name begins a member.
func (w *rewriter) name(scalar []byte, tells func(name string) bool) {
	name := nameOf(scalar)
	if !tells(name) {
		name = ""
	}
	w.names[len(w.names)-1] = name
}

// next ends a member.
func (w *rewriter) next() {
	if w.beyond == 0 {
		w.names[len(w.names)-1] = ""
	}
}

// scalar reads a string or a word.
func (w *rewriter) scalar() []byte {
	from := w.at
	if w.text[from] != '"' {
		for w.at < len(w.text) && isWord(w.text[w.at]) {
			w.at++
		}
		return w.text[from:w.at]
	}
	for w.at++; w.at < len(w.text); w.at++ {
		switch w.text[w.at] {
		case '\\':
			w.at++
		case '"':
			w.at++
			return w.text[from:w.at]
		}
	}
	w.at = len(w.text)
	return w.text[from:]
}

// isName reports whether a colon follows.
func (w *rewriter) isName() bool {
	rest := bytes.TrimLeft(w.text[w.at:], " \t\r\n")
	return len(rest) > 0 && rest[0] == ':'
}

// isWord reports whether a byte may be part of a scalar without quotes.
func isWord(c byte) bool { return strings.IndexByte(" \t\r\n,:{}[]\"", c) < 0 }

func nameOf(scalar []byte) string {
	var name string
	if json.Unmarshal(scalar, &name) == nil {
		return name
	}
	return strings.Trim(string(scalar), `"'`)
}
