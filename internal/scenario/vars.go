package scenario

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/document"
)

const varsKey = "vars"

// Var is a value of a scenario that may be changed when it is loaded.
type Var struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Is    string `json:"is"` // a text, a whole number, a number, true or false
	About string `json:"about,omitempty"`
}

// varsField is a mapping of names to values, or to a value with a text about it.
func (g *grammar) varsField() field {
	key := saveKind().key
	value := text("value", "a text, a number or a truth value")
	documented := &mapping{what: "a mapping with value, about", words: "mapping", fields: []field{
		{name: "value", kind: value, required: "what holds if nothing else is set"},
		{name: "about", kind: text("text", "a sentence about what it is")},
	}}
	return field{
		name: varsKey, about: "Values that `${…}` names and `--set` changes. `{value: …, about: …}` says beside a value what it is.",
		kind: &named{
			what: "a mapping of names and values, such as {n: 1000}", words: "mapping of a name and a value", key: key,
			of: &choice{scalar: value, mapping: g.explain("var", documented)},
		},
	}
}

// readVars of a document, with what is set in place of them. What is wrong with their
// structure is reported where the document is read.
func (p *checker) readVars(root node) (all []Var, values map[string]any) {
	values = map[string]any{}
	in, there := root.child(varsKey)
	if !there {
		in.Node = &yaml.Node{}
	}
	for key, value := range document.Members(in.Node) {
		at, about := node{value, document.Below(varsKey, key.Value)}, ""
		if documented := at; value.Kind == yaml.MappingNode {
			if at, _ = documented.child("value"); at.Node == nil {
				continue
			}
			if text, said := documented.child("about"); said {
				about = text.Value
			}
		}
		if at.Kind != yaml.ScalarNode || at.isNull() {
			continue
		}
		v := p.setVar(at, key.Value)
		values[key.Value] = v
		all = append(all, Var{Name: key.Value, Value: AsText(v), Is: typeOf(v), About: about})
	}
	for _, name := range slices.Sorted(maps.Keys(p.opts.Set)) {
		if _, known := values[name]; !known && len(p.using) == 0 {
			p.find(document.Finding{
				Position: document.Position{File: p.file, Line: 1, Column: 1}, Path: varsKey, Severity: document.Error,
				Found: fmt.Sprintf("no %s to set", quote(name)), Expected: "one of the vars: " + strings.Join(slices.Sorted(maps.Keys(values)), ", "),
				Nearest: document.Meant(name, slices.Sorted(maps.Keys(values))),
			})
		}
	}
	return all, values
}

// setVar answers the value of a var: what is set, if that is of the same type.
func (p *checker) setVar(n node, name string) any {
	v := typedValue(n.Node)
	set, isSet := p.opts.Set[name]
	if strings.Contains(n.Value+set, "${") {
		p.refuse(n, quote(n.Value+set), "a value without ${…}")
		return v
	}
	if !isSet {
		return v
	}
	instead := typedValue(&yaml.Node{Kind: yaml.ScalarNode, Value: set})
	if _, isText := v.(string); isText {
		return set
	}
	_, whole := instead.(int)
	if _, number := v.(float64); number && whole {
		return instead
	}
	if typeOf(instead) != typeOf(v) {
		p.refuse(n, fmt.Sprintf("%s set to %s", name, quote(set)), typeOf(v)+", as "+n.Value+" is")
		return v
	}
	return instead
}

// typedValue of a scalar: a whole number, a number, a truth value or a text.
func typedValue(n *yaml.Node) any {
	if !document.Plain(n) {
		return n.Value
	}
	if document.IsTruth(n.Value) {
		return n.Value == "true"
	}
	if number, err := strconv.Atoi(n.Value); err == nil && strconv.Itoa(number) == n.Value {
		return number
	}
	if number, err := json.Number(n.Value).Float64(); err == nil && document.IsNumber(n.Value) && AsText(number) == n.Value {
		return number
	}
	return n.Value
}

func typeOf(v any) string {
	switch v.(type) {
	case int:
		return "a whole number"
	case float64:
		return "a number"
	case bool:
		return "true or false"
	}
	return "a text"
}
