package fit

import (
	"encoding/json"
	"strings"

	"gopkg.in/yaml.v3"
)

// Decoded is a YAML node as decoded JSON. A number keeps its text, and one that JSON
// doesn't know (061211600012) is a string, as a date is. Aliases aren't followed.
func Decoded(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		object := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			object[n.Content[i].Value] = Decoded(n.Content[i+1])
		}
		return object
	case yaml.SequenceNode:
		items := make([]any, len(n.Content))
		for i, item := range n.Content {
			items[i] = Decoded(item)
		}
		return items
	}
	switch n.Tag {
	case "!!null":
		return nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true")
	case "!!int", "!!float":
		if json.Valid([]byte(n.Value)) {
			return json.Number(n.Value)
		}
	}
	return n.Value
}
