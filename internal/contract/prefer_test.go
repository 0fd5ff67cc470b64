package contract_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/contract"
)

func TestPreferred(t *testing.T) {
	op, _ := newTable(t).Operation("bank.get")
	for _, test := range []struct {
		headers string // separated by |
		want    string // name of the outcome, or what the error says
	}{
		{"", ""},
		{"respond-async", ""},
		{"wait=5, handling=lenient", ""},
		{"outcome=none", "none"},
		{`outcome="none"`, "none"},
		{" Outcome = none ", "none"},
		{"outcome=none; why=test", "none"},
		{"respond-async, wait=5; x, OUTCOME=not-found", "not-found"},
		{"respond-async|outcome=not-found", "not-found"},
		{"outcome=none, outcome=found", "none"},
		{"code=404, outcome=none", "not-found"},
		{"code=200", "found"},
		{`outcome=none; foo="bar", wait=3`, "none"},
		{`wait=3; foo="a,outcome=found", outcome=none`, "none"},
		{`foo="a, outcome=found; b\", outcome=found", outcome=none`, "none"},
		{`outcome="no\ne"`, "none"},
		{`outcome="none;found"`, `Prefer asks for the outcome "none;found"; `},
		{`, ,outcome=none,`, "none"},
		{"CODE=400", "malformed"},
		{"outcome=nnoe", `Prefer asks for the outcome "nnoe"; bank.get has found, none, not-found, malformed; the nearest is "none"`},
		{"outcome", `Prefer asks for the outcome ""; `},
		{"outcome=None", `Prefer asks for the outcome "None"; `},
		{"code=418", `Prefer asks for the status "418"; the outcomes of bank.get have 200, 404, 400`},
		{"code=ok", `Prefer asks for the status "ok"; `},
		{"code=418, outcome=none", `Prefer asks for the status "418"; `},
	} {
		o, err := op.Preferred(strings.Split(test.headers, "|"))
		got := ""
		switch unmet := (contract.Unmet{}); {
		case err != nil && !errors.As(err, &unmet):
			t.Errorf("%q: the error is a %T", test.headers, err)
		case err != nil:
			got = err.Error()
		case o != nil:
			got = o.Name
		}
		if err == nil && got != test.want || err != nil && (test.want == "" || !strings.HasPrefix(got, test.want)) {
			t.Errorf("%q: %q, want %q", test.headers, got, test.want)
		}
		if err != nil && o != nil {
			t.Errorf("%q: there is an outcome beside the error", test.headers)
		}
	}
}
