package schema

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/document"
)

// Judge answers in what a document doesn't fit a schema, in the document's places and
// order; nothing if it fits. The error is about the schema.
func (s *Set) Judge(doc *document.Document, name string) (document.Findings, error) {
	misfits, err := s.Check(name, document.Value(doc.Root))
	return s.Explain(doc, misfits).InOrder(), err
}

// Explain misfits of a document's value, in the document's places. A key that is
// mistyped isn't missing, too.
func (s *Set) Explain(doc *document.Document, misfits []Misfit) document.Findings {
	var findings document.Findings
	mistyped := map[string]bool{}
	for _, m := range misfits {
		f := s.finding(doc, m)
		if findings = append(findings, f); m.Keyword == "additionalProperties" {
			mistyped[m.Path[:strings.LastIndexByte(m.Path, '/')+1]+f.Nearest] = true
		}
	}
	i := 0
	return slices.DeleteFunc(findings, func(document.Finding) bool {
		m := misfits[i]
		i++
		return m.Keyword == "required" && mistyped[m.Path]
	})
}

// finding is a misfit in the words of the schema that it violates.
func (s *Set) finding(doc *document.Document, m Misfit) document.Finding {
	key, value, _ := doc.Find(m.Path)
	f := document.Finding{
		Position: doc.At(value), Path: doc.Path(m.Path), Found: document.Describe(value), Severity: document.Error,
	}
	at := s.Around(m)
	properties, _ := at["properties"].(object)
	switch m.Keyword {
	case "additionalProperties":
		f.Position, f.Found = doc.At(key), "an unknown key"
		f.Found += document.Typed(key.Value)
		f.Expected, f.Nearest = oneOf(slices.Sorted(maps.Keys(properties)), key.Value)
		if f.Nearest == "" {
			f.Expected += s.belongs(m, key.Value)
		}
	case "required", "dependentRequired":
		last := strings.LastIndexByte(m.Path, '/')
		name := m.Path[last+1:]
		f.Path, f.Found, f.Expected = doc.Path(m.Path[:last]), "no "+name, "the key "+name
		if of, _ := properties[name].(object); of["const"] != nil {
			f.Expected += fmt.Sprintf(": %v", of["const"])
		}
	case "enum":
		list, _ := at["enum"].([]any)
		f.Found += document.Typed(value.Value)
		f.Expected, f.Nearest = oneOf(list, value.Value)
	case "type":
		if found, expected, is := document.QuotedEntry(value); is && strings.Contains(m.Want(), "object") {
			f.Found, f.Expected = found, expected
			break
		}
		fallthrough
	default:
		f.Expected = inWords(m, at)
		f.Expected += inside(m, at, value)
		if value.Kind == yaml.ScalarNode {
			f.Nearest = document.Respelt(value.Value, m.taken(at))
		}
	}
	return f
}

// inside says how a value is written as what is expected in its place.
func inside(m Misfit, at object, value *yaml.Node) string {
	switch list := m.Keyword == "type" && m.Want() == "array"; {
	case list && value.Kind == yaml.MappingNode:
		return " whose items begin with -"
	case list && value.Value != "":
		return ": in brackets it is one, [" + value.Value + "]"
	case m.Keyword == "type" && m.Want() == "string" && value.Value != "" && at["pattern"] == nil:
		return ": in quotes it is one, " + document.Quote(value.Value)
	}
	return ""
}

// taken reports of texts whether the keyword that a misfit violates takes them.
func (m Misfit) taken(at object) func(text string) bool {
	switch m.Keyword {
	case "type":
		return func(text string) bool {
			return hasForm(at, text) || strings.Contains(m.Want(), "number") && document.IsNumber(text) || strings.Contains(m.Want(), "integer") && IsInteger(text) ||
				strings.Contains(m.Want(), "boolean") && document.IsTruth(text)
		}
	case "pattern":
		return func(text string) bool { return hasForm(at, text) }
	case "format":
		layout := map[any]string{"date": time.DateOnly, "date-time": time.RFC3339}[at["format"]]
		return func(text string) bool {
			_, err := time.Parse(layout, text)
			return layout != "" && err == nil
		}
	}
	return func(string) bool { return false }
}

