package contract_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
)

func TestFieldValues(t *testing.T) {
	table := newTable(t)
	for _, test := range []struct {
		name, body, field string
		want              []string
	}{
		{"a text", `{"iin":"012345678901"}`, "iin", []string{"012345678901"}},
		{"a number as it was sent", `{"iin":10001.00}`, "iin", []string{"10001.00"}},
		{"neither", `{"iin":true,"a":{"iin":null},"b":{"iin":{}}}`, "iin", nil},
		{"in rows", `{"items":[{"iin":"1"},{"iin":2},{"x":3}]}`, "iin", []string{"1", "2"}},
		{"rows at the root", `[{"iin":"1"},{"client":{"iin":"2"}}]`, "iin", []string{"1", "2"}},
		{"the top before the rows", `{"a":[{"iin":"2"}],"iin":"1"}`, "iin", []string{"1", "2"}},
		{"by the order of names", `{"b":{"iin":"2"},"a":{"iin":"1"}}`, "iin", []string{"1", "2"}},
		{"too deep", `{"a":{"b":{"c":{"d":{"iin":"5"},"iin":"4"}}}}`, "iin", []string{"4"}},
		{"another name", `{"iinbin":"1","IIN":"2"}`, "iin", nil},
		{"an object of that name", `{"iin":{"iin":"1"}}`, "iin", []string{"1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, call(t, table, "bank.pay", test.body).FieldValues(test.field)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	c := &contract.Call{
		Path: map[string]string{"iin": "1"}, Query: parseQuery(t, "iin=2&iin=3"), Body: map[string]any{"iin": json.Number("4")},
	}
	if diff := cmp.Diff([]string{"1", "2", "3", "4"}, c.FieldValues("iin")); diff != "" {
		t.Errorf("from everywhere (-want +got):\n%s", diff)
	}
}

func TestSubjects(t *testing.T) {
	table := newTable(t)
	for body, want := range map[string][]string{
		`{}`:                     nil,
		`{"iin":"901123300258"}`: {"901123300258"},
		`[{"iinbin":"901123300258"},{"iinbin":"940140000385"},{"iinbin":"901123300258"}]`: {"901123300258", "940140000385"},
		`{"iin":"901123300258","items":[{"iinbin":"901123300258"}]}`:                      {"901123300258"},
	} {
		if diff := cmp.Diff(want, call(t, table, "bank.pay", body).Subjects()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
}

func TestReservedIn(t *testing.T) {
	table := newTable(t)
	for _, test := range []struct{ operation, body, query, want string }{
		{"bank.pay", `{"items":[{"trn_id":"1"},{"trn_id":"666"}]}`, "", ""}, // its row's matter
		{"bank.get", "", "iin=990101500001", "not-found"},
		{"bank.get", "", "iin=666&trn_id=666", ""},
		{"bank.paper", `{"iin":"990101500001","trn_id":"666"}`, "", ""},
	} {
		c := call(t, table, test.operation, test.body)
		c.Query = parseQuery(t, test.query)
		r, ok := table.ReservedIn(c)
		if r.Outcome != test.want || ok != (test.want != "") {
			t.Errorf("%s with %s%s: %q, %v; want %q", test.operation, test.body, test.query, r.Outcome, ok, test.want)
		}
	}
}

func TestReservedRow(t *testing.T) {
	table := newTable(t)
	for _, test := range []struct {
		operation, body string
		want            []string // by row
	}{
		{"bank.pay", `{"items":[{"trn_id":"1"},{"trn_id":"666"},{}]}`, []string{"", "duplicate", ""}},
		{"bank.load", `[{"trn_id":666},{"trn_id":6660},{"trn_id":666.0},{"amount":666},7]`, []string{"duplicate", "", "", "", ""}},
	} {
		c := call(t, table, test.operation, test.body)
		for i, want := range test.want {
			if r, ok := c.ReservedRow(i); r.Outcome != want || ok != (want != "") {
				t.Errorf("%s, row %d of %s: %q, %v; want %q", test.operation, i, test.body, r.Outcome, ok, want)
			}
		}
	}
}

func TestRowErrorEchoesTheRow(t *testing.T) {
	table := newTable(t)
	row := &contract.Row{Code: 9, Text: "twice"}
	for _, test := range []struct {
		operation, body string
		index           int
		want            any
	}{
		{"bank.pay", `{"items":[{},{"request_id":"a"}]}`, 1, "a"},
		{"bank.load", `[{"request_id":7.10}]`, 0, json.Number("7.10")},
		{"bank.load", `[{}]`, 0, nil},
		{"bank.load", `["row"]`, 0, nil},
		{"bank.load", `[]`, 3, nil},
		{"bank.load", `{"0":{"request_id":"a"}}`, 0, nil},
		{"bank.pay", `{"items":{"0":{"request_id":"a"}}}`, 0, nil},
	} {
		got := call(t, table, test.operation, test.body).RowError(test.index, row)
		if diff := cmp.Diff(contract.RowError{Index: test.index, Code: 9, Text: "twice", RequestID: test.want}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.body, diff)
		}
	}
}

func TestEncode(t *testing.T) {
	for _, test := range []struct {
		value any
		want  string
	}{
		{map[string]any{"b": "<&>", "a": json.Number("10001.00")}, `{"a":10001.00,"b":"<&>"}`},
		{"Әлия \"\\\n", `"Әлия \"\\\n"`},
		{[]any{}, `[]`},
		{nil, `null`},
		{json.RawMessage(`{ "a" : "<" }`), `{"a":"<"}`},
	} {
		got, err := contract.Encode(test.value)
		if err != nil || string(got) != test.want {
			t.Errorf("%v is %s, %v; want %s", test.value, got, err, test.want)
		}
	}
	if got, err := contract.Encode(func() {}); err == nil {
		t.Errorf("a function is %s", got)
	}
}

func TestQueryObject(t *testing.T) {
	got := contract.QueryObject(parseQuery(t, "a=1&a=2&b=&c=+x%20&d"))
	if diff := cmp.Diff(map[string]any{"a": "1", "c": " x "}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestText(t *testing.T) {
	for raw, want := range map[string]contract.Text{
		`"012"`: "012", `12`: "12", `10001.00`: "10001.00", `12345678901234567890`: "12345678901234567890",
		`1e3`: "1e3", `""`: "", `null`: "", `"\u0430"`: "а",
	} {
		var got contract.Text
		if err := json.Unmarshal([]byte(raw), &got); err != nil || got != want {
			t.Errorf("%s is %q, %v; want %q", raw, got, err, want)
		}
	}
	for _, raw := range []string{`true`, `{}`, `[]`} {
		var got contract.Text
		if err := json.Unmarshal([]byte(raw), &got); err == nil {
			t.Errorf("%s is %q", raw, got)
		}
	}
}
