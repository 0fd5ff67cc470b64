// Package document reads YAML and JSON into a tree that keeps its places, and has the
// one type for what is wrong with a document, where, and what was expected there.
//
// It hides what YAML has beside values: who reads a Document meets mappings, lists and
// scalars only. Aliases and merge keys are replaced by what they stand for, keys are
// texts and stand once, and the bounds hold.
package document

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"strconv"

	"gopkg.in/yaml.v3"
)

// Document is the tree of a file. What an alias stands for is in the tree several
// times, so the tree must not be changed.
type Document struct {
	File  string
	Root  *yaml.Node
	Below string // the path of Root if it is a part of the file
}

// Form says what a document is to hold, for findings about a file that has none or
// several.
type Form struct {
	Want    string // "a scenario: version, scenario, rules"
	Several string // what to do instead of a second document; empty for nothing special
}

// Read a document, YAML or JSON, under the name by which findings call it. There is no
// document if there are findings.
func Read(file string, text []byte, form Form) (*Document, Findings) {
	root, findings := parse(text, form)
	if findings == nil {
		if findings = checkSize(root); findings == nil {
			root, findings = resolve(root)
		}
	}
	if findings == nil {
		return &Document{File: file, Root: root}, nil
	}
	for i := range findings {
		findings[i].File = file
	}
	return nil, findings.InOrder()
}

// parse answers the top node. Nothing is expanded: an alias stays a reference, and what
// all of them come to is counted before one is followed.
func parse(text []byte, form Form) (*yaml.Node, Findings) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if findings := checkLength(text); findings != nil {
		return nil, findings
	}
	if findings := checkText(text); findings != nil {
		return nil, findings
	}
	if findings := checkPlaces(text); findings != nil {
		return nil, findings
	}
	text, findings := withoutDirectives(asYAML(text))
	if findings != nil {
		return nil, findings
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, second yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF), err == nil && len(document.Content) == 0:
		return nil, wrong(1, 1, "an empty document", form.Want)
	case err != nil:
		return nil, explain(text, err)
	}
	if err := decoder.Decode(&second); err == nil {
		expected := cmp.Or(form.Several, "one document in a file")
		return nil, wrong(second.Line, second.Column, "a second document after ---", expected)
	}
	return document.Content[0], nil
}

// wrong is the finding of a document that can't be read further.
func wrong(line, column int, found, expected string) Findings {
	return Findings{{Position: Position{Line: line, Column: column}, Found: found, Expected: expected, Severity: Error}}
}

// At is the place of a node.
func (d *Document) At(n *yaml.Node) Position {
	return Position{File: d.File, Line: n.Line, Column: n.Column}
}

// Find the value at a JSON pointer and the key or list item that leads to it. Where the
// pointer leads no further it is the last value on the way, and found is false.
func (d *Document) Find(pointer string) (key, value *yaml.Node, found bool) {
	key, value = d.Root, d.Root
	for step := range Steps(pointer) {
		k, v := child(value, step)
		if v == nil {
			return key, value, false
		}
		key, value = k, v
	}
	return key, value, true
}

func child(of *yaml.Node, step string) (key, value *yaml.Node) {
	switch of.Kind {
	case yaml.MappingNode:
		for k, v := range Members(of) {
			if k.Value == step {
				return k, v
			}
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(of.Content) {
			return of.Content[i], of.Content[i]
		}
	}
	return nil, nil
}
