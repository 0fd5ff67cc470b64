package contract_test

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
)

func parseQuery(t *testing.T, query string) url.Values {
	t.Helper()
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// answer is what came of a call.
type answer struct {
	outcome, body string
	undo          bool
	stored        []string // what stays in the state
	err           error
}

// perform a call as the gateway does: in a transaction that is kept unless the
// result says otherwise.
func perform(t *testing.T, table *contract.Table, c *contract.Call, wanted string) answer {
	t.Helper()
	var outcome *contract.Outcome
	if wanted != "" {
		outcome, _ = c.Operation.Outcome(wanted)
		if outcome == nil {
			t.Fatalf("no outcome %s", wanted)
		}
	}
	s := store.New(table.Collections()...)
	var result contract.Result
	errUndo := errors.New("undo")
	err := s.Update(func(tx *store.Tx) error {
		c.Tx = tx
		var err error
		if result, err = table.Perform(c, outcome); err == nil && result.Undo {
			return errUndo
		}
		return err
	})
	a := answer{undo: result.Undo, body: string(result.Encoded), stored: stored(t, s)}
	if result.Outcome != nil {
		a.outcome = result.Outcome.Name
	}
	if !errors.Is(err, errUndo) {
		a.err = err
	}
	return a
}

func TestPerform(t *testing.T) {
	table := newTable(t)
	for _, test := range []struct {
		name, operation, input, wanted string
		want                           answer
	}{
		{"behaviour", "bank.pay", `{"items":[{"trn_id":1,"amount":2},{"trn_id":"b","amount":3}]}`, "",
			answer{outcome: "accepted", body: `{"sum":5}`, stored: []string{"1=2", "b=3"}}},
		{"a failure undoes", "bank.pay", `{"items":[{"trn_id":1,"amount":2},{"trn_id":2,"amount":13,"request_id":"r"}]}`, "",
			answer{outcome: "duplicate", body: `{"code":1,"rows":[{"at":1,"code":9,"request_id":"r"}]}`, undo: true, stored: []string{}}},
		{"a refusal stays", "bank.load", `[{"trn_id":1,"amount":2},{"trn_id":2,"amount":14}]`, "",
			answer{outcome: "duplicate", body: `{"code":1,"rows":[{"at":1,"code":9,"request_id":null}]}`, stored: []string{"1=2", "2=14"}}},
		{"an error by name changes nothing and names every row", "bank.pay",
			`{"items":[{"trn_id":1,"amount":2,"request_id":7.0},{"trn_id":2,"amount":3}]}`, "duplicate",
			answer{outcome: "duplicate", undo: true, stored: []string{},
				body: `{"code":1,"rows":[{"at":0,"code":9,"request_id":7.0},{"at":1,"code":9,"request_id":null}]}`}},
		{"an error by name, rows at the root", "bank.load", `[{"request_id":"<&>"}]`, "duplicate",
			answer{outcome: "duplicate", body: `{"code":1,"rows":[{"at":0,"code":9,"request_id":"<&>"}]}`, undo: true, stored: []string{}}},
		{"an error by name without rows", "bank.pay", `{"items":[]}`, "duplicate",
			answer{outcome: "duplicate", body: `{"code":1,"rows":[]}`, undo: true, stored: []string{}}},
		{"an error by name without a body", "bank.get", "iin=1", "not-found",
			answer{outcome: "not-found", undo: true, stored: []string{}}},
		{"a natural error without a body", "bank.get", "iin=1", "",
			answer{outcome: "not-found", undo: true, stored: []string{}}},
		{"a success by name is made true", "bank.get", "iin=1", "found",
			answer{outcome: "found", body: `{"sum":5}`, stored: []string{"1=5"}}},
		{"a fixed success by name looks at nothing", "bank.get", "iin=1", "none",
			answer{outcome: "none", body: `{"sum":0}`, stored: []string{}}},
		{"a success by name that behaviour gives", "bank.pay", `{"items":[]}`, "accepted",
			answer{outcome: "accepted", body: `{"sum":0}`, stored: []string{}}},
		{"malformed by name", "bank.pay", `{"items":[]}`, "malformed",
			answer{outcome: "malformed", body: `{"detail":""}`, stored: []string{}}},
		{"a file", "bank.paper", `{}`, "", answer{outcome: "scan", stored: []string{}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := call(t, table, test.operation, test.input)
			if c.Operation.ReadsQuery() {
				c.Query = parseQuery(t, test.input)
			}
			got := perform(t, table, c, test.wanted)
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(answer{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A row that doesn't have a row's shape must not spoil its neighbours, whichever
// way its fields refuse it.
func TestRowsThatDoNotFitTheHandlersType(t *testing.T) {
	table := newTable(t)
	for _, bad := range []string{
		`{"trn_id":{},"amount":1}`, `{"trn_id":[1],"amount":1}`, `{"trn_id":"x","amount":"1"}`, `{"trn_id":true}`, `7`, `[]`, `null`,
	} {
		for operation, around := range map[string][2]string{
			"bank.load": {"[", "]"}, "bank.pay": {`{"page":1,"items":[`, "]}"},
		} {
			t.Run(operation+" "+bad, func(t *testing.T) {
				c := call(t, table, operation, around[0]+`{"trn_id":"a","amount":1},`+bad+`,{"trn_id":"b","amount":2}`+around[1])
				if problems := table.Schemas.CheckRequest(c); problems != nil || len(c.RowProblems) != 1 {
					t.Fatalf("%v and of rows %v, want one of a row", problems, c.RowProblems)
				}
				got := perform(t, table, c, "")
				want := answer{outcome: "accepted", body: `{"sum":3}`, stored: []string{"a=1", "b=2"}}
				if diff := cmp.Diff(want, got, cmp.AllowUnexported(answer{})); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if sent, _ := contract.ParseBody(c.Raw); !cmp.Equal(sent, c.Body) {
					t.Errorf("the body has become %v", c.Body)
				}
			})
		}
	}
}

// What a behaviour answers against the table is a bug of the simulator and says so.
func TestPerformCatchesWhatTheTableDoesNotAllow(t *testing.T) {
	ok := map[string]int64{"sum": 1}
	for _, test := range []struct {
		name   string
		handle func(*contract.Call) (contract.Reply, error)
		wanted string
		says   string
	}{
		{"an undeclared outcome", func(c *contract.Call) (contract.Reply, error) { return c.Answer("lost", ok), nil }, "",
			`bank.pay answered "lost": no such outcome`},
		{"another operation's outcome", func(c *contract.Call) (contract.Reply, error) { return c.Answer("not-found", nil), nil }, "",
			`"not-found": no such outcome`},
		{"an undeclared failure", func(*contract.Call) (contract.Reply, error) { return contract.Reply{}, contract.Fail("lost") }, "",
			`"lost": no such outcome`},
		{"no outcome", func(*contract.Call) (contract.Reply, error) { return contract.Reply{Body: ok}, nil }, "", "no outcome"},
		{"no outcome, one was asked for", func(*contract.Call) (contract.Reply, error) { return contract.Reply{}, nil }, "accepted",
			"asked for by name was accepted"},
		{"a body that doesn't fit", func(c *contract.Call) (contract.Reply, error) {
			return c.Answer("accepted", map[string]any{"sum": "1"}), nil
		}, "", "does not fit bank/ok.json: /sum: expected integer"},
		{"a member too many", func(c *contract.Call) (contract.Reply, error) {
			return c.Answer("accepted", map[string]any{"sum": 1, "more": 2}), nil
		}, "", "does not fit bank/ok.json"},
		{"no body", func(c *contract.Call) (contract.Reply, error) { return c.Answer("accepted", nil), nil }, "", "no body, where bank/ok.json"},
		{"a file instead of a body", func(c *contract.Call) (contract.Reply, error) {
			reply := c.Answer("accepted", nil)
			reply.File = &contract.File{}
			return reply, nil
		}, "", "no body, where bank/ok.json"},
		{"a body that is no JSON", func(c *contract.Call) (contract.Reply, error) {
			return c.Answer("accepted", map[string]any{"sum": func() {}}), nil
		}, "", "unsupported type"},
		{"another outcome than was asked for", func(c *contract.Call) (contract.Reply, error) {
			return c.Answer("accepted", ok), nil
		}, "settled", "asked for by name was settled"},
		{"a failure where a success was asked for", func(*contract.Call) (contract.Reply, error) {
			return contract.Reply{}, contract.Fail("duplicate")
		}, "accepted", `"duplicate": asked for by name was accepted`},
		{"an error", func(*contract.Call) (contract.Reply, error) { return contract.Reply{}, errors.New("out of paper") }, "", "out of paper"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := bank()
			s.Operations[0].Outcomes = append(s.Operations[0].Outcomes,
				contract.Outcome{Name: "settled", Status: http.StatusOK, Schema: "bank/ok.json"})
			s.Operations[0].Handle = func(c *contract.Call, _ contract.Arranger) (contract.Reply, error) {
				sums.Put(c.Tx, "changed", 1)
				return test.handle(c)
			}
			table, err := contract.New(files, s)
			if err != nil {
				t.Fatal(err)
			}
			a := perform(t, table, call(t, table, "bank.pay", `{"items":[]}`), test.wanted)
			var broken contract.Broken
			if !errors.As(a.err, &broken) || !strings.Contains(a.err.Error(), test.says) {
				t.Errorf("%v, want a Broken that says %q", a.err, test.says)
			}
			if len(a.stored) != 0 {
				t.Errorf("stored is %v", a.stored)
			}
		})
	}
}

// The status is the table's, whatever a behaviour makes of the outcome.
func TestTheTablesOutcomeIsAnswered(t *testing.T) {
	s := bank()
	s.Operations[0].Handle = func(*contract.Call, contract.Arranger) (contract.Reply, error) {
		return contract.Reply{Outcome: &contract.Outcome{Name: "accepted", Status: 500}, Body: map[string]int{"sum": 1}}, nil
	}
	table, err := contract.New(files, s)
	if err != nil {
		t.Fatal(err)
	}
	result, err := table.Perform(call(t, table, "bank.pay", `{"items":[]}`), nil)
	if err != nil || result.Outcome.Status != http.StatusOK {
		t.Errorf("%+v, %v", result.Outcome, err)
	}
}

func TestAnArrangerOfAnotherType(t *testing.T) {
	s := bank()
	s.Operations[0].Outcomes[0].Arrange = arrangeSum
	table, err := contract.New(files, s)
	if err != nil {
		t.Fatal(err)
	}
	a := perform(t, table, call(t, table, "bank.pay", `{"items":[]}`), "accepted")
	if a.err == nil || !strings.Contains(a.err.Error(), "bank.pay decodes into *contract_test.payment") {
		t.Errorf("%v, want an error that names the types", a.err)
	}
}

func TestMalformedSaysItTwice(t *testing.T) {
	table := newTable(t)
	c := call(t, table, "bank.pay", `{"page":"1"}`)
	result, err := table.Malformed(c, table.Schemas.CheckRequest(c)[0])
	if err != nil {
		t.Fatal(err)
	}
	if result.Outcome.Name != "malformed" || result.Outcome.Status != http.StatusBadRequest || !result.Undo ||
		string(result.Encoded) != `{"detail":"items"}` {
		t.Errorf("%+v, body %s", result.Reply, result.Encoded)
	}
	want := []contract.Finding{{Path: "/items", Text: "found nothing, expected a value: the field is required"}}
	if diff := cmp.Diff(want, c.Findings()); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func TestAFindingIsNotedOnce(t *testing.T) {
	var c contract.Call
	for range 3 {
		c.Find(44, "/items/0", "unknown reason")
		c.Find(44, "/items/1", "unknown reason")
		c.Find(0, "/items/0", "unknown reason")
	}
	want := []contract.Finding{
		{Ledger: 44, Path: "/items/0", Text: "unknown reason"}, {Ledger: 44, Path: "/items/1", Text: "unknown reason"},
		{Path: "/items/0", Text: "unknown reason"},
	}
	if diff := cmp.Diff(want, c.Findings()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s := c.Findings()[0].String(); s != "ledger 44: /items/0: unknown reason" {
		t.Errorf("it says %q", s)
	}
	var many contract.Call
	for n := range 60 {
		many.Find(0, "", strconv.Itoa(n%20))
	}
	if n := len(many.Findings()); n != 20 {
		t.Errorf("%d findings of twenty are kept", n)
	}
}
