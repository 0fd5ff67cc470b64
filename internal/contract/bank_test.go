package contract_test

import (
	"net/http"
	"strconv"
	"testing"
	"testing/fstest"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
)

// The bank is a service made up for these tests: a batch below a member, a batch
// at the root, a query, a path with a variable and a file.

var files = fstest.MapFS{
	"bank/pay.request.json": {Data: []byte(`{
		"type": "object", "required": ["items"],
		"properties": {
			"page": {"type": "integer"}, "page ": {"type": "integer"},
			"items": {"type": "array", "items": {"$ref": "/bank/row.json"}}
		}}`)},
	"bank/load.request.json": {Data: []byte(`{"type": "array", "items": {"$ref": "/bank/row.json"}}`)},
	"bank/row.json": {Data: []byte(`{
		"type": "object", "required": ["trn_id", "amount"],
		"properties": {
			"trn_id": {"type": ["string", "integer"]}, "amount": {"type": "number"}, "request_id": {},
			"iinbin": {"type": "string"}, "client": {"type": "object", "properties": {"name": {"type": "string"}}}
		}}`)},
	"bank/get.request.json": {Data: []byte(`{
		"type": "object", "required": ["iin"],
		"properties": {"iin": {"type": "string"}, "dt": {"type": "string", "format": "date"}}}`)},
	"bank/ok.json":    {Data: []byte(`{"type": "object", "required": ["sum"], "additionalProperties": false, "properties": {"sum": {"type": "integer"}}}`)},
	"bank/error.json": {Data: []byte(`{"type": "object", "required": ["detail"], "properties": {"detail": {"type": "string"}}}`)},
	"bank/rows.json": {Data: []byte(`{
		"type": "object", "required": ["code", "rows"],
		"properties": {"code": {"type": "integer"}, "rows": {"type": "array", "items": {"type": "object"}}}}`)},
}

var sums = store.Define[int64]("sums")

// input is what bank.pay and bank.load decode their rows into. Text and int64
// refuse what doesn't fit in different ways.
type input struct {
	TrnID  contract.Text `json:"trn_id"`
	Amount int64         `json:"amount"`
}

type payment struct {
	Page  int
	Items []input `json:"items"`
}

var slow = contract.Switch{Key: "bank.slow", About: "How long does it take?", Default: "30s", Strict: "1m"}

var envelope = contract.Switch{
	Key: "bank.envelope", About: "How is an error said?", Values: []string{"detail", "message", "both"},
	Default: "detail", Observed: "message",
}

func bank() *contract.Service {
	malformed := contract.Outcome{Name: "malformed", Status: http.StatusBadRequest, Schema: "bank/error.json"}
	ok := contract.Outcome{Name: "accepted", Status: http.StatusOK, Schema: "bank/ok.json"}
	duplicate := contract.Outcome{
		Name: "duplicate", Status: http.StatusOK, Schema: "bank/rows.json", Code: 1, Text: "twice",
		Row: &contract.Row{Code: 9, Text: "twice in a row"},
	}
	return &contract.Service{
		Name: "bank", Prefix: "/bank/",
		Switches:    []contract.Switch{slow, envelope},
		Collections: []store.Definition{sums.Definition()},
		Reserved: []contract.Reserved{
			{On: []string{"bank.get"}, Field: "iin", Value: "990101500001", Outcome: "not-found"},
			{On: []string{"bank.pay", "bank.load"}, Field: "trn_id", Value: "666", Outcome: "duplicate"},
		},
		Operations: []contract.Operation{
			{
				ID: "bank.pay", Method: http.MethodPost, Path: "/bank/pay", Request: "bank/pay.request.json",
				Batch: true, Rows: "/items", Outcomes: []contract.Outcome{ok, duplicate},
				Handle: contract.JSON(func(c *contract.Call, in payment) (contract.Reply, error) { return pay(c, in.Items) }),
			},
			{
				ID: "bank.load", Method: http.MethodPost, Path: "/bank/load", Request: "bank/load.request.json",
				Batch: true, Outcomes: []contract.Outcome{ok, duplicate}, Handle: contract.JSON(pay),
			},
			{
				ID: "bank.get", Method: http.MethodGet, Path: "/bank/get", Request: "bank/get.request.json",
				Outcomes: []contract.Outcome{
					{Name: "found", Status: http.StatusOK, Schema: "bank/ok.json", Arrange: arrangeSum},
					{Name: "none", Status: http.StatusOK, Schema: "bank/ok.json", Fixed: map[string]any{"sum": 0}},
					{Name: "not-found", Status: http.StatusNotFound, Text: "nobody"},
				},
				Handle: contract.JSON(get),
			},
			{
				ID: "bank.paper", Method: http.MethodPost, Path: "/bank/paper/{kind}/",
				Variants: contract.Variants{Variable: "kind", Values: []string{"scan"}},
				Outcomes: []contract.Outcome{{Name: "scan", Status: http.StatusOK}},
				Handle: contract.JSON(func(c *contract.Call, _ struct{}) (contract.Reply, error) {
					reply := c.Answer("scan", nil)
					reply.File = &contract.File{Name: "скан.pdf", Type: "application/pdf", Content: []byte("%PDF")}
					return reply, nil
				}),
			},
		},
		Dialect: contract.Dialect{
			Malformed:    malformed,
			SayMalformed: func(_ *contract.Call, p contract.Problem) any { return map[string]string{"detail": p.Field} },
			SayError:     sayError,
		},
	}
}

