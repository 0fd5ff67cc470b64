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
type Position = fit.Position

var format = fit.New(schemas.Formats)

// Read the settings of a file, in their order there. What is wrong with it is
// fit.Problems.
func Read(file string, content []byte) ([]Setting, error) {
	d, problems := parse(file, content)
	if problems != nil {
		return nil, problems
	}
	misfits, err := format.Check(schemas.ConfigFile, fit.Decoded(d.root))
	if err != nil {
		return nil, err
	}
	for _, m := range misfits {
		problems = append(problems, d.explain(m))
	}
	if problems != nil {
		return nil, problems.InOrder()
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
