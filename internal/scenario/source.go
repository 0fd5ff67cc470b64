package scenario

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// The bounds of a document. A long scenario has some hundred lines; what is
// beyond these is a mistake or an attack.
const (
	MaxSource = 1 << 20 // bytes
	maxNodes  = 200_000 // values, each alias counted as what it stands for
	maxDepth  = 64      // levels
	maxItems  = 500     // rules, steps, fixtures of a kind
	maxCases  = 50
)

// problem is what is wrong with a source before it has a structure.
type problem struct {
	line, column    int
	found, expected string
}

func (p problem) Error() string { return p.found }

// readYAML answers the document's top node. Nothing is expanded: an alias stays a
// reference, and what all of them come to is counted before anybody follows one.
func readYAML(source []byte) (*yaml.Node, error) {
	if len(source) > MaxSource {
		return nil, problem{1, 1, fmt.Sprintf("a document of %d bytes", len(source)),
			fmt.Sprintf("at most %d bytes (1 MiB)", MaxSource)}
	}
	if err := checkText(source); err != nil {
		return nil, err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(source))
	var document, second yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return nil, problem{1, 1, "an empty document", "a scenario: version, scenario, rules"}
	case err != nil:
		return nil, explainYAML(source, err)
	case len(document.Content) == 0:
		return nil, problem{1, 1, "an empty document", "a scenario: version, scenario, rules"}
	}
	if err := decoder.Decode(&second); err == nil {
		return nil, problem{second.Line, second.Column, "a second document after ---", "one scenario in a file; use cases: for several"}
	}
	return document.Content[0], checkSize(document.Content[0])
}

// checkText finds bytes that are no text: a file in UTF-16, a picture.
func checkText(source []byte) error {
	line, start := 1, 0
	for i := 0; i < len(source); {
		r, size := utf8.DecodeRune(source[i:])
		if r == utf8.RuneError && size == 1 {
			return problem{line, 1 + utf8.RuneCount(source[start:i]), fmt.Sprintf("the byte 0x%02x, which is not UTF-8", source[i]), "text saved as UTF-8"}
		}
		if r == '\n' {
			line, start = line+1, i+1
		}
		i += size
	}
	return nil
}

var unknownAnchor = regexp.MustCompile(`unknown anchor '(.*)' referenced`)

// fromParser matches what the reader's parser says, which counts lines from 0; its
// scanner counts them from 1.
var fromParser = regexp.MustCompile(`^did not find expected (',' or|key|'-' indicator|node content|<document start>)`)

var yamlLine = regexp.MustCompile(`line (\d+): (.*)$`)

// explainYAML gives the reader's error a place. Tabs come first: they are the
// usual mistake, and the reader's words for it are hard to understand.
func explainYAML(source []byte, err error) error {
	lines := strings.Split(string(source), "\n")
	for i, text := range lines {
		indent := text[:len(text)-len(strings.TrimLeft(text, " \t"))]
		if at := strings.IndexByte(indent, '\t'); at >= 0 && strings.TrimSpace(text) != "" {
			return problem{i + 1, at + 1, "a tab", "spaces: YAML is indented with spaces only"}
		}
	}
	if m := unknownAnchor.FindStringSubmatch(err.Error()); m != nil {
		before, _, _ := strings.Cut(string(source), "*"+m[1])
		line := strings.Count(before, "\n")
		column := 1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
		return problem{line + 1, column, "the alias *" + m[1], "an alias of something that is named &" + m[1] + " before"}
	}
	p := problem{1, 1, "text that is not YAML: " + strings.TrimPrefix(err.Error(), "yaml: "), "valid YAML"}
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		p.line, _ = strconv.Atoi(m[1])
		if fromParser.MatchString(m[2]) {
			p.line++
		}
		p.found = "text that is not YAML: " + m[2]
	}
	p.line = min(p.line, len(lines))
	for p.line > 1 && strings.TrimSpace(lines[p.line-1]) == "" {
		p.line-- // the end of the document is where its last line ends
	}
	text := lines[p.line-1]
	p.column = 1 + len(text) - len(strings.TrimLeft(text, " "))
	return p
}

// checkSize refuses a document that is too large once its aliases are followed,
// without following one twice.
func checkSize(root *yaml.Node) error {
	m := measure{extents: map[*yaml.Node]extent{}}
	_, err := m.of(root, 1)
	return err
}

// extent of a value with everything below it: how many values, and how deep.
type extent struct{ size, height int }

// measure remembers what it has measured; the zero extent marks what it is at.
type measure struct{ extents map[*yaml.Node]extent }

func (m measure) of(n *yaml.Node, depth int) (extent, error) {
	target := n
	if n.Kind == yaml.AliasNode {
		target = n.Alias
	}
	have, met := m.extents[target]
	switch {
	case met && have.size == 0:
		return have, problem{n.Line, n.Column, fmt.Sprintf("the alias *%s within what it stands for", n.Value), "an alias of something else"}
	case depth+have.height > maxDepth:
		return have, problem{n.Line, n.Column, fmt.Sprintf("nesting beyond %d levels", maxDepth), "a flatter document"}
	case met:
		return have, nil
	}
	m.extents[target] = extent{}
	whole := extent{size: 1}
	for _, child := range target.Content {
		below, err := m.of(child, depth+1)
		if err != nil {
			return below, err
		}
		whole.size += below.size
		whole.height = max(whole.height, below.height+1)
		if whole.size > maxNodes {
			return whole, problem{n.Line, n.Column, fmt.Sprintf("more than %d values, aliases followed", maxNodes), "a smaller document"}
		}
	}
	m.extents[target] = whole
	return whole, nil
}
