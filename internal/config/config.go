// Package config reads sim.yaml, the optional file of settings: for each command
// that has some, the flags by name, with underscores for hyphens.
//
//	version: 1
//	serve:
//	  addr: 127.0.0.1:9090
//	  log_level: info
//	exec:
//	  fail_on: [findings, unmatched, verdict]
//
// Its format is schemas/config.schema.json.
package config

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/verify/fit"
	"github.com/kzsim/kzsim/schemas"
)

// Setting is one value of a file. Lines and columns begin with 1.
type Setting struct {
	Section string // serve, exec
	Name    string // as it is written: control_token
	Value   string // a list's items are joined by commas
	Position
}

// Position is a place in a file.
type Position struct {
	File         string
	Line, Column int
}

func (p Position) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

// Problem is one thing that is wrong with a file.
type Problem struct {
	Position
	Path     string // serve.log_level
	Found    string
	Expected string
	Nearest  string // the word that was most likely meant
}

func (p Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.Position.String() + ": ")
	if p.Path != "" {
		b.WriteString(p.Path + ": ")
	}
	fmt.Fprintf(&b, "found %s, expected %s", p.Found, p.Expected)
	if p.Nearest != "" {
		fmt.Fprintf(&b, "; did you mean %q?", p.Nearest)
	}
	return b.String()
}

// Problems are all that is wrong with a file, in the order of their places.
type Problems []Problem

func (all Problems) Error() string {
	lines := make([]string, len(all))
	for i, p := range all {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

var format = fit.New(schemas.Formats)

// Read the settings of a file, in their order there. What is wrong with it is
// Problems.
func Read(file string, content []byte) ([]Setting, error) {
	d, problems := parse(file, content)
	if problems != nil {
		return nil, problems
	}
	misfits, err := format.Check(schemas.ConfigFile, decoded(d.root))
	if err != nil {
		return nil, err
	}
	for _, m := range misfits {
		problems = append(problems, d.explain(m))
	}
	if problems != nil {
		slices.SortStableFunc(problems, func(a, b Problem) int { return a.compare(b) })
		return nil, problems
	}
	return d.settings(), nil
}

// settings of a document that fits the schema: a mapping of sections.
func (d *document) settings() []Setting {
	var all []Setting
	for section, values := range members(d.root) {
		for name, value := range members(values) {
			all = append(all, Setting{
				Section: section.Value, Name: name.Value, Value: text(value), Position: d.at(name),
			})
		}
	}
	return all
}

// text of a value as a flag takes it.
func text(n *yaml.Node) string {
	if n.Kind != yaml.SequenceNode {
		return n.Value
	}
	items := make([]string, len(n.Content))
	for i, item := range n.Content {
		items[i] = item.Value
	}
	return strings.Join(items, ",")
}
