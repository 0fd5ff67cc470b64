package contract_test

import (
	"net/http"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
)

// The desk is a service whose outcomes are told apart in every way that there is.

var ticket = contract.Machine{
	Name: "desk.ticket", Initial: "OPEN",
	Transitions: []contract.Transition{{From: []string{"OPEN"}, Event: "close", To: "CLOSED"}},
}

var deskSchemas = fstest.MapFS{
	"desk/ticket.json": {Data: []byte(`{"type": "object", "required": ["state"], "properties": {"state": {"type": "string"}}}`)},
	"desk/paper.json":  {Data: []byte(`{"type": "object", "required": ["pdf", "code"], "properties": {"code": {"const": 0}}}`)},
	"desk/error.json": {Data: []byte(`{"type": "object", "required": ["code", "text"], "additionalProperties": false,
		"properties": {"code": {"type": "integer", "minimum": 1}, "text": {"type": "string"}, "message": {"type": "string"}}}`)},
	"desk/rows.json": {Data: []byte(`{"type": "object", "required": ["code", "text", "rows"],
		"properties": {"rows": {"type": "array", "items": {"$ref": "/desk/error.json"}}}}`)},
}

func desk() *contract.Service {
	state := func(name, state string) contract.Outcome {
		return contract.Outcome{Name: name, Status: 200, Schema: "desk/ticket.json",
			Reports: contract.Report{Machine: &ticket, State: state, At: "/state"}}
	}
	refused := func(name string, code int) contract.Outcome {
		return contract.Outcome{Name: name, Status: 400, Schema: "desk/rows.json", Code: 7, Text: "Rows are refused",
			Row: &contract.Row{Code: code}}
	}
	failure := contract.Outcome{Name: "down", Status: 409, Schema: "desk/error.json", Text: "The desk is closed", OtherText: "The desk is shut"}
	handle := contract.JSON(func(c *contract.Call, _ struct{}) (contract.Reply, error) { return c.Answer("none", nil), nil })
	return &contract.Service{
		Name: "desk", Prefix: "/desk/", Machines: []*contract.Machine{&ticket},
		Dialect: contract.Dialect{
			Malformed: contract.Outcome{Name: "malformed", Status: 400, Schema: "desk/error.json"},
			Envelope:  contract.Envelope{Code: "code", Texts: []string{"text", "message"}, Rows: "rows"},
		},
		Operations: []contract.Operation{
			{ID: "desk.ticket", Method: http.MethodPost, Path: "/desk/ticket", Handle: handle, Outcomes: []contract.Outcome{
				state("open", "OPEN"), state("closed", "CLOSED"), refused("late", 1), refused("wrong", 2),
				{Name: "unknown", Status: 400, Schema: "desk/error.json", Code: 404, Text: "No such ticket"}, failure,
			}},
			{ID: "desk.paper", Method: http.MethodPost, Path: "/desk/paper", Handle: handle, Outcomes: []contract.Outcome{
				{Name: "filled", Status: 200, Schema: "desk/paper.json", Marks: []contract.Mark{{At: "/pdf/content", Not: true}}},
				{Name: "bare", Status: 200, Schema: "desk/paper.json", Marks: []contract.Mark{{At: "/pdf/content"}}},
				{Name: "nothing", Status: 200, Schema: "desk/paper.json", Fixed: map[string]any{"pdf": nil, "code": 0}},
			}},
			{ID: "desk.scan", Method: http.MethodGet, Path: "/desk/scan", Handle: handle, Outcomes: []contract.Outcome{
				{Name: "scan", Status: 200}, {Name: "gone", Status: 404}, failure,
			}},
		},
	}
}

