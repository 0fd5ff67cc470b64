//go:build !race

package contract_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/kzsim/kzsim/internal/contract"
)

// hostile is a body that is made to cost much, of about so many bytes.
type hostile struct {
	name string
	body func(size int) string
}

// list is as many elements as fit into so many bytes, but at most so many, between
// two texts and with commas between them.
func list(size, most int, before, after string, element func(i int) string) string {
	var b strings.Builder
	b.Grow(size)
	b.WriteString(before)
	for i := range most {
		e := element(i)
		if b.Len()+len(e)+len(after)+1 > size {
			break
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(e)
	}
	b.WriteString(after)
	return b.String()
}

func always(element string) func(int) string { return func(int) string { return element } }

// unbounded is more than fit into any body; bounded is as many as are taken.
const (
	unbounded = mebibyte
	bounded   = contract.MaxElements
)

// filledUp is a text again and again.
func filledUp(size int, text string) string { return strings.Repeat(text, size/len(text)) }

// layout is how an operation's bodies are built.
type layout struct {
	open, shut string // around its rows, or around its only object
	sample     map[string]any
	fields     map[string]*jsonschema.Schema // of a row, or of the object
	required   []string
	rows       bool
}

func layoutOf(t testing.TB, op operation) layout {
	t.Helper()
	schema := judge()[op.Request]
	f := layout{sample: sampleObject(t, op)}
	for name, property := range schema.Properties {
		if property.Items2020 != nil {
			schema, f.open, f.shut, f.rows = property, `{"`+name+`":[`, "]}", true
		}
	}
	if schema.Items2020 != nil {
		if f.open == "" {
			f.open, f.shut, f.rows = "[", "]", true
		}
		schema = schema.Items2020
	}
	for schema.Ref != nil {
		schema = schema.Ref
	}
	f.fields, f.required = schema.Properties, schema.Required
	return f
}

// sampleObject is the first object of a sample that has no others in it.
func sampleObject(t testing.TB, op operation) map[string]any {
	t.Helper()
	for value := decoded(t, []byte(filled(t, sampleText(op), fuzzed))); ; {
		switch v := value.(type) {
		case []any:
			value = v[0]
		case map[string]any:
			rows, ok := v["items"].([]any)
			if !ok {
				return v
			}
			value = rows[0]
		}
	}
}

// object is the sample with other members, whose values are JSON.
func (f layout) object(members map[string]string) string {
	object := map[string]json.RawMessage{}
	for name, value := range f.sample {
		raw, _ := json.Marshal(value)
		object[name] = raw
	}
	var b strings.Builder
	for name, value := range members { // as it is written, and once
		delete(object, name)
		fmt.Fprintf(&b, ",%q:%s", name, value)
	}
	raw, _ := json.Marshal(object)
	if len(object) == 0 {
		return "{" + strings.TrimPrefix(b.String(), ",") + "}"
	}
	return strings.TrimSuffix(string(raw), "}") + b.String() + "}"
}

// with is a body whose only object has another member.
func (f layout) with(name string, value func(size int) string) func(int) string {
	return func(size int) string {
		rest := len(f.open) + len(f.object(map[string]string{name: ""})) + len(f.shut)
		return f.open + f.object(map[string]string{name: value(size - rest)}) + f.shut
	}
}

// each is an object with all fields of the schema.
func (f layout) each(value string) string {
	return list(mebibyte, len(f.fields), "{", "}", func(i int) string {
		return fmt.Sprintf("%q:%s", f.names()[i], value)
	})
}

func (f layout) names() []string { return slices.Sorted(maps.Keys(f.fields)) }

// row has the required fields. Texts that are free say which row it is, but for the
// one that all rows share.
func (f layout) row(i int, shared string) string {
	members := []string{}
	for _, name := range f.required {
		value, _ := json.Marshal(f.sample[name])
		schema := f.fields[name]
		free := len(schema.Enum) == 0 && schema.Format == "" && schema.Pattern == nil && schema.Ref == nil
		switch {
		case name == shared || !free:
		case slices.Contains(schema.Types, "string"):
			value = fmt.Appendf(nil, `"%012d"`, i)
		case slices.Contains(schema.Types, "number"):
			value = fmt.Appendf(nil, "%d", i%2)
		}
		members = append(members, fmt.Sprintf("%q:%s", name, value))
	}
	return "{" + strings.Join(members, ",") + "}"
}

// spelled is a name in its i-th spelling of capitals and small letters.
func spelled(name string, i int) string {
	letters := []byte(name)
	for at, c := range letters {
		if c >= 'a' && c <= 'z' {
			if i&1 == 1 {
				letters[at] -= 'a' - 'A'
			}
			i >>= 1
		}
	}
	return string(letters)
}

// nested is as many levels of one bracket as a member of a body may have.
func nested(open, shut string) string {
	const levels = contract.MaxDepth - 6
	return strings.Repeat(open, levels) + "1" + strings.Repeat(shut, levels)
}

// hostileBodies of an operation: each is a class of what a client may send.
func hostileBodies(t testing.TB, op operation) []hostile {
	t.Helper()
	f := layoutOf(t, op)
	longest := slices.MaxFunc(f.names(), func(a, b string) int { return len(a) - len(b) })
	all := []hostile{
		{"a list of empty objects", func(n int) string { return list(n, unbounded, "[", "]", always("{}")) }},
		{"a member with a list of empty objects", f.with("x", func(n int) string { return list(n, unbounded, "[", "]", always("{}")) })},
		{"a member with nested objects", f.with("x", func(n int) string { return list(n, 1700, "[", "]", always(nested(`{"a":`, "}"))) })},
		{"a member with nested lists", f.with("x", func(n int) string { return list(n, 1700, "[", "]", always(nested("[", "]"))) })},
		{"a member with many members", f.with("x", func(n int) string {
			return list(n, unbounded, "{", "}", func(i int) string { return fmt.Sprintf(`"%x":1`, i) })
		})},
		{"a member with persons", f.with("x", func(n int) string {
			return list(n, bounded, "[", "]", func(i int) string { return fmt.Sprintf(`[{"iin":"%d"},{"api_key":"%d"}]`, i, i) })
		})},
		{"names in other spellings", f.with("x", func(n int) string {
			return list(n, bounded, "{", "}", func(i int) string { return fmt.Sprintf("%q:1", spelled(longest, i+1)) })
		})},
		{"one name again and again", f.with("x", func(n int) string { return "1," + list(n-3, bounded, "", "", always(`"x":1`)) })},
		{"long texts", f.longTexts("ж")},
		{"long texts of escapes", f.longTexts(`\u0041`)},
		{"a long name", f.with("x", func(n int) string { return `1,"` + filledUp(n-10, "n") + `":1` })},
		{"long numbers", f.with("x", func(n int) string { return list(n, bounded, "[", "]", always(filledUp(100, "7"))) })},
	}
	if f.rows {
		all = append(all, f.hostileRows()...)
	}
	for _, text := range []string{
		`{"api_key":"`, `"api_key":`, `'api_key':'`, `api_key=1 `, `"\u0061pi_key`, "[", `{"a":`, `"`, `\`, ":", ",", " ", "9", "\xff", "{},",
	} {
		all = append(all, hostile{"no JSON but " + text, func(n int) string { return filledUp(n, text) }})
	}
	return append(all, hostile{"a name, and nothing but space", func(n int) string { return `{"api_key"` + filledUp(n-20, " ") + ":1}" }})
}

// longTexts shares the bytes among all fields.
func (f layout) longTexts(text string) func(int) string {
	return func(size int) string {
		names := f.names()
		each := `"` + filledUp(size/len(names)-60, text) + `"`
		members := map[string]string{}
		for _, name := range names {
			members[name] = each
		}
		return f.open + f.object(members) + f.shut
	}
}

// hostileRows are those of a batch.
func (f layout) hostileRows() []hostile {
	all := []hostile{
		{"rows without anything", func(n int) string { return list(n, bounded, f.open, f.shut, always("{}")) }},
		{"rows of another type", func(n int) string { return list(n, bounded, f.open, f.shut, always("1e999")) }},
		{"too many rows", func(n int) string { return list(n, unbounded, f.open, f.shut, always("{}")) }},
		{"rows that differ", func(n int) string {
			return list(n, bounded, f.open, f.shut, func(i int) string { return f.row(i, "") })
		}},
	}
	for _, wrong := range []string{"[]", "1e999", "null"} {
		all = append(all, hostile{"rows whose fields are all " + wrong, func(n int) string {
			return list(n, bounded, f.open, f.shut, always(f.each(wrong)))
		}})
	}
	for _, name := range f.required {
		if slices.Contains(f.fields[name].Types, "string") && len(f.fields[name].Enum) == 0 {
			all = append(all, hostile{"rows that share " + name, func(n int) string {
				return list(n, bounded, f.open, f.shut, func(i int) string { return f.row(i, name) })
			}})
		}
	}
	return all
}
