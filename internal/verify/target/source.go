package target

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/verify/fit"
)

// source is a target file as a tree, and where its values stand.
type source struct {
	file   string
	root   *yaml.Node
	values map[string]*yaml.Node // by JSON pointer
	keys   map[string]*yaml.Node // the key that leads to a value
}

// maxDepth of a target file; the format needs five levels.
const maxDepth = 32

func readSource(file string, content []byte) (*source, error) {
	s := &source{file: file, values: map[string]*yaml.Node{}, keys: map[string]*yaml.Node{}}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	var document yaml.Node
	err := decoder.Decode(&document)
	switch {
	case errors.Is(err, io.EOF), err == nil && len(document.Content) == 0:
		return nil, fit.Problem{Position: fit.Position{File: file, Line: 1, Column: 1}, Found: "an empty file", Expected: "version and services"}
	case err != nil:
		return nil, brokenYAML(file, err)
	}
	s.root = document.Content[0]
	return s, s.index(s.root, "", 1)
}

var yamlLine = regexp.MustCompile(`line (\d+): (.*)`)

func brokenYAML(file string, err error) error {
	p := fit.Problem{Position: fit.Position{File: file, Line: 1, Column: 1}, Found: strings.TrimPrefix(err.Error(), "yaml: "), Expected: "YAML"}
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		p.Line, _ = strconv.Atoi(m[1])
		p.Found = m[2]
	}
	return p
}

// index notes where everything stands.
func (s *source) index(n *yaml.Node, pointer string, depth int) error {
	s.values[pointer] = n
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return s.problem(pointer, "an alias or anchor", "the value itself, written out")
	case depth > maxDepth:
		return s.problem(pointer, fmt.Sprintf("nesting beyond %d levels", maxDepth), "a flatter file")
	case n.Kind == yaml.MappingNode:
		return s.indexMembers(n, pointer, depth)
	}
	for i, item := range n.Content {
		if err := s.index(item, fmt.Sprintf("%s/%d", pointer, i), depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (s *source) indexMembers(n *yaml.Node, pointer string, depth int) error {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		at := pointer + "/" + contract.EscapePointer(key.Value)
		if s.keys[at] != nil {
			return fit.Problem{Position: s.at(key), Path: readable(at),
				Found: "the key a second time", Expected: "each key once"}
		}
		s.keys[at] = key
		if err := s.index(n.Content[i+1], at, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (s *source) at(n *yaml.Node) fit.Position {
	return fit.Position{File: s.file, Line: n.Line, Column: n.Column}
}

// problem at the value that a pointer leads to.
func (s *source) problem(pointer, found, expected string) fit.Problem {
	n := s.values[pointer]
	if n == nil {
		n = s.root
	}
	return fit.Problem{Position: s.at(n), Path: readable(pointer), Found: found, Expected: expected}
}

// readable writes a pointer as people do: services.abs.url, subjects[0].
func readable(pointer string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		switch _, err := strconv.Atoi(part); {
		case err == nil && b.Len() > 0:
			b.WriteString("[" + part + "]")
		case b.Len() > 0:
			b.WriteString("." + part)
		default:
			b.WriteString(part)
		}
	}
	return b.String()
}
