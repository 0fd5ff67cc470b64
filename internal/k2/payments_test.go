package k2_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// newPaidBench has the demand that the document's payments go to.
func newPaidBench(t *testing.T) *bench {
	b := newBench(t)
	b.load(loan1, "2000000")
	b.mustGive("k2.demands", `{"code":"PTPJ200000000037","contract_number":"KD0000000001","amount":9000000}`)
	return b
}

// TestPaymentSamples goes through the document: a payment of the sample is known
// already, the other is taken, and a second try finds both known.
func TestPaymentSamples(t *testing.T) {
	b := newPaidBench(t)
	request, responses := samplesOf(t, payDemands, "request")[0], samplesOf(t, payDemands, "response")
	b.expect(b.Ask(payDemands, `{"items":[{"trn_id":11111111,"refer":"PTPJ200000000037","amount":1.5}]}`), "accepted", responses[0])
	b.expect(b.Ask(payDemands, request), "duplicate-trn-id", responses[1])
	if got := b.demand(loan1)["paid_amount"]; got != "3000001.50" {
		t.Errorf("paid_amount is %s, want that of the two payments taken", got)
	}
	before := b.State()
	b.expect(b.Ask(payDemands, request), "duplicate-trn-id", b.said(payDemands, "duplicate-trn-id"))
	if diff := cmp.Diff(before, b.State()); diff != "" {
		t.Errorf("known payments have changed the state:\n%s", diff)
	}
}

// TestTrnID is unique for ever, whichever way it is written, and within a batch.
func TestTrnID(t *testing.T) {
	tests := []struct {
		first, second string
		same          bool
	}{
		{`11`, `11`, true}, {`11`, `"11"`, true}, {`"A-1"`, `"A-1"`, true}, {`1e3`, `1000`, true}, {`1000.0`, `"1000"`, true},
		{`123456789012345678901234567890`, `"123456789012345678901234567890"`, true},
		{`11`, `12`, false}, {`"11"`, `"011"`, false}, {`"1e3"`, `1000`, false},
	}
	for _, test := range tests {
		b := newPaidBench(t)
		outcome := "accepted"
		if test.same {
			outcome = "duplicate-trn-id"
		}
		row := func(trnID string) string { return `{"trn_id":` + trnID + `,"refer":"PTPJ200000000037","amount":1}` }
		if a := b.Ask(payDemands, `{"items":[`+row(test.first)+`,`+row(test.second)+`]}`); a.Outcome != outcome {
			t.Errorf("%s and %s in one batch: %s, want %s", test.first, test.second, a.Outcome, outcome)
		}
		b.pass(10 * 365 * 24 * time.Hour)
		if a := b.Ask(payDemands, `{"items":[`+row(test.second)+`]}`); a.Outcome != "duplicate-trn-id" {
			t.Errorf("%s ten years later: %s", test.second, a.Outcome)
		}
	}
}

func TestPaymentRows(t *testing.T) {
	rows := `{"items":[
		{"request_id":1,"trn_id":1,"refer":"PTPJ200000000037","cur":"KZT","amount":10},
		{"request_id":2,"trn_id":1,"refer":"PTPJ200000000037","amount":20},
		{"request_id":3,"trn_id":2,"refer":"PTPJ200000000037"},
		{"request_id":4,"trn_id":4,"refer":"PTPJ200000000037","amount":-1},
		{"request_id":5,"trn_id":5,"refer":"PTPJ200000000037","amount":1,"incoming_amount":0.001},
		{"request_id":6,"trn_id":6,"refer":"PTPJ200000000037","amount":30,"incoming_amount":-1},
		{"request_id":7,"trn_id":7,"refer":"PTPJ200000000037","amount":92233720368547758.07},
		{"request_id":8,"trn_id":8,"refer":"PTPJ200000000037","amount":"40.50","incoming_amount":5}]}`
	const text = `pq: duplicate key value violates unique constraint \"k2extreq_pay_trn_id_uindex\"`
	for mode, paid := range map[string]string{"partial": "10.00", "atomic": "0.00"} {
		b := newPaidBench(t)
		b.Set("k2.rows", mode)
		a := b.Ask(payDemands, rows)
		b.expect(a, "duplicate-trn-id", rowsError(1, "Обнаружены ошибки при приеме платежей", rowError(9, text, "2"),
			badRowOf("3"), badRowOf("4"), badRowOf("5"), badRowOf("6"), badRowOf("7"), badRowOf("8")))
		b.expectFindings(a, "36 /items/2/amount", "36 /items/3/amount", "36 /items/4/incoming_amount", "36 /items/5/incoming_amount",
			"36 /items/6/amount", "36 /items/7/amount")
		if got := b.demand(loan1)["paid_amount"]; got != paid {
			t.Errorf("k2.rows=%s: paid_amount is %s, want %s", mode, got, paid)
		}
		retry := b.Ask(payDemands, `{"items":[{"trn_id":4,"refer":"PTPJ200000000037","amount":5}]}`)
		b.expect(retry, "accepted", taken) // what was refused has taken no trn_id
	}
}

func TestUnknownRefer(t *testing.T) {
	body := `{"items":[{"request_id":1111,"trn_id":1,"refer":"PTPJ999999999999","amount":1},` +
		`{"request_id":1112,"trn_id":2,"refer":"PTPJ999999999999","amount":1}]}`
	b := newBench(t)
	a := b.Ask(payDemands, body)
	b.expect(a, "accepted", taken)
	b.expectFindings(a, "44 /items/0/refer", "44 /items/1/refer")
	if diff := cmp.Diff([]string{"1", "2"}, b.stored("k2.payments")); diff != "" {
		t.Errorf("stored payments (-want +got):\n%s", diff)
	}
	for _, words := range [][]string{{"preset", "strict"}, {"k2.unknown", "error"}} {
		b := newBench(t)
		b.Set(words...)
		b.expect(b.Ask(payDemands, body), "unknown-refer", b.said(payDemands, "unknown-refer"))
		if got := b.stored("k2.payments"); got != nil {
			t.Errorf("%v: stored %v", words, got)
		}
	}
}

// TestPaymentUpdatesDemand moves the demand's clock first, so that what is told
// of it stays in order.
func TestPaymentUpdatesDemand(t *testing.T) {
	b := newPaidBench(t)
	b.pass(25 * time.Minute)
	b.Ask(payDemands, `{"items":[{"trn_id":1,"refer":"PTPJ200000000037","amount":0.05}]}`)
	got := b.demand(loan1)
	if got["updated_at"] != "2024-03-01T10:25:00.000000+06:00" || got["paid_amount"] != "0.05" || got["amount"] != "9000000.00" {
		t.Errorf("updated_at %s, paid_amount %s, amount %s", got["updated_at"], got["paid_amount"], got["amount"])
	}
	b.pass(5 * time.Minute)
	if got := b.demand(loan1)["stat_id$"]; got != "Принята банком" {
		t.Errorf("the status after the payment is %s: the payment has delayed it", got)
	}
}

// TestLostReply is a payment whose reply is lost: the retry meets the unique
// trn_id and pays nothing twice.
func TestLostReply(t *testing.T) {
	b := newPaidBench(t)
	body := `{"items":[{"trn_id":11,"refer":"PTPJ200000000037","amount":2000}]}`
	b.expect(b.Ask(payDemands, body), "accepted", taken)
	if a := b.Ask(payDemands, body); a.Outcome != "duplicate-trn-id" {
		t.Errorf("the retry: %s", a.Outcome)
	}
	if got := b.demand(loan1)["paid_amount"]; got != "2000.00" {
		t.Errorf("paid_amount is %s", got)
	}
}
