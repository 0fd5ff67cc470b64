package k2_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/contract/calltest"
	"github.com/kzsim/kzsim/internal/population"
)

const rowsOfTwo = `,"errors":[{"error_code":%,"error_text":"#","request_id":1111},{"error_code":%,"error_text":"#","request_id":1112}]}`

// goldens are the bodies, asked for by name with the document's own request, that the table
// doesn't say: of refused rows, and of nothing found.
var goldens = map[string]map[string]string{
	loadLoans: {
		"bad-iin-length": `{"error_code":13,"error_text":"Неверная длина ИИН","errors":[{"error_code":15,"error_text":"Неверная длина ИИН","request_id":1111}]}`,
		"bad-row":        `{"error_code":400,"error_text":"Неверный формат строки","errors":[{"error_code":400,"error_text":"Неверный формат строки","request_id":1111}]}`,
	},
	payDemands: {
		"duplicate-trn-id": `{"error_code":1,"error_text":"Обнаружены ошибки при приеме платежей"` +
			twoRows("9", `pq: duplicate key value violates unique constraint \"k2extreq_pay_trn_id_uindex\"`),
		"unknown-refer": `{"error_code":1,"error_text":"Обнаружены ошибки при приеме платежей"` +
			twoRows("404", "Платежное требование не найдено"),
		"bad-row": `{"error_code":400,"error_text":"Неверный формат строки"` +
			twoRows("400", "Неверный формат строки"),
	},
	syncDebts: {
		"unknown-contract": `{"error_code":404,"error_text":"Договор не найден","errors":[{"error_code":404,"error_text":"Договор не найден"}]}`,
		"bad-row":          `{"error_code":400,"error_text":"Неверный формат строки","errors":[{"error_code":400,"error_text":"Неверный формат строки"}]}`,
	},
	byDBZ:   {"none": `{"error_code":0,"error_text":"","items":[]}`},
	byRefer: {"none": `{"error_code":0,"error_text":"","items":[]}`},
}

// said is the body of an outcome, to the byte: a golden, or the code and text of the table; empty
// for a success that the state decides.
func (b *bench) said(operation, outcome string) string {
	b.t.Helper()
	op, ok := b.Table.Operation(operation)
	if !ok {
		b.t.Fatalf("no operation %s", operation)
	}
	o, ok := op.Outcome(outcome)
	if !ok {
		b.t.Fatalf("%s has no outcome %s", operation, outcome)
	}
	golden, known := goldens[operation][outcome]
	if o.Row != nil && !known {
		b.t.Fatalf("%s %s refuses rows: its body belongs into goldens", operation, outcome)
	}
	if known || !o.IsError() {
		return golden
	}
	if o.Unshaped && o.Row == nil {
		return malformed
	}
	return fmt.Sprintf(`{"error_code":%d,"error_text":%q}`, o.Code, o.Text)
}

const malformed = `{"error_code":400,"error_text":"Неверный формат запроса"}`

func twoRows(code, text string) string {
	return strings.NewReplacer("%", code, "#", text).Replace(rowsOfTwo)
}

func request(t testing.TB, operation string) calltest.Request {
	sample := samplesOf(t, operation, "request")[0]
	return calltest.Request{Operation: operation, Body: sample, Query: sample}
}

// TestEveryOutcomeByName asks for each outcome from an empty state, under the
// preset that has the most errors as well: a success must come all the same.
func TestEveryOutcomeByName(t *testing.T) {
	for _, preset := range contract.Presets() {
		for _, op := range newBench(t).Table.Operations() {
			for _, outcome := range op.Outcomes {
				t.Run(preset+"/"+op.ID+"/"+outcome.Name, func(t *testing.T) {
					b := newBench(t)
					b.Set("preset", preset)
					r := request(t, op.ID)
					r.Want = outcome.Name
					a := b.Do(r)
					if a.Outcome != outcome.Name {
						t.Fatalf("outcome %s: %s", a.Outcome, a.Body)
					}
					if want := b.said(op.ID, outcome.Name); want != "" {
						b.expect(a, outcome.Name, want)
					}
					if status := 200; op.ID != getFile && a.Status != status {
						t.Errorf("status %d, want %d", a.Status, status)
					}
				})
			}
		}
	}
}

// TestEveryGoldenIsAnOutcome keeps the table above free of names that are gone.
func TestEveryGoldenIsAnOutcome(t *testing.T) {
	table := newBench(t).Table
	for id, outcomes := range goldens {
		op, ok := table.Operation(id)
		if !ok {
			t.Fatalf("no operation %s", id)
		}
		for name := range outcomes {
			if _, ok := op.Outcome(name); !ok {
				t.Errorf("%s has no outcome %s", id, name)
			}
		}
	}
}

