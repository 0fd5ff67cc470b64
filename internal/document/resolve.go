package document

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// What YAML has beside values is decided here, for every document:
//
//   - an anchor and its aliases are the same value, and << merges mappings;
//   - a key is a text and stands once; a number and null are taken as their texts, and
//     true and false are refused;
//   - on, off, yes and no are texts, as keys and as values;
//   - a tag may only say which of JSON's types a value has.
const (
	mergeKey = "<<"
	mergeTag = "!!merge" // of that key without quotes
	mostPath = 200       // bytes of a path in a finding
)

// knownTags say which of JSON's types a value has.
var knownTags = []string{"!!str", "!!int", "!!float", "!!bool", "!!null", "!!map", "!!seq"}

// resolver replaces aliases and merge keys by what they stand for, and notes what no
// document may have. Each node is visited once: a document within the bounds stays so.
type resolver struct {
	done     map[*yaml.Node]bool
	path     []string // of the node that is visited: names, and indexes in brackets
	findings Findings
}

func resolve(root *yaml.Node) (*yaml.Node, Findings) {
	r := &resolver{done: map[*yaml.Node]bool{}}
	return r.node(root), r.findings
}

const maxFindings = 100

func (r *resolver) wrong(n *yaml.Node, found, expected string) {
	if len(r.findings) == maxFindings {
		return
	}
	f := wrong(n.Line, n.Column, found, expected)[0]
	f.Path = shorten(strings.TrimPrefix(strings.ReplaceAll(strings.Join(r.path, "."), ".[", "["), "."), mostPath)
	r.findings = append(r.findings, f)
}

func (r *resolver) wrongBelow(step string, n *yaml.Node, found, expected string) {
	r.path = append(r.path, step)
	r.wrong(n, found, expected)
	r.path = r.path[:len(r.path)-1]
}

// node is the value itself, with everything below it resolved.
func (r *resolver) node(n *yaml.Node) *yaml.Node {
	n = followed(n)
	if r.done[n] {
		return n
	}
	r.done[n] = true
	if n.Style&yaml.TaggedStyle != 0 && !slices.Contains(knownTags, n.Tag) {
		r.wrong(n, "the tag "+Quote(n.Tag), "a value without a tag: a document reads nothing from elsewhere, such as the environment or another file")
	}
	switch n.Kind {
	case yaml.ScalarNode:
		if Plain(n) && typographic.MatchString(n.Value) {
			r.wrong(n, Quote(n.Value)+", a text in typographic quotes", `straight quotes: " or '; around the others, if they are part of the text`)
		}
	case yaml.MappingNode:
		r.mapping(n)
	case yaml.SequenceNode:
		for i, item := range n.Content {
			n.Content[i] = r.below(fmt.Sprintf("[%d]", i), item)
		}
	}
	return n
}

func (r *resolver) below(step string, n *yaml.Node) *yaml.Node {
	r.path = append(r.path, step)
	n = r.node(n)
	r.path = r.path[:len(r.path)-1]
	return n
}

// mapping puts what is merged in after the mapping's own members, which outweigh it.
func (r *resolver) mapping(n *yaml.Node) {
	own, merged := make([]*yaml.Node, 0, len(n.Content)), []*yaml.Node(nil)
	seen := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if i > 0 && n.Style&yaml.FlowStyle != 0 && r.cutsNumber(n.Content[i-2:i+2]) {
			continue
		}
		key := followed(n.Content[i])
		if key.Tag == mergeTag {
			merged = append(merged, r.sources(r.below(mergeKey, n.Content[i+1]))...)
			continue
		}
		r.node(key)
		value := r.below(key.Value, n.Content[i+1])
		r.checkComment(key, value)
		if r.isKey(key, seen) {
			seen[key.Value] = key
			own = append(own, key, value)
		}
	}
	for _, source := range merged {
		for key, value := range Members(source) {
			if seen[key.Value] == nil {
				seen[key.Value] = key
				own = append(own, key, value)
			}
		}
	}
	n.Content = own
}

// typographic matches a text that a text processor has given its quotes.
var typographic = regexp.MustCompile("^[“”„‘’].*[“”‘’]$")

// checkComment finds a text that begins with # without quotes: YAML takes it for a
// comment, and the value for null.
func (r *resolver) checkComment(key, value *yaml.Node) {
	if value.Kind != yaml.ScalarNode || value.Tag != "!!null" || value.Value != "" {
		return
	}
	for _, comment := range []string{key.LineComment, value.LineComment} {
		if len(comment) > 1 && comment[0] == '#' && comment[1] != ' ' && comment[1] != '#' {
			r.wrongBelow(key.Value, value, Quote(comment)+", which is a comment", "quotes around a text that begins with #, or a space after the # of a comment")
		}
	}
}

// cutsNumber notes a number with a comma, which YAML has cut into a value and a key without one:
// of two entries of braces the second is what is behind the comma.
func (r *resolver) cutsNumber(entries []*yaml.Node) bool {
	value, key := entries[1], entries[2]
	adjoins := value.Line == key.Line && value.Column+len(value.Value)+len(",") == key.Column
	if !adjoins || !Plain(value) || !Plain(key) || entries[3].Tag != "!!null" || entries[3].Value != "" ||
		!endsInDigit.MatchString(value.Value) || !beginsWithDigit.MatchString(key.Value) {
		return false
	}
	r.wrongBelow(entries[0].Value, value, Quote(value.Value+","+key.Value)+", in which YAML takes the comma for the end of a value",
		"within {…} no comma in a number: "+Quote(value.Value+"."+key.Value))
	return true
}

var (
	endsInDigit     = regexp.MustCompile(`^[\w.+-]*\d$`)
	beginsWithDigit = regexp.MustCompile(`^\d\w*%?$`)
)

// isKey notes what is wrong with a key.
func (r *resolver) isKey(key *yaml.Node, seen map[string]*yaml.Node) bool {
	first := seen[key.Value]
	switch {
	case key.Kind != yaml.ScalarNode:
		r.wrong(key, Describe(key), "a word as a key, or quotes around a text that begins with { or [")
	case Plain(key) && key.Tag == "!!bool":
		r.wrong(key, Describe(key)+" as a key",
			"a word: "+key.Value+" in quotes if it is the name; some YAML writers make true of a key on that had no quotes")
	case Plain(key) && wideSpace.MatchString(key.Value):
		f := wideSpaceAt(key.Value)
		r.wrong(&yaml.Node{Line: key.Line, Column: key.Column + f.Column - 1}, f.Found, f.Expected)
	case first != nil:
		r.wrongBelow(key.Value, key, Quote(key.Value)+" a second time", fmt.Sprintf("it once; the first is on line %d", first.Line))
	default:
		return true
	}
	return false
}

// sources are the mappings that << merges: one, or several in a list.
func (r *resolver) sources(value *yaml.Node) []*yaml.Node {
	if value.Kind != yaml.SequenceNode {
		r.isMapping(value, mergeKey)
		return []*yaml.Node{value}
	}
	for i, source := range value.Content {
		r.isMapping(source, fmt.Sprintf("%s[%d]", mergeKey, i))
	}
	return value.Content
}

func (r *resolver) isMapping(source *yaml.Node, step string) {
	if source.Kind != yaml.MappingNode {
		r.wrongBelow(step, source, Describe(source), "a mapping to merge, such as *name")
	}
}
