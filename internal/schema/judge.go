package schema

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/document"
)

// Judge answers in what a document doesn't fit a schema, in the document's places and
// order; nothing if it fits. The error is about the schema.
func (s *Set) Judge(doc *document.Document, name string) (document.Findings, error) {
	misfits, err := s.Check(name, document.Value(doc.Root))
	var findings document.Findings
	for _, m := range misfits {
		findings = append(findings, s.finding(doc, m))
	}
	return findings.InOrder(), err
}

// finding is a misfit in the words of the schema that it violates.
func (s *Set) finding(doc *document.Document, m Misfit) document.Finding {
	key, value, _ := doc.Find(m.Path)
	f := document.Finding{
		Position: doc.At(value), Path: document.Path(m.Path), Found: document.Describe(value), Severity: document.Error,
	}
	at := s.Around(m)
	properties, _ := at["properties"].(object)
	switch m.Keyword {
	case "additionalProperties":
		f.Position, f.Found = doc.At(key), "an unknown key"
		f.Expected, f.Nearest = oneOf(slices.Sorted(maps.Keys(properties)), key.Value)
	case "required", "dependentRequired":
		last := strings.LastIndexByte(m.Path, '/')
		name := m.Path[last+1:]
		f.Path, f.Found, f.Expected = document.Path(m.Path[:last]), "no "+name, "the key "+name
		if of, _ := properties[name].(object); of["const"] != nil {
			f.Expected += fmt.Sprintf(": %v", of["const"])
		}
	case "enum":
		list, _ := at["enum"].([]any)
		f.Expected, f.Nearest = oneOf(list, value.Value)
	default:
		f.Expected = inWords(m, at)
	}
	return f
}

// Around is the part of a schema that a misfit's keyword is in, as it is written.
func (s *Set) Around(m Misfit) map[string]any {
	file, pointer := m.Place()
	if m.Keyword == "dependentRequired" {
		pointer, _, _ = strings.Cut(pointer, m.Keyword)
		pointer += m.Keyword
	}
	return follow(s.raw(file), pointer[:max(strings.LastIndexByte(pointer, '/'), 0)])
}

// fewWords is how many a finding lists; of more it tells the nearest only.
const fewWords = 12

func oneOf[T any](words []T, have string) (expected, nearest string) {
	known := make([]string, len(words))
	for i, word := range words {
		known[i] = fmt.Sprint(word)
	}
	if expected = "one of " + strings.Join(known, ", "); len(known) > fewWords {
		expected = "a known one"
	}
	return expected, document.Nearest(have, known)
}

// bounds in words, with the keyword's value.
var bounds = map[string]string{
	"const":            "%v",
	"minimum":          "a number that is %v or more",
	"maximum":          "a number that is %v or less",
	"exclusiveMinimum": "a number above %v",
	"minLength":        "a text of %v characters or more",
	"minItems":         "a list of %v or more",
	"minProperties":    "a mapping with %v keys or more",
}

var typeName = regexp.MustCompile(`\b(string|number|integer|boolean|object|array)\b`)

var typeWords = map[string]string{
	"string": "a text", "number": "a number", "integer": "a whole number", "boolean": "true or false",
	"object": "a mapping", "array": "a list",
}

func inWords(m Misfit, at object) string {
	if form, ok := bounds[m.Keyword]; ok {
		return fmt.Sprintf(form, at[m.Keyword])
	}
	about, _ := at["description"].(string)
	examples, _ := at["examples"].([]any)
	switch {
	case m.Keyword == "type":
		want := typeName.ReplaceAllStringFunc(m.Want(), func(name string) string { return typeWords[name] })
		if len(examples) > 0 && m.Want() == "string" {
			want += fmt.Sprintf(" such as %v", examples[0])
		}
		return want
	case m.Keyword == "pattern" && len(examples) > 0:
		return fmt.Sprintf("a value such as %v", examples[0])
	case m.Keyword == "pattern" && about != "":
		return strings.ToLower(about[:1]) + strings.TrimSuffix(about[1:], ".")
	}
	return m.Want()
}
