package document

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// The bounds of a document. A long scenario has some hundred lines; what is beyond
// these is a mistake or an attack.
const (
	MaxSize       = 1 << 20 // bytes
	MaxValues     = 100_000 // each alias counted as what it stands for
	MaxText       = 2 << 20 // bytes of all texts, aliases counted likewise
	MaxDepth      = 64      // levels
	maxDirectives = 10      // lines that begin with %
)

// checkLength comes before everything that reads the text.
func checkLength(text []byte) Findings {
	if len(text) <= MaxSize {
		return nil
	}
	return wrong(1, 1, fmt.Sprintf("a document of %d bytes", len(text)), fmt.Sprintf("at most %d bytes (1 MiB)", MaxSize))
}

// checkPlaces refuses a document that has too many places where a value may begin,
// before the YAML library makes something of each. It compares each directive with
// all others, so their number is bounded, too.
func checkPlaces(text []byte) Findings {
	places, directives, line, start := 1, 0, 1, 0
	for i, c := range text {
		before := byte('\n')
		if i > 0 {
			before = text[i-1]
		}
		switch {
		case strings.IndexByte("\n\r,[{", c) >= 0, c == ' ' && strings.IndexByte("-?:", before) >= 0:
			places++
		case c == '%' && (before == '\n' || before == '\r'):
			directives++
		}
		at := 1 + i - start
		switch {
		case places > MaxValues:
			return wrong(line, at, fmt.Sprintf("more than %d lines, commas and brackets", MaxValues), fmt.Sprintf("at most %d values in a document", MaxValues))
		case directives > maxDirectives:
			return wrong(line, at, fmt.Sprintf("more than %d lines that begin with %%", maxDirectives), "a document without directives of YAML")
		case c == '\n':
			line, start = line+1, i+1
		}
	}
	return nil
}

// checkSize refuses a document that is too large once its aliases are followed,
// without following one twice.
func checkSize(root *yaml.Node) Findings {
	_, findings := measure{map[*yaml.Node]extent{}}.of(root, 1)
	return findings
}

// extent of a value with everything below it: how many values, how long their texts
// and how deep.
type extent struct{ size, text, height int }

// measure remembers what it has measured; the zero extent marks what it is at.
type measure struct{ extents map[*yaml.Node]extent }

func (m measure) of(n *yaml.Node, depth int) (extent, Findings) {
	target := followed(n)
	have, met := m.extents[target]
	switch {
	case met && have.size == 0:
		return have, wrong(n.Line, n.Column, fmt.Sprintf("the alias *%s within what it stands for", n.Value), "an alias of something else")
	case depth+have.height > MaxDepth:
		return have, wrong(n.Line, n.Column, fmt.Sprintf("nesting beyond %d levels", MaxDepth), "a flatter document")
	case met:
		return have, nil
	}
	m.extents[target] = extent{}
	whole := extent{size: 1, text: len(target.Value)}
	for _, child := range target.Content {
		below, findings := m.of(child, depth+1)
		if findings != nil {
			return below, findings
		}
		whole.size += below.size
		whole.text += below.text
		whole.height = max(whole.height, below.height+1)
		if whole.size > MaxValues {
			return whole, wrong(n.Line, n.Column, fmt.Sprintf("more than %d values, aliases followed", MaxValues), "a smaller document")
		}
		if whole.text > MaxText {
			return whole, wrong(n.Line, n.Column, fmt.Sprintf("more than %d bytes of text, aliases followed", MaxText), "a smaller document")
		}
	}
	m.extents[target] = whole
	return whole, nil
}

func followed(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}
