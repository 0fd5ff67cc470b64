package schema_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/schema"
)

var shapeFiles = fstest.MapFS{
	"a/request.json": {Data: []byte(`{
		"type": "object", "required": ["items", "kind"],
		"properties": {
			"items": {"type": "array", "items": {"$ref": "/a/row.json"}},
			"kind": {"$ref": "#/$defs/kind", "description": "which"},
			"first": {"prefixItems": [{"type": "integer"}], "items": {"type": "string"}},
			"self": {"$ref": "#"}
		},
		"anyOf": [{"required": ["dep_id", "id"]}, {"required": ["iban"]}],
		"$defs": {"kind": {"enum": ["x", "y"]}}
	}`)},
	"a/row.json": {Data: []byte(`{
		"type": "object", "additionalProperties": false,
		"properties": {
			"amount": {"type": "number"}, "trn_id": {"type": ["integer", "string"]}, "ok": {"type": "boolean"},
			"day": {"type": "string", "oneOf": [{"format": "date"}, {"pattern": "x"}]},
			"open": {"type": "object", "properties": {"a": {}}, "additionalProperties": true}
		}
	}`)},
}

func at(t *testing.T, path ...any) schema.Shape {
	t.Helper()
	s := schema.New(shapeFiles).Of("a/request.json")
	for _, step := range path {
		switch step := step.(type) {
		case string:
			field, ok := s.Field(step)
			if !ok {
				t.Fatalf("no field %s", step)
			}
			s = field
		case int:
			s = s.Item(step)
		}
	}
	return s
}

func TestFields(t *testing.T) {
	row := at(t, "items", 0)
	if diff := cmp.Diff([]string{"amount", "day", "ok", "open", "trn_id"}, row.Fields()); diff != "" {
		t.Error(diff)
	}
	if row.Open() || !at(t, "items", 0, "open").Open() || at(t).Open() || !at(t, "kind").Open() {
		t.Error("open are those that say so, and those that say nothing of fields")
	}
	if _, ok := row.Field("ammount"); ok {
		t.Error("a field that no one names")
	}
	if got := at(t, "self", "self", "items", 7, "amount").Types(); !cmp.Equal(got, []string{"number"}) {
		t.Errorf("a schema within itself: %v", got)
	}
	if unknown := schema.New(shapeFiles).Of("a/none.json"); unknown.Known() || !unknown.Allows("object") {
		t.Error("a schema that is not there says nothing")
	}
}

func TestRequired(t *testing.T) {
	for _, test := range []struct{ given, want []string }{
		{nil, []string{"items", "kind", "dep_id", "id"}},
		{[]string{"iban"}, []string{"items", "kind", "iban"}},
		{[]string{"id", "iban"}, []string{"items", "kind", "dep_id", "id"}},
	} {
		if diff := cmp.Diff(test.want, at(t).Required(test.given)); diff != "" {
			t.Errorf("with %v (-want +got):\n%s", test.given, diff)
		}
	}
}

func TestScalars(t *testing.T) {
	number := func(text string) any { return json.Number(text) }
	for _, test := range []struct {
		field string
		text  string
		want  any
		fits  bool
	}{
		{"amount", "10001.00", number("10001.00"), true},
		{"amount", "-1e3", number("-1e3"), true},
		{"amount", "01", "01", false},
		{"amount", "1e308", number("1e308"), true},
		{"amount", "1e99999999", "1e99999999", false},
		{"amount", strings.Repeat("9", 101), strings.Repeat("9", 101), false},
		{"amount", "1_000", "1_000", false},
		{"amount", "+1", "+1", false},
		{"amount", ".5", ".5", false},
		{"trn_id", "11", number("11"), true},
		{"trn_id", "011", "011", true},
		{"trn_id", "1.5", "1.5", true},
		{"ok", "true", true, true},
		{"ok", "yes", "yes", false},
		{"day", "2014-02-08", "2014-02-08", true},
		{"day", "20140208", "20140208", true},
	} {
		got, fits := at(t, "items", 0, test.field).Scalar(test.text)
		if got != test.want || fits != test.fits {
			t.Errorf("%s %s: %#v %v, want %#v %v", test.field, test.text, got, fits, test.want, test.fits)
		}
	}
	if got, _ := at(t, "first", 0).Scalar("7"); got != number("7") {
		t.Errorf("the first item: %#v", got)
	}
	if got, _ := at(t, "first", 1).Scalar("7"); got != "7" {
		t.Errorf("the second item: %#v", got)
	}
}

func TestWhatASchemaSaysBeside(t *testing.T) {
	if diff := cmp.Diff([]any{"x", "y"}, at(t, "kind").Enum()); diff != "" {
		t.Error(diff)
	}
	if !at(t, "items", 0, "day").Says("format", "date") || at(t, "kind").Says("format", "date") {
		t.Error("a format")
	}
}
