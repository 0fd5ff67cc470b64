package verify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
)

// classify says which of the outcomes an answer is that fits them all: the one that
// was called for, if nothing contradicts it.
func (ex *examination) classify(candidates []*contract.Outcome, file bool) *contract.Outcome {
	class := ex.table.Classify(ex.op, contract.Answer{Status: ex.answer.status, Body: ex.answer.body, Value: ex.body, File: file})
	able := slices.DeleteFunc(slices.Clone(class.Outcomes), func(o *contract.Outcome) bool { return !slices.Contains(candidates, o) })
	if len(able) == 0 {
		able = candidates
	}
	if want := ex.expect.outcome; want != nil && slices.Contains(able, want) {
		return want
	}
	return able[0]
}

// checkRows judges the errors of single rows: the code and text that the document
// prints, and the request_id of a row that was sent (ledger 37).
func (ex *examination) checkRows() {
	o := ex.outcome
	if o.Row == nil {
		return
	}
	sent := ex.sentIDs()
	for i, row := range ex.said.Rows {
		if !ex.knowsRow(row.Code) {
			ex.add(Finding{
				Kind: WrongOutcome, Path: fmt.Sprintf("/errors/%d/error_code", i), Expected: fmt.Sprint(o.Row.Code),
				Seen: fmt.Sprint(row.Code), Ledger: o.Ledger, note: o.Confidence == contract.Assumed,
				Quote: fmt.Sprintf(`"error_code": %d, "error_text": %q`, o.Row.Code, o.Row.Text),
			})
		}
		if row.Code == o.Row.Code && row.Text != o.Row.Text && o.Confidence == contract.Documented {
			ex.add(Finding{
				Kind: WrongText, Path: fmt.Sprintf("/errors/%d/error_text", i), Expected: o.Row.Text, Seen: shown(row.Text),
				Quote: fmt.Sprintf(`"error_text": %q`, o.Row.Text),
			})
		}
		if len(sent) > 0 && !slices.Contains(sent, shown(row.RequestID)) {
			ex.add(Finding{
				Kind: WrongBehaviour, Path: fmt.Sprintf("/errors/%d/request_id", i), Ledger: []int{37},
				Expected: "the request_id of a row that was sent: " + strings.Join(sent, ", "), Seen: shown(row.RequestID),
				Quote: ex.quotes.sampleOf(ex.op, o.Name, "/errors/0/request_id"),
			})
		}
	}
}

func (ex *examination) knowsRow(code int) bool {
	return slices.ContainsFunc(ex.op.Outcomes, func(o contract.Outcome) bool { return o.Row != nil && o.Row.Code == code })
}

// sentIDs are the request_ids of the rows that were sent, as JSON; none if a row has none.
func (ex *examination) sentIDs() []string {
	asked := contract.Call{Operation: ex.op, Body: ex.call.request.Body}
	var all []string
	for _, row := range asked.RowValues() {
		object, _ := row.(map[string]any)
		id, ok := object["request_id"]
		if !ok {
			return nil
		}
		all = append(all, shown(id))
	}
	return all
}

// checkSaying compares the text of a K2 or ABS error that a document prints.
func (ex *examination) checkSaying() {
	o := ex.outcome
	if o.Code == 0 || o.Text == "" || o.Confidence != contract.Documented || o.Says(ex.said.Text) {
		return
	}
	ex.add(Finding{
		Kind: WrongText, Path: "/error_text", Expected: o.Text, Seen: shown(ex.said.Text), Quote: errorLine(o),
	})
}
