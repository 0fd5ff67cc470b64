package contract_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
)

// wrong is what of a problem a service builds its answer from.
type wrong struct {
	Path, Field, Keyword string
	Missing              bool
}

func wrongs(problems []contract.Problem) []wrong {
	var all []wrong
	for _, p := range problems {
		all = append(all, wrong{p.Path, p.Field, p.Keyword, p.Missing})
	}
	return all
}

func check(t *testing.T, schema, body string) []contract.Problem {
	t.Helper()
	s := contract.NewSchemas(fstest.MapFS{"x/s.json": {Data: []byte(schema)}})
	decoded, err := contract.ParseBody([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return s.Check("x/s.json", decoded)
}

func TestCheckSaysWhereAndInWhat(t *testing.T) {
	const schema = `{
		"type": "object", "required": ["iin", "api_key"], "additionalProperties": false,
		"properties": {
			"iin": {"type": "string"}, "api_key": {"type": "string"}, "page ": {"type": "integer"},
			"имя/a~b": {"type": "string"}, "at": {"type": "string", "format": "date"},
			"items": {"type": "array", "maxItems": 12, "items": {
				"type": "object", "required": ["amount"], "properties": {"amount": {"type": "number"}, "codes": {"type": "array", "items": {"type": "string"}}}}},
			"either": {"anyOf": [{"type": "string"}, {"type": "object", "required": ["b"]}]}
		}}`
	for _, test := range []struct {
		name, body string
		want       []wrong
	}{
		{"nothing is wrong", `{"iin":"1","api_key":"k","page ":1,"at":"2024-03-01"}`, nil},
		{"another type", `[]`, []wrong{{Keyword: "type"}}},
		{"missing fields", `{}`, []wrong{
			{"/api_key", "api_key", "required", true}, {"/iin", "iin", "required", true},
		}},
		{"types", `{"iin":1,"api_key":null}`, []wrong{
			{"/api_key", "api_key", "type", false}, {"/iin", "iin", "type", false},
		}},
		{"a name with a space", `{"iin":"1","api_key":"k","page ":"1"}`, []wrong{{"/page ", "page ", "type", false}}},
		{"a name to be escaped", `{"iin":"1","api_key":"k","имя/a~b":1}`, []wrong{{"/имя~1a~0b", "имя~1a~0b", "type", false}}},
		{"a field too many", `{"iin":"1","api_key":"k","x":1}`, []wrong{{"/x", "x", "additionalProperties", false}}},
		{"a format", `{"iin":"1","api_key":"k","at":"01.03.2024"}`, []wrong{{"/at", "at", "format", false}}},
		{"in rows, by number", `{"iin":"1","api_key":"k","items":[{"amount":1},{},{},{"amount":1},{"amount":1},
			{"amount":1},{"amount":1},{"amount":1},{"amount":1},{"amount":1},{"amount":"1"},3]}`, []wrong{
			{"/items/1/amount", "items", "required", true}, {"/items/2/amount", "items", "required", true}, {"/items/10/amount", "items", "type", false}, {"/items/11", "items", "type", false},
		}},
		{"deep in a row", `{"iin":"1","api_key":"k","items":[{"amount":1,"codes":["a",1]}]}`,
			[]wrong{{"/items/0/codes/1", "items", "type", false}}},
		{"of alternatives the likeliest", `{"iin":"1","api_key":"k","either":{}}`, []wrong{{"/either/b", "either", "required", true}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for range 20 { // the validator's own order changes from time to time
				if diff := cmp.Diff(test.want, wrongs(check(t, schema, test.body))); diff != "" {
					t.Fatalf("(-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestProblemInWords(t *testing.T) {
	for _, test := range []struct{ schema, body, want string }{
		{`{"required":["iin"]}`, `{}`, "/iin: found nothing, expected a value: the field is required"},
		{`{"properties":{"iin":{"type":"string"}}}`, `{"iin":1}`, "/iin: expected string, but got number"},
		{`{"type":"array"}`, `{}`, "/: expected array, but got object"},
	} {
		problems := check(t, test.schema, test.body)
		if len(problems) != 1 || problems[0].Error() != test.want {
			t.Errorf("%s against %s: %v, want %s", test.body, test.schema, problems, test.want)
		}
	}
}

func TestCheckAgainstAMissingSchema(t *testing.T) {
	s := contract.NewSchemas(files)
	if s.Has("bank/none.json") || !s.Has("bank/row.json") {
		t.Error("Has knows a schema that isn't there, or doesn't know one that is")
	}
	for _, problems := range [][]contract.Problem{
		s.Check("bank/none.json", nil), s.CheckValue("bank/ok.json", []byte("{")), s.CheckValue("", []byte("{}")),
	} {
		if len(problems) != 1 {
			t.Errorf("%v, want one problem", problems)
		}
	}
}

func TestASchemaStaysWithinItsFiles(t *testing.T) {
	for name, test := range map[string]struct{ schema, says string }{
		"broken JSON":         {`{`, "unexpected"},
		"no schema":           {`{"type": 1}`, "x/s.json"},
		"an unknown file":     {`{"$ref": "/x/none.json"}`, "none.json"},
		"the network":         {`{"$ref": "https://json-schema.org/draft-07/hyper-schema"}`, "hyper-schema"},
		"the machine's files": {`{"$ref": "file:///etc/hostname"}`, "hostname"},
		"a folder above":      {`{"$ref": "/x/../../secret.json"}`, "secret.json"},
		"an unknown format":   {`{"type": "string", "format": "date", "pattern": "("}`, "x/s.json"},
	} {
		t.Run(name, func(t *testing.T) {
			problems := contract.NewSchemas(fstest.MapFS{"x/s.json": {Data: []byte(test.schema)}}).Check("x/s.json", nil)
			if len(problems) != 1 || !strings.Contains(problems[0].Expected, test.says) || !strings.Contains(problems[0].Expected, "x/s.json") {
				t.Errorf("%v, want one problem that names x/s.json and says %q", problems, test.says)
			}
		})
	}
}

// rows is what CheckRequest makes of the rows' problems.
func rows(c *contract.Call) []string {
	var all []string
	for i := range 100 {
		if p, wrong := c.RowProblems[i]; wrong {
			all = append(all, fmt.Sprintf("%d %s %s", i, p.Path, p.Keyword))
		}
	}
	return all
}

func TestCheckRequestTellsRowsFromTheWhole(t *testing.T) {
	table := newTable(t)
	for _, test := range []struct {
		name, operation, body string
		whole                 []wrong
		rows                  []string
	}{
		{"all is well", "bank.pay", `{"items":[{"trn_id":1,"amount":2}]}`, nil, nil},
		{"rows below a member", "bank.pay", `{"items":[{"trn_id":1},{"trn_id":1,"amount":2},{"amount":"2"},null]}`, nil,
			[]string{"0 /items/0/amount required", "2 /items/2/amount type", "3 /items/3 type"}},
		{"rows at the root", "bank.load", `[{"trn_id":1,"amount":2},{"trn_id":{},"amount":2},"row"]`, nil,
			[]string{"1 /1/trn_id type", "2 /2 type"}},
		{"deep in a row", "bank.load", `[{"trn_id":1,"amount":2,"client":{"name":1}}]`, nil, []string{"0 /0/client/name type"}},
		{"the whole", "bank.pay", `{"page":"1"}`,
			[]wrong{{"/items", "items", "required", true}, {"/page", "page", "type", false}}, nil},
		{"the array itself", "bank.pay", `{"items":{"0":{}}}`, []wrong{{"/items", "items", "type", false}}, nil},
		{"an object with a row's number", "bank.load", `{"0":{}}`, []wrong{{Keyword: "type"}}, nil},
		{"both", "bank.pay", `{"page":"1","items":[{}]}`, []wrong{{"/page", "page", "type", false}},
			[]string{"0 /items/0/amount required"}},
		{"no rows", "bank.load", `[]`, nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := call(t, table, test.operation, test.body)
			if diff := cmp.Diff(test.whole, wrongs(table.Schemas.CheckRequest(c))); diff != "" {
				t.Errorf("of the whole (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.rows, rows(c)); diff != "" {
				t.Errorf("of rows (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckRequestOfAQuery(t *testing.T) {
	table := newTable(t)
	for query, want := range map[string][]wrong{
		"iin=1&dt=2024-03-01": nil,
		"iin=1&iin=2&x=y":     nil,
		"iin=1&dt=":           nil,
		"":                    {{"/iin", "iin", "required", true}},
		"iin=":                {{"/iin", "iin", "required", true}},
		"iin=1&dt=yesterday":  {{"/dt", "dt", "format", false}},
	} {
		c := call(t, table, "bank.get", "")
		c.Query = parseQuery(t, query)
		if diff := cmp.Diff(want, wrongs(table.Schemas.CheckRequest(c))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", query, diff)
		}
	}
}

// The services' words are about the first field by its name, whatever alternative it is of.
func TestCheckRequestTellsOfAllAlternatives(t *testing.T) {
	alternatives := fstest.MapFS{}
	maps.Copy(alternatives, files)
	alternatives["bank/get.request.json"] = &fstest.MapFile{Data: []byte(`{"type": "object", "anyOf": [{"required": ["dep", "id"]}, {"required": ["iban"]}]}`)}
	table, err := contract.New(alternatives, bank())
	if err != nil {
		t.Fatal(err)
	}
	c := call(t, table, "bank.get", "")
	c.Query = parseQuery(t, "x=1")
	want := []wrong{{"/dep", "dep", "required", true}, {"/iban", "iban", "required", true}, {"/id", "id", "required", true}}
	if diff := cmp.Diff(want, wrongs(table.Schemas.CheckRequest(c))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCheckRequestOfAnOperationWithoutASchema(t *testing.T) {
	table := newTable(t)
	if problems := table.Schemas.CheckRequest(call(t, table, "bank.paper", "[1]")); problems != nil {
		t.Errorf("%v", problems)
	}
}

// A request schema is compiled when the first request comes: what is wrong with it is a problem of each.
func TestCheckRequestAgainstABrokenSchema(t *testing.T) {
	broken := maps.Clone(files)
	broken["bank/row.json"] = &fstest.MapFile{Data: []byte(`{"type": 1}`)}
	table, err := contract.New(broken, bank())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		problems := table.Schemas.CheckRequest(call(t, table, "bank.pay", `{"items":[]}`))
		if len(problems) != 1 || !strings.Contains(problems[0].Expected, "bank/pay.request.json") {
			t.Errorf("%v, want one problem that names the schema", problems)
		}
	}
}

func TestNormaliseComesBeforeTheSchema(t *testing.T) {
	s := bank()
	s.Operations[1].Normalise = func(c *contract.Call) {
		if object, ok := c.Body.(map[string]any); ok {
			c.Body = object["items"]
		}
	}
	table, err := contract.New(files, s)
	if err != nil {
		t.Fatal(err)
	}
	c := call(t, table, "bank.load", `{"items":[{"trn_id":"a","amount":1},{"trn_id":"b"}]}`)
	if problems := table.Schemas.CheckRequest(c); problems != nil {
		t.Errorf("%v", problems)
	}
	if diff := cmp.Diff([]string{"1 /1/amount required"}, rows(c)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	// The behaviour sees what the schema has seen.
	a := perform(t, table, c, "")
	if diff := cmp.Diff([]string{"a=1"}, a.stored); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
}

// encoding/json would fill amount from Amount, and fail where that is of another
// type than the schema has checked.
func TestNamesThatDifferByCaseAloneAreIgnored(t *testing.T) {
	table := newTable(t)
	read := call(t, table, "bank.pay", `{"Items":1,"PAGE":{},"items":[{"trn_id":"a","amount":1,"Amount":"x"},{"trn_id":"b","AMOUNT":2},{"trn_id":"c","amount":3,"other":4,"Amount":5}]}`)
	decoded := &contract.Call{Operation: read.Operation, Body: read.Body}
	for _, c := range []*contract.Call{read, decoded} { // the names are known, or are not
		ignoresMisnamed(t, table, c)
	}
}

func ignoresMisnamed(t *testing.T, table *contract.Table, c *contract.Call) {
	t.Helper()
	given := c.Body
	if problems := table.Schemas.CheckRequest(c); problems != nil {
		t.Errorf("%v", problems)
	}
	if diff := cmp.Diff([]string{"1 /items/1/amount required"}, rows(c)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	var findings []string
	for _, f := range c.Findings() {
		findings = append(findings, f.Path)
	}
	if diff := cmp.Diff([]string{"/Items", "/PAGE", "/items/0/Amount", "/items/1/AMOUNT"}, findings); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if object := given.(map[string]any); object["PAGE"] == nil {
		t.Error("the body that was given has been changed")
	}
	a := perform(t, table, c, "")
	if diff := cmp.Diff([]string{"a=1", "c=3"}, a.stored); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
}

func TestNamesOfRowsAndQueriesThatDifferByCaseAlone(t *testing.T) {
	table := newTable(t)
	c := call(t, table, "bank.load", `[{"trn_id":"a","amount":1,"Amount":"x"},{"Trn_ID":"b","amount":2}]`)
	table.Schemas.CheckRequest(c)
	if diff := cmp.Diff([]string{"1 /1/trn_id required"}, rows(c)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if a := perform(t, table, c, ""); len(a.stored) != 1 || a.err != nil {
		t.Errorf("stored is %v, %v", a.stored, a.err)
	}
	c = call(t, table, "bank.get", "")
	given := parseQuery(t, "iin=1&DT=yesterday")
	c.Query = given
	if problems := table.Schemas.CheckRequest(c); problems != nil || len(c.Findings()) != 1 || c.Query.Has("DT") || !given.Has("DT") {
		t.Errorf("%v, findings %v, query %v of %v", problems, c.Findings(), c.Query, given)
	}
}
