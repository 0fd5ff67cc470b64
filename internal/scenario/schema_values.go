package scenario

import (
	"encoding/json"
	"io/fs"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/schema"
)

// expectsUnshapedSchema describes the calls that expect the answer that the request
// isn't of the operation's shape: the request may be anything then.
func expectsUnshapedSchema(w *schemaWriter) object {
	var names []string
	for _, o := range w.operations[0].Outcomes {
		if o.Unshaped {
			names = append(names, o.Name)
		}
	}
	word := enum(names)
	return object{"required": anys("expect"), "properties": object{"expect": either(
		word, object{"type": "object", "required": anys("outcome"), "properties": object{"outcome": word}},
	)}}
}

// requestSchema is what a call may hold: the fields of the operation's request, none of
// them required.
func requestSchema(w *schemaWriter) object {
	if len(w.operations) != 1 {
		return object{}
	}
	op := w.operations[0]
	s := w.shaped(schema.Any(w.requestShape(op), pathShape(w.operations)), w.read(op.Request))
	properties, _ := s["properties"].(object)
	for _, name := range pathVariables(op) {
		if field, ok := properties[name].(object); ok {
			field["description"] = "In the path."
			if len(op.Variants.Values) > 0 {
				field["examples"] = anys(op.Variants.Values...)
			}
		}
	}
	return s
}

// shaped describes what p.value takes for a shape where a ${…} may stand. Texts for
// people come from the schema that the shape was read from.
func (w *schemaWriter) shaped(s schema.Shape, doc object) object {
	o := object{}
	for _, keyword := range []string{"description", "title"} {
		if text, ok := doc[keyword]; ok {
			o[keyword] = text
		}
	}
	if list := s.Enum(); list != nil {
		o["examples"] = list
	}
	if !s.Known() || len(s.Types()) == 0 {
		return o
	}
	types := append(s.Types(), "null", "string")
	if s.Allows("string") {
		types = append(types, "number", "boolean")
	} else {
		o["pattern"] = `\$\{`
	}
	slices.Sort(types)
	o["type"] = anys(slices.Compact(types)...)
	inner, _ := doc["properties"].(object)
	if names := s.Fields(); len(names) > 0 {
		properties := object{}
		for _, name := range names {
			field, _ := s.Field(name)
			of, _ := inner[name].(object)
			properties[name] = w.shaped(field, of)
		}
		o["properties"] = properties
		if !s.Open() {
			o["additionalProperties"] = false
		}
	}
	if s.Allows("array") {
		of, _ := doc["items"].(object)
		o["items"] = eachOr(w.shaped(s.Item(0), of))
	}
	return o
}

// embed a service's schema, with what it refers to and without what names it.
func (w *schemaWriter) embed(name string) object { return textual(w.read(name)).(object) }

// read a schema with its references followed; an empty one if there is none.
func (w *schemaWriter) read(name string) object {
	raw, err := fs.ReadFile(w.files, name)
	doc := object{}
	if err != nil || json.Unmarshal(raw, &doc) != nil {
		return object{}
	}
	delete(doc, "$schema")
	delete(doc, "$id")
	return w.inlined(doc).(object)
}

func (w *schemaWriter) inlined(v any) any {
	switch v := v.(type) {
	case object:
		for key, value := range v {
			v[key] = w.inlined(value)
		}
		target, ok := v["$ref"].(string)
		if !ok || !strings.HasPrefix(target, "/") {
			return v
		}
		delete(v, "$ref")
		whole := w.read(strings.TrimPrefix(target, "/"))
		if text, ok := v["description"]; ok {
			whole["description"] = text
			delete(v, "description")
		}
		if len(v) > 0 {
			v["allOf"] = []any{whole}
			return v
		}
		return whole
	case []any:
		for i, value := range v {
			v[i] = w.inlined(value)
		}
	}
	return v
}

// valued lets a ${…} stand where a schema asks for a scalar.
func valued(o object) object {
	_, listed := o["enum"].([]any)
	_, several := o["type"].([]any)
	switch t, _ := o["type"].(string); {
	case t == "object", t == "array", t == "" && !listed && !several:
		return o
	}
	return object{"anyOf": []any{o, object{"type": "string", "pattern": `\$\{`}}}
}

// textual lets numbers and truth values stand where a schema asks for texts: in a scenario they
// keep their text. Where it asks for a scalar, a ${…} may stand.
func textual(v any) any {
	switch v := v.(type) {
	case object:
		for key, value := range v {
			v[key] = textual(value)
		}
		if v["type"] == "string" {
			v["type"] = anys("string", "number", "boolean")
		} else if types, _ := v["type"].([]any); slices.Contains(types, any("string")) && !slices.Contains(types, any("number")) {
			v["type"] = append(slices.DeleteFunc(types, func(t any) bool { return t == "integer" || t == "boolean" }), "number", "boolean")
		}
		if list, ok := v["enum"].([]any); ok {
			v["enum"] = withNumbers(list)
		}
		return valued(v)
	case []any:
		for i, value := range v {
			v[i] = textual(value)
		}
	}
	return v
}

func withNumbers(list []any) []any {
	all := slices.Clone(list)
	for _, v := range list {
		text, ok := v.(string)
		if _, err := json.Number(text).Int64(); ok && err == nil {
			all = append(all, json.Number(text))
		}
	}
	return all
}
