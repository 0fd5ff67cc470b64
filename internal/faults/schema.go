package faults

// The JSON Schemas of parameters. A scenario's scalars may arrive as the text
// that was written or as what YAML makes of it, so numbers are taken both ways.

const durationPattern = `^([0-9]+(\.[0-9]*)?(ns|us|µs|ms|s|m|h))+$|^0$`

func durationSchema() map[string]any {
	return map[string]any{"type": "string", "pattern": durationPattern}
}

func integerSchema(lowest, highest int) map[string]any {
	return map[string]any{"type": []any{"integer", "string"}, "minimum": lowest, "maximum": highest, "pattern": `^[0-9]+$`}
}

func textSchema() map[string]any {
	return map[string]any{"type": []any{"string", "number"}, "minLength": 1}
}

func wordSchema(words []string) map[string]any {
	return map[string]any{"enum": anys(words)}
}

// objectSchema is a mapping that has all of these parameters and no others.
func objectSchema(properties map[string]any, required ...string) map[string]any {
	o := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		o["required"] = anys(required)
	}
	return o
}

// schema of the value of a kind: nothing, a lone scalar, or a mapping.
func (k *Kind) schema() map[string]any {
	properties := map[string]any{}
	var forms []any
	for _, p := range k.Params {
		s := map[string]any{"description": p.About}
		for name, value := range p.schema {
			s[name] = value
		}
		properties[p.Name] = s
		if p.Name == k.lone {
			forms = append(forms, p.schema)
		}
	}
	if k.Word {
		forms = append(forms, map[string]any{"type": "null"})
	}
	forms = append(forms, objectSchema(properties, k.required()...))
	return map[string]any{"description": k.About, "anyOf": forms}
}

func anys(words []string) []any {
	list := make([]any, len(words))
	for i, w := range words {
		list[i] = w
	}
	return list
}
