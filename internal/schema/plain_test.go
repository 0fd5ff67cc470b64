package schema_test

import (
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/kzsim/kzsim/internal/schema"
	"github.com/kzsim/kzsim/schemas"
)

// keywords are schemas of what the services' own don't have.
var keywords = fstest.MapFS{
	"x/bounds.json":      {Data: []byte(`{"items": {"minimum": -1.5, "exclusiveMaximum": 3, "maximum": 1e3, "exclusiveMinimum": -7}}`)},
	"x/integers.json":    {Data: []byte(`{"items": {"type": ["integer", "null"], "enum": [0, 1.0, 1e2, null, -3]}}`)},
	"x/constant.json":    {Data: []byte(`{"items": {"const": {"a": [1, "b"]}}}`)},
	"x/texts.json":       {Data: []byte(`{"items": {"minLength": 1, "maxLength": 3, "pattern": "^[a-zя]*$"}}`)},
	"x/counts.json":      {Data: []byte(`{"minItems": 1, "maxItems": 2, "minProperties": 1, "maxProperties": 2}`)},
	"x/first.json":       {Data: []byte(`{"prefixItems": [{"type": "string"}, false], "items": {"type": "null"}}`)},
	"x/others.json":      {Data: []byte(`{"properties": {"a": {"type": "null"}}, "additionalProperties": {"type": "number"}}`)},
	"x/patterns.json":    {Data: []byte(`{"patternProperties": {"^a": {"type": "null"}}, "additionalProperties": false}`)},
	"x/names.json":       {Data: []byte(`{"propertyNames": {"maxLength": 1}}`)},
	"x/unique.json":      {Data: []byte(`{"uniqueItems": true}`)},
	"x/contains.json":    {Data: []byte(`{"contains": {"type": "string"}}`)},
	"x/needs.json":       {Data: []byte(`{"dependentRequired": {"a": ["b", "c"]}}`)},
	"x/one.json":         {Data: []byte(`{"oneOf": [{"required": ["a"]}, {"required": ["b"]}, {"required": ["c"], "uniqueItems": true}]}`)},
	"x/any.json":         {Data: []byte(`{"anyOf": [{"required": ["a"]}, {"type": "array", "uniqueItems": true}], "not": {"required": ["b"]}}`)},
	"x/if.json":          {Data: []byte(`{"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"type": "array"}}`)},
	"x/unevaluated.json": {Data: []byte(`{"$ref": "/x/a.json", "allOf": [{"properties": {"b": {}}}], "unevaluatedProperties": {"type": "null"}}`)},
	"x/either.json":      {Data: []byte(`{"anyOf": [{"required": ["a"], "properties": {"a": {}}}, true], "unevaluatedProperties": false}`)},
	"x/a.json":           {Data: []byte(`{"properties": {"a": {"type": ["string", "number"]}}}`)},
	"x/tree.json":        {Data: []byte(`{"type": ["array", "number"], "items": {"$ref": "#"}}`)},
}

// values that the keywords look at.
var values = []string{
	`null`, `true`, `0`, `1`, `1.0`, `1.5`, `-1.5`, `-1.6`, `3`, `2.9`, `1e2`, `100`, `1000.0`, `1e-400`, `-3`, `-7`, `-0`, `99999999999999999999`,
	`""`, `"a"`, `"яяя"`, `"abcd"`, `"A"`, `"2020-01-01"`, `{"a": [1, "b"]}`, `{"a": [1.0, "b"]}`, `{}`, `[]`, `["a"]`, `["a", 1]`, `[1, 1.0]`, `[[1], 2]`,
	`["a", null]`, `{"a": null}`, `{"a": 1}`, `{"b": 1}`, `{"c": 1}`, `{"a": 1, "b": null}`, `{"a": "x", "b": 1, "c": null}`, `{"ab": null}`, `{"ab": 1, "d": 5}`,
}

