package schema

import (
	"encoding/json"
	"strings"
)

// ofScalars are the keywords that judge a value without members.
var ofScalars = []string{
	"type", "enum", "const", "not", "pattern", "format", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
	"exclusiveMaximum", "multipleOf",
}

// Fits reports whether a text, number, truth value or null fits what the schema says of
// every value there; if not, what it wants. What it says under a condition, or of one of
// several alternatives, is not held against the value.
func (s Shape) Fits(v any) (want string, ok bool) {
	for _, f := range s.faces {
		if !f.sure {
			continue
		}
		if misfits := f.scalars().Check(v); len(misfits) > 0 {
			return inWords(misfits[0], f.doc), false
		}
	}
	return "", true
}

// scalars is the schema object with what it says of scalars alone.
func (f face) scalars() *Schema {
	said := object{}
	for _, keyword := range ofScalars {
		if value, ok := f.doc[keyword]; ok {
			said[keyword] = value
		}
	}
	text, err := json.Marshal(said)
	if err != nil {
		panic(err) // it was read from JSON
	}
	c := newCompiler()
	const name = base + "scalar.json"
	if err := c.AddResource(name, strings.NewReader(string(text))); err != nil {
		panic(err) // the whole schema was compiled
	}
	return newSchema(c.MustCompile(name))
}
