package faults

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
)

// node is one value of a JSON document whose members keep their order: a changed
// answer differs from the service's in nothing but the change.
type node struct {
	kind    byte // '{', '[', '"', '0' for a number, 't' for a bool, 'n' for null
	text    string
	members []member
	items   []*node
}

type member struct {
	name  string
	value *node
}

// parseDocument reads a body; false if it isn't JSON.
func parseDocument(body []byte) (*node, bool) {
	if _, err := contract.ParseBody(body); err != nil {
		return nil, false
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	return readNode(dec), true
}

// readNode reads a value of a text that is known to be JSON, and not deep.
func readNode(dec *json.Decoder) *node {
	token, _ := dec.Token()
	switch t := token.(type) {
	case json.Delim:
		n := &node{kind: byte(t)}
		for dec.More() {
			if n.kind == '[' {
				n.items = append(n.items, readNode(dec))
				continue
			}
			name, _ := dec.Token()
			key, _ := name.(string)
			n.members = append(n.members, member{key, readNode(dec)})
		}
		_, _ = dec.Token() // the closing bracket
		return n
	case string:
		return stringNode(t)
	case json.Number:
		return &node{kind: '0', text: t.String()}
	case bool:
		return &node{kind: 't', text: strconv.FormatBool(t)}
	}
	return nullNode()
}

func stringNode(s string) *node { return &node{kind: '"', text: s} }
func nullNode() *node           { return &node{kind: 'n', text: "null"} }

// encode writes the document as the services do: compact.
func (n *node) encode() []byte {
	var b bytes.Buffer
	n.write(&b)
	return b.Bytes()
}

func (n *node) write(b *bytes.Buffer) {
	switch n.kind {
	case '{':
		b.WriteByte('{')
		for i, m := range n.members {
			separate(b, i)
			stringNode(m.name).write(b)
			b.WriteByte(':')
			m.value.write(b)
		}
		b.WriteByte('}')
	case '[':
		b.WriteByte('[')
		for i, item := range n.items {
			separate(b, i)
			item.write(b)
		}
		b.WriteByte(']')
	case '"':
		text, _ := contract.Encode(n.text) // a string always encodes
		b.Write(text)
	default:
		b.WriteString(n.text)
	}
}

func separate(b *bytes.Buffer, i int) {
	if i > 0 {
		b.WriteByte(',')
	}
}

// path leads to members of a document: names, and [n] for one item of an array.
// Without it a path goes through all items, since a release changes them all.
type path []string

// parsePath reads items.amount, items[0].amount and the like; a leading body. is
// left out. It is nil where the text is no path.
func parsePath(text string) path {
	text = strings.TrimPrefix(text, "body.")
	var p path
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "[", ".["), ".") {
		if part == "" && p == nil && strings.HasPrefix(text, "[") {
			continue
		}
		if part == "" || strings.HasPrefix(part, "[") != strings.HasSuffix(part, "]") {
			return nil
		}
		if _, isIndex := index(part); strings.HasPrefix(part, "[") && !isIndex {
			return nil
		}
		p = append(p, part)
	}
	if len(p) > 0 && strings.HasPrefix(p[len(p)-1], "[") {
		return nil // an item as such has no name to change
	}
	return p
}

func (p path) String() string { return strings.ReplaceAll(strings.Join(p, "."), ".[", "[") }

func index(part string) (int, bool) {
	inner, ok := strings.CutPrefix(part, "[")
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(strings.TrimSuffix(inner, "]"))
	return n, err == nil && n >= 0
}

// visit calls fn with each object that holds the path's last name, and the place
// of that member in it.
func (n *node) visit(p path, fn func(object *node, i int)) {
	if i, ok := index(p[0]); ok {
		if i < len(n.items) && len(p) > 1 {
			n.items[i].visit(p[1:], fn)
		}
		return
	}
	for _, item := range n.items {
		item.visit(p, fn)
	}
	i := n.find(p[0])
	switch {
	case i < 0:
	case len(p) > 1:
		n.members[i].value.visit(p[1:], fn)
	default:
		fn(n, i)
	}
}

func (n *node) find(name string) int {
	return slices.IndexFunc(n.members, func(m member) bool { return m.name == name })
}

// objects calls fn with the objects that a path's last name would be a member of.
func (n *node) objects(p path, fn func(object *node)) {
	if len(p) > 1 {
		n.visit(p[:len(p)-1], func(object *node, i int) {
			object.members[i].value.objects(p[len(p)-1:], fn)
		})
		return
	}
	if n.kind == '{' {
		fn(n)
	}
	for _, item := range n.items {
		item.objects(p, fn)
	}
}

// paths are those of all members, arrays gone through whole, each once and in
// the order of the document.
func (n *node) paths() []path {
	var all []path
	seen := map[string]bool{}
	n.walk(nil, func(p path) {
		if s := p.String(); !seen[s] {
			seen[s] = true
			all = append(all, p)
		}
	})
	return all
}

func (n *node) walk(at path, fn func(path)) {
	for _, item := range n.items {
		item.walk(at, fn)
	}
	for _, m := range n.members {
		p := append(slices.Clip(at), m.name)
		fn(p)
		m.value.walk(p, fn)
	}
}
