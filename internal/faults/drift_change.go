package faults

import (
	"encoding/json"
	"slices"
	"strings"
)

// make changes a document and answers in how many places it did.
func (c change) make(doc *node) int {
	if c.word == "add" {
		return c.add(doc)
	}
	count := 0
	doc.visit(c.at, func(object *node, i int) {
		count++
		m := &object.members[i]
		switch c.word {
		case "drop":
			object.members = slices.Delete(object.members, i, i+1)
		case "rename":
			m.name = c.to
		case "retype":
			m.value = retyped(m.value)
		case "null":
			m.value = nullNode()
		case "enum":
			m.value = unknown(m.value)
		}
	})
	return count
}

func (c change) add(doc *node) int {
	count, name := 0, c.at[len(c.at)-1]
	doc.objects(c.at, func(object *node) {
		if object.find(name) < 0 {
			object.members = append(object.members, member{name, stringNode("2")})
			count++
		}
	})
	return count
}

// retyped is a value as another type would hold it, as near as it can be: that
// is what a mapper does that was set up anew.
func retyped(n *node) *node {
	switch n.kind {
	case '"':
		if json.Valid([]byte(n.text)) && strings.Trim(n.text, "0123456789.-") == "" {
			return &node{kind: '0', text: n.text}
		}
		return &node{kind: '[', items: []*node{n}}
	case '[':
		return &node{kind: '{', members: []member{{"items", n}}}
	case '{':
		return &node{kind: '[', items: []*node{n}}
	case 'n':
		return stringNode("")
	}
	return stringNode(n.text)
}

// unknown is a value that no list of known ones has.
func unknown(n *node) *node {
	if n.kind == '0' {
		return &node{kind: '0', text: "99099"}
	}
	if n.kind == '"' && n.text != "" {
		return stringNode(n.text + "_NEW")
	}
	return stringNode("NEW")
}
