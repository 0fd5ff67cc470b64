package contract_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
)

// check that an answer is in order: its outcome is the operation's, and it looks
// on the wire as that outcome does under the preset documents.
func check(t testing.TB, op operation, a answer) {
	t.Helper()
	o := checkShape(t, op, a)
	w := wires[[2]string{op.ID, o.Name}]
	switch w.form {
	case bodyDocument:
		checkDocument(t, op, a)
	case bodyDetail:
		want, _ := json.Marshal(map[string]string{"detail": w.text})
		if diff := cmp.Diff(string(want), string(a.body)); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", op.ID, o.Name, diff)
		}
	case bodyResult:
		checkResult(t, op, o, a)
	case bodySuccess:
		if got, isObject := resultOf(a.body); isObject && (got.Code != 0 || got.Text != "") {
			t.Errorf("%s %s is a success with %d %q", op.ID, o.Name, got.Code, got.Text)
		}
	}
}

// checkShape checks what holds under every profile: the outcome is declared, and
// status, headers and schema are that outcome's.
func checkShape(t testing.TB, op operation, a answer) outcome {
	t.Helper()
	o, declared := op.outcome(a.outcome())
	if !declared {
		t.Fatalf("%s answered %d with outcome %q: %s\n%s", op.ID, a.status, a.outcome(), a.body, a.findings())
	}
	w := wires[[2]string{op.ID, o.Name}]
	onPurpose := a.header.Get("Preference-Applied")+a.header.Get("Sim-Rule") != ""
	switch {
	case a.status != w.status:
		t.Errorf("%s %s has status %d, want %d", op.ID, o.Name, a.status, w.status)
	case o.Name == "malformed" && !onPurpose && a.findings() == "":
		t.Errorf("%s is malformed without a Sim-Finding", op.ID)
	case a.header.Get("Sim-Request") == "" || a.header.Get("Sim-Sandbox") == "":
		t.Errorf("%s %s: diagnostics are missing in %v", op.ID, o.Name, a.header)
	}
	switch w.form {
	case bodyDocument:
	case bodyEmpty:
		if len(a.body) > 0 || a.header.Get("Content-Type") != "" {
			t.Errorf("%s %s has a body of %s: %q", op.ID, o.Name, a.header.Get("Content-Type"), a.body)
		}
	default:
		if got := a.header.Get("Content-Type"); got != "application/json" {
			t.Errorf("%s %s has Content-Type %q", op.ID, o.Name, got)
		}
		if err := judge()[o.Schema].Validate(decoded(t, a.body)); err != nil {
			t.Errorf("%s %s does not fit %s: %v\n%s", op.ID, o.Name, o.Schema, err, a.body)
		}
	}
	checkRecognised(t, op, o, a)
	return o
}

// checkRecognised checks that the answer alone tells which outcome it is. Only the
// text of malformed may be any, so an error of KYC with the same status fits it, too.
func checkRecognised(t testing.TB, op operation, o outcome, a answer) {
	t.Helper()
	declared, _ := served.Table.Operation(op.ID)
	file := wires[[2]string{op.ID, o.Name}].form == bodyDocument
	class := served.Table.Classify(declared, contract.Answer{Status: a.status, Body: a.body, File: file})
	var names []string
	for _, other := range class.Outcomes {
		if other.Name != "malformed" || len(names) == 0 {
			names = append(names, other.Name)
		}
	}
	if len(class.Problems) > 0 || !slices.Equal(names, []string{o.Name}) {
		t.Errorf("%s %s is taken for %v, problems %v:\n%s", op.ID, o.Name, names, class.Problems, a.body)
	}
}

// checkDocument checks a file's head: a PDF to be saved under a name.
func checkDocument(t testing.TB, op operation, a answer) {
	t.Helper()
	if got := a.header.Get("Content-Type"); got != "application/pdf" {
		t.Errorf("%s has Content-Type %q", op.ID, got)
	}
	if !bytes.HasPrefix(a.body, []byte("%PDF-")) {
		t.Errorf("%s answers %.20q, no PDF", op.ID, a.body)
	}
	if a.header.Get("Content-Disposition") == "" || a.header.Get("ETag") == "" || a.header.Get("Last-Modified") == "" {
		t.Errorf("%s lacks a header of files: %v", op.ID, a.header)
	}
}

// resultBody is the head of a K2 or ABS body.
type resultBody struct {
	Code   int    `json:"error_code"`
	Text   string `json:"error_text"`
	Errors []struct {
		Code      int             `json:"error_code"`
		Text      string          `json:"error_text"`
		RequestID json.RawMessage `json:"request_id"`
	} `json:"errors"`
}

func resultOf(body []byte) (r resultBody, isObject bool) {
	return r, json.Unmarshal(body, &r) == nil
}

// checkResult compares the outer error and, where rows are refused one by one,
// that of each row: the first of them is the outcome's.
func checkResult(t testing.TB, op operation, o outcome, a answer) {
	t.Helper()
	w := wires[[2]string{op.ID, o.Name}]
	got, _ := resultOf(a.body)
	if got.Code != w.code || w.text != "" && got.Text != w.text {
		t.Errorf("%s %s says %d %q, want %d %q", op.ID, o.Name, got.Code, got.Text, w.code, w.text)
	}
	if got.Text == "" {
		t.Errorf("%s %s is an error without a text", op.ID, o.Name)
	}
	if (len(got.Errors) > 0) != (w.row != nil) {
		t.Fatalf("%s %s lists %d rows", op.ID, o.Name, len(got.Errors))
	}
	for i, row := range got.Errors {
		is := func(w wire) bool { return w.row != nil && *w.row == rowError{row.Code, row.Text} }
		if i == 0 && !is(w) || !slices.ContainsFunc(rowWires(op), is) {
			t.Errorf("%s %s says %d %q of row %d", op.ID, o.Name, row.Code, row.Text, i)
		}
	}
}

// rowWires are those of an operation's outcomes that rows may have.
func rowWires(op operation) []wire {
	var all []wire
	for _, o := range op.Outcomes {
		if w := wires[[2]string{op.ID, o.Name}]; w.row != nil {
			all = append(all, w)
		}
	}
	return all
}
