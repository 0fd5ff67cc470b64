package scenario

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
)

// kind is what a value of the language may be. It reads a value and notes what is
// wrong with its structure; it describes itself to editors as JSON Schema, and to the
// reference in a few words of Markdown.
type kind interface {
	read(p *checker, n node) value
	schema(w *schemaWriter) object
	is() string
}

// value is a part of a document as its kind has read it. The zero value is of a key
// that the document doesn't have.
type value struct {
	node
	key     *yaml.Node // of a mapping's entry
	wrong   bool       // something in it was refused
	scalar  any        // of a scalar: a text, a number, a duration; nil if it was refused
	entries []value    // of a mapping, in its order
	items   []value    // of a list
}

func (v value) there() bool { return v.Node != nil }

// at a key of a mapping.
func (v value) at(key string) value {
	i := slices.IndexFunc(v.entries, func(e value) bool { return e.key.Value == key })
	if i < 0 {
		return value{}
	}
	return v.entries[i]
}

// atKey is the place of the key itself.
func (v value) atKey() node { return node{v.key, v.path} }

// as a scalar's value; zero if it was left out or refused.
func as[T any](v value) T {
	t, _ := v.scalar.(T)
	return t
}

// texts of a mapping, by their keys.
func (v value) texts() map[string]string {
	all := map[string]string{}
	for _, e := range v.entries {
		if !e.wrong {
			all[e.key.Value] = as[string](e)
		}
	}
	return all
}

// scalar is a value without structure. Its text and style are read, never what YAML
// makes of them.
type scalar struct {
	words  string // for the reference
	what   string // what is expected where there is no text
	parse  func(p *checker, n node) (any, bool)
	form   *regexp.Regexp         // that a text has; nil for any
	fits   func(text string) bool // of a text with a form
	editor func(w *schemaWriter) object
}

func (s *scalar) is() string                    { return s.words }
func (s *scalar) schema(w *schemaWriter) object { return s.editor(w) }

func (s *scalar) read(p *checker, n node) value {
	if _, ok := p.text(n, s.what); !ok {
		return value{node: n, wrong: true}
	}
	is, ok := s.parse(p, n)
	return value{node: n, scalar: is, wrong: !ok}
}

// field is one key of a mapping.
type field struct {
	name     string
	kind     kind
	about    string
	required string // why; empty if it may be left out
	without  string // what holds if it is left out
	// operations that this field names, for the fields after it.
	operations func(p *checker, v value) []*contract.Operation
	// unless describes mappings in which this field may be anything.
	unless func(w *schemaWriter) object
}

// bond is a condition on keys of a mapping: if one is there, with one of some values if
// any are named, then others may not be there or one of others has to be.
type bond struct {
	has   string
	is    []string
	bars  string
	needs []string
	why   string // what to write instead
}

// mapping of keys that are known.
type mapping struct {
	what   string // what is expected where there is none
	keys   string // what is expected in place of an unknown key; its keys if empty
	none   string // what is expected in an empty one; empty if it may be empty
	words  string // for the reference
	fields []field
	bonds  []bond
	free   string // keys with this prefix may hold anything; empty for none
	// short is the mapping that a text in its place was meant to be; empty if that isn't known.
	short func(text string) string
}

func (m *mapping) is() string { return m.words }

func (m *mapping) names() []string {
	names := make([]string, len(m.fields))
	for i, f := range m.fields {
		names[i] = f.name
	}
	return names
}

// required are the names of the fields that may not be left out.
func (m *mapping) required() []string {
	var names []string
	for _, f := range m.fields {
		if f.required != "" {
			names = append(names, f.name)
		}
	}
	return names
}

func (m *mapping) expected() string {
	if m.keys != "" {
		return m.keys
	}
	return "one of the keys " + strings.Join(m.names(), ", ")
}

func (m *mapping) read(p *checker, n node) value {
	if m.short != nil && n.Kind == yaml.ScalarNode && n.Value != "" {
		if meant := m.short(n.Value); meant != "" {
			p.refuseMeant(n, n.describe(), m.what, meant)
			return value{node: n, wrong: true}
		}
	}
	entries, ok := p.entries(n, m.what)
	if !ok {
		return value{node: n, wrong: true}
	}
	before := len(*p.findings)
	v := value{node: n}
	if p.braced(n, entries, m.names()) {
		return value{node: n, wrong: true}
	}
	var mistyped []string
	for i, e := range entries {
		if m.free != "" && strings.HasPrefix(e.key.Value, m.free) {
			continue
		}
		if !slices.Contains(m.names(), e.key.Value) {
			mistyped = append(mistyped, p.unknownKey(n, entries[:i+1], m))
			continue
		}
		v.entries = append(v.entries, value{node: e.node, key: e.key})
	}
	if len(n.Content) == 0 && m.none != "" {
		p.refuse(n, "an empty mapping", m.none)
	}
	m.readFields(p, v, mistyped)
	for _, b := range m.bonds {
		b.check(p, v)
	}
	v.wrong = len(*p.findings) > before || p.full()
	return v
}

