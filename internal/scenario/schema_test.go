package scenario_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v5"
	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/scenarios"
)

var update = flag.Bool("update", false, "write the golden files")

const schemaFile = "../../schemas/scenario.schema.json"

// TestSchemaIsTheTables fails when the table or the registry of faults has
// changed: run it with -update.
func TestSchemaIsTheTables(t *testing.T) {
	got, err := scenario.Schema(table())
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(schemaFile, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, got) {
		t.Errorf("%s is not up to date; go test ./internal/scenario -run Schema -update (-file +now):\n%s",
			schemaFile, cmp.Diff(string(want), string(got)))
	}
}

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	raw, err := scenario.Schema(table())
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.Draft, c.AssertFormat = jsonschema.Draft2020, true
	if err := c.AddResource("schema:///scenario.schema.json", bytes.NewReader(raw)); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema:///scenario.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// asEditor reads a document as an editor does: by the core schema of YAML 1.2, in which a
// date is a text.
func asEditor(t testing.TB, source string) any {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(source), &doc); err != nil {
		t.Fatal(err)
	}
	return editorValue(doc.Content[0])
}

func editorValue(n *yaml.Node) any {
	switch n.Kind {
	case yaml.AliasNode:
		return editorValue(n.Alias)
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, item := range n.Content {
			list[i] = editorValue(item)
		}
		return list
	case yaml.MappingNode:
		return editorObject(n)
	}
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true")
	case "!!int", "!!float":
		text := strings.TrimLeft(strings.TrimPrefix(n.Value, "+"), "0")
		if text == "" || strings.HasPrefix(text, ".") {
			text = "0" + text
		}
		if json.Valid([]byte(text)) {
			return json.Number(text)
		}
	}
	return n.Value
}

// editorObject is a mapping with what is merged into it: the first that has a key counts.
func editorObject(n *yaml.Node) any {
	object, merged := map[string]any{}, []any(nil)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, v := n.Content[i], editorValue(n.Content[i+1])
		if key.Tag != "!!merge" {
			object[key.Value] = v
			continue
		}
		if list, ok := v.([]any); ok {
			merged = append(merged, list...)
		} else {
			merged = append(merged, v)
		}
	}
	for _, m := range merged {
		fields, _ := m.(map[string]any)
		for key, v := range fields {
			if _, have := object[key]; !have {
				object[key] = v
			}
		}
	}
	return object
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
