package openapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/openapi/sample"
)

func sampleOf(t *testing.T, id string) sample.Request {
	t.Helper()
	op, ok := whole(t).Operation(id)
	if !ok {
		t.Fatalf("no operation %s", id)
	}
	all, err := sample.Requests(op)
	if err != nil {
		t.Fatal(err)
	}
	return all[0]
}

func encoded(t *testing.T, r sample.Request) string {
	t.Helper()
	raw, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// Every operation has a sample, and with values in the placeholders it is of the
// operation's shape.
func TestSamplesAreWellFormed(t *testing.T) {
	all := whole(t)
	for _, op := range all.Operations() {
		requests, err := sample.Requests(op)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, r := range requests {
			fields := map[string]string{}
			for _, name := range r.Placeholders() {
				fields[name] = "x"
			}
			r = r.Fill(fields)
			if left := r.Placeholders(); len(left) > 0 {
				t.Errorf("%s: placeholders %v are left", op.ID, left)
			}
			call := &contract.Call{Operation: op, Body: r.Body, Query: r.Values(), Path: r.Path}
			if problems := all.Schemas.CheckRequest(call); len(problems) > 0 || len(call.RowProblems) > 0 {
				t.Errorf("%s: %v %v", op.ID, problems, call.RowProblems)
			}
			if strings.Contains(r.Target(), "{") {
				t.Errorf("%s: the path is %s", op.ID, r.Target())
			}
		}
	}
}

func TestSamplesAreFilled(t *testing.T) {
	loan := sampleOf(t, "k2.k2loan_from_eko")
	filled := loan.Fill(map[string]string{"iinbin": "061211600012", "debt": "5.50", "overdue_days": "many", "absent": "x"})
	got := filled.Object()
	if got["iinbin"] != "061211600012" || got["debt"] != json.Number("5.50") || got["overdue_days"] != "many" || got["absent"] != nil {
		t.Errorf("filled: %v", got)
	}
	if loan.Object()["iinbin"] == "061211600012" {
		t.Error("the sample itself was changed")
	}
	list := sampleOf(t, "abs.post_all_loan_exclude_to_eko").Fill(map[string]string{"iin": "1", "is_active": "0"})
	if n := strings.Count(encoded(t, list), `"iin":"1"`); n != 5 {
		t.Errorf("%d rows of 5 were filled", n)
	}
	document := sampleOf(t, "kyc.edocument.request").Fill(map[string]string{"document_type": "pass port"})
	if want := "/api/v1/backend/e-document/online-access/request/pass%20port/"; document.Target() != want {
		t.Errorf("path %s, want %s", document.Target(), want)
	}
	approve := sampleOf(t, "kyc.edocument.approve").Fill(map[string]string{"file": "false"})
	if approve.Object()["file"] != false {
		t.Errorf("file is %#v", approve.Object()["file"])
	}
}

func TestSamplesWithAndWithout(t *testing.T) {
	pay := sampleOf(t, "k2.k2extreq_pay_from_eko").With(map[string]any{"trn_id": "7", "note": "new"}).Without("cur", "incoming_amount")
	want := `{"items":[{"amount":2000000,"note":"new","refer":"PTPJ200000000037","request_id":1111,"trn_id":7}]}`
	if diff := cmp.Diff(want, encoded(t, pay)); diff != "" {
		t.Error(diff)
	}
	statement := sampleOf(t, "abs.get_acc_stmt_dt").With(map[string]any{"id": json.Number("9"), "new": true}).Without("iban")
	if got := statement.Values(); got.Get("id") != "9" || got.Get("new") != "true" || got.Has("iban") || got.Get("dep_id") != "555" {
		t.Errorf("query %v", got)
	}
	client := sampleOf(t, "abs.way4_get_loan_debt").With(map[string]any{"contract_number": json.Number("0012")})
	if client.Object()["contract_number"] != "0012" {
		t.Errorf("a number in a field of strings: %v", client.Object())
	}
}
