package scenario

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"slices"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/schemas"
)

// Schema is the JSON Schema (draft 2020-12) of scenarios, for editors: it offers
// operations, outcomes, faults, switches and fixtures as one types, and underlines
// what isn't one. It is derived from the table and from the registry of faults.
// What only a checker can see, such as a rule behind another, isn't in it.
//
// Scalars of a scenario keep their text, so it takes a number wherever a text that
// reads like one may stand.
func Schema(table *contract.Table) ([]byte, error) { return SchemaOf(table, schemas.FS) }

// SchemaOf is Schema for a table that was made of other schemas.
func SchemaOf(table *contract.Table, files fs.FS) ([]byte, error) {
	w := schemaWriter{table: table, files: files, defs: object{}}
	root := object{
		"$schema":     "https://json-schema.org/draft/2020-12/schema",
		"$id":         "scenario.schema.json",
		"title":       "Scenario",
		"description": "What a sandbox starts from, what goes otherwise than the services would by themselves, what the client under test has to do, and what a client sees.",
		"type":        "object", "required": anys("version", "scenario"), "additionalProperties": false,
		"properties": w.document(),
	}
	w.shared()
	root["$defs"] = w.defs
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	err := enc.Encode(root)
	return b.Bytes(), err
}

type object = map[string]any