// readFields goes in the order of the grammar, so that the operations are known when a
// field is read that depends on them. Fields whose keys are mistyped aren't missing.
func (m *mapping) readFields(p *checker, v value, mistyped []string) {
	defer func(outer []*contract.Operation) { p.operations = outer }(p.operations)
	for _, f := range m.fields {
		i := slices.IndexFunc(v.entries, func(e value) bool { return e.key.Value == f.name })
		switch {
		case i >= 0:
			e := f.kind.read(p, v.entries[i].node)
			e.key = v.entries[i].key
			v.entries[i] = e
		case f.required != "" && !slices.Contains(mistyped, f.name):
			p.refuse(v.node, "no "+f.name, "the key "+f.name+": "+f.required)
		}
		if f.operations != nil {
			p.operations = p.table.Operations()
			if i >= 0 && !v.entries[i].wrong {
				p.operations = f.operations(p, v.entries[i])
			}
		}
	}
}

func (b bond) check(p *checker, v value) {
	has := v.at(b.has)
	if !has.there() || len(b.is) > 0 && !slices.Contains(b.is, has.Value) {
		return
	}
	it := b.has
	if len(b.is) > 0 {
		it += " " + has.Value
	}
	if barred := v.at(b.bars); barred.there() {
		p.refuse(barred.atKey(), fmt.Sprintf("%s beside %s", b.bars, it), b.why)
	}
	if len(b.needs) > 0 && !slices.ContainsFunc(b.needs, func(key string) bool { return v.at(key).there() }) {
		p.refuse(has.atKey(), it+" without "+strings.Join(b.needs, " or "), b.why)
	}
}

// named keys of a mapping are free, their values of one kind.
type named struct {
	what  string
	words string
	key   *scalar                   // what a key may be
	known func(p *checker) []string // the keys, where they are known
	of    kind
	none  string // what is expected in an empty one; empty if it may be empty
}

func (d *named) is() string { return d.words }

func (d *named) read(p *checker, n node) value {
	entries, ok := p.entries(n, d.what)
	v := value{node: n, wrong: !ok}
	if ok && len(entries) == 0 && d.none != "" {
		p.refuse(n, "an empty mapping", d.none)
		v.wrong = true
	}
	for _, e := range entries {
		if p.full() {
			break
		}
		if e.key.Kind == yaml.ScalarNode && d.known != nil {
			if _, glued := p.glued(node{e.key, n.path}, e, d.known(p)); glued {
				v.wrong = true
				continue
			}
		}
		key := d.key.read(p, node{e.key, n.path})
		one := d.of.read(p, e.node)
		one.key, one.wrong = e.key, one.wrong || key.wrong
		v.entries = append(v.entries, one)
		v.wrong = v.wrong || one.wrong
	}
	return v
}

// list of values of one kind.
type list struct {
	what  string
	words string
	empty string // what is expected of an empty one; empty if it may be empty
	of    kind
	exact int // how many there have to be; 0 for any number
	most  int // maxItems if it is 0
}

func (l *list) is() string { return l.words }

func (l *list) read(p *checker, n node) value {
	v := value{node: n, wrong: true}
	most := maxItems
	if l.most > 0 {
		most = l.most
	}
	if p.lists[n.Node] {
		most = maxEach
	}
	switch size := len(n.Content); {
	case n.Kind == yaml.MappingNode:
		p.refuse(n, n.describe(), l.what+"; each item begins with -")
	case n.Kind != yaml.SequenceNode:
		p.refuse(n, n.describe(), l.what)
	case size > most:
		p.refuse(n, fmt.Sprintf("a list of %d", size), fmt.Sprintf("a list of at most %d", most))
	case l.exact > 0 && size != l.exact:
		p.refuse(n, fmt.Sprintf("a list of %d", size), l.what)
	case size == 0 && l.empty != "":
		p.refuse(n, "an empty list", l.empty)
	default:
		v.wrong = false
		for i := 0; i < size && !p.full(); i++ {
			item := l.of.read(p, n.item(i))
			v.items = append(v.items, item)
			v.wrong = v.wrong || item.wrong
		}
	}
	return v
}

// choice depends on the node: a scalar, a mapping or a list. A node whose kind is nil
// here is refused.
type choice struct {
	words                 string
	scalar, mapping, list kind
}

func (c *choice) is() string { return c.words }

func (c *choice) read(p *checker, n node) value {
	switch {
	case n.Kind == yaml.MappingNode && c.mapping != nil:
		return c.mapping.read(p, n)
	case n.Kind == yaml.SequenceNode && c.list != nil:
		return c.list.read(p, n)
	}
	return c.scalar.read(p, n)
}

// byKey is a choice between mappings. A key that only one of them requires shows which
// one it is.
type byKey struct {
	what  string
	none  string // what is found where no key decides
	tells string // what a key decides
	words string
	all   []*mapping
}

func (c *byKey) is() string { return c.words }

func (c *byKey) read(p *checker, n node) value {
	entries, ok := p.entries(n, c.what)
	if !ok {
		return value{node: n, wrong: true}
	}
	for _, m := range c.all {
		if slices.ContainsFunc(entries, func(e entry) bool { return slices.Contains(m.required(), e.key.Value) }) {
			return m.read(p, n)
		}
	}
	p.refuse(n, c.none, "one of them: "+c.tells)
	return value{node: n, wrong: true}
}

// definition stands once in the schema, under its name; one that varies, once for each
// operation.
type definition struct {
	name   string
	varies bool
	kind
}

// anything is a value that other code reads, which knows its meaning: a body, a patch, a fixture.
type anything struct {
	words  string
	editor func(w *schemaWriter) object
}

func (a anything) is() string                    { return a.words }
func (a anything) schema(w *schemaWriter) object { return a.editor(w) }
func (a anything) read(_ *checker, n node) value { return value{node: n} }
