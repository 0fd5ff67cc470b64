package openapi

import (
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/schema"
	"github.com/kzsim/kzsim/schemas"
)

// components are the schemas that the document refers to, each once.
type components struct{ used map[string]*yaml.Node }

func newComponents() *components { return &components{used: map[string]*yaml.Node{}} }

const schemaRef = "#/components/schemas/"

// ref answers a reference to a schema of the table (kyc/place.json) and takes the
// schema, with what it refers to, among the components.
func (c *components) ref(name string) (*yaml.Node, error) {
	if err := c.take(name); err != nil {
		return nil, err
	}
	return object("$ref", text(schemaRef+componentName(name))), nil
}

// componentName makes kyc.place of kyc/place.json.
func componentName(file string) string {
	return strings.ReplaceAll(strings.TrimSuffix(file, ".json"), "/", ".")
}

func (c *components) take(name string) error {
	if _, taken := c.used[name]; taken {
		return nil
	}
	tree, err := read(name)
	if err != nil {
		return err
	}
	c.used[name] = tree
	widenItems(tree)
	return c.redirect(tree)
}

// widenItems lets `items` take what `prefixItems` describes as well. Readers of
// OpenAPI that are built on an older JSON Schema don't know prefixItems and apply
// items to every element, the first included.
func widenItems(n *yaml.Node) {
	if first, rest := member(n, "prefixItems"), member(n, "items"); n.Kind == yaml.MappingNode && first != nil && rest != nil {
		described := *rest
		*rest = *object("anyOf", list(append([]*yaml.Node{&described}, first.Content...)...))
	}
	for _, child := range n.Content {
		widenItems(child)
	}
}

// read a schema without what only a file of its own needs.
func read(name string) (*yaml.Node, error) {
	tree, err := schema.New(schemas.FS).Tree(name)
	if err != nil {
		return nil, err
	}
	plain(tree)
	remove(tree, "$schema")
	remove(tree, "$id")
	return tree, nil
}

// redirect the references within a schema to components.
func (c *components) redirect(n *yaml.Node) error {
	if ref := member(n, "$ref"); n.Kind == yaml.MappingNode && ref != nil && strings.HasPrefix(ref.Value, "/") {
		name := strings.TrimPrefix(ref.Value, "/")
		ref.Value = schemaRef + componentName(name)
		if err := c.take(name); err != nil {
			return err
		}
	}
	for _, child := range n.Content {
		if err := c.redirect(child); err != nil {
			return err
		}
	}
	return nil
}

// node of all components, by name.
func (c *components) node() *yaml.Node {
	all := object()
	for _, name := range slices.Sorted(maps.Keys(c.used)) {
		add(all, componentName(name), c.used[name])
	}
	return all
}
