package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"gopkg.in/yaml.v3"
)

// The document is a tree of YAML nodes, since these keep the order of members.

func text(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
}

func number(n int) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.Itoa(n)}
}

func truth(b bool) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(b)}
}

// object of pairs of a string and a *yaml.Node. A pair without a node is left
// out.
func object(pairs ...any) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for i := 0; i+1 < len(pairs); i += 2 {
		if value, _ := pairs[i+1].(*yaml.Node); value != nil {
			add(n, pairs[i].(string), value)
		}
	}
	return n
}

func add(n *yaml.Node, key string, value *yaml.Node) {
	n.Content = append(n.Content, text(key), value)
}

func list(items ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: items}
}

func texts(words []string) *yaml.Node {
	all := list()
	for _, word := range words {
		all.Content = append(all.Content, text(word))
	}
	return all
}

// numbers as a list; nil for none.
func numbers(ns []int) *yaml.Node {
	if len(ns) == 0 {
		return nil
	}
	all := list()
	for _, n := range ns {
		all.Content = append(all.Content, number(n))
	}
	return all
}

// parsed is a JSON text as a node, its members in their order.
func parsed(raw []byte) (*yaml.Node, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(raw, &doc); err != nil {
		return nil, err
	}
	plain(doc.Content[0])
	return doc.Content[0], nil
}

// plain takes JSON's own style from a tree, so that it is written as the rest.
func plain(n *yaml.Node) {
	n.Style = 0
	for _, child := range n.Content {
		plain(child)
	}
}

// member of an object; nil if it has no such member.
func member(n *yaml.Node, name string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i+1]
		}
	}
	return nil
}

func remove(n *yaml.Node, name string) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			n.Content = append(n.Content[:i:i], n.Content[i+2:]...)
			return
		}
	}
}

func toYAML(root *yaml.Node) ([]byte, error) {
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(root); err != nil {
		return nil, err
	}
	return b.Bytes(), enc.Close()
}

func toJSON(root *yaml.Node) ([]byte, error) {
	var compact, indented bytes.Buffer
	if err := writeJSON(&compact, root); err != nil {
		return nil, err
	}
	if err := json.Indent(&indented, compact.Bytes(), "", "  "); err != nil {
		return nil, err
	}
	indented.WriteByte('\n')
	return indented.Bytes(), nil
}

func writeJSON(b *bytes.Buffer, n *yaml.Node) error {
	switch n.Kind {
	case yaml.MappingNode:
		return writeAll(b, n, '{', '}')
	case yaml.SequenceNode:
		return writeAll(b, n, '[', ']')
	case yaml.ScalarNode:
		return writeScalar(b, n)
	}
	return fmt.Errorf("a node of kind %d in the document", n.Kind)
}

func writeAll(b *bytes.Buffer, n *yaml.Node, open, shut byte) error {
	b.WriteByte(open)
	for i, child := range n.Content {
		switch {
		case i > 0 && open == '{' && i%2 == 1:
			b.WriteByte(':')
		case i > 0:
			b.WriteByte(',')
		}
		if err := writeJSON(b, child); err != nil {
			return err
		}
	}
	b.WriteByte(shut)
	return nil
}

func writeScalar(b *bytes.Buffer, n *yaml.Node) error {
	if n.Tag != "!!str" {
		b.WriteString(n.Value) // a number, true, false or null, written as JSON has it
		return nil
	}
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(n.Value); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // the encoder's line end
	return nil
}
