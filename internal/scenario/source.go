package scenario

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// The bounds of a document. A long scenario has some hundred lines; what is
// beyond these is a mistake or an attack.
const (
	MaxSource     = 1 << 20 // bytes
	maxNodes      = 100_000 // values, each alias counted as what it stands for
	maxText       = 2 << 20 // bytes of all texts, aliases counted likewise
	maxDepth      = 64      // levels
	maxItems      = 500     // rules, steps, fixtures of a kind
	maxElements   = 1_000   // of a list in a body or a fixture
	maxCases      = 50
	maxGiven      = 5_000 // fixtures of a file and its cases, those of the file counted in each
	maxDirectives = 10    // lines that begin with %
)

// Bounds of a document, for people.
func Bounds() string {
	return fmt.Sprintf("%d values and %d KiB of text with aliases followed, %d levels, %d items in a list of rules, steps or fixtures and %d in one of a body, "+
		"%d cases, %d fixtures in all cases together, and %d values and operators in all expressions",
		maxNodes, maxText>>10, maxDepth, maxItems, maxElements, maxCases, maxGiven, maxExpressions)
}

// problem is what is wrong with a source before it has a structure.
type problem struct {
	line, column    int
	found, expected string
}

func (p problem) Error() string { return p.found }

// ReadYAML answers the top node of a document that isn't a scenario, within the bounds
// of one. Aliases are to be followed by the reader.
func ReadYAML(source []byte) (*yaml.Node, error) {
	top, err := readYAML(source)
	if bad, ok := err.(problem); ok {
		err = fmt.Errorf("line %d: found %s, expected %s", bad.line, bad.found, bad.expected)
	}
	return top, err
}

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
	if err := checkPlaces(source); err != nil {
		return nil, err
	}
	source = asYAML(source)
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

// checkPlaces refuses a document that has too many places where a value may begin,
// before the YAML library makes something of each. It compares each directive with
// all others, so their number is bounded, too.
func checkPlaces(source []byte) error {
	places, directives, line, start := 1, 0, 1, 0
	for i, c := range source {
		before := byte('\n')
		if i > 0 {
			before = source[i-1]
		}
		switch {
		case strings.IndexByte("\n\r,[{", c) >= 0, c == ' ' && strings.IndexByte("-?:", before) >= 0:
			places++
		case c == '%' && (before == '\n' || before == '\r'):
			directives++
		}
		at := 1 + i - start
		switch {
		case places > maxNodes:
			return problem{line, at, fmt.Sprintf("more than %d lines, commas and brackets", maxNodes), fmt.Sprintf("at most %d values in a document", maxNodes)}
		case directives > maxDirectives:
			return problem{line, at, fmt.Sprintf("more than %d lines that begin with %%", maxDirectives), "a scenario without directives of YAML"}
		case c == '\n':
			line, start = line+1, i+1
		}
	}
	return nil
}

// checkSize refuses a document that is too large once its aliases are followed,
// without following one twice.
func checkSize(root *yaml.Node) error {
	m := measure{extents: map[*yaml.Node]extent{}}
	_, err := m.of(root, 1)
	return err
}

// extent of a value with everything below it: how many values, how long their texts
// and how deep.
type extent struct{ size, text, height int }

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
	whole := extent{size: 1, text: len(target.Value)}
	for _, child := range target.Content {
		below, err := m.of(child, depth+1)
		if err != nil {
			return below, err
		}
		whole.size += below.size
		whole.text += below.text
		whole.height = max(whole.height, below.height+1)
		if whole.size > maxNodes {
			return whole, problem{n.Line, n.Column, fmt.Sprintf("more than %d values, aliases followed", maxNodes), "a smaller document"}
		}
		if whole.text > maxText {
			return whole, problem{n.Line, n.Column, fmt.Sprintf("more than %d bytes of text, aliases followed", maxText), "a smaller document"}
		}
	}
	m.extents[target] = whole
	return whole, nil
}
