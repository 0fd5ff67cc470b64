package contract_test

import (
	"fmt"
	"slices"
	"testing"
)

// entry is an operation with the ways in which it can answer.
type entry struct {
	operation string
	ways      []way
}

// way is one outcome: what is on the wire, and how it comes about by its cause.
type way struct {
	outcome string
	wire    wire
	cause   []step // the last one asks the operation; nil if it can be had only by name
	why     string // why it can be had only by name
}

// wire is what a client sees of an outcome. Its schema is the table's.
type wire struct {
	status int
	form   form
	code   int    // error_code
	text   string // the error's text, to the byte; empty where it depends on the request
	row    *rowError
}

// form is what an answer's body is.
type form int

const (
	bodySuccess  form = iota // the documented body of a success
	bodyDetail               // KYC: {"detail": "…"}
	bodyFields               // KYC: an error envelope, or complaints by field
	bodyResult               // K2 and ABS: error_code and error_text
	bodyDocument             // a file, by net/http's rules
	bodyEmpty                // nothing but the status
)

func ok() wire                            { return wire{status: 200} }
func document() wire                      { return wire{status: 200, form: bodyDocument} }
func bare(status int) wire                { return wire{status: status, form: bodyEmpty} }
func detail(status int, text string) wire { return wire{status: status, form: bodyDetail, text: text} }
func complaint() wire                     { return wire{status: 400, form: bodyFields} }
func result(code int, text string) wire {
	return wire{status: 200, form: bodyResult, code: code, text: text}
}
func (w wire) at(status int) wire { w.status = status; return w }

// eachRow says what every refused row of a batch says.
func (w wire) eachRow(code int, text string) wire { w.row = &rowError{code, text}; return w }

// by is a way whose cause is a list of steps.
func by(outcome string, w wire, cause ...any) way {
	return way{outcome: outcome, wire: w, cause: steps(cause...)}
}

// steps in one list, from steps and lists of them.
func steps(parts ...any) []step {
	var all []step
	for _, s := range parts {
		switch s := s.(type) {
		case step:
			all = append(all, s)
		case []step:
			all = append(all, s...)
		default:
			panic(fmt.Sprintf("no step: %T", s))
		}
	}
	return all
}

// onlyByName is a way that has no cause yet, and why.
func onlyByName(outcome string, w wire, why string) way {
	return way{outcome: outcome, wire: w, why: why}
}

// causeOf an outcome are the steps of its case.
func causeOf(t *testing.T, operation, outcome string) []step {
	t.Helper()
	for _, e := range cases() {
		for _, w := range e.ways {
			if e.operation == operation && w.outcome == outcome {
				return w.cause
			}
		}
	}
	t.Fatalf("%s %s has no case", operation, outcome)
	return nil
}

// cases of all services.
func cases() []entry { return slices.Concat(kycCases, k2Cases, absCases) }

// wires are the cases' wires by operation and outcome. They are put together
// after the cases, whose steps look answers up in them.
var wires = map[[2]string]wire{}

func init() {
	for _, e := range cases() {
		for _, w := range e.ways {
			wires[[2]string{e.operation, w.outcome}] = w.wire
		}
	}
}

// TestEveryOutcomeHasACase holds the suite's table against the product's.
func TestEveryOutcomeHasACase(t *testing.T) {
	seen := map[[2]string]int{}
	for _, e := range cases() {
		for _, w := range e.ways {
			seen[[2]string{e.operation, w.outcome}]++
			if (w.cause == nil) == (w.why == "") {
				t.Errorf("%s %s needs a cause or a reason for having none", e.operation, w.outcome)
			}
		}
	}
	for _, op := range table().Operations {
		for _, o := range op.Outcomes {
			key := [2]string{op.ID, o.Name}
			if seen[key] != 1 {
				t.Errorf("%s %s has %d cases, want 1", op.ID, o.Name, seen[key])
			}
			delete(seen, key)
			compareWithTable(t, op, o, wires[key])
		}
	}
	for key := range seen {
		t.Errorf("%s has no outcome %s", key[0], key[1])
	}
}

func compareWithTable(t *testing.T, op operation, o outcome, w wire) {
	t.Helper()
	hasBody := w.form != bodyDocument && w.form != bodyEmpty
	switch {
	case o.Status != w.status:
		t.Errorf("%s %s has status %d, want %d", op.ID, o.Name, o.Status, w.status)
	case o.Code != w.code:
		t.Errorf("%s %s has error_code %d, want %d", op.ID, o.Name, o.Code, w.code)
	case o.Text != w.text:
		t.Errorf("%s %s says %q, want %q", op.ID, o.Name, o.Text, w.text)
	case (o.Row == nil) != (w.row == nil), o.Row != nil && *o.Row != *w.row:
		t.Errorf("%s %s says %v of a row, want %v", op.ID, o.Name, o.Row, w.row)
	case hasBody && judge()[o.Schema] == nil:
		t.Errorf("%s %s has no schema %q", op.ID, o.Name, o.Schema)
	}
}
