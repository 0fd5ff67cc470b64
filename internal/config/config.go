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

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/schema"
	"github.com/kzsim/kzsim/schemas"
)

// Setting is one value of a file.
type Setting struct {
	Section           string // serve, exec
	Name              string // as it is written: control_token
	Value             string // a list's items are joined by commas
	document.Position        // of the value
}

var format = schema.New(schemas.Formats)

var form = document.Form{Want: "version: 1, and settings such as serve: {addr: 127.0.0.1:9090}"}

// Elsewhere are settings by the names that other programs have for them.
var Elsewhere = map[string]string{"port": "addr", "listen": "addr", "bind": "addr", "host": "addr"}

// Read the settings of a file, in their order there. What is wrong with it is
// document.Findings.
func Read(file string, content []byte) ([]Setting, error) {
	doc, findings := document.Read(file, content, form)
	if findings != nil {
		return nil, findings
	}
	findings, err := format.Judge(doc, schemas.ConfigFile)
	if err != nil {
		return nil, err
	}
	for i, f := range findings {
		if _, name, ok := strings.Cut(f.Path, "serve."); ok && f.Nearest == "" {
			findings[i].Nearest = Elsewhere[name]
		}
	}
	if findings != nil {
		return nil, findings
	}
	var all []Setting
	for section, values := range document.Members(doc.Root) {
		for name, value := range document.Members(values) {
			all = append(all, Setting{section.Value, name.Value, text(value), doc.At(value)})
		}
	}
	return all, nil
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