// hasForm reports whether a text has the pattern of a schema; false if that has none.
func hasForm(at object, text string) bool {
	pattern, _ := at["pattern"].(string)
	form, err := regexp.Compile(pattern)
	return pattern != "" && err == nil && form.MatchString(text)
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

// fewWords is how many a finding lists; of more it names only the nearest.
const fewWords = 12

func oneOf[T any](words []T, have string) (expected, nearest string) {
	known := inText(words)
	if expected = "one of " + strings.Join(known, ", "); len(known) > fewWords {
		expected = "a known one"
	}
	return expected, document.Meant(have, known)
}

func inText[T any](values []T) []string {
	all := make([]string, len(values))
	for i, one := range values {
		all[i] = fmt.Sprint(one)
	}
	return all
}

// belongs says where else a key goes that is unknown where it stands: into a mapping
// beside it, or to the top; empty if it is known there neither.
func (s *Set) belongs(m Misfit, key string) string {
	file, _ := m.Place()
	whole := Shape{faces: s.faces(s.raw(file), s.raw(file), true, maxDepth)}
	here := whole.At(m.Path[:strings.LastIndexByte(m.Path, '/')])
	var into []string
	for _, name := range here.Fields() {
		if below, _ := here.Field(name); slices.Contains(below.Fields(), key) {
			into = append(into, name)
		}
	}
	switch {
	case len(into) > 0:
		return "; " + key + " goes into " + strings.Join(into, " or ")
	case slices.Contains(whole.Fields(), key):
		return "; " + key + " goes to the top of the document"
	}
	return ""
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

// TypeWords are the types in words.
var TypeWords = map[string]string{
	"string": "a text", "number": "a number", "integer": "a whole number", "boolean": "true or false",
	"object": "a mapping", "array": "a list", "null": "null",
}

// forms are patterns and formats in words, with an example.
var forms = map[string]string{
	"^[0-9]{12}$":   "twelve digits",
	"^[0-9]+$":      "digits",
	"^[A-Z0-9]{8}$": "a BIC, such as CASPKZKA",
	"^[A-Z]{3}$":    "a currency of ISO 4217, such as KZT",
	"currency":      "a currency of ISO 4217, such as KZT",
	"date":          "a date of the calendar, such as 2014-02-08",
	"date-time":     "an instant of the calendar, such as 2024-03-01T09:00:00+05:00",
}

func inWords(m Misfit, at object) string {
	if form, ok := bounds[m.Keyword]; ok {
		return fmt.Sprintf(form, at[m.Keyword])
	}
	about, _ := at["description"].(string)
	examples, _ := at["examples"].([]any)
	properties, _ := at["properties"].(object)
	switch {
	case m.Keyword == "type" && m.Want() == "object" && len(properties) > 0 && len(properties) <= fewWords:
		return "a mapping with " + strings.Join(slices.Sorted(maps.Keys(properties)), ", ")
	case m.Keyword == "type":
		want := typeName.ReplaceAllStringFunc(m.Want(), func(name string) string { return TypeWords[name] })
		if len(examples) > 0 && m.Want() == "string" {
			want += fmt.Sprintf(" such as %v", examples[0])
		}
		return want
	case m.Keyword == "pattern" && forms[fmt.Sprint(at["pattern"])] != "":
		return forms[fmt.Sprint(at["pattern"])]
	case m.Keyword == "format" && forms[fmt.Sprint(at["format"])] != "":
		return forms[fmt.Sprint(at["format"])]
	case m.Keyword == "pattern" && len(examples) > 0:
		return "a value such as " + strings.Join(inText(examples), " or ")
	case m.Keyword == "pattern" && about != "":
		first, size := utf8.DecodeRuneInString(about)
		return string(unicode.ToLower(first)) + strings.TrimSuffix(about[size:], ".")
	}
	return m.Want()
}
