package scenario_test

import (
	"bytes"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/scenario"
	_ "github.com/kzsim/kzsim/internal/testgc"
	"github.com/kzsim/kzsim/internal/testgolden"
	"github.com/kzsim/kzsim/scenarios"
)

// TestSchemaIsTheTables fails when the table or the registry of faults has
// changed: run it with -update.
func TestSchemaIsTheTables(t *testing.T) {
	got, err := scenario.Schema(table())
	if err != nil {
		t.Fatal(err)
	}
	testgolden.Compare(t, "../../schemas/scenario.schema.json", got)
}

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	s, err := compileSchema()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var compileSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	raw, err := scenario.Schema(table())
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.Draft, c.AssertFormat = jsonschema.Draft2020, true
	if err := c.AddResource("schema:///scenario.schema.json", bytes.NewReader(raw)); err != nil {
		return nil, err
	}
	return c.Compile("schema:///scenario.schema.json")
})

// asEditor reads a document as an editor does.
func asEditor(t testing.TB, source string) any {
	t.Helper()
	doc, findings := document.Read("test.yaml", []byte(source), document.Form{})
	if findings != nil {
		t.Fatal(findings)
	}
	return document.Value(doc.Root)
}

func TestEditorsAcceptWhatTheCheckerAccepts(t *testing.T) {
	s := compiledSchema(t)
	sources := map[string]string{"designFull": designFull, "everyday": everyday, "everything": everything}
	entries, err := scenarios.FS.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		raw, err := scenarios.FS.ReadFile(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		sources[e.Name()] = string(raw)
	}
	for name, source := range sources {
		if err := s.Validate(asEditor(t, source)); err != nil {
			t.Errorf("%s: %#v", name, err)
		}
	}
}

func TestEditorsRefuseWrongWords(t *testing.T) {
	s := compiledSchema(t)
	for _, rules := range []string{
		"rules: [{on: kyc.adress.get, do: found}]",
		"rules: [{on: kyc.address.get, do: pending}]",
		"rules: [{on: kyc.address.get, do: [found, fuond]}]",
		"rules: [{on: kyc.address.get, do: {fault: {delay: {p50: 300ms, p98: 2s}}}}]",
		"rules: [{on: kyc.address.get, does: found}]",
		"profile: {kyc.error_envelope: text}",
		"given: {subjects: [{iin: 901123300258, answers: maybe}]}",
		"try: [{call: kyc.address.get, with: {session: 1}}]",
		"try: [{call: kyc.address.get, expect: pending}]",
		"try: [{expect: found}]",
	} {
		if s.Validate(asEditor(t, head+rules+"\n")) == nil {
			t.Errorf("accepted: %s", rules)
		}
	}
}
