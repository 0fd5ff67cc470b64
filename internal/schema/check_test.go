package schema_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/schema"
	"github.com/kzsim/kzsim/schemas"
)

var files = fstest.MapFS{
	"a/person.json": {Data: []byte(`{
		"type": "object", "required": ["name", "born"], "additionalProperties": false,
		"properties": {
			"name": {"$ref": "/a/name.json"}, "born": {"type": "string", "format": "date"},
			"page ": {"type": "integer"}, "a/b": {"type": "integer"}, "code": {"const": 0},
			"status": {"enum": ["VALID", "PENDING"]}, "until": {"type": ["string", "null"]},
			"secondname": {"oneOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]},
			"file": {"type": "string"}, "url": {"type": "string"}
		},
		"dependentRequired": {"file": ["url"]},
		"if": {"required": ["status"], "properties": {"status": {"const": "VALID"}}},
		"then": {"properties": {"until": {"type": "string"}}},
		"else": {"properties": {"until": {"type": "null"}}}
	}`)},
	"a/name.json": {Data: []byte(`{"type": "string", "pattern": "^[A-Z]+$"}`)},
	"a/claim.json": {Data: []byte(`{
		"type": "object",
		"oneOf": [
			{"required": ["iin", "name"], "not": {"anyOf": [{"required": ["bin"]}, {"required": ["title"]}]}},
			{"required": ["bin", "title"], "not": {"anyOf": [{"required": ["iin"]}, {"required": ["name"]}]}}
		]
	}`)},
	"a/page.json": {Data: []byte(`{
		"oneOf": [
			{"type": "array", "items": {"type": "object", "properties": {"amount": {"type": "number"}}}},
			{"type": "object", "required": ["items"]}
		]
	}`)},
	"a/closed.json": {Data: []byte(`{"$ref": "/a/open.json", "unevaluatedProperties": false}`)},
	"a/open.json":   {Data: []byte(`{"properties": {"a": {"type": "integer"}}}`)},
}

func TestMisfits(t *testing.T) {
	schemas := schema.New(files)
	for _, c := range []struct {
		schema, value string
		want          []string // path keyword: what is wanted
	}{
		{"person", `{"name": "A", "born": "2020-01-01"}`, nil},
		{"person", `{"born": "2020-01-01"}`, []string{"/name required: the field"}},
		{"person", `{}`, []string{"/born required: the field", "/name required: the field"}},
		{"person", `{"name": 1, "born": "01.01.2020"}`, []string{"/born format: the format date", "/name type: string"}},
		{"person", `{"name": "a", "born": "2020-01-01"}`, []string{"/name pattern: the form ^[A-Z]+$"}},
		{"person", `{"name": "A", "born": "2020-01-01", "x": 1, "y": 2}`, []string{"/x additionalProperties: no such field", "/y additionalProperties: no such field"}},
		{"person", `{"name": "A", "born": "2020-01-01", "page ": "1"}`, []string{"/page  type: integer"}},
		{"person", `{"name": "A", "born": "2020-01-01", "a/b": "1"}`, []string{"/a~1b type: integer"}},
		{"person", `{"name": "A", "born": "2020-01-01", "code": 5}`, []string{"/code const: value must be 0"}},
		{"person", `{"name": "A", "born": "2020-01-01", "file": "f"}`, []string{"/url dependentRequired: the field, since its partner is there"}},
		{"person", `{"name": "A", "born": "2020-01-01", "secondname": 5}`, []string{"/secondname type: array or string"}},
		{"person", `{"name": "A", "born": "2020-01-01", "secondname": ["a", 5]}`, []string{"/secondname/1 type: string"}},
		// A condition on a member that is wrong itself says nothing more.
		{"person", `{"name": "A", "born": "2020-01-01", "status": "VALID", "until": null}`, []string{"/until type: string"}},
		{"person", `{"name": "A", "born": "2020-01-01", "status": "valid", "until": "x"}`, []string{`/status enum: value must be one of "VALID", "PENDING"`}},
		{"person", `{"name": "a", "born": "2020-01-01", "status": "VALID", "until": null}`, []string{"/name pattern: the form ^[A-Z]+$", "/until type: string"}},
		// Of alternatives the one speaks that was most likely meant.
		{"claim", `{"iin": "1"}`, []string{"/name required: the field"}},
		{"claim", `{"bin": "1"}`, []string{"/title required: the field"}},
		{"claim", `{"iin": "1", "name": "A", "bin": "1"}`, []string{" not: no fields that exclude each other"}},
		{"page", `[{"amount": "1"}]`, []string{"/0/amount type: number"}},
		{"page", `{"rows": []}`, []string{"/items required: the field"}},
		{"page", `"x"`, []string{" type: array or object"}},
		{"closed", `{"a": 1, "b": 2}`, []string{"/b unevaluatedProperties: no such field"}},
	} {
		value, err := contract.ParseBody([]byte(c.value))
		if err != nil {
			t.Fatal(err)
		}
		misfits, err := schemas.Check("a/"+c.schema+".json", value)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range misfits {
			got = append(got, fmt.Sprintf("%s %s: %s", m.Path, m.Keyword, m.Want()))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", c.schema, c.value, diff)
		}
	}
}

