// Package fit judges decoded JSON by JSON Schemas and says where it doesn't fit,
// in places of the value instead of the schema. Where a schema has alternatives
// it speaks of the one that the value was most likely meant to be.
package fit

import (
	"cmp"
	"io"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// Misfit is one point in which a value doesn't fit.
type Misfit struct {
	Path    string // JSON pointer into the value; of a field that is missing or unknown, that field's
	Keyword string // of the schema: type, required, additionalProperties, format, …
	Want    string // what the schema wants there, in words
	File    string // the schema's file
	Pointer string // of the keyword in that file

	conditional bool // it holds only because another member is what it is
}

// Schemas are JSON Schemas by name (kyc/address_get.response.json), each compiled
// when it is first used. It is safe for concurrent use.
type Schemas struct {
	files fs.FS

	mu       sync.Mutex
	compiler *jsonschema.Compiler
	compiled map[string]*jsonschema.Schema
}

// base makes absolute addresses of names; nothing is ever fetched from it.
const base = "schema:///"

// New reads schemas from these files, formats asserted. A reference is "/" and
// such a name, or a pointer into the same schema.
func New(files fs.FS) *Schemas {
	c := jsonschema.NewCompiler()
	c.Draft = jsonschema.Draft2020
	c.AssertFormat = true
	c.LoadURL = func(address string) (io.ReadCloser, error) {
		return files.Open(strings.TrimPrefix(address, base))
	}
	return &Schemas{files: files, compiler: c, compiled: map[string]*jsonschema.Schema{}}
}

func (s *Schemas) schema(name string) (*jsonschema.Schema, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if schema := s.compiled[name]; schema != nil {
		return schema, nil
	}
	schema, err := s.compiler.Compile(base + name)
	if err == nil {
		s.compiled[name] = schema
	}
	return schema, err
}

// Check answers in what a decoded value (numbers as json.Number) doesn't fit a
// schema, in the order of the paths; nothing if it fits. The error is about the
// schema.
func (s *Schemas) Check(name string, value any) ([]Misfit, error) {
	schema, err := s.schema(name)
	if err != nil {
		return nil, err
	}
	err = schema.Validate(value)
	violation, ok := err.(*jsonschema.ValidationError)
	if !ok {
		return nil, err
	}
	misfits := withoutConsequences(leaves(violation))
	slices.SortStableFunc(misfits, func(a, b Misfit) int { return cmp.Compare(a.Path, b.Path) })
	return slices.Compact(misfits), nil
}

// withoutConsequences leaves out what is wrong only because a member beside it is:
// a condition on that member (if, then, else) was judged by a wrong value.
func withoutConsequences(all []Misfit) []Misfit {
	return slices.DeleteFunc(slices.Clone(all), func(m Misfit) bool {
		return m.conditional && slices.ContainsFunc(all, func(other Misfit) bool {
			return !other.conditional && path.Dir(other.Path) == path.Dir(m.Path) && slices.Contains(decisive, other.Keyword)
		})
	})
}

// decisive keywords say that a member is not a value that a condition knows.
var decisive = []string{"enum", "const", "type", "required"}

// leaves of a violation: an inner node only says that its leaves failed.
func leaves(v *jsonschema.ValidationError) []Misfit {
	if len(v.Causes) == 0 {
		return misfits(v)
	}
	if k := keyword(v); k == "oneOf" || k == "anyOf" {
		return likeliest(v)
	}
	var all []Misfit
	for _, cause := range v.Causes {
		all = append(all, leaves(cause)...)
	}
	return all
}

// likeliest answers the misfits of the alternative that the value comes closest
// to: one whose type it has, with the fewest misfits. If it has the type of none
// they are one misfit that names all the types.
func likeliest(v *jsonschema.ValidationError) []Misfit {
	var best, otherTypes []Misfit
	for _, cause := range v.Causes {
		alternative := leaves(cause)
		if isOtherType(alternative, v.InstanceLocation) {
			otherTypes = append(otherTypes, alternative...)
			continue
		}
		if best == nil || len(alternative) < len(best) {
			best = alternative
		}
	}
	if best != nil {
		return best
	}
	one := otherTypes[0]
	for _, other := range otherTypes[1:] {
		one.Want += " or " + other.Want
	}
	return []Misfit{one}
}

func isOtherType(alternative []Misfit, at string) bool {
	return len(alternative) == 1 && alternative[0].Keyword == "type" && alternative[0].Path == unescaped(at)
}

func keyword(v *jsonschema.ValidationError) string { return path.Base(v.KeywordLocation) }

func misfits(v *jsonschema.ValidationError) []Misfit {
	file, pointer, _ := strings.Cut(strings.TrimPrefix(v.AbsoluteKeywordLocation, base), "#")
	m := Misfit{
		Path: unescaped(v.InstanceLocation), Keyword: keyword(v), Want: v.Message, File: file, Pointer: unescaped(pointer),
		conditional: strings.Contains(v.KeywordLocation, "/then/") || strings.Contains(v.KeywordLocation, "/else/"),
	}
	if strings.Contains(v.KeywordLocation, "/dependentRequired/") {
		m.Keyword = "dependentRequired"
	}
	switch m.Keyword {
	case "type":
		m.Want, _, _ = strings.Cut(strings.TrimPrefix(v.Message, "expected "), ", but got")
		return []Misfit{m}
	case "format":
		_, format, _ := strings.Cut(v.Message, " is not valid ")
		m.Want = "the format " + strings.Trim(format, "'")
		return []Misfit{m}
	case "pattern":
		m.Want = strings.TrimPrefix(v.Message, "does not match pattern ")
		m.Want = "the form " + strings.Trim(m.Want, "'")
		return []Misfit{m}
	case "const": // the validator prints a number as it prints a string
		m.Want = numberInQuotes.ReplaceAllString(v.Message, "$1")
	case "not":
		m.Want = "no fields that exclude each other"
	case "unevaluatedProperties": // its place is the field already
		m.Want = "no such field"
	case "additionalProperties":
		m.Want = "no such field"
		return m.each(quoted(v.Message))
	case "required":
		m.Want = "the field"
		return m.each(quoted(v.Message))
	case "dependentRequired":
		m.Want = "the field, since its partner is there"
		return m.each(quoted(v.Message)[:1])
	}
	return []Misfit{m}
}

var numberInQuotes = regexp.MustCompile(`"(-?[0-9]+)"`)

// each is the misfit once for each of some fields below it.
func (m Misfit) each(names []string) []Misfit {
	var all []Misfit
	for _, name := range names {
		one := m
		one.Path += "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
		all = append(all, one)
	}
	return all
}

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
