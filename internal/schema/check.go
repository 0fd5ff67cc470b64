package schema

import (
	"cmp"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/kzsim/kzsim/internal/document"
)

// Misfit is one point in which a value doesn't fit.
type Misfit struct {
	Path    string // JSON pointer into the value; of a field that is missing or unknown, that field's
	Keyword string // of the schema: type, required, additionalProperties, format, …
	Message string // the validator's own words

	violation *jsonschema.ValidationError
}

// Check answers in what a decoded value (numbers as json.Number) doesn't fit a schema, in
// the order of the value's rows and fields; nothing if it fits. The error is about the
// schema.
func (s *Set) Check(name string, value any) ([]Misfit, error) {
	schema, err := s.Schema(name)
	if err != nil {
		return nil, err
	}
	return schema.Check(value), nil
}

// Check answers in what a decoded value doesn't fit, as that of a Set does.
func (s *Schema) Check(value any) []Misfit {
	return inOrder(withoutConsequences(s.leaves(value, likeliest)))
}

// CheckAll is Check with the misfits of every alternative, also where the value was
// meant to be another.
func (s *Schema) CheckAll(value any) []Misfit { return inOrder(s.leaves(value, every)) }

func (s *Schema) leaves(value any, alternatives choice) []Misfit {
	if s.plain.check(value) == fits {
		return nil
	}
	err := s.compiled.Validate(value)
	if err == nil {
		return nil
	}
	violation, ok := err.(*jsonschema.ValidationError)
	if !ok {
		return []Misfit{{Message: err.Error()}} // a value that no JSON has
	}
	return leaves(violation, nil, alternatives)
}

// inOrder of the paths: the validator goes through the members of an object in no order.
func inOrder(misfits []Misfit) []Misfit {
	if len(misfits) == 0 {
		return nil
	}
	slices.SortStableFunc(misfits, func(a, b Misfit) int { return comparePaths(a.Path, b.Path) })
	return slices.CompactFunc(misfits, func(a, b Misfit) bool {
		return a.Path == b.Path && a.Keyword == b.Keyword && a.Message == b.Message
	})
}

// withoutConsequences leaves out what is wrong only because a member beside it is:
// a condition on that member (if, then, else) was judged by a wrong value.
func withoutConsequences(all []Misfit) []Misfit {
	if !slices.ContainsFunc(all, Misfit.conditional) {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(m Misfit) bool {
		return m.conditional() && slices.ContainsFunc(all, func(other Misfit) bool {
			return !other.conditional() && path.Dir(other.Path) == path.Dir(m.Path) && slices.Contains(decisive, other.Keyword)
		})
	})
}

// decisive keywords say that a member is not a value that a condition knows.
var decisive = []string{"enum", "const", "type", "required"}

// choice adds the misfits of a value that fits no alternative.
type choice func(v *jsonschema.ValidationError, all []Misfit) []Misfit

// leaves of a violation: an inner node only says that its leaves failed.
func leaves(v *jsonschema.ValidationError, all []Misfit, alternatives choice) []Misfit {
	if len(v.Causes) == 0 {
		return misfits(v, all)
	}
	if k := keyword(v); k == "oneOf" || k == "anyOf" {
		return alternatives(v, all)
	}
	for _, cause := range v.Causes {
		all = leaves(cause, all, alternatives)
	}
	return all
}

func every(v *jsonschema.ValidationError, all []Misfit) []Misfit {
	for _, cause := range v.Causes {
		all = leaves(cause, all, every)
	}
	return all
}

// likeliest answers the misfits of the alternative that the value comes closest
// to: one whose type it has, with the fewest misfits. If it has the type of none
// they are one misfit that names all the types.
func likeliest(v *jsonschema.ValidationError, all []Misfit) []Misfit {
	var best, otherTypes []Misfit
	for _, cause := range v.Causes {
		alternative := leaves(cause, nil, likeliest)
		if len(alternative) == 1 && alternative[0].Keyword == "type" && alternative[0].Path == unescaped(v.InstanceLocation) {
			otherTypes = append(otherTypes, alternative...)
			continue
		}
		if best == nil || len(alternative) < len(best) {
			best = alternative
		}
	}
	if best != nil {
		return append(all, best...)
	}
	one := otherTypes[0]
	types := one.Want()
	for _, other := range otherTypes[1:] {
		types += " or " + other.Want()
	}
	one.Message = strings.Replace(one.Message, one.Want(), types, 1)
	return append(all, one)
}