func TestForcedErrorChangesNothing(t *testing.T) {
	for _, op := range newBench(t).Table.Operations() {
		for _, outcome := range op.Outcomes {
			if !outcome.IsError() {
				continue
			}
			b := newBench(t)
			b.load(loan1, "2000000")
			before := b.State()
			r := request(t, op.ID)
			r.Want = outcome.Name
			b.Do(r)
			if diff := cmp.Diff(before, b.State()); diff != "" {
				t.Errorf("%s %s has changed the state:\n%s", op.ID, outcome.Name, diff)
			}
		}
	}
}

// TestForcedErrorWithoutRows answers a batch in which there is no row to blame.
func TestForcedErrorWithoutRows(t *testing.T) {
	b := newBench(t)
	a := b.Do(calltest.Request{Operation: loadLoans, Body: `[]`, Want: "bad-iin-length"})
	b.expect(a, "bad-iin-length",
		`{"error_code":13,"error_text":"Неверная длина ИИН","errors":[{"error_code":15,"error_text":"Неверная длина ИИН"}]}`)
}

// TestEveryReservedValue finds the value where its operation looks for it, and
// its outcome among those of the operation.
func TestEveryReservedValue(t *testing.T) {
	table := newBench(t).Table
	for _, r := range table.Reserved() {
		if r.Field == "iin" || r.Field == "iinbin" {
			if err := population.ValidIIN(r.Value); err != nil {
				t.Errorf("%s: %v", r.Value, err)
			}
			if !strings.HasPrefix(r.Value, "990101") {
				t.Errorf("%s may be somebody's", r.Value)
			}
		}
		for _, id := range r.On {
			op, _ := table.Operation(id)
			for _, input := range samplesOf(t, id, "request") {
				c := &contract.Call{Operation: op}
				if op.ReadsQuery() {
					c.Query = map[string][]string{r.Field: {r.Value}}
				} else {
					c.Body = withField(t, input, r.Field, r.Value)
				}
				got, found := table.ReservedIn(c)
				if op.Batch {
					got, found = c.ReservedRow(0)
				}
				if !found || got.Outcome != r.Outcome {
					t.Errorf("%s with %s %s leads to %q, want %q", id, r.Field, r.Value, got.Outcome, r.Outcome)
				}
			}
		}
	}
}

// withField is a request with a field's first value replaced.
func withField(t testing.TB, input, field, value string) any {
	t.Helper()
	parsed, err := contract.ParseBody([]byte(input))
	if err != nil {
		t.Fatal(err)
	}
	object, at := parsed, parsed
	for at != nil {
		switch v := at.(type) {
		case []any:
			at = v[0]
		case map[string]any:
			if _, has := v[field]; has {
				v[field] = value
				return object
			}
			at = v["items"]
		}
	}
	t.Fatalf("%s has no field %s", input, field)
	return nil
}

func TestTransport(t *testing.T) {
	service, _ := newBench(t).Table.ServiceOf("/restapi/")
	status, body := service.Dialect.SayTransport(404, "no such path")
	encoded, err := contract.Encode(body)
	if want := `{"error_code":404,"error_text":"Not Found"}`; status != 404 || err != nil || string(encoded) != want {
		t.Errorf("answers %d %s (%v), want 404 %s", status, encoded, err, want)
	}
}

// TestStatusByCode: with the switch an error has the HTTP status of its code, where there is
// such a status.
func TestStatusByCode(t *testing.T) {
	for _, profile := range []string{"200", "error-code"} {
		b := newBench(t)
		b.Set("k2.http_status", profile)
		for _, op := range b.Table.Operations() {
			for _, o := range op.Outcomes {
				r := request(t, op.ID)
				r.Want = o.Name
				a := b.Do(r)
				status := o.Status
				if profile == "error-code" && o.Code >= 400 {
					status = o.Code
				}
				if a.Status != status {
					t.Errorf("%s, %s: %s has HTTP %d, want %d", profile, op.ID, o.Name, a.Status, status)
				}
				class := b.Table.Classify(op, contract.Answer{Status: a.Status, Body: []byte(a.Body), File: a.File != nil})
				if is, ok := class.Outcome(); !ok || is.Status != o.Status || is.Code != o.Code {
					t.Errorf("%s, %s: HTTP %d is not recognised as %s: %v", profile, op.ID, a.Status, o.Name, class.Problems)
				}
			}
		}
	}
}
