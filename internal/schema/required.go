package schema

import "slices"

// Always are the fields that every value must have, in the order of the schema.
func (s Shape) Always() []string {
	var names []string
	for _, f := range s.faces {
		if f.sure {
			names = append(names, texts(f.doc["required"])...)
		}
	}
	return dedupe(names)
}

// Required fields, in the order of the schema. Where alternatives each require
// fields of their own it is those of the alternative that has most of its fields
// among the given ones, the first if none has any.
func (s Shape) Required(given []string) []string {
	var names []string
	for _, f := range s.faces {
		if f.sure {
			names = append(names, texts(f.doc["required"])...)
		}
		names = append(names, f.nearestAlternative(given)...)
	}
	return dedupe(names)
}

func (f face) nearestAlternative(given []string) []string {
	var best []string
	most := -1
	for _, keyword := range []string{"anyOf", "oneOf"} {
		list, _ := f.doc[keyword].([]any)
		for _, sub := range list {
			doc, _ := sub.(object)
			required := texts(doc["required"])
			if n := common(required, given); n > most {
				best, most = required, n
			}
		}
	}
	return best
}

func common(a, b []string) int {
	n := 0
	for _, name := range a {
		if slices.Contains(b, name) {
			n++
		}
	}
	return n
}

func texts(v any) []string {
	list, _ := v.([]any)
	var all []string
	for _, one := range list {
		if text, ok := one.(string); ok {
			all = append(all, text)
		}
	}
	return all
}

func dedupe(names []string) []string {
	var once []string
	for _, name := range names {
		if !slices.Contains(once, name) {
			once = append(once, name)
		}
	}
	return once
}

// Enum are the values that the schema lists; none if it lists none.
func (s Shape) Enum() []any {
	for _, f := range s.faces {
		if list, ok := f.doc["enum"].([]any); ok && len(list) > 0 {
			return list
		}
		if constant, ok := f.doc["const"]; ok {
			return []any{constant}
		}
	}
	return nil
}

// Example is a value that the schema gives itself: an example or a default.
func (s Shape) Example() (any, bool) {
	for _, f := range s.faces {
		if list, ok := f.doc["examples"].([]any); ok && len(list) > 0 {
			return list[0], true
		}
		if value, ok := f.doc["default"]; ok {
			return value, true
		}
	}
	return nil, false
}

// Says reports whether some schema of the value has a keyword with this text:
// ("format", "date").
func (s Shape) Says(keyword, text string) bool {
	return slices.ContainsFunc(s.faces, func(f face) bool { return f.doc[keyword] == text })
}