func keyword(v *jsonschema.ValidationError) string { return path.Base(v.KeywordLocation) }

// misfits of a leaf: one for each field that is missing or too many.
func misfits(v *jsonschema.ValidationError, all []Misfit) []Misfit {
	m := Misfit{Path: unescaped(v.InstanceLocation), Keyword: keyword(v), Message: v.Message, violation: v}
	var names []string
	switch {
	case strings.Contains(v.KeywordLocation, "/dependentRequired/"):
		m.Keyword, names = "dependentRequired", quoted(v.Message)[:1]
	case m.Keyword == "additionalProperties", m.Keyword == "required":
		names = quoted(v.Message)
	default:
		return append(all, m)
	}
	at := m.Path
	for _, name := range names {
		m.Path = at + "/" + document.EscapePointer(name)
		all = append(all, m)
	}
	return all
}

// conditional misfits hold only because another member is what it is.
func (m Misfit) conditional() bool {
	return m.violation != nil &&
		(strings.Contains(m.violation.KeywordLocation, "/then/") || strings.Contains(m.violation.KeywordLocation, "/else/"))
}

// Place of the keyword: the schema's file and a JSON pointer into it.
func (m Misfit) Place() (file, pointer string) {
	if m.violation == nil {
		return "", ""
	}
	file, pointer, _ = strings.Cut(strings.TrimPrefix(m.violation.AbsoluteKeywordLocation, base), "#")
	// A schema's own $id has its folder, too, so the compiler names it twice.
	if folder, rest, ok := strings.Cut(file, "/"); ok && strings.HasPrefix(rest, folder+"/") {
		file = rest
	}
	return file, unescaped(pointer)
}

// Want is what the schema wants there, in words.
func (m Misfit) Want() string {
	switch m.Keyword {
	case "type":
		types, _, _ := strings.Cut(strings.TrimPrefix(m.Message, "expected "), ", but got")
		return types
	case "format":
		_, format, _ := strings.Cut(m.Message, " is not valid ")
		return "the format " + strings.Trim(format, "'")
	case "pattern":
		return "the form " + strings.Trim(strings.TrimPrefix(m.Message, "does not match pattern "), "'")
	case "const": // the validator prints a number as it prints a string
		return numberInQuotes.ReplaceAllString(m.Message, "$1")
	case "not":
		return "no fields that exclude each other"
	case "unevaluatedProperties", "additionalProperties": // the path is the field's
		return "no such field"
	case "required":
		return "the field"
	case "dependentRequired":
		return "the field, since its partner is there"
	}
	return m.Message
}

var numberInQuotes = regexp.MustCompile(`"(-?[0-9]+)"`)

// quoted are the words between single quotes in the validator's message.
func quoted(message string) []string {
	var words []string
	for i, part := range strings.Split(message, "'") {
		if i%2 == 1 {
			words = append(words, part)
		}
	}
	return words
}

// unescaped takes the percent signs out of a pointer that the validator has
// escaped for an address.
func unescaped(pointer string) string {
	if plain, err := url.PathUnescape(pointer); err == nil {
		return plain
	}
	return pointer
}

// comparePaths puts JSON pointers in the order of a document's rows and, within
// them, of the fields' names.
func comparePaths(a, b string) int {
	same := 0
	for same < len(a) && same < len(b) && a[same] == b[same] {
		same++
	}
	from := strings.LastIndexByte(a[:same], '/') + 1
	partA, _, longerA := strings.Cut(a[from:], "/")
	partB, _, longerB := strings.Cut(b[from:], "/")
	switch {
	case partA == partB && longerA == longerB:
		return 0 // they are one path
	case partA == partB && longerA:
		return 1
	case partA == partB:
		return -1
	case isIndex(partA) && isIndex(partB) && len(partA) != len(partB):
		return cmp.Compare(len(partA), len(partB))
	}
	return cmp.Compare(partA, partB)
}

// isIndex reports whether a part of a pointer may be a list's index.
func isIndex(part string) bool {
	for i := range len(part) {
		if part[i] < '0' || part[i] > '9' {
			return false
		}
	}
	return part != ""
}