func TestClassify(t *testing.T) {
	table, err := contract.New(deskSchemas, desk())
	if err != nil {
		t.Fatal(err)
	}
	const ticket, paper, scan = "desk.ticket", "desk.paper", "desk.scan"
	const late, wrong = `{"code":1,"text":"a"}`, `{"code":2,"text":"b"}`
	rows := func(rows string) string { return `{"code":7,"text":"Rows are refused","rows":[` + rows + `]}` }
	for _, test := range []struct {
		name, op string
		answer   contract.Answer
		want     []string // names of the outcomes, then the problems of the first
	}{
		{"a status that the operation has not", ticket, came(500, `{}`), nil},
		{"a state", ticket, came(200, `{"state":"CLOSED"}`), []string{"closed"}},
		{"the machine's first state", ticket, came(200, `{"state":"OPEN"}`), []string{"open"}},
		{"no state of the machine", ticket, came(200, `{"state":"LOST"}`), []string{"open", "closed", `/state: "OPEN" of the outcome open`}},
		{"another schema", ticket, came(200, `{}`), []string{"open", "closed", "/state: found nothing, expected a value: the field is required"}},
		{"a code and its text", ticket, came(400, `{"code":404,"text":"No such ticket"}`), []string{"unknown", "malformed"}},
		{"a code with another text", ticket, came(400, `{"code":404,"text":"none"}`), []string{"malformed"}},
		{"the text of another code", ticket, came(400, `{"code":405,"text":"No such ticket"}`), []string{"malformed"}},
		{"a row", ticket, came(400, rows(wrong)), []string{"wrong"}},
		{"a row of no outcome", ticket, came(400, rows(`{"code":3,"text":"c"}`)), []string{"late", "wrong", "unknown", "malformed", "/rows: a row with the code 1 of the outcome late"}},
		{"two rows", ticket, came(400, rows(late+","+wrong)), []string{"late", "wrong"}},
		{"two rows the other way round", ticket, came(400, rows(wrong+","+wrong+","+late)), []string{"wrong", "late"}},
		{"a text", ticket, came(409, `{"code":1,"text":"The desk is closed"}`), []string{"down"}},
		{"its other spelling", ticket, came(409, `{"code":1,"text":"The desk is shut"}`), []string{"down"}},
		{"another text", ticket, came(409, `{"code":1,"text":"The desk"}`), []string{"down", `/: the text "The desk is closed" of the outcome down`}},
		{"a text under another name", ticket, came(409, `{"code":1,"text":"The desk is closed","message":"x"}`), []string{"down"}},
		{"no JSON", ticket, came(409, `oops`), []string{"down", "/: found a text that is not JSON, expected a JSON body"}},
		{"no body", ticket, came(409, ``), []string{"down", "/: found no body, expected a JSON body"}},
		{"a file instead of JSON", ticket, contract.Answer{Status: 409, Body: []byte(`{}`), File: true},
			[]string{"down", "/: found a file, expected a JSON body"}},
		{"a field that is filled", paper, came(200, `{"code":0,"pdf":{"content":""}}`), []string{"filled"}},
		{"a field that is null", paper, came(200, `{"code":0,"pdf":{"content":null}}`), []string{"bare"}},
		{"a field that is not there", paper, came(200, `{"code":0,"pdf":17}`), []string{"bare"}},
		{"a fixed body in another order", paper, came(200, ` {"code": 0, "pdf": null}`), []string{"nothing"}},
		{"a file", scan, contract.Answer{Status: 200, Body: []byte(`%PDF`), File: true}, []string{"scan"}},
		{"an empty file", scan, came(200, ``), []string{"scan"}},
		{"a text instead of a file", scan, came(200, `{}`), []string{"scan", "/: found a body, expected none: the answer is a file"}},
		{"a status without a body", scan, came(404, ``), []string{"gone"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			op, _ := table.Operation(test.op)
			class := table.Classify(op, test.answer)
			var got []string
			for _, o := range class.Outcomes {
				got = append(got, o.Name)
			}
			for _, p := range class.Problems {
				got = append(got, p.Error())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			first, ok := class.Outcome()
			if ok != (len(class.Outcomes) > 0 && len(class.Problems) == 0) || ok && first != class.Outcomes[0] {
				t.Errorf("Outcome() is %v, %v", first, ok)
			}
		})
	}
}

func came(status int, body string) contract.Answer {
	return contract.Answer{Status: status, Body: []byte(body)}
}

func TestEnvelope(t *testing.T) {
	e := contract.Envelope{Code: "code", Texts: []string{"detail", "message"}, Rows: "rows"}
	for body, want := range map[string]contract.Said{
		`{}`:                            {},
		`[]`:                            {},
		`null`:                          {},
		`{"code":0}`:                    {Coded: true},
		`{"code":404,"detail":"x"}`:     {Code: 404, Coded: true, Text: "x"},
		`{"code":"404"}`:                {Code: 404, Coded: true},
		`{"code":"none"}`:               {},
		`{"code":null}`:                 {},
		`{"message":"y"}`:               {Text: "y"},
		`{"detail":"x","message":"y"}`:  {Text: "x"},
		`{"detail":null,"message":"y"}`: {Text: "y"},
		`{"rows":[{"code":1,"message":"y","request_id":"7"},5]}`: {
			Rows: []contract.RowError{{Code: 1, Text: "y", RequestID: "7"}, {Index: 1}},
		},
	} {
		decoded, err := contract.ParseBody([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, e.Read(decoded)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
	silent := contract.Envelope{}
	for _, member := range []any{5, []any{map[string]any{}}} {
		if diff := cmp.Diff(contract.Said{}, silent.Read(map[string]any{"": member})); diff != "" {
			t.Errorf("a service without an envelope (-want +got):\n%s", diff)
		}
	}
}
