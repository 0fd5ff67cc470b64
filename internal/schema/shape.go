package schema

import (
	"slices"
	"strconv"
	"strings"

	"github.com/kzsim/kzsim/internal/document"
)

// Of is the shape that a schema describes; the unknown shape if there is no such
// schema.
func (s *Set) Of(name string) Shape {
	root := s.raw(name)
	if root == nil {
		return Shape{}
	}
	return Shape{faces: s.faces(root, root, true, maxDepth)}
}

// maxDepth bounds how far references and alternatives are followed: a schema may
// refer to itself.
const maxDepth = 12

// face is one schema object that a value may have to fit.
type face struct {
	set  *Set
	doc  object
	root object
	sure bool // it holds for every value, not just for one alternative
}

// faces are a schema object, what it refers to, and its alternatives.
func (s *Set) faces(doc, root object, sure bool, depth int) []face {
	if depth == 0 || doc == nil {
		return nil
	}
	all := []face{{set: s, doc: doc, root: root, sure: sure}}
	if ref, ok := doc["$ref"].(string); ok {
		target, in := s.target(ref, root)
		all = append(all, s.faces(target, in, sure, depth-1)...)
	}
	for _, keyword := range []string{"allOf", "anyOf", "oneOf"} {
		list, _ := doc[keyword].([]any)
		for _, sub := range list {
			sub, _ := sub.(object)
			all = append(all, s.faces(sub, root, sure && keyword == "allOf", depth-1)...)
		}
	}
	for _, keyword := range []string{"then", "else"} {
		sub, _ := doc[keyword].(object)
		all = append(all, s.faces(sub, root, false, depth-1)...)
	}
	return all
}

func (s *Set) target(ref string, root object) (doc, in object) {
	if name, ok := strings.CutPrefix(ref, "/"); ok {
		name, pointer, _ := strings.Cut(name, "#")
		root = s.raw(name)
		return follow(root, pointer), root
	}
	return follow(root, strings.TrimPrefix(ref, "#")), root
}

// follow a JSON pointer to the schema that it leads to; nil if there is none.
func follow(doc object, pointer string) object {
	var at any = doc
	for step := range document.Steps(pointer) {
		switch in := at.(type) {
		case object:
			at = in[step]
		case []any:
			if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(in) {
				at = in[i]
			}
		}
	}
	found, _ := at.(object)
	return found
}

// Shape is what schemas say about one value. The zero Shape is unknown: nothing
// is said.
type Shape struct{ faces []face }

// Any is the shape of a value that fits one of these.
func Any(shapes ...Shape) Shape {
	var all []face
	for _, s := range shapes {
		all = append(all, s.faces...)
	}
	return Shape{faces: all}
}

// Known reports whether anything is said.
func (s Shape) Known() bool { return len(s.faces) > 0 }

// Types that the value may have; none if nothing is said of it.
func (s Shape) Types() []string {
	var types []string
	for _, f := range s.faces {
		switch t := f.doc["type"].(type) {
		case string:
			types = append(types, t)
		case []any:
			types = append(types, texts(t)...)
		}
	}
	slices.Sort(types)
	return slices.Compact(types)
}

// Allows reports whether the value may be of a type. A shape that names no types
// allows all.
func (s Shape) Allows(name string) bool {
	types := s.Types()
	return len(types) == 0 || slices.Contains(types, name) || name == "integer" && slices.Contains(types, "number")
}

// Fields that are named, in their order.
func (s Shape) Fields() []string {
	var names []string
	for _, f := range s.faces {
		properties, _ := f.doc["properties"].(object)
		for name := range properties {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Names of all fields that are named, at any depth.
func (s Shape) Names() map[string]bool {
	all := map[string]bool{}
	s.collectNames(all, maxDepth)
	return all
}

func (s Shape) collectNames(into map[string]bool, depth int) {
	if depth == 0 || !s.Known() {
		return
	}
	for _, name := range s.Fields() {
		into[name] = true
		field, _ := s.Field(name)
		field.collectNames(into, depth-1)
	}
	for _, f := range s.faces {
		first, _ := f.doc["prefixItems"].([]any)
		for _, sub := range append(slices.Clip(first), f.doc["items"]) {
			Shape{faces: f.below(sub)}.collectNames(into, depth-1)
		}
	}
}

// Field of an object; false if no schema names it.
func (s Shape) Field(name string) (Shape, bool) {
	var all []face
	named := false
	for _, f := range s.faces {
		properties, _ := f.doc["properties"].(object)
		if sub, ok := properties[name]; ok {
			named = true
			all = append(all, f.below(sub)...)
		}
	}
	return Shape{faces: all}, named
}

func (f face) below(sub any) []face {
	doc, _ := sub.(object)
	return f.set.faces(doc, f.root, f.sure, maxDepth)
}

// Open reports whether an object may hold what isn't among its Fields: whether
// that is said, or nothing is said about fields at all. A request's schema leaves
// it unsaid on purpose and isn't open in this sense.
func (s Shape) Open() bool {
	if len(s.Fields()) == 0 {
		return true
	}
	return slices.ContainsFunc(s.faces, func(f face) bool {
		switch extra := f.doc["additionalProperties"].(type) {
		case bool:
			return extra
		case object:
			return true
		}
		return false
	})
}

// Item of a list.
func (s Shape) Item(index int) Shape {
	var all []face
	for _, f := range s.faces {
		if first, ok := f.doc["prefixItems"].([]any); ok && index < len(first) {
			all = append(all, f.below(first[index])...)
			continue
		}
		all = append(all, f.below(f.doc["items"])...)
	}
	return Shape{faces: all}
}

// At is the shape of what a JSON pointer leads to.
func (s Shape) At(pointer string) Shape {
	for step := range document.Steps(pointer) {
		if i, err := strconv.Atoi(step); err == nil && s.Allows("array") {
			s = s.Item(i)
			continue
		}
		s, _ = s.Field(step)
	}
	return s
}

// Texts is the shape of an object with these fields, each a text; unknown if there
// are none.
func Texts(names ...string) Shape {
	if len(names) == 0 {
		return Shape{}
	}
	properties := object{}
	for _, name := range names {
		properties[name] = object{"type": "string"}
	}
	return shapeOf(object{"type": "object", "properties": properties})
}

// Text is the shape of a text.
func Text() Shape { return shapeOf(object{"type": "string"}) }

func shapeOf(doc object) Shape {
	return Shape{faces: []face{{set: New(nil), doc: doc, root: doc, sure: true}}}
}
