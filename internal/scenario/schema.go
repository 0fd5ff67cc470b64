package scenario

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"maps"
	"slices"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/schemas"
)

// Schema is the JSON Schema (draft 2020-12) of scenarios, for editors: it offers
// operations, outcomes, faults, switches and fixtures as one types, and underlines
// what isn't one. It is derived from the grammar. What only a checker can see, such as
// a rule behind another, isn't in it.
//
// Scalars of a scenario keep their text, so it takes a number wherever a text that
// reads like one may stand.
func Schema(table *contract.Table) ([]byte, error) { return SchemaOf(table, schemas.FS) }

// SchemaOf is Schema for a table that was made of other schemas.
func SchemaOf(table *contract.Table, files fs.FS) ([]byte, error) {
	w := &schemaWriter{checker: newChecker("", Options{Table: table, Schemas: files}), files: files, defs: object{}}
	w.operations = table.Operations()
	root := w.grammar.document.schema(w)
	for keyword, value := range (object{
		"$schema":     "https://json-schema.org/draft/2020-12/schema",
		"$id":         "scenario.schema.json",
		"title":       "Scenario",
		"description": "What a sandbox starts from, what goes otherwise than the services would by themselves, what the client under test has to do, and what a client sees.",
		"$defs":       w.defs,
	}) {
		root[keyword] = value
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	err := enc.Encode(root)
	return b.Bytes(), err
}

type object = map[string]any

// schemaWriter describes kinds. The operations of its checker are those whose words
// are described: all, or one.
type schemaWriter struct {
	*checker
	files fs.FS
	defs  object
}

func anys(words ...string) []any {
	list := make([]any, len(words))
	for i, w := range words {
		list[i] = w
	}
	return list
}

// enum of words, and of the numbers that are read as one of them.
func enum(words []string) object {
	sorted := slices.Clone(words)
	slices.Sort(sorted)
	return object{"enum": withNumbers(anys(slices.Compact(sorted)...))}
}

func ref(name string) object { return object{"$ref": "#/$defs/" + name} }

func either(schemas ...object) object {
	all := make([]any, len(schemas))
	for i, s := range schemas {
		all[i] = s
	}
	return object{"anyOf": all}
}

func (d definition) schema(w *schemaWriter) object {
	name := d.name
	if d.varies && len(w.operations) == 1 {
		name += "." + w.operations[0].ID
	}
	if _, known := w.defs[name]; !known {
		w.defs[name] = object{} // a kind may hold itself
		w.defs[name] = d.kind.schema(w)
	}
	return ref(name)
}

func (l *list) schema(w *schemaWriter) object {
	o := object{"type": "array", "items": eachOr(l.of.schema(w))}
	if l.exact > 0 {
		o["minItems"], o["maxItems"] = l.exact, l.exact
	} else if l.empty != "" {
		o["minItems"] = 1
	}
	return o
}

// eachOr is an item of a list, or an each that makes several. What it makes isn't described:
// a ${…} may stand in place of any of its values.
func eachOr(item object) object {
	return object{
		"if": object{"type": "object", "required": anys("each")},
		"then": object{
			"additionalProperties": false, "required": anys("item"),
			"properties": object{
				"each": either(object{"type": "string", "pattern": eachRange.String() + `|\$\{`}, object{"type": "array", "maxItems": maxEach, "items": object{"type": anys("string", "number", "boolean", "null")}}),
				"as":   object{"type": "string", "pattern": identifier.String(), "default": "i"}, "item": object{},
			},
		},
		"else": item,
	}
}

func (c *choice) schema(w *schemaWriter) object {
	var all []object
	for _, k := range []kind{c.scalar, c.mapping, c.list} {
		if k != nil {
			all = append(all, k.schema(w))
		}
	}
	return either(all...)
}

func (d *named) schema(w *schemaWriter) object {
	o := object{"type": "object", "additionalProperties": d.of.schema(w)}
	if d.none != "" {
		o["minProperties"] = 1
	}
	key := d.key.schema(w)
	if words, ok := key["enum"].([]any); ok {
		properties := object{}
		for _, word := range words {
			if name, ok := word.(string); ok {
				properties[name] = o["additionalProperties"]
			}
		}
		o["properties"] = properties // so that editors offer them
	}
	o["propertyNames"] = key
	return o
}

func (m *mapping) schema(w *schemaWriter) object {
	properties := object{}
	o := object{"type": "object", "additionalProperties": false, "properties": properties}
	if names := m.required(); len(names) > 0 {
		o["required"] = anys(names...)
	}
	if m.none != "" {
		o["minProperties"] = 1
	}
	if m.free != "" {
		o["patternProperties"] = object{"^" + m.free: object{}}
	}
	var all []any
	for _, f := range m.fields {
		s := maps.Clone(f.kind.schema(w))
		if f.about != "" {
			s["description"] = f.about
		}
		if f.without != "" {
			s["default"] = f.without
		}
		properties[f.name] = s
		if f.operations != nil {
			all = append(all, m.byOperation(w, f)...)
		}
	}
	for _, b := range m.bonds {
		all = append(all, b.schema()...)
	}
	if len(all) > 0 {
		o["allOf"] = all
	}
	return o
}

// byOperation narrows the fields that depend on the operation that one field names.
func (m *mapping) byOperation(w *schemaWriter, on field) []any {
	if _, says := on.kind.schema(w)["enum"]; !says && on.kind.schema(w)["anyOf"] == nil {
		return nil // a step before says which operation it is
	}
	var all []any
	defer func(outer []*contract.Operation) { w.operations = outer }(w.operations)
	for _, op := range w.table.Operations() {
		w.operations = []*contract.Operation{op}
		then := object{"properties": object{}}
		for _, f := range m.fields {
			d, ok := f.kind.(definition)
			if !ok || !d.varies {
				continue
			}
			narrow := object{f.name: d.schema(w)}
			if f.unless != nil {
				then["if"], then["else"] = f.unless(w), object{"properties": narrow}
				continue
			}
			then["properties"].(object)[f.name] = narrow[f.name]
		}
		all = append(all, object{
			"if": object{"required": anys(on.name), "properties": object{on.name: object{"const": op.ID}}}, "then": then,
		})
	}
	return all
}

// schema of what a bond forbids, at the key that is wrong.
func (b bond) schema() []any {
	has := object{"required": anys(b.has)}
	wrong := any(false)
	if len(b.is) > 0 {
		has["properties"] = object{b.has: object{"enum": anys(b.is...)}}
		wrong = object{"not": object{"enum": anys(b.is...)}}
	}
	var all []any
	if b.bars != "" {
		all = append(all, object{"if": has, "then": object{"properties": object{b.bars: false}}})
	}
	if len(b.needs) > 0 {
		var needs []object
		for _, key := range b.needs {
			needs = append(needs, object{"required": anys(key)})
		}
		all = append(all, object{"if": has, "then": object{"if": either(needs...), "else": object{"properties": object{b.has: wrong}}}})
	}
	return all
}

// schema offers the keys of all mappings, and checks a value by the mapping that a key decides.
func (c *byKey) schema(w *schemaWriter) object {
	offered, otherwise := object{}, object{}
	var tells []object
	for _, m := range slices.Backward(c.all) {
		var told []object
		for _, key := range m.required() {
			told = append(told, object{"required": anys(key)})
		}
		tells = append(told, tells...)
		for _, f := range m.fields {
			offered[f.name] = object{"description": f.about}
		}
		otherwise = object{"if": either(told...), "then": m.schema(w), "else": otherwise}
	}
	otherwise["type"], otherwise["properties"], otherwise["anyOf"] = "object", offered, either(tells...)["anyOf"]
	return otherwise
}