// validator judges by the schemas of some folders without a checker before it.
func validator(t testing.TB, files fs.FS, folders ...string) map[string]*jsonschema.Schema {
	t.Helper()
	const base = "schema:///"
	c := jsonschema.NewCompiler()
	c.Draft, c.AssertFormat = jsonschema.Draft2020, true
	c.LoadURL = func(address string) (io.ReadCloser, error) { return files.Open(strings.TrimPrefix(address, base)) }
	all := map[string]*jsonschema.Schema{}
	for _, folder := range folders {
		names, _ := fs.Glob(files, folder+"/*.json")
		for _, name := range names {
			compiled, err := c.Compile(base + name)
			if err != nil {
				t.Fatal(err)
			}
			all[name] = compiled
		}
	}
	return all
}

func decoded(text []byte) (v any, ok bool) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	return v, dec.Decode(&v) == nil
}

// agree fails where a value has misfits and none for the validator, or the reverse.
func agree(t testing.TB, set *schema.Set, all map[string]*jsonschema.Schema, name string, v any) {
	t.Helper()
	misfits, err := set.Check(name, v)
	if err != nil {
		t.Fatal(err)
	}
	if want := all[name].Validate(v); (want == nil) != (misfits == nil) {
		raw, _ := json.Marshal(v)
		t.Fatalf("%s finds %v in %s, the validator %v", name, misfits, raw, want)
	}
}

func TestTheCheckerOfKeywordsAgreesWithTheValidator(t *testing.T) {
	set, all := schema.New(keywords), validator(t, keywords, "x")
	for name := range all {
		for _, text := range values {
			for _, text := range []string{text, "[" + text + "]", `{"a": ` + text + "}"} {
				v, ok := decoded([]byte(text))
				if !ok {
					t.Fatal(text)
				}
				agree(t, set, all, name, v)
			}
		}
	}
}

// samples of the documents, each with the schema that judges it.
func samples(t testing.TB) (texts [][]byte, names []string) {
	t.Helper()
	listed, err := schemas.Samples()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range listed {
		if text, err := fs.ReadFile(schemas.FS, s.File); err == nil && strings.HasSuffix(s.File, ".json") && s.Schema != "" {
			texts, names = append(texts, text), append(names, s.Schema)
		}
	}
	return texts, names
}

func TestTheCheckerAgreesOnChangedSamples(t *testing.T) {
	set, all := schema.New(schemas.FS), validator(t, schemas.FS, "kyc", "k2", "abs")
	texts, names := samples(t)
	for i, text := range texts {
		if v, ok := decoded(text); ok && all[names[i]] != nil {
			changed(v, func(v any) { agree(t, set, all, names[i], v) })
		}
	}
}

// changed tells a value and what comes of it by one change: another value in the place of
// one of its parts, a member more or less.
func changed(v any, tell func(any)) {
	tell(v)
	for _, other := range []any{nil, true, json.Number("5"), json.Number("-0.5"), "", "2021-02-30", []any{}, map[string]any{}} {
		tell(other)
	}
	switch v := v.(type) {
	case map[string]any:
		for _, name := range append(slices.Collect(maps.Keys(v)), "x") {
			less, more := maps.Clone(v), maps.Clone(v)
			delete(less, name)
			tell(less)
			changed(v[name], func(part any) { more[name] = part; tell(more) })
		}
	case []any:
		for i := range v {
			other := slices.Clone(v)
			changed(v[i], func(part any) { other[i] = part; tell(other) })
			tell(slices.Delete(slices.Clone(v), i, i+1))
		}
	}
}

func FuzzCheck(f *testing.F) {
	texts, _ := samples(f)
	for i, text := range texts {
		f.Add(i, text)
	}
	for i, text := range values {
		f.Add(i, []byte(text))
	}
	ours, extra := schema.New(schemas.FS), schema.New(keywords)
	all, others := validator(f, schemas.FS, "kyc", "k2", "abs"), validator(f, keywords, "x")
	names, otherNames := slices.Sorted(maps.Keys(all)), slices.Sorted(maps.Keys(others))
	f.Fuzz(func(t *testing.T, n int, text []byte) {
		v, ok := decoded(text)
		if !ok || n < 0 || bytes.ContainsAny(text, "eE") && len(text) > 100 {
			return
		}
		for _, name := range names {
			agree(t, ours, all, name, v)
		}
		agree(t, extra, others, otherNames[n%len(otherNames)], v)
	})
}
