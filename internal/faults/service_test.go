package faults_test

import (
	"encoding/json"
	"testing"
	"testing/fstest"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/faults"
)

// A service of one operation, small enough to see what a drift does to it.
const pageSchema = `{
	"type": "object", "required": ["error_code", "status", "items"], "additionalProperties": false,
	"properties": {
		"error_code": {"type": "integer"},
		"status": {"enum": ["OPEN", "CLOSED"]},
		"remark": {},
		"items": {"type": "array", "items": {
			"type": "object", "required": ["refer", "amount"],
			"properties": {"refer": {"type": "string"}, "amount": {"type": "string"}}
		}}
	}
}`

const pageBody = `{"error_code":0,"status":"OPEN","items":[{"refer":"A<1>","amount":"10.00"},{"refer":"B","amount":"2"}],"remark":null}`

func testTable(t testing.TB) *contract.Table {
	t.Helper()
	handle := func(c *contract.Call, _ contract.Arranger) (contract.Reply, error) { return contract.Reply{}, nil }
	table, err := contract.New(
		fstest.MapFS{"demo/page.json": {Data: []byte(pageSchema)}},
		&contract.Service{
			Name: "demo", Prefix: "/demo/",
			Dialect: contract.Dialect{Malformed: contract.Outcome{Name: "malformed", Status: 400}},
			Operations: []contract.Operation{{
				ID: "demo.page", Method: "POST", Path: "/demo/page", Handle: handle,
				Outcomes: []contract.Outcome{{Name: "page", Status: 200, Schema: "demo/page.json"}},
			}},
		})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// pageInput is what a fault of a demo.page answer looks at.
func pageInput(t testing.TB) faults.Input {
	t.Helper()
	table := testTable(t)
	op, _ := table.Operation("demo.page")
	out, _ := op.Outcome("page")
	return faults.Input{
		Seed: 7, Key: "demo.page 901123300258 0", Body: []byte(pageBody),
		Table: table, Operation: op, Outcome: out,
	}
}

// fault reads a fault as a scenario has it: a kind and its value in YAML.
func fault(t testing.TB, kind, value string) faults.Fault {
	t.Helper()
	f, err := faults.Parse(kind, yamlValue(t, value))
	if err != nil {
		t.Fatalf("%s: %s: %v", kind, value, err)
	}
	return f
}

// yamlValue keeps the text of scalars, as scenarios do; nothing is nil.
func yamlValue(t testing.TB, text string) any {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if len(doc.Content) == 0 {
		return nil
	}
	return nodeValue(doc.Content[0])
}

func nodeValue(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			m[n.Content[i].Value] = nodeValue(n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range n.Content {
			list = append(list, nodeValue(item))
		}
		return list
	}
	if n.Tag == "!!null" {
		return nil
	}
	return n.Value
}

// editorValue is the value as an editor sees it: numbers are numbers.
func editorValue(t testing.TB, text string) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(stringKeys(v))
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// stringKeys makes the key of {null: …} the word that JSON has for it.
func stringKeys(v any) any {
	switch v := v.(type) {
	case map[any]any:
		m := map[string]any{}
		for key, value := range v {
			if key == nil {
				key = "null"
			}
			m[key.(string)] = stringKeys(value)
		}
		return m
	case map[string]any:
		for key, value := range v {
			v[key] = stringKeys(value)
		}
	}
	return v
}
