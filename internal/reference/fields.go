package reference

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/schema"
)

// field is one that a schema names, with where it lies: items[].amount.
type field struct {
	path, kind, about string
	required          bool
}

// fields of a schema in the order in which it names them; those of a field that
// holds others follow it.
func (s source) fields(of string) ([]field, error) {
	root, err := s.schema(of)
	if err != nil {
		return nil, err
	}
	c := collector{source: s}
	err = c.collect(root, "")
	return c.all, err
}

func (s source) schema(name string) (*yaml.Node, error) { return schema.New(s.schemas).Tree(name) }

type collector struct {
	source
	all []field
}

// collect what an object names, and what the items of a list do. Of alternatives
// the first that names fields stands for all.
func (c *collector) collect(schema *yaml.Node, path string) error {
	for _, at := range []string{"$ref", "properties", "prefixItems", "items", "oneOf", "anyOf"} {
		value := member(schema, at)
		if value == nil {
			continue
		}
		var err error
		switch at {
		case "$ref":
			err = c.follow(value.Value, path)
		case "properties":
			err = c.properties(schema, path)
		case "items":
			err = c.collect(value, path+"[]")
		default:
			err = c.first(value, path, at == "prefixItems")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *collector) follow(ref, path string) error {
	if !strings.HasPrefix(ref, "/") {
		return nil
	}
	target, err := c.schema(strings.TrimPrefix(ref, "/"))
	if err != nil {
		return err
	}
	return c.collect(target, path)
}

func (c *collector) first(list *yaml.Node, path string, items bool) error {
	for i, one := range list.Content {
		at := path
		if items {
			at += fmt.Sprintf("[%d]", i)
		}
		before := len(c.all)
		if err := c.collect(one, at); err != nil || len(c.all) > before {
			return err
		}
	}
	return nil
}

func (c *collector) properties(schema *yaml.Node, path string) error {
	required := texts(member(schema, "required"))
	properties := member(schema, "properties")
	for i := 0; i+1 < len(properties.Content); i += 2 {
		name, of := properties.Content[i].Value, properties.Content[i+1]
		at := name
		if path != "" {
			at = path + "." + name
		}
		kind, err := c.kind(of)
		if err != nil {
			return err
		}
		c.all = append(c.all, field{
			path: at, kind: kind, about: textOf(of, "description"), required: slices.Contains(required, name),
		})
		if err := c.collect(of, at); err != nil {
			return err
		}
	}
	return nil
}

// fewWords is how many values are listed with a field; more are said elsewhere.
const fewWords = 8

// kind of a value in a few words.
func (c *collector) kind(schema *yaml.Node) (string, error) {
	if ref := textOf(schema, "$ref"); strings.HasPrefix(ref, "/") {
		target, err := c.schema(strings.TrimPrefix(ref, "/"))
		if err != nil {
			return "", err
		}
		return c.kind(target)
	}
	if words := texts(member(schema, "enum")); len(words) > 0 && len(words) <= fewWords {
		return codes(words), nil
	}
	if constant := member(schema, "const"); constant != nil {
		return code(constant.Value), nil
	}
	if types := texts(member(schema, "type")); len(types) > 0 {
		words := strings.Join(types, " or ")
		if format := textOf(schema, "format"); format != "" {
			words += ", " + format
		}
		return words, nil
	}
	var kinds []string
	for _, keyword := range []string{"oneOf", "anyOf"} {
		if list := member(schema, keyword); list != nil {
			for _, one := range list.Content {
				kind, err := c.kind(one)
				if err != nil {
					return "", err
				}
				if kind != "" && !slices.Contains(kinds, kind) {
					kinds = append(kinds, kind)
				}
			}
		}
	}
	return strings.Join(kinds, " or "), nil
}

func member(n *yaml.Node, name string) *yaml.Node {
	for i := 0; n != nil && i+1 < len(n.Content) && n.Kind == yaml.MappingNode; i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i+1]
		}
	}
	return nil
}

func textOf(n *yaml.Node, name string) string {
	if m := member(n, name); m != nil && m.Kind == yaml.ScalarNode {
		return m.Value
	}
	return ""
}

// texts of a list, or of a lone scalar.
func texts(n *yaml.Node) []string {
	switch {
	case n == nil:
		return nil
	case n.Kind == yaml.ScalarNode:
		return []string{n.Value}
	}
	var all []string
	for _, one := range n.Content {
		all = append(all, one.Value)
	}
	return all
}

var citation = regexp.MustCompile(`ledger ([0-9]+)`)

// cited links what a description cites of the ledger.
func cited(text string) string {
	return citation.ReplaceAllString(text, "[ledger $1](ledger.md#ledger-$1)")
}

func tableOfFields(fields []field) string {
	return tableOf([]string{"field", "is", "required", "about"}, fields, func(f field) []string {
		return []string{code(f.path), f.kind, mark(f.required), cited(f.about)}
	})
}

func mark(yes bool) string {
	if yes {
		return "yes"
	}
	return ""
}
