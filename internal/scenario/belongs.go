package scenario

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/document"
)

// unknownKey refuses the last of a mapping's entries, whose key the mapping doesn't
// have, and says what was most likely meant: a key of the mapping, or another place.
func (p *checker) unknownKey(n node, entries []entry, m *mapping) (key string) {
	e := entries[len(entries)-1]
	at := node{e.key, n.path}
	if endsExpression(n, entries) {
		p.refuse(at, quote(e.key.Value), "the rest of the expression in quotes: "+whenKey+
			": '…'; without them YAML ends it at a comma within {…}")
		return ""
	}
	word := e.key.Value
	if key, glued := p.glued(at, e, m.names()); glued {
		return key
	}
	expected := m.expected()
	if !p.full() {
		if key = keyMeant(word, m.names()); key == "" {
			expected += p.belongs(word, n.path)
		}
	}
	p.refuseMeant(at, quote(word), expected, key)
	return key
}

// colons are the keyboard's and that of a keyboard with wide letters.
const colons = ":："

// glued notes a key with its value right after its colon, or after a wide one, which is a key
// without a value to YAML.
func (p *checker) glued(at node, e entry, known []string) (key string, is bool) {
	key, rest, ok := strings.Cut(strings.Replace(e.key.Value, "：", ":", 1), ":")
	if is = ok && e.isNull() && slices.Contains(known, key); is {
		expected := "a space after the colon"
		if strings.HasPrefix(e.key.Value, key+"：") {
			expected = "a plain colon and a space"
		}
		p.refuse(at, quote(e.key.Value), fmt.Sprintf("%s: %s: %s", expected, key, strings.TrimSpace(rest)))
	}
	return key, is
}

// braced notes a mapping in braces that has no values: a list was meant.
func (p *checker) braced(n node, entries []entry, known []string) bool {
	if n.Style&yaml.FlowStyle == 0 || !slices.ContainsFunc(entries, func(e entry) bool { return !slices.Contains(known, e.key.Value) }) {
		return false
	}
	var words []string
	for _, e := range entries {
		if !e.isNull() || e.Value != "" || strings.ContainsAny(e.key.Value, colons) {
			return false
		}
		words = append(words, e.key.Value)
	}
	p.refuse(n, "a mapping without values", "a list in square brackets: ["+strings.Join(words, ", ")+"]")
	return true
}

// keysElsewhere are keys by the names that other tools have for them.
var keysElsewhere = map[string]string{
	"code": "status", "response": "reply", "description": "about", "title": "about", "if": whenKey, "where": whenKey, "match": "for", "then": "do",
	"request": "call", "body": "with", "json": "with", "assert": "expect", "sleep": "advance", "wait": "advance", "steps": "try", "tests": "cases",
	"limit": timesKey, "weight": chooseKey, "path": "on", "operation": "on", "endpoint": "on",
}

// keyMeant is the key of a mapping that an unknown one was meant to be.
func keyMeant(word string, known []string) string {
	for _, elsewhere := range []map[string]string{keysElsewhere, otherwise} {
		if key := elsewhere[strings.ToLower(word)]; slices.Contains(known, key) {
			return key
		}
	}
	return document.Meant(word, known)
}

// whenKey is the key whose value is an expression.
const whenKey = "when"

// endsExpression reports whether the last of some entries is what a comma has cut off
// from an expression without quotes: keys without values after `when`.
func endsExpression(n node, entries []entry) bool {
	if n.Style&yaml.FlowStyle == 0 {
		return false
	}
	for _, e := range slices.Backward(entries) {
		if !e.isNull() || e.Value != "" {
			return e.key.Value == whenKey && e.plain()
		}
	}
	return false
}

var indexes = regexp.MustCompile(`\[[0-9]*\]`)

// belongs says into which mapping a word goes that is unknown in the mapping with a
// path: the nearest ones; empty if no mapping has such a key.
func (p *checker) belongs(word, path string) string {
	if strings.HasPrefix(word, ownKeys) && path != "" {
		return "; keys that begin with " + ownKeys + " stand at the top of the document"
	}
	var here []string
	if path != "" {
		here = strings.Split(indexes.ReplaceAllString(path, ""), ".")
	}
	far, all := 0, []string(nil)
	for _, place := range p.places()[word] {
		same := 0
		for same < len(place) && same < len(here) && indexes.ReplaceAllString(place[same], "") == here[same] {
			same++
		}
		steps := len(place) + len(here) - 2*same
		if all == nil || steps < far {
			far, all = steps, nil
		}
		if steps == far {
			all = append(all, goesInto(place, same, word, same == len(here)))
		}
	}
	const most = 3
	if len(all) == 0 || len(all) > most {
		return ""
	}
	for i := range all[1:] {
		all[i+1] = strings.TrimPrefix(all[i+1], "goes ")
	}
	return "; " + word + " " + strings.Join(all, " or ")
}

// goesInto says where a word goes, with the keys above it as YAML.
func goesInto(place []string, same int, word string, below bool) string {
	keys := place[same:]
	switch {
	case len(keys) == 0 && below:
		return "goes into an item of its own"
	case len(place) == 0:
		return "goes to the top of the document"
	case len(keys) == 0:
		return "goes beside " + place[same-1]
	}
	text := word + ": …"
	for _, key := range slices.Backward(keys) {
		if name, isList := strings.CutSuffix(key, "[]"); isList {
			text = name + ": [{" + text + "}]"
			continue
		}
		text = key + ": {" + text + "}"
	}
	return "goes into " + text
}

// places are the keys that lead to each key of the language.
func (p *checker) places() map[string][][]string {
	if p.known == nil {
		p.known = map[string][][]string{}
		p.place(p.whole, nil)
	}
	return p.known
}

func (p *checker) place(k kind, keys []string) {
	switch k := k.(type) {
	case definition:
		p.place(k.kind, keys)
	case *list:
		if len(keys) > 0 {
			keys = append(slices.Clone(keys[:len(keys)-1]), keys[len(keys)-1]+"[]")
		}
		p.place(k.of, keys)
	case *choice:
		p.place(k.scalar, keys)
		p.place(k.mapping, keys)
	case *byKey:
		for _, m := range k.all {
			p.place(m, keys)
		}
	case *mapping:
		for _, f := range k.fields {
			p.placeKey(f.name, keys)
			p.place(f.kind, append(slices.Clone(keys), f.name))
		}
	case parameters:
		for _, one := range k.Params {
			p.placeKey(one.Name, keys)
		}
	}
}

func (p *checker) placeKey(name string, keys []string) {
	if !slices.ContainsFunc(p.known[name], func(have []string) bool { return slices.Equal(have, keys) }) {
		p.known[name] = append(p.known[name], keys)
	}
}
