package verify

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
)

// classify says which of the outcomes a body is that fits them all: the one that
// was called for, if nothing speaks against it.
func (ex *examination) classify(candidates []*contract.Outcome) *contract.Outcome {
	var able []*contract.Outcome
	for _, o := range candidates {
		if ex.canBe(o) {
			able = append(able, o)
		}
	}
	if len(able) == 0 {
		able = candidates
	}
	if want := ex.expect.outcome; want != nil && slices.Contains(able, want) {
		return want
	}
	return able[0]
}

// canBe looks at what tells outcomes of one schema apart.
func (ex *examination) canBe(o *contract.Outcome) bool {
	object, _ := ex.body.(map[string]any)
	if misfits, err := ex.schemas.Check(o.Schema, ex.body); err != nil || len(misfits) > 0 {
		return false
	}
	switch {
	case o.Row != nil:
		return ex.hasRow(o.Row)
	case o.Fixed != nil:
		return ex.isSame(o.Fixed)
	case o.IsError():
		return true
	case ex.isNothing():
		return false // its own outcome says that there is nothing
	}
	if status, ok := object["status"].(string); ok {
		return strings.ToLower(strings.ReplaceAll(status, "_", "-")) == o.Name
	}
	return filledField(object, ex.op) == "" || filledField(object, ex.op) == o.Name
}

// isSame compares with the body of an outcome that has only one.
func (ex *examination) isSame(fixed any) bool {
	want, err := json.Marshal(fixed)
	if err != nil {
		return false
	}
	decoded, err := contract.ParseBody(want)
	if err != nil {
		return false
	}
	a, _ := json.Marshal(decoded) // both sorted by name now
	b, _ := json.Marshal(ex.body)
	return bytes.Equal(a, b)
}

func (ex *examination) isNothing() bool {
	return slices.ContainsFunc(ex.op.Outcomes, func(o contract.Outcome) bool { return o.Fixed != nil && ex.isSame(o.Fixed) })
}

// filledField is the outcome that is named after the one of some fields that
// isn't null: document-pdf after document_pdf, document-failed after
// failure_reason, plain document if none is. Empty for bodies without them.
func filledField(object map[string]any, op *contract.Operation) string {
	reason, ok := object["failure_reason"]
	if !ok {
		return ""
	}
	prefix := ""
	for _, o := range op.Outcomes {
		field := strings.ReplaceAll(o.Name, "-", "_")
		if _, has := object[field]; !has {
			continue
		}
		prefix, _, _ = strings.Cut(o.Name, "-")
		if object[field] != nil {
			return o.Name
		}
	}
	if reason != nil {
		return prefix + "-failed"
	}
	return prefix
}

// rows of a batch's error, as they came.
func (ex *examination) rows() []map[string]any {
	object, _ := ex.body.(map[string]any)
	list, _ := object["errors"].([]any)
	var rows []map[string]any
	for _, row := range list {
		if row, ok := row.(map[string]any); ok {
			rows = append(rows, row)
		}
	}
	return rows
}

func (ex *examination) hasRow(want *contract.Row) bool {
	return slices.ContainsFunc(ex.rows(), func(row map[string]any) bool {
		code, _ := codeOf(row)
		return code == want.Code
	})
}

// checkRows judges the errors of single rows: the code and text that the document
// prints, and the request_id of a row that was sent (ledger 37).
func (ex *examination) checkRows() {
	o := ex.outcome
	if o.Row == nil {
		return
	}
	sent := ex.sentIDs()
	for i, row := range ex.rows() {
		code, _ := codeOf(row)
		if !ex.knowsRow(code) {
			ex.add(Finding{
				Kind: WrongOutcome, Path: fmt.Sprintf("/errors/%d/error_code", i), Expected: fmt.Sprint(o.Row.Code),
				Seen: fmt.Sprint(code), Ledger: o.Ledger, note: o.Confidence == contract.Assumed,
				Quote: fmt.Sprintf(`"error_code": %d, "error_text": %q`, o.Row.Code, o.Row.Text),
			})
		}
		if text := row["error_text"]; code == o.Row.Code && text != o.Row.Text && o.Confidence == contract.Documented {
			ex.add(Finding{
				Kind: WrongText, Path: fmt.Sprintf("/errors/%d/error_text", i), Expected: o.Row.Text, Seen: short(fmt.Sprint(text)),
				Quote: fmt.Sprintf(`"error_text": %q`, o.Row.Text),
			})
		}
		id := fmt.Sprint(row["request_id"])
		if len(sent) > 0 && !slices.Contains(sent, id) {
			ex.add(Finding{
				Kind: WrongBehaviour, Path: fmt.Sprintf("/errors/%d/request_id", i), Ledger: []int{37},
				Expected: "the request_id of a row that was sent: " + strings.Join(sent, ", "), Seen: id,
				Quote: ex.quotes.sampleOf(ex.op, o.Name, "/errors/0/request_id"),
			})
		}
	}
}

func (ex *examination) knowsRow(code int) bool {
	return slices.ContainsFunc(ex.op.Outcomes, func(o contract.Outcome) bool { return o.Row != nil && o.Row.Code == code })
}

// sentIDs are the request_ids of the rows that were sent; none if a row has none.
func (ex *examination) sentIDs() []string {
	asked := contract.Call{Operation: ex.op, Body: ex.call.request.Body}
	var all []string
	for _, row := range asked.RowValues() {
		object, _ := row.(map[string]any)
		id, ok := object["request_id"]
		if !ok {
			return nil
		}
		all = append(all, fmt.Sprint(id))
	}
	return all
}

// checkSaying compares the text of a K2 or ABS error that a document prints.
func (ex *examination) checkSaying() {
	o := ex.outcome
	object, _ := ex.body.(map[string]any)
	if o.Code == 0 || o.Text == "" || o.Confidence != contract.Documented || object["error_text"] == o.Text {
		return
	}
	ex.add(Finding{
		Kind: WrongText, Path: "/error_text", Expected: o.Text, Seen: short(fmt.Sprint(object["error_text"])), Quote: errorLine(o),
	})
}

// checkEcho compares the subject of the answer with the one that was asked for.
func (ex *examination) checkEcho() {
	object, _ := ex.body.(map[string]any)
	asked := contract.Call{Operation: ex.op, Body: ex.call.request.Body, Query: ex.call.request.Values()}
	subjects := asked.Subjects()
	for _, name := range []string{"iin", "iinbin"} {
		got, ok := object[name].(string)
		if !ok || len(subjects) != 1 || got == subjects[0] {
			continue
		}
		ex.add(Finding{
			Kind: WrongBehaviour, Path: "/" + name, Expected: "the subject that was asked for, " + subjects[0], Seen: got,
			Quote: ex.quotes.sampleOf(ex.op, ex.outcome.Name, "/"+name),
		})
	}
}