func TestPlaceInTheSchema(t *testing.T) {
	misfits, err := schema.New(files).Check("a/person.json", map[string]any{"name": "a", "born": "2020-01-01"})
	if err != nil || len(misfits) != 1 {
		t.Fatal(misfits, err)
	}
	if file, pointer := misfits[0].Place(); file != "a/name.json" || pointer != "/pattern" {
		t.Errorf("the keyword is at %s#%s", file, pointer)
	}
}

// TestPlaceInASchemaOfAnother: the place is in the file that has the keyword, under the
// name by which it is read.
func TestPlaceInASchemaOfAnother(t *testing.T) {
	set := schema.New(schemas.FS)
	body := map[string]any{"error_code": json.Number("0"), "error_text": "", "stmt": []any{map[string]any{"id": "7"}}}
	misfits, err := set.Check("abs/get_acc_stmt_dt.response.json", body)
	if err != nil || len(misfits) == 0 {
		t.Fatal(misfits, err)
	}
	for _, m := range misfits {
		if file, _ := m.Place(); file != "abs/get_acc_stmt_dt.row.json" {
			t.Errorf("%s: %s is in %s", m.Path, m.Keyword, file)
		}
		if properties, _ := set.Around(m)["properties"].(map[string]any); len(properties) == 0 {
			t.Errorf("%s: there is nothing around %s", m.Path, m.Keyword)
		}
	}
}

// TestEmbeddedSchemasAreCompiledOnce for all sets of the process; other files may change.
func TestEmbeddedSchemasAreCompiledOnce(t *testing.T) {
	const name = "kyc/address_get.request.json"
	text, err := schemas.FS.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		files fs.FS
		once  bool
	}{{schemas.FS, true}, {fstest.MapFS{name: {Data: text}}, false}} {
		first, err := schema.New(c.files).Schema(name)
		if err != nil {
			t.Fatal(err)
		}
		if second, err := schema.New(c.files).Schema(name); err != nil || (first == second) != c.once {
			t.Errorf("%T: the second set has the first one's schema: %v, error %v", c.files, first == second, err)
		}
	}
}

func TestUnknownSchema(t *testing.T) {
	_, err := schema.New(files).Check("a/nobody.json", nil)
	if err == nil || !strings.Contains(err.Error(), "nobody.json") {
		t.Errorf("error %v", err)
	}
}

func TestItems(t *testing.T) {
	set := schema.New(fstest.MapFS{
		"s.json": {Data: []byte(`{"properties": {"rows": {"items": {"type": "string"}}, "text": {}}}`)},
	})
	of, err := set.Schema("s.json")
	if err != nil {
		t.Fatal(err)
	}
	if row := of.Items("/rows"); row == nil || len(row.Check("a")) > 0 || len(row.Check(true)) != 1 {
		t.Error("the rows' schema is another")
	}
	for _, pointer := range []string{"", "/text", "/none", "/none/rows"} {
		if of.Items(pointer) != nil {
			t.Errorf("there is a list at %q", pointer)
		}
	}
}
