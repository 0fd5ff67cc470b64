package document

import (
	"encoding/json"
	"iter"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Members of a mapping, by key and value in their order; empty for another node.
func Members(n *yaml.Node) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(key, value *yaml.Node) bool) {
		if n.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !yield(n.Content[i], n.Content[i+1]) {
				return
			}
		}
	}
}

// Value is a node as decoded JSON. A number keeps its text as a json.Number, and one
// that JSON doesn't know (061211600012) is a text, as a date is.
func Value(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		object := make(map[string]any, len(n.Content)/2)
		for key, value := range Members(n) {
			object[key.Value] = Value(value)
		}
		return object
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, item := range n.Content {
			list[i] = Value(item)
		}
		return list
	}
	switch n.Tag {
	case "!!null":
		return nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true")
	case "!!int", "!!float":
		if IsNumber(n.Value) && strings.ContainsAny(n.Value, "eE") {
			return json.Number(PlainNumber(n.Value)) // some YAML writers make 2e+08 of a whole number
		}
		if IsNumber(n.Value) {
			return json.Number(n.Value)
		}
	}
	return n.Value
}

// Mapped is decoded JSON with each value that is no object and no list replaced, in a copy.
func Mapped(v any, replace func(any) any) any {
	switch v := v.(type) {
	case map[string]any:
		object := make(map[string]any, len(v))
		for name, value := range v {
			object[name] = Mapped(value, replace)
		}
		return object
	case []any:
		list := make([]any, len(v))
		for i, value := range v {
			list[i] = Mapped(value, replace)
		}
		return list
	}
	return replace(v)
}

// longestNumber is how many characters a number may have. Comparing numbers exactly
// takes very long for 1e99999999.
const longestNumber = 100

var hugeExponent = regexp.MustCompile(`[eE][+-]?[0-9]{4}`)

// IsNumber reports whether a text is a number as JSON writes one: no leading zeros, no
// plus sign, no underscores. One that no field can hold is none.
func IsNumber(text string) bool {
	return text != "" && len(text) <= longestNumber && strings.ContainsAny(text[:1], "-0123456789") &&
		!strings.ContainsAny(text, " \t\r\n") && json.Valid([]byte(text)) && !hugeExponent.MatchString(text)
}

// PlainNumber is a number without an exponent and without zeros at the end of its
// fraction: 1.10e1 is 11. Any other text stays as it is.
func PlainNumber(text string) string {
	if !strings.ContainsAny(text, ".eE") || !IsNumber(text) {
		return text
	}
	number, ok := new(big.Rat).SetString(text)
	if !ok {
		return text
	}
	digits, _ := number.FloatPrec() // a decimal number is exact
	return number.FloatString(digits)
}

// IsTruth reports whether a text is a truth value.
func IsTruth(text string) bool { return text == "true" || text == "false" }

// Plain reports whether a scalar was written without quotes, so that it may be a
// number or a truth value.
func Plain(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
}

// Describe says in a tester's words what stands there. A text is in quotes; a number
// and a truth value aren't.
func Describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Tag == "!!null":
		return "nothing"
	case n.Tag == "!!bool", n.Tag == "!!int" && IsNumber(n.Value), n.Tag == "!!float" && IsNumber(n.Value):
		return n.Value
	}
	return Quote(n.Value)
}

// QuotedEntry says what is wrong with a text in quotes that is an entry of a mapping, where a mapping
// is expected; false of another value.
func QuotedEntry(n *yaml.Node) (found, expected string, is bool) {
	if n.Kind != yaml.ScalarNode || n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 {
		return "", "", false
	}
	return entryInQuotes(n.Value)
}

var entryOfMapping = regexp.MustCompile(`^[A-Za-z_][\w.-]*: \S`)

func entryInQuotes(text string) (found, expected string, is bool) {
	return "a key and its value in one pair of quotes", "quotes around the value alone, or none: " + shorten(text, mostQuoted), entryOfMapping.MatchString(text)
}

// mostQuoted bounds what a finding repeats of the document, in bytes.
const mostQuoted = 60

// Quote a text of the document in a finding.
func Quote(text string) string { return strconv.Quote(shorten(text, mostQuoted)) }

// shorten a text to at most so many bytes of whole characters.
func shorten(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
