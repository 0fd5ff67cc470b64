package abs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/abs"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/contract/calltest"
	"github.com/kzsim/kzsim/internal/population"
)

func TestOutcomesSayWhenTheyAre(t *testing.T) {
	for _, op := range newBench(t).Table.Operations() {
		if want := "/abs/" + strings.TrimPrefix(op.ID, "abs."); op.Path != want {
			t.Errorf("%s is at %s, want %s", op.ID, op.Path, want)
		}
		for _, o := range op.Outcomes {
			if o.When == "" || o.Confidence == "" {
				t.Errorf("%s %s: no condition or confidence", op.ID, o.Name)
			}
		}
	}
}

// TestEveryOutcomeByName asks for each with the document's own request, from an
// empty state and from one in which things have gone the other way. An error
// changes nothing.
func TestEveryOutcomeByName(t *testing.T) {
	for _, preset := range contract.Presets() {
		for name, begin := range map[string]func(*testing.T, *calltest.Bench){
			"empty": func(*testing.T, *calltest.Bench) {}, "adverse": adverse,
		} {
			b := newBench(t, "preset", preset)
			for _, op := range b.Table.Operations() {
				for _, outcome := range op.OutcomeNames() {
					t.Run(preset+" "+name+" "+op.ID+" "+outcome, func(t *testing.T) {
						b.Empty()
						begin(t, b)
						before := b.State()
						got := b.Do(wanted(op.ID, sample(t, op.ID), outcome))
						if got.Outcome != outcome {
							t.Fatalf("outcome %s", got.Outcome)
						}
						if o, _ := op.Outcome(outcome); o.IsError() {
							if diff := cmp.Diff(before, b.State()); diff != "" {
								t.Errorf("a forced error changed the state:\n%s", diff)
							}
						}
					})
				}
			}
		}
	}
}

// adverse is a state in which the documents' requests fail.
func adverse(t *testing.T, b *calltest.Bench) {
	mustGive(t, b, "abs.clients", `{"iinbin":"000000000000","unknown":true}`)
	mustGive(t, b, "abs.accounts", `{"iinbin":"000000000000","none":true}`)
	mustGive(t, b, "abs.scans", `{"dbz_num":"KD0000000","missing":true}`)
	mustGive(t, b, "abs.payment_demands", with(t, map[string]any{"purpose": "another", "state": "returned"}))
	putLoan(b, population.Loan{
		ContractNumber: "KZ000000000000000000", IBAN: "KZ000000000000000000", IINBIN: "000000000000",
		DepID: 555, ID: 666, DbzDate: b.Now,
	})
}

// TestForcedSuccessStays asks for a success by name and then without a name: the
// state must have been brought to where it is true.
func TestForcedSuccessStays(t *testing.T) {
	for _, op := range newBench(t).Table.Operations() {
		operation, outcome := op.ID, op.OutcomeNames()[0]
		if operation == "abs.refuse_pt" || operation == "abs.return_pt" {
			continue // what has ended can't end again
		}
		for _, preset := range contract.Presets() {
			t.Run(preset+" "+operation, func(t *testing.T) {
				b := newBench(t, "preset", preset)
				forced := b.Do(wanted(operation, sample(t, operation), outcome))
				natural := b.Ask(operation, sample(t, operation))
				if natural.Outcome != outcome || natural.Body != forced.Body {
					t.Errorf("forced %s %s, then %s %s", outcome, forced.Body, natural.Outcome, natural.Body)
				}
			})
		}
	}
}

// TestErrorTexts are the bytes of every error: the table's text and code, in the order of the
// documents' samples, or nothing where the error has no body.
func TestErrorTexts(t *testing.T) {
	b := newBench(t)
	for _, op := range b.Table.Operations() {
		for _, o := range op.Outcomes {
			if !o.IsError() {
				continue
			}
			text, want := o.Text, ""
			if o.Unshaped {
				text = "Неверный формат запроса"
			}
			if o.Schema != "" {
				want = fmt.Sprintf(`{"error_text":%q,"error_code":%d}`, text, o.Code)
			}
			got := b.Do(wanted(op.ID, sample(t, op.ID), o.Name))
			if got.Body != want || got.Status != o.Status || got.File != nil {
				t.Errorf("%s %s: HTTP %d %q, want %d %q", op.ID, o.Name, got.Status, got.Body, o.Status, want)
			}
		}
	}
}

func TestMalformedNamesTheField(t *testing.T) {
	missing := func(field string) string {
		return `{"error_text":"Не заполнено поле \"` + field + `\"","error_code":400}`
	}
	wrong := func(field string) string {
		return `{"error_text":"Неверное значение поля \"` + field + `\"","error_code":400}`
	}
	const broken = `{"error_text":"Неверный формат запроса","error_code":400}`
	for _, test := range []struct{ operation, input, body string }{
		{"abs.get_cli", "", missing("iinbin")},
		{"abs.get_acc", "iin=901123300258", missing("iinbin")},
		{"abs.get_acc_stmt_dt", "iban=KZ000000000000000000", missing("dt")},
		{"abs.get_acc_stmt_dt", "dep_id=a&id=1&dt=2020-01-01", wrong("dep_id")},
		{"abs.get_acc_stmt_dt", "dep_id=1&id=1&dt=01.02.2020", wrong("dt")},
		{"abs.get_pdf", "dbz_dt=2020-01-01&iinbin=1", missing("dbz_num")},
		{"abs.get_pdf", "dbz_num=1&dbz_dt=2020-02-30&iinbin=1", wrong("dbz_dt")},
		{"abs.reg_pt", `{"refer":"PTP1","iinbin":"1"}`, missing("amount")},
		{"abs.reg_pt", `{"refer":"PTP1","iinbin":"1","amount":"1"}`, wrong("amount")},
		{"abs.refuse_pt", `{"refer":"PTP1"}`, missing("reason_code")},
		{"abs.return_pt", `{"refer":1,"reason_code":"01"}`, wrong("refer")},
		{"abs.colvir_get_loan_debt", `{"dep_id":2,"id":"1001"}`, wrong("id")},
		{"abs.way4_get_loan_debt", `{}`, missing("contract_number")},
		{"abs.get_all_pt_from_abs", `{"page":"first"}`, wrong("page")},
		{"abs.get_all_pt_from_abs", `[ "all_count":1000, { } ]`, broken},
		{"abs.post_all_loan_exclude_to_eko", `{"items":[{}]}`, missing("items")},
		{"abs.post_all_loan_exclude_to_eko", `[]`, broken},
	} {
		t.Run(test.operation+" "+test.input, func(t *testing.T) {
			got := newBench(t).Ask(test.operation, test.input)
			if got.Status != 200 || got.Outcome != "malformed" || got.Body != test.body || len(got.Findings) == 0 {
				t.Errorf("HTTP %d %s %s %v, want %s", got.Status, got.Outcome, got.Body, got.Findings, test.body)
			}
		})
	}
}

func TestTransportErrorsKeepTheirStatus(t *testing.T) {
	status, body := abs.Service().Dialect.SayTransport(404, "no such path")
	encoded, err := contract.Encode(body)
	if want := `{"error_text":"Not Found","error_code":404}`; status != 404 || string(encoded) != want || err != nil {
		t.Errorf("HTTP %d %s %v, want 404 %s", status, encoded, err, want)
	}
}