func sayError(_ *contract.Call, o contract.Outcome, rows []contract.RowError) any {
	if o.Schema == "" {
		return nil
	}
	said := []map[string]any{}
	for _, row := range rows {
		said = append(said, map[string]any{"code": row.Code, "at": row.Index, "request_id": row.RequestID})
	}
	return map[string]any{"code": o.Code, "rows": said}
}

// pay adds up the rows that are whole. A payment of 13 fails and undoes the
// others; one of 14 is refused and lets them stand.
func pay(c *contract.Call, rows []input) (contract.Reply, error) {
	var sum int64
	for i, row := range rows {
		if _, wrong := c.RowProblems[i]; wrong {
			continue
		}
		sums.Put(c.Tx, string(row.TrnID), row.Amount)
		sum += row.Amount
		switch row.Amount {
		case 13:
			return contract.Reply{}, contract.Fail("duplicate", c.RowError(i, &contract.Row{Code: 9}))
		case 14:
			return c.Refuse("duplicate", c.RowError(i, &contract.Row{Code: 9})), nil
		}
	}
	return c.Answer("accepted", map[string]int64{"sum": sum}), nil
}

type query struct {
	IIN string `json:"iin"`
	DT  string `json:"dt"`
}

var arrangeSum = contract.Arrange(func(c *contract.Call, in *query) error {
	sums.Put(c.Tx, in.IIN, 5)
	return nil
})

func get(c *contract.Call, in query) (contract.Reply, error) {
	sum, ok := sums.Get(c.Tx, in.IIN)
	if !ok {
		return contract.Reply{}, contract.Fail("not-found")
	}
	return c.Answer("found", map[string]int64{"sum": sum}), nil
}

func newTable(t testing.TB) *contract.Table {
	t.Helper()
	table, err := contract.New(files, bank())
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// call to an operation of the bank, with a body that must be JSON.
func call(t testing.TB, table *contract.Table, id, body string) *contract.Call {
	t.Helper()
	op, ok := table.Operation(id)
	if !ok {
		t.Fatalf("no operation %s", id)
	}
	c := &contract.Call{Operation: op, Raw: []byte(body)}
	if op.ReadsQuery() || body == "" {
		return c
	}
	if _, err := table.ReadBody(c); err != nil {
		t.Fatal(err)
	}
	return c
}

// stored is what the bank has put away, as "key=sum".
func stored(t testing.TB, s *store.Store) []string {
	t.Helper()
	all := []string{}
	_ = s.View(func(r store.Reader) error {
		for key, sum := range sums.All(r) {
			all = append(all, key+"="+strconv.FormatInt(sum, 10))
		}
		return nil
	})
	return all
}
