package contract

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// Unmet is the error of a preference that an operation can't meet.
type Unmet struct {
	Operation  *Operation
	Preference string // outcome or code
	Value      string // that was asked for
}

func (e Unmet) Error() string {
	op := e.Operation
	if e.Preference == preferOutcome {
		return fmt.Sprintf("Prefer asks for the outcome %q; %s has %s; the nearest is %q",
			e.Value, op.ID, strings.Join(op.OutcomeNames(), ", "), Nearest(e.Value, op.OutcomeNames()))
	}
	var statuses []string
	for _, o := range op.Outcomes {
		if s := strconv.Itoa(o.Status); !slices.Contains(statuses, s) {
			statuses = append(statuses, s)
		}
	}
	return fmt.Sprintf("Prefer asks for the status %q; the outcomes of %s have %s", e.Value, op.ID, strings.Join(statuses, ", "))
}

// The preferences that choose an outcome: by its name, or the first with a status.
const (
	preferOutcome = "outcome"
	preferCode    = "code"
)

// Preferred is the outcome that the values of a request's Prefer headers ask for by
// `outcome=NAME` or `code=STATUS` (RFC 7240); nil if they ask for none. The first of
// these preferences counts, others are passed over. The error is Unmet.
func (o *Operation) Preferred(headers []string) (*Outcome, error) {
	for name, value := range preferences(headers) {
		switch name {
		case preferOutcome:
			if outcome, ok := o.Outcome(value); ok {
				return outcome, nil
			}
			return nil, Unmet{o, name, value}
		case preferCode:
			status, _ := strconv.Atoi(value)
			if outcome, ok := o.OutcomeByStatus(status); ok {
				return outcome, nil
			}
			return nil, Unmet{o, name, value}
		}
	}
	return nil, nil
}

// preferences are the names, in lower case, and the values of a header Prefer,
// without their parameters.
func preferences(headers []string) iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for _, header := range headers {
			for item := range strings.SplitSeq(header, ",") {
				item, _, _ = strings.Cut(item, ";")
				name, value, _ := strings.Cut(item, "=")
				name, value = strings.ToLower(strings.TrimSpace(name)), strings.Trim(strings.TrimSpace(value), `"`)
				if !yield(name, value) {
					return
				}
			}
		}
	}
}
