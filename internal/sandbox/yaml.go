package sandbox

import (
	"encoding/json"
	"fmt"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/scenario"
)

// jsonOf a document that is YAML.
func jsonOf(document []byte) ([]byte, error) {
	top, err := scenario.ReadYAML(document)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoSnapshot, err)
	}
	value, err := decoded(top)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoSnapshot, err)
	}
	return json.Marshal(value)
}

// decoded is what a node says. The YAML library would compare each key of a mapping
// with all others.
func decoded(n *yaml.Node) (any, error) {
	switch n.Kind {
	case yaml.AliasNode:
		return decoded(n.Alias)
	case yaml.MappingNode:
		object := make(map[string]any, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if _, twice := object[key.Value]; twice {
				return nil, fmt.Errorf("line %d: the key %q a second time", key.Line, key.Value)
			}
			var err error
			if object[key.Value], err = decoded(n.Content[i+1]); err != nil {
				return nil, err
			}
		}
		return object, nil
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, item := range n.Content {
			var err error
			if list[i], err = decoded(item); err != nil {
				return nil, err
			}
		}
		return list, nil
	}
	if n.Tag == "!!str" || n.Tag == "!!timestamp" {
		return n.Value, nil
	}
	var value any
	err := n.Decode(&value)
	return value, err
}
