// Package shape reads JSON Schemas for what they say about fields: which there
// are, of what type, which are required. A validator says whether a value fits; a
// checker of scenarios and a filler of requests have to know it before there is a
// value.
package shape

import (
	"encoding/json"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

// Set is the schemas of a folder, by name (kyc/address_get.request.json). A
// reference is "/" and such a name, or a pointer into the same schema. It is safe
// for concurrent use.
type Set struct {
	files fs.FS

	mu   sync.Mutex
	read map[string]object
}

type object = map[string]any

// NewSet of the schemas in these files.
func NewSet(files fs.FS) *Set { return &Set{files: files, read: map[string]object{}} }

// Of is the shape that a schema describes; the unknown shape if there is no such
// schema.
func (s *Set) Of(name string) Shape {
	root := s.document(name)
	if root == nil {
		return Shape{}
	}
	return Shape{faces: s.faces(root, root, true, maxDepth)}
}

func (s *Set) document(name string) object {
	s.mu.Lock()
	defer s.mu.Unlock()
	if doc, ok := s.read[name]; ok {
		return doc
	}
	var doc object
	if raw, err := fs.ReadFile(s.files, name); err != nil || json.Unmarshal(raw, &doc) != nil {
		doc = nil
	}
	s.read[name] = doc
	return doc
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
		root = s.document(name)
		return follow(root, pointer), root
	}
	return follow(root, strings.TrimPrefix(ref, "#")), root
}

func follow(doc object, pointer string) object {
	for name := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if name != "" {
			doc, _ = doc[name].(object)
		}
	}
	return doc
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
			for _, one := range t {
				if one, ok := one.(string); ok {
					types = append(types, one)
				}
			}
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
	return f.set.faces(doc, f.root, true, maxDepth)
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
	doc := object{"type": "object", "properties": properties}
	return Shape{faces: []face{{set: NewSet(nil), doc: doc, root: doc, sure: true}}}
}

// Text is the shape of a text.
func Text() Shape {
	doc := object{"type": "string"}
	return Shape{faces: []face{{set: NewSet(nil), doc: doc, root: doc, sure: true}}}
}
