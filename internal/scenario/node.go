package scenario

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
)

// node is one value of the document and its place in it. An alias is what it
// stands for.
type node struct {
	*yaml.Node
	path string // rules[0].do
}

// entry is one key of a mapping with its value.
type entry struct {
	key  *yaml.Node
	node // the value
}

func (n node) item(i int) node {
	return node{target(n.Content[i]), fmt.Sprintf("%s[%d]", n.path, i)}
}

func target(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func below(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// plain reports whether a scalar was written without quotes, so that it may be a
// number or a truth value.
func (n node) plain() bool {
	return n.Kind == yaml.ScalarNode && n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
}

func (n node) isNull() bool { return n.Kind == yaml.ScalarNode && n.plain() && n.Tag == "!!null" }

// describe says in a tester's words what stands there.
func (n node) describe() string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.isNull():
		return "nothing"
	}
	return quote(n.Value)
}

// maxQuoted bounds what a finding repeats of the document.
const maxQuoted = 60

func quote(text string) string { return strconv.Quote(cutTo(text, maxQuoted)) }

// refuse notes that something else stands at a node than is expected there.
func (p *checker) refuse(n node, found, expected string) {
	p.find(Finding{Position: p.at(n.Node), Path: n.path, Found: found, Expected: expected, Severity: Error})
}

// refuseWord notes a word that is none of those that are known, and the nearest.
func (p *checker) refuseWord(n node, word, expected string, known []string) {
	if p.full() {
		return
	}
	p.find(Finding{
		Position: p.at(n.Node), Path: n.path, Found: quote(word), Expected: expected,
		Nearest: nearest(word, known), Severity: Error,
	})
}

// nearest is the known word that was meant, if one is near enough to be: a word
// for another by chance confuses more than it helps.
func nearest(word string, known []string) string {
	const longestWord = 256 // bytes; no word that is known is near to a longer one
	if len(word) > longestWord {
		return ""
	}
	word = inLatin.Replace(word)
	if i := slices.IndexFunc(known, func(k string) bool { return strings.EqualFold(k, word) }); i >= 0 {
		return known[i]
	}
	best := contract.Nearest(word, known)
	const partLength = 4 // a part of a longer word, such as session of backend_session_id
	for _, k := range known {
		if len(word) >= partLength && strings.Contains(k, word) && !strings.Contains(best, word) {
			best = k
		}
	}
	distance := levenshtein.ComputeDistance(word, best)
	if distance*3 > utf8.RuneCountInString(word)+2 && !(len(word) >= partLength && strings.Contains(best, word)) {
		return ""
	}
	return best
}

func (p *checker) warn(n node, found, expected string) {
	p.find(Finding{Position: p.at(n.Node), Path: n.path, Found: found, Expected: expected, Severity: Warning})
}

func (p *checker) find(f Finding) {
	if !p.full() {
		f.Found += typed(f.Found)
		*p.findings = append(*p.findings, f)
	}
}

// maxFindings of one document; whoever mends those sees the rest.
const maxFindings = 100

// full reports whether no more findings are kept, so that nothing is to be looked for.
func (p *checker) full() bool { return len(*p.findings) >= maxFindings }

func (p *checker) at(n *yaml.Node) Position {
	return Position{File: p.file, Line: n.Line, Column: n.Column}
}

// entries of a mapping in their order, those merged in by << last. Keys that are
// no text or stand twice are refused.
func (p *checker) entries(n node, what string) ([]entry, bool) {
	if n.Kind != yaml.MappingNode {
		p.refuse(n, n.describe(), what)
		return nil, false
	}
	var all []entry
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := target(n.Content[i]), target(n.Content[i+1])
		if key.Kind != yaml.ScalarNode {
			p.refuse(node{key, n.path}, node{Node: key}.describe(), "a word as a key")
			continue
		}
		if line, twice := seen[key.Value]; twice {
			p.refuse(node{key, below(n.path, key.Value)}, quote(key.Value)+" a second time", fmt.Sprintf("it once; the first is on line %d", line))
			continue
		}
		seen[key.Value] = key.Line
		all = append(all, entry{key: key, node: node{value, below(n.path, key.Value)}})
	}
	return p.merged(n, all, seen), true
}

// mergeTag is that of the key <<.
const mergeTag = "!!merge"

// merged replaces << by what it stands for, as far as that isn't overridden: a
// mapping, or several in a list.
func (p *checker) merged(n node, all []entry, seen map[string]int) []entry {
	var own, merged []entry
	for _, e := range all {
		if e.key.Tag != mergeTag {
			own = append(own, e)
			continue
		}
		sources := []node{e.node}
		if e.Kind == yaml.SequenceNode {
			sources = p.mergedList(e.node)
		}
		for _, source := range sources {
			if source.Kind != yaml.MappingNode {
				p.refuse(source, source.describe(), "a mapping to merge, such as *name")
				continue
			}
			merged = append(merged, p.mergedFrom(source, n.path, seen)...)
		}
	}
	return append(own, merged...)
}

// mergedList are the mappings of a list that is merged.
func (p *checker) mergedList(n node) []node {
	if len(n.Content) > maxItems {
		p.refuse(n, fmt.Sprintf("a list of %d", len(n.Content)), fmt.Sprintf("a list of at most %d", maxItems))
		return nil
	}
	all := make([]node, len(n.Content))
	for i := range n.Content {
		all[i] = n.item(i)
	}
	return all
}

// mergedFrom are the entries of a mapping that aren't overridden, and then those of
// what is merged into it in turn.
func (p *checker) mergedFrom(source node, path string, seen map[string]int) []entry {
	var own, merges []entry
	for i := 0; i+1 < len(source.Content); i += 2 {
		key, value := target(source.Content[i]), target(source.Content[i+1])
		_, overridden := seen[key.Value]
		switch {
		case key.Kind != yaml.ScalarNode: // refused where the mapping itself is read
		case key.Tag == mergeTag:
			merges = append(merges, entry{key: key, node: node{value, path}})
		case !overridden:
			seen[key.Value] = key.Line
			own = append(own, entry{key: key, node: node{value, below(path, key.Value)}})
		}
	}
	return append(own, p.merged(node{source.Node, path}, merges, seen)...)
}

// whenKey is the key whose value is an expression.
const whenKey = "when"

// endsExpression reports whether the last of some entries is what a comma has cut
// off from an expression without quotes: keys without values after `when`.
func (n node) endsExpression(entries []entry) bool {
	if n.Style&yaml.FlowStyle == 0 {
		return false
	}
	for _, e := range slices.Backward(entries) {
		if !e.isNull() || e.Value != "" {
			return e.key.Value == whenKey && e.plain()
		}
	}
	return false
}

// text of a scalar that isn't empty.
func (p *checker) text(n node, what string) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.isNull() || n.Value == "" {
		p.refuse(n, n.describe(), what)
		return "", false
	}
	return n.Value, true
}