type schemaWriter struct {
	table *contract.Table
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

func ref(name string) object { return object{"$ref": "#/$defs/" + name} }

func listOf(item object) object { return object{"type": "array", "items": item} }

func described(o object, text string) object {
	o["description"] = text
	return o
}

func closed(properties object, required ...string) object {
	o := object{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		o["required"] = anys(required...)
	}
	return o
}

func (w *schemaWriter) document() object {
	properties := w.sections()
	properties["version"] = object{"description": "The language's version.", "enum": []any{1, Version}}
	properties["scenario"] = described(ref("name"), "The scenario's name, in kebab-case.")
	properties["about"] = object{"type": "string", "description": "What it shows, in a sentence."}
	properties["use"] = object{
		"type": "array", "items": object{"type": "string"},
		"description": "Files, beside this one or in the library, whose given and rules are shared.", "examples": []any{anys("base/overdue-loan.yaml")},
	}
	one := w.sections()
	one["name"] = described(ref("name"), "The case's name, in kebab-case.")
	one["about"] = object{"type": "string", "description": "What the case shows, in a sentence."}
	properties["cases"] = described(listOf(closed(one, "name")),
		"Scenarios of their own that share what this file says; a case's rules go first.")
	return properties
}

// sections are what a document and each of its cases may have.
func (w *schemaWriter) sections() object {
	return object{
		"seed":    object{"type": "integer", "minimum": 0, "description": "Selects the population and all that is drawn."},
		"clock":   ref("clock"),
		"profile": ref("profile"),
		"given":   ref("given"),
		"rules":   described(listOf(ref("rule")), "What goes otherwise than the services would by themselves. The first rule that matches wins."),
		"must":    described(listOf(ref("expectation")), "What the client under test has to do."),
		"try":     described(listOf(ref("try")), "What a client sees: makes the scenario a test of itself."),
	}
}

// shared writes the definitions.
func (w *schemaWriter) shared() {
	w.defs["name"] = object{"type": "string", "pattern": kebab.String()}
	w.defs["duration"] = object{
		"description": "A duration with its unit.", "type": "string",
		"pattern": `^([0-9]+(\.[0-9]*)?(ns|us|µs|ms|s|m|h))+$`, "examples": anys("300ms", "30s", "5m", "1h30m"),
	}
	w.defs["scalar"] = object{"type": anys("string", "number", "boolean")}
	w.defs["clock"] = described(closed(object{
		"start": object{"type": "string", "description": "The instant at which it starts.", "examples": anys("2024-03-01T09:00:00+05:00")},
		"mode":  object{"enum": anys(clockModes...), "description": "How its time passes: as the machine's, not until it is advanced, or at a speed."},
		"speed": object{"type": "number", "exclusiveMinimum": 0, "maximum": clock.MaxSpeed, "description": "The sandbox's seconds in a real one."},
		"zone":  object{"type": "string", "minLength": 1, "description": "Its time zone, of the tz database; Asia/Almaty if it is left out."},
	}), "The sandbox's clock.")
	w.defs["profile"] = w.profile()
	w.defs["given"] = w.given()
	w.targets()
	w.steps()
	w.tries()
}

func (w *schemaWriter) profile() object {
	properties := object{presetKey: object{"enum": anys(contract.Presets()...), "description": "The preset that switches are set over."}}
	for _, s := range w.table.Switches() {
		if s.IsDuration() {
			properties[s.Key] = object{"$ref": "#/$defs/duration", "description": s.About, "default": s.Default}
			continue
		}
		properties[s.Key] = object{"enum": anys(s.Values...), "description": s.About, "default": s.Default}
	}
	return described(closed(properties), "How the services behave where deployments differ.")
}

func (w *schemaWriter) operationIDs() []any {
	var names []any
	for _, op := range w.table.Operations() {
		names = append(names, op.ID)
	}
	return names
}

// targets writes what rules and expectations are aimed with.
func (w *schemaWriter) targets() {
	var fields []any
	p := newChecker("", Options{Table: w.table, Schemas: w.files})
	for _, name := range p.requestFields(w.table.Operations()) {
		fields = append(fields, name)
	}
	value := object{"anyOf": []any{ref("scalar"), listOf(ref("scalar"))}}
	target := object{
		"on": object{
			"description": "An operation, or a pattern such as kyc.address.*.",
			"anyOf":       []any{object{"enum": w.operationIDs()}, object{"type": "string", "pattern": `\*`}},
			"examples":    anys("kyc.address.*", "k2.*"),
		},
		"for": object{
			"description": "Fields of the request and their values. iin meets that person whichever field carries the number.",
			"type":        "object", "propertyNames": object{"enum": fields}, "additionalProperties": value,
			"examples": []any{object{"iin": "901123300258"}},
		},
		"when": object{
			"description": "An expression over body, query, path, header and now.",
			"type":        []any{"string", "boolean"}, "examples": anys("body.items[0].amount > 1000"),
		},
	}
	must := object{
		"outcome": object{"enum": anys(outcomes(w.table.Operations())...), "description": "The outcome that is counted; any if left out."},
		"finding": object{"anyOf": []any{object{"enum": anys(anyFinding, noFinding)}, object{"type": "integer", "minimum": 1}},
			"description": "Counted are requests with a finding, without one, or with one that rests on this ledger entry."},
		"count":  object{"type": anys("integer", "string"), "pattern": boundsForm.String(), "minimum": 0, "description": "How many there have to be: 2, \">=1\", \"<3\".", "default": ">=1"},
		"within": described(ref("duration"), "Counted are requests up to so long after the start, on the sandbox's clock."),
	}
	rule := object{
		"name":        object{"type": "string", "description": "How explanations and headers name the rule."},
		"do":          described(ref("do"), "What the requests meet: a step, or a list of them, one for each request of a session, a subject or the sandbox; the last one repeats."),
		"probability": object{"type": "number", "exclusiveMinimum": 0, "maximum": 1, "description": "The share of requests that it decides, by the seed."},
		"between":     object{"type": "array", "items": object{"type": "string"}, "minItems": 2, "maxItems": 2, "description": "A stretch of the sandbox's time: two instants, or two durations from the start.", "examples": []any{anys("0s", "10m")}},
		"times":       object{"type": "integer", "minimum": 1, "description": "How many requests it decides in all."},
	}
	for key, schema := range target {
		must[key], rule[key] = schema, schema
	}
	w.defs["expectation"] = closed(must, "on")
	w.defs["rule"] = closed(rule, "on", "do")
	w.defs["rule"].(object)["allOf"] = w.byOperation("on", "do", "do")
}

// byOperation narrows one key by the operation that another names.
func (w *schemaWriter) byOperation(on, key, def string) []any {
	var all []any
	for _, op := range w.table.Operations() {
		all = append(all, object{
			"if":   object{"required": anys(on), "properties": object{on: object{"const": op.ID}}},
			"then": object{"properties": object{key: ref(def + "." + op.ID)}},
		})
	}
	return all
}

// faultWords are the kinds that may stand as a bare word.
func faultWords() []string {
	var words []string
	for _, k := range faults.Kinds() {
		if k.Word {
			words = append(words, k.Name)
		}
	}
	return words
}

// sortedWords are words of several sources, each once.
func sortedWords(lists ...[]string) []any {
	words := slices.Concat(lists...)
	slices.Sort(words)
	return anys(slices.Compact(words)...)
}
