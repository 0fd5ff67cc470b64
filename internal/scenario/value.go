package scenario

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/schema"
)

// noValues is expected where nothing replaces ${…}.
const noValues = "a value without ${…}: here it sees vars and the names of each alone"

// reading is how values are read at one place of the language.
type reading struct {
	// strict refuses fields that the shape doesn't name, and values of a type that
	// it doesn't allow.
	strict bool
	// scope holds the saved values that ${…} may name; nil where nothing replaces it.
	scope *scope
	// listed refuses values that aren't among those that the shape lists, or don't fit it
	// otherwise: in their form, length or range.
	listed bool
}

// value is a YAML value as decoded JSON. Scalars keep their text: the shape says
// whether a plain one becomes a string, a number or a truth value. Texts with ${…}
// become Templates.
func (p *checker) value(n node, s schema.Shape, how reading) any {
	switch n.Kind {
	case yaml.MappingNode:
		return p.object(n, s, how)
	case yaml.SequenceNode:
		if how.strict && !s.Allows("array") {
			p.refuse(n, "a list", expectedType(s))
			return nil
		}
		if len(n.Content) > maxElements && !p.lists[n.Node] {
			p.refuse(n, fmt.Sprintf("a list of %d", len(n.Content)), fmt.Sprintf("a list of at most %d", maxElements))
			return nil
		}
		list := make([]any, len(n.Content))
		for i := range n.Content {
			list[i] = p.value(n.item(i), s.Item(i), how)
		}
		return list
	}
	return p.scalar(n, s, how)
}

func (p *checker) object(n node, s schema.Shape, how reading) any {
	if how.strict && !s.Allows("object") {
		p.refuse(n, "a mapping", expectedType(s))
		return nil
	}
	all, _ := p.entries(n, "a mapping")
	object := make(map[string]any, len(all))
	for _, e := range all {
		field, named := s.Field(e.key.Value)
		if !named && how.strict && s.Known() && !s.Open() {
			p.refuseWord(node{e.key, n.path}, e.key.Value, "one of the fields "+strings.Join(s.Fields(), ", "), s.Fields())
			continue
		}
		object[e.key.Value] = p.value(e.node, field, how)
	}
	return object
}

func (p *checker) scalar(n node, s schema.Shape, how reading) any {
	if strings.Contains(n.Value, "${") {
		if how.scope != nil {
			return p.template(n, s, how.scope)
		}
		p.refuse(n, quote(n.Value), noValues)
		return n.Value
	}
	v, ok := scalarOf(n, s)
	if found, expected, is := document.QuotedEntry(n.Node); is && !ok && how.strict && s.Allows("object") {
		p.refuse(n, found, expected)
		return v
	}
	switch list := s.Enum(); {
	case !ok && how.strict:
		p.refuseMeant(n, n.describe(), expectedType(s), document.Respelt(n.Value, func(text string) bool {
			_, is := s.Scalar(text)
			return is
		}))
	case how.listed && list != nil && !slices.ContainsFunc(list, func(one any) bool { return fmt.Sprint(one) == fmt.Sprint(v) }):
		p.refuseWord(n, n.Value, "one of "+inQuotes(list), textsOf(list))
	case how.listed:
		if want, fits := s.Fits(v); !fits {
			p.refuseMeant(n, n.describe(), want, document.Respelt(n.Value, func(text string) bool {
				_, is := s.Fits(text)
				return is
			}))
		}
	}
	return v
}

func textsOf(list []any) []string {
	texts := make([]string, len(list))
	for i, one := range list {
		texts[i] = fmt.Sprint(one)
	}
	return texts
}

func inQuotes(list []any) string {
	texts := textsOf(list)
	for i, one := range list {
		if text, is := one.(string); is {
			texts[i] = quote(text)
		}
	}
	return strings.Join(texts, ", ")
}

// scalarOf answers false if the text is nothing that the shape allows; what
// comes closest to it then is the text.
func scalarOf(n node, s schema.Shape) (any, bool) {
	switch tagged := n.Style&yaml.TaggedStyle != 0; {
	case tagged && (n.Tag == "!!int" || n.Tag == "!!float") && document.IsNumber(n.Value):
		return json.Number(n.Value), takesScalar(s) // the tag decides, for any scalar shape
	case tagged && n.Tag == "!!bool":
		return n.Value == "true", takesScalar(s)
	case tagged || !n.plain():
		return n.Value, s.Allows("string")
	case n.isNull():
		return nil, true // null is sent as null, to see what a service says to it
	}
	return s.Scalar(n.Value)
}

// takesScalar reports whether a shape is of something else than lists and mappings.
func takesScalar(s schema.Shape) bool {
	types := s.Types()
	return len(types) == 0 || slices.ContainsFunc(types, func(t string) bool { return t != "object" && t != "array" })
}

func expectedType(s schema.Shape) string {
	var words []string
	for _, t := range s.Types() {
		words = append(words, schema.TypeWords[t])
	}
	if len(words) == 0 {
		return "a value"
	}
	return strings.Join(words, " or ")
}
