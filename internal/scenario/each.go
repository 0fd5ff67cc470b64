package scenario

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/document"
)

// The bounds of what `each` makes.
const (
	maxEach = 5_000  // items
	maxMade = 50_000 // values in a document, those of the files that it uses among them
)

var (
	eachKeys  = []string{"each", "as", "item"}
	eachRange = regexp.MustCompile(`^([0-9]{1,9})\.\.([0-9]{1,9})$`)
)

// maker replaces what is known when a document is read: each `each` by its items, and the
// ${…} of vars and of the names of items by their values.
type maker struct {
	*checker
	grown map[*yaml.Node]int // lists in which an each was, with how many values that made
}

// make a document's values. Nodes that an alias shares are made once.
func (p *checker) make(root node, vars map[string]any) {
	m := maker{p, map[*yaml.Node]int{}}
	m.walk(root, vars)
}

func (m maker) walk(n node, known map[string]any) {
	switch {
	case m.full():
	case n.Kind == yaml.MappingNode:
		for key, value := range document.Members(n.Node) {
			if n.path != "" || key.Value != varsKey {
				m.walk(node{value, document.Below(n.path, key.Value)}, known)
			}
		}
	case n.Kind == yaml.SequenceNode:
		m.list(n, known)
	case strings.Contains(n.Value, "${"):
		m.fill(n, known)
	}
}

func (m maker) list(n node, known map[string]any) {
	if made, again := m.grown[n.Node]; again {
		m.count(n, made)
		return
	}
	before, grows := *m.made, false
	var items []*yaml.Node
	for i, one := range n.Content {
		at := n.item(i)
		if !isEach(one) {
			m.walk(at, known)
			items = append(items, one)
			continue
		}
		grows = true
		items = append(items, m.items(at, known)...)
	}
	if grows {
		m.grown[n.Node], m.lists[n.Node] = *m.made-before, true
		n.Content = items
	}
}

// isEach reports whether an item of a list stands for several.
func isEach(n *yaml.Node) bool {
	is := false
	for key := range document.Members(n) {
		is = is || key.Value == "each"
	}
	return is
}

// items that an each makes; none if it is wrong.
func (m maker) items(n node, known map[string]any) []*yaml.Node {
	name := "i"
	each, _ := n.child("each")
	item, there := n.child("item")
	for key := range document.Members(n.Node) {
		if !slices.Contains(eachKeys, key.Value) {
			m.refuseWord(node{key, n.path}, key.Value, "one of the keys "+strings.Join(eachKeys, ", ")+" beside each", eachKeys)
			return nil
		}
	}
	if as, said := n.child("as"); said {
		if name = as.Value; !identifier.MatchString(name) {
			m.refuse(as, as.describe(), "a name of letters, digits and _, by which ${…} names the item")
			return nil
		}
	}
	if !there {
		m.refuse(n, "an each without item", "item: what stands there each time")
		return nil
	}
	m.walk(each, known)
	var all []*yaml.Node
	for _, v := range m.over(each) {
		inner := map[string]any{name: v}
		for outer, value := range known {
			if outer != name {
				inner[outer] = value
			}
		}
		one := cloned(item.Node)
		if !m.count(n, sizeOf(one)) {
			return nil
		}
		m.walk(node{one, fmt.Sprintf("%s.item", n.path)}, inner)
		all = append(all, one)
	}
	return all
}

// over answers the values of an each: of a range, or of a list.
func (m maker) over(each node) []any {
	var all []any
	switch bounds := eachRange.FindStringSubmatch(each.Value); {
	case each.Kind == yaml.SequenceNode && len(each.Content) <= maxEach:
		for i := range each.Content {
			if one := each.item(i); one.Kind == yaml.ScalarNode {
				all = append(all, typedValue(one.Node))
				continue
			}
			m.refuse(each.item(i), each.item(i).describe(), "a text, a number or a truth value")
			return nil
		}
	case each.Kind == yaml.ScalarNode && bounds != nil:
		from, _ := strconv.Atoi(bounds[1]) // nine digits at most
		to, _ := strconv.Atoi(bounds[2])
		if to < from || to-from >= maxEach {
			m.refuse(each, quote(each.Value), fmt.Sprintf("a range of 1 to %d, the smaller number first", maxEach))
			return nil
		}
		for i := from; i <= to; i++ {
			all = append(all, i)
		}
	default:
		m.refuse(each, each.describe(), fmt.Sprintf("a range such as 1..1000, or a list of values, of at most %d", maxEach))
	}
	return all
}

// count values that are made; false if they are too many.
func (m maker) count(n node, values int) bool {
	if *m.made += values; *m.made > maxMade {
		m.refuse(n, fmt.Sprintf("more than %d values that each makes", maxMade), "fewer or smaller items")
		return false
	}
	return true
}

func cloned(n *yaml.Node) *yaml.Node {
	c := *n
	c.Content = make([]*yaml.Node, len(n.Content))
	for i, child := range n.Content {
		c.Content[i] = cloned(child)
	}
	return &c
}

func sizeOf(n *yaml.Node) int {
	size := 1
	for _, child := range n.Content {
		size += sizeOf(child)
	}
	return size
}
