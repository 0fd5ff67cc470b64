package scenario

import (
	"fmt"
	"slices"
	"strconv"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/document"
)

// node is one value of the document and its place in it.
type node struct {
	*yaml.Node
	path string // rules[0].do
}

// entry is one key of a mapping with its value.
type entry struct {
	key  *yaml.Node
	node // the value
}

func (n node) item(i int) node {
	return node{n.Content[i], fmt.Sprintf("%s[%d]", n.path, i)}
}

func (n node) plain() bool { return document.Plain(n.Node) }

func (n node) isNull() bool { return n.plain() && n.Tag == "!!null" }

// describe says in a tester's terms what the node is.
func (n node) describe() string {
	if n.Kind == yaml.ScalarNode && !n.isNull() {
		return quote(n.Value)
	}
	return document.Describe(n.Node)
}

func quote(text string) string { return document.Quote(text) }

// refuse notes that something else stands at a node than is expected there.
func (p *checker) refuse(n node, found, expected string) { p.refuseMeant(n, found, expected, "") }

// refuseMeant is refuse with what was most likely meant; empty if that isn't known.
func (p *checker) refuseMeant(n node, found, expected, nearest string) {
	p.find(document.Finding{
		Position: p.at(n.Node), Path: n.path, Found: found, Expected: expected, Nearest: nearest, Severity: document.Error,
	})
}

// refuseWord notes a word that is none of those that are known, and the nearest.
func (p *checker) refuseWord(n node, word, expected string, known []string) {
	if p.full() {
		return
	}
	p.refuseMeant(n, quote(word), expected, document.Meant(word, known))
}

func (p *checker) warn(n node, found, expected string) {
	p.find(document.Finding{Position: p.at(n.Node), Path: n.path, Found: found, Expected: expected, Severity: document.Warning})
}

func (p *checker) find(f document.Finding) {
	if p.full() {
		return
	}
	if text, err := strconv.Unquote(f.Found); err == nil {
		f.Found += document.Typed(text)
	}
	*p.findings = append(*p.findings, f)
	if *p.made == 0 || !slices.ContainsFunc(*p.distinct, f.Same) { // not of another item of an each
		*p.distinct = append(*p.distinct, f)
	}
}

// maxFindings of one document; once those are corrected, the rest is shown.
const maxFindings = 100

// full reports whether no more findings are kept, so that nothing is to be looked for.
func (p *checker) full() bool { return len(*p.distinct) >= maxFindings }

func (p *checker) at(n *yaml.Node) document.Position {
	return document.Position{File: p.file, Line: n.Line, Column: n.Column}
}

// entries of a mapping in their order.
func (p *checker) entries(n node, what string) ([]entry, bool) {
	if n.Kind != yaml.MappingNode {
		found, expected, is := document.QuotedEntry(n.Node)
		if !is {
			found, expected = n.describe(), what
		}
		p.refuse(n, found, expected)
		return nil, false
	}
	var all []entry
	for key, value := range document.Members(n.Node) {
		all = append(all, entry{key, node{value, document.Below(n.path, key.Value)}})
	}
	return all, true
}

// child of a mapping or a list.
func (n node) child(step string) (node, bool) {
	for key, value := range document.Members(n.Node) {
		if key.Value == step {
			return node{value, document.Below(n.path, step)}, true
		}
	}
	if i, err := strconv.Atoi(step); err == nil && n.Kind == yaml.SequenceNode && i >= 0 && i < len(n.Content) {
		return n.item(i), true
	}
	return node{}, false
}

// text of a scalar that isn't empty.
func (p *checker) text(n node, what string) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.isNull() || n.Value == "" {
		p.refuse(n, n.describe(), what)
		return "", false
	}
	return n.Value, true
}
