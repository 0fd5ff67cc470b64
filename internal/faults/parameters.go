package faults

import (
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Param is one parameter of a kind, as the tags of a struct's field say it:
//
//	Chunk int `fault:"chunk" is:"bytes" min:"1" max:"1048576" default:"16" text:"How many bytes come at a time." russian:"Сколько байтов приходит за раз."`
//
// After its name stands lone if a scalar alone stands for it, and required. Words are
// all that a text may be; needs and excludes name other parameters; above:"0" is of
// durations.
type Param struct {
	Name     string
	Type     string // in a few words: duration, bytes or percent, path…
	About    string
	Russian  string // of About
	Default  string // as it would be written; empty for none
	Required bool
	Words    []string // all that it may be, if these are words

	lone, positive bool
	least, most    int
	excludes       []string
	needs          string
	of             reflect.Type
}

// paramsOf a struct, in the order of its fields.
func paramsOf(of reflect.Type) []Param {
	var all []Param
	for i := range of.NumField() {
		field := of.Field(i)
		tag := func(key string) string { return field.Tag.Get(key) }
		name, rest, _ := strings.Cut(tag("fault"), ",")
		p := Param{
			Name: name, About: tag("text"), Russian: tag("russian"), Default: tag("default"), Words: strings.Fields(tag("words")),
			lone: strings.Contains(rest, "lone"), Required: strings.Contains(rest, "required"),
			positive: tag("above") == "0", excludes: strings.Fields(tag("excludes")), needs: tag("needs"), of: field.Type,
		}
		p.least, _ = strconv.Atoi(tag("min"))
		p.most, _ = strconv.Atoi(tag("max"))
		if p.Type = tag("is"); p.Type == "" {
			p.Type = typeInWords(p)
		}
		all = append(all, p)
	}
	return all
}

func namesOf(params []Param) []string {
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = p.Name
	}
	return names
}

func typeInWords(p Param) string {
	switch reflect.Zero(p.of).Interface().(type) {
	case time.Duration:
		return "duration"
	case [2]time.Duration:
		return "list of two durations"
	case int:
		return "whole number"
	case string:
		if len(p.Words) > 0 {
			return "word"
		}
		return "text"
	case path:
		return "path"
	case Cut:
		return "bytes or percent"
	}
	return "mapping of " + strings.Join(namesOf(paramsOf(p.of)), " and ")
}

type object = map[string]any

// schema is the JSON Schema of the parameter's value. A scenario's scalars may arrive as
// the text that was written or as what YAML makes of it, so numbers are taken both ways.
func (p Param) schema() object {
	duration := object{"type": anys("string", "number"), "pattern": `^\+?(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$|^[+-]?0$`, "minimum": 0, "maximum": 0}
	switch reflect.Zero(p.of).Interface().(type) {
	case time.Duration:
		return duration
	case [2]time.Duration:
		return object{"type": "array", "items": duration, "minItems": 2, "maxItems": 2}
	case int:
		return object{"type": anys("integer", "string"), "minimum": p.least, "maximum": p.most, "pattern": `^\+?[0-9]+$`}
	case string:
		if len(p.Words) > 0 {
			return object{"enum": withNumbers(p.Words)}
		}
		return object{"type": anys("string", "number", "boolean"), "minLength": 1}
	case path:
		return object{"type": anys("string", "number", "boolean"), "minLength": 1}
	case Cut:
		return object{"type": anys("integer", "string"), "minimum": 0, "pattern": `^(\+?[0-9]+|[0-9]{1,2}(\.[0-9]*)?%)$`}
	}
	return objectSchema(paramsOf(p.of))
}

// objectSchema is a mapping of parameters.
func objectSchema(params []Param) object {
	properties, needs := object{}, object{}
	var required, all []any
	for _, p := range params {
		s := p.schema()
		if p.About != "" {
			s["description"] = p.About
		}
		properties[p.Name] = s
		if p.Required {
			required = append(required, p.Name)
		}
		if p.needs != "" {
			needs[p.Name] = anys(p.needs)
		}
		for _, other := range p.excludes {
			all = append(all, object{"not": object{"required": anys(p.Name, other)}})
		}
	}
	o := object{"type": "object", "properties": properties, "additionalProperties": false}
	if required != nil {
		o["required"] = required
	}
	if len(needs) > 0 {
		o["dependentRequired"] = needs
	}
	if all != nil {
		o["allOf"] = all
	}
	return o
}

// schema of the value of a kind: nothing, a lone scalar, or a mapping.
func (k *Kind) schema() object {
	var forms []any
	for _, p := range k.Params {
		if p.lone {
			forms = append(forms, p.schema())
		}
	}
	if k.Word {
		forms = append(forms, object{"type": "null"})
	}
	return object{"description": k.About, "anyOf": append(forms, objectSchema(k.Params))}
}

func anys(words ...string) []any {
	list := make([]any, len(words))
	for i, w := range words {
		list[i] = w
	}
	return list
}

// withNumbers are words, and the numbers that read like one of them.
func withNumbers(words []string) []any {
	all := anys(words...)
	for _, w := range words {
		if n, err := strconv.Atoi(w); err == nil {
			all = append(all, n)
		}
	}
	return all
}
