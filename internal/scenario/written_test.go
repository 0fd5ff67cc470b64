package scenario_test

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/document"
)

// asWritten are findings with the paths of a document as it is written: the checker's own are
// of what each has made. A finding at a key is about the mapping that has it, or about the key
// if that is one of the places.
func asWritten(root *yaml.Node, findings []document.Finding, places []string) (all []document.Finding) {
	for _, f := range findings {
		for _, path := range writtenAt(root, f.Position) {
			if f.Path = path; slices.Contains(places, whole(path)) {
				break
			}
		}
		all = append(all, f)
	}
	return all
}

// writtenAt are the paths of the last thing that begins at a place or before it.
func writtenAt(root *yaml.Node, at document.Position) []string {
	var last []string
	var walk func(n *yaml.Node, path string)
	here := func(n *yaml.Node, paths ...string) {
		if n.Line < at.Line || n.Line == at.Line && n.Column <= at.Column {
			last = paths
		}
	}
	walk = func(n *yaml.Node, path string) {
		for i, child := range n.Content {
			below := fmt.Sprintf("%s[%d]", path, i)
			if n.Kind == yaml.MappingNode {
				if i%2 == 0 {
					here(child, strings.TrimPrefix(path+"."+child.Value, "."), path)
					continue
				}
				below = strings.TrimPrefix(path+"."+n.Content[i-1].Value, ".")
			}
			here(child, below)
			walk(child, below)
		}
	}
	here(root, "")
	walk(root, "")
	return last
}
