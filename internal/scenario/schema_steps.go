package scenario

import (
	"encoding/json"
	"io/fs"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/faults"
)

// steps writes what requests meet: for any operation, and for each.
func (w *schemaWriter) steps() {
	kinds := object{}
	for _, k := range faults.Kinds() {
		schema := object{}
		for keyword, value := range k.Schema {
			schema[keyword] = value
		}
		schema["description"] = k.About + " " + k.Imitates
		kinds[k.Name] = schema
	}
	w.defs["fault"] = object{"anyOf": []any{
		object{"enum": anys(faultWords()...)},
		object{"type": "object", "additionalProperties": false, "minProperties": 1, "properties": kinds},
		object{"type": "array", "items": ref("fault")},
	}, "description": "What goes wrong on the wire."}
	w.defs["headers"] = object{"type": "object", "additionalProperties": ref("scalar")}
	w.defs["status"] = object{"type": "integer", "minimum": 100, "maximum": 599}
	w.step("", outcomes(w.table.Operations()))
	for _, op := range w.table.Operations() {
		w.step("."+op.ID, op.OutcomeNames())
	}
}

func (w *schemaWriter) step(suffix string, names []string) {
	mapping := closed(object{
		"outcome":      object{"description": "An outcome, or the status of one.", "anyOf": []any{object{"enum": anys(names...)}, ref("status")}},
		"patch":        object{"description": "Laid over the answer: mappings field by field, lists item by item.", "type": anys("object", "array")},
		"reply":        described(closed(object{"status": ref("status"), "headers": ref("headers"), "body": object{"description": "JSON, or a text that is sent as it stands."}}), "An answer of the scenario's own."),
		"off_contract": object{"type": "boolean", "description": "The answer is none that the documents know, on purpose."},
		"fault":        ref("fault"),
		"subject":      object{"enum": anys(w.table.EventNames()...), "description": "How the request's subject answers 1414 first."},
		"advance":      described(ref("duration"), "How far the clock moves first."),
	})
	mapping["minProperties"] = 1
	w.defs["step"+suffix] = object{"anyOf": []any{
		object{"enum": sortedWords(names, faultWords(), []string{wordPass})}, ref("status"), mapping,
	}}
	w.defs["do"+suffix] = object{"anyOf": []any{
		ref("step" + suffix), object{"type": "array", "minItems": 1, "items": ref("step" + suffix)},
	}}
}

// tries writes what a client does and sees.
func (w *schemaWriter) tries() {
	properties := object{
		"call":    object{"enum": w.operationIDs(), "description": "The operation that is asked."},
		"with":    object{"type": anys("object", "array"), "description": "Fields of the path, the query or the body. Required ones that are left out are filled in."},
		"headers": ref("headers"),
		"expect":  described(ref("expect"), "What has to come."),
		"save":    object{"type": "object", "additionalProperties": object{"type": "string"}, "description": "Names for values of the answer, for ${…} in later steps.", "examples": []any{object{"session": "body.backend_session_id"}}},
		"repeat":  object{"type": "integer", "minimum": 1, "description": "Send the request before again, so many times."},
		"advance": described(ref("duration"), "Move the clock."),
		"subject": described(ref("scalar"), "Whose answer to 1414 it is: an IIN."),
		"answer":  object{"enum": anys(w.table.EventNames()...)},
	}
	try := closed(properties)
	try["oneOf"] = []any{
		object{"required": anys("call")}, object{"required": anys("repeat")},
		object{"required": anys("advance")}, object{"required": anys("subject", "answer")},
	}
	try["allOf"] = slices.Concat(w.byOperation("call", "expect", "expect"), w.byOperation("call", "with", "with"))
	w.defs["try"] = try
	w.expect("", outcomes(w.table.Operations()))
	for _, op := range w.table.Operations() {
		w.expect("."+op.ID, op.OutcomeNames())
		w.defs["with."+op.ID] = w.with(op)
	}
}

func (w *schemaWriter) expect(suffix string, names []string) {
	w.defs["expect"+suffix] = object{"anyOf": []any{
		object{"enum": sortedWords(names, faults.Names())}, ref("status"),
		closed(object{
			"outcome": object{"enum": anys(names...)}, "status": ref("status"),
			"fault": object{"enum": anys(faults.Names()...)}, "header": ref("headers"),
			"body": object{"description": "A subset of the answer's body."},
		}),
	}}
}

// given are the fixtures in their groups.
func (w *schemaWriter) given() object {
	root := closed(object{})
	for _, f := range fixtures(w.table) {
		at := root
		words := strings.Split(f.Name, ".")
		for _, word := range words[:len(words)-1] {
			properties := at["properties"].(object)
			if properties[word] == nil {
				properties[word] = closed(object{})
			}
			at = properties[word].(object)
		}
		at["properties"].(object)[words[len(words)-1]] = described(listOf(w.embed(f.Schema)), f.About)
	}
	return described(root, "What is true at the start.")
}

// with is what a call may hold: the fields of the request's schema, none of them
// required, and scalars of any type.
func (w *schemaWriter) with(op *contract.Operation) object {
	o := w.read(op.Request)
	for _, name := range pathVariables(op) {
		if properties, ok := o["properties"].(object); ok {
			properties[name] = object{"anyOf": []any{object{"enum": anys(op.Variants.Values...)}, ref("scalar")}, "description": "In the path."}
		}
	}
	return loosened(o).(object)
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

// textual lets numbers stand where a schema asks for texts: in a scenario they
// keep their text.
func textual(v any) any {
	switch v := v.(type) {
	case object:
		for key, value := range v {
			v[key] = textual(value)
		}
		if v["type"] == "string" {
			v["type"] = anys("string", "number")
		}
		if list, ok := v["enum"].([]any); ok {
			v["enum"] = withNumbers(list)
		}
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

// loosened keeps of a schema which fields there are.
func loosened(v any) any {
	o, ok := v.(object)
	if !ok {
		return v
	}
	kept := object{}
	for _, key := range []string{"title", "description", "properties", "items"} {
		if value, ok := o[key]; ok {
			kept[key] = value
		}
	}
	if properties, ok := kept["properties"].(object); ok {
		fields := object{}
		for name, field := range properties {
			fields[name] = loosened(field)
		}
		kept["properties"], kept["additionalProperties"] = fields, false
	}
	if items, ok := kept["items"]; ok {
		kept["items"] = loosened(items)
	}
	if list, ok := o["enum"].([]any); ok {
		kept["examples"] = list
	}
	return kept
}
