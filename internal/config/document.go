package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/verify/fit"
	"github.com/kzsim/kzsim/schemas"
)

// document is a file as a tree that keeps its places.
type document struct {
	file string
	root *yaml.Node
}

func parse(file string, content []byte) (*document, fit.Problems) {
	d := &document{file: file}
	var top yaml.Node
	err := yaml.NewDecoder(bytes.NewReader(content)).Decode(&top)
	if errors.Is(err, io.EOF) || err == nil && len(top.Content) == 0 {
		return nil, d.problems(1, 1, "an empty file", "version: 1, and settings such as serve: {addr: 127.0.0.1:9090}")
	}
	if err != nil {
		return nil, d.broken(err)
	}
	d.root = top.Content[0]
	if p := d.plain(d.root, map[string]bool{}); p != nil {
		return nil, p
	}
	return d, nil
}

func (d *document) problems(line, column int, found, expected string) fit.Problems {
	return fit.Problems{{Position: Position{File: d.file, Line: line, Column: column}, Found: found, Expected: expected}}
}

var yamlLine = regexp.MustCompile(`line (\d+): (.*)`)

func (d *document) broken(err error) fit.Problems {
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		line, _ := strconv.Atoi(m[1])
		return d.problems(line, 1, "text that is not YAML: "+m[2], "valid YAML")
	}
	return d.problems(1, 1, "text that is not YAML: "+strings.TrimPrefix(err.Error(), "yaml: "), "valid YAML")
}

// plain refuses what the format has no use for and what would be lost without a
// word: aliases, and a key that is there twice.
func (d *document) plain(n *yaml.Node, seen map[string]bool) fit.Problems {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		return d.problems(n.Line, n.Column, "an alias or anchor", "the value itself, written out")
	}
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			if seen[child.Value] {
				return d.problems(child.Line, child.Column, fmt.Sprintf("the key %s a second time", child.Value), "each key once")
			}
			seen[child.Value] = true
		}
		if p := d.plain(child, map[string]bool{}); p != nil {
			return p
		}
	}
	return nil
}

func (d *document) at(n *yaml.Node) Position {
	return Position{File: d.file, Line: n.Line, Column: n.Column}
}

// fewKeys is how many an error names; beyond that the nearest has to do.
const fewKeys = 5

// explain a point in which the document doesn't fit the schema.
func (d *document) explain(m fit.Misfit) fit.Problem {
	path := strings.Split(strings.TrimPrefix(m.Path, "/"), "/")
	key, value := d.find(path)
	p := fit.Problem{Path: strings.Join(path, "."), Expected: m.Want}
	switch m.Keyword {
	case "additionalProperties":
		known := knownKeys(m)
		p.Position, p.Found, p.Expected = d.at(key), "an unknown key", "one of "+strings.Join(known, ", ")
		if len(known) > fewKeys {
			p.Expected = "a known one"
		}
		p.Nearest = contract.Nearest(key.Value, known)
	case "required":
		_, parent := d.find(path[:len(path)-1])
		p.Position, p.Found, p.Expected = d.at(parent), "no "+p.Path, p.Path+": 1, the version of the format"
		p.Path = ""
	default:
		p.Position, p.Found = d.at(value), seen(value)
		p.Expected, _, _ = strings.Cut(p.Expected, " but found")
		refine(&p, m, value.Value)
	}
	return p
}

// refine says what is expected in the schema's own words, where it has some.
func refine(p *fit.Problem, m fit.Misfit, have string) {
	at := schemaAt(m)
	switch m.Keyword {
	case "const":
		p.Expected = fmt.Sprint(at["const"])
	case "enum":
		p.Expected, p.Nearest = oneOf(at["enum"], have)
	case "pattern":
		if examples, ok := at["examples"].([]any); ok {
			p.Expected = fmt.Sprintf("a value such as %v", examples[0])
		}
	}
}

// find what a path leads to, and the key before it. A part that isn't there is
// what it would be in.
func (d *document) find(path []string) (key, value *yaml.Node) {
	key, value = d.root, d.root
	for _, part := range path {
		if value.Kind == yaml.SequenceNode {
			if i, err := strconv.Atoi(part); err == nil && i < len(value.Content) {
				key, value = value.Content[i], value.Content[i]
			}
			continue
		}
		for k, v := range members(value) {
			if k.Value == part {
				key, value = k, v
				break
			}
		}
	}
	return key, value
}

// members of a mapping; none of anything else.
func members(n *yaml.Node) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(key, value *yaml.Node) bool) {
		if n.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !yield(n.Content[i], n.Content[i+1]) {
				return
			}
		}
	}
}

func seen(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Tag == "!!null":
		return "nothing"
	case n.Tag == "!!str":
		return strconv.Quote(n.Value)
	}
	return n.Value
}

func oneOf(words any, have string) (expected, nearest string) {
	list, _ := words.([]any)
	known := make([]string, len(list))
	for i, w := range list {
		known[i] = fmt.Sprint(w)
	}
	return "one of " + strings.Join(known, ", "), contract.Nearest(have, known)
}

// schemaAt is the part of the schema that a misfit's keyword is in.
func schemaAt(m fit.Misfit) map[string]any {
	raw, err := schemas.Formats.ReadFile(schemas.ConfigFile)
	var at map[string]any
	if err != nil || json.Unmarshal(raw, &at) != nil {
		return nil
	}
	parts := strings.Split(strings.TrimPrefix(m.Pointer, "/"), "/")
	for _, part := range parts[:len(parts)-1] {
		at, _ = at[part].(map[string]any)
	}
	return at
}

func knownKeys(m fit.Misfit) []string {
	properties, _ := schemaAt(m)["properties"].(map[string]any)
	return slices.Sorted(maps.Keys(properties))
}
