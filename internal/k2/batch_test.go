package k2_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMalformed(t *testing.T) {
	tests := []struct{ operation, input, text string }{
		{loadLoans, ``, `Неверный формат запроса`},
		{loadLoans, `[{"request_id": 1,}]`, `Неверный формат запроса`},
		{loadLoans, `[{"problemfl": 1 /* число */}]`, `Неверный формат запроса`}, // ledger 33
		{loadLoans, `{"items": []}`, `Неверный формат запроса`},                  // ledger 39
		{payDemands, `[]`, `Неверный формат запроса`},                            // ledger 39
		{payDemands, `{}`, `Не заполнено поле \"items\"`},
		{byDBZ, `{"contract_number": "KD0000000001"}`, `Не заполнено поле \"dbz_dt\"`},
		{byDBZ, `{"contract_number": 5, "dbz_dt": "2021-01-01"}`, `Неверное значение поля \"contract_number\"`},
		{byDBZ, `{"contract_number": "5", "dbz_dt": "01.01.2021"}`, `Неверное значение поля \"dbz_dt\"`},
		{excludeOn, `{"iin":"000000000000","dbz_num":"1","return_extreq":"false","fio":"Т"}`, `Неверное значение поля \"return_extreq\"`},
		{getFile, ``, `Не заполнено поле \"code\"`},
	}
	for _, test := range tests {
		b := newBench(t)
		a := b.Ask(test.operation, test.input)
		b.expect(a, "malformed", `{"error_code":400,"error_text":"`+test.text+`"}`)
		if a.Status != 200 || len(a.Findings) != 1 {
			t.Errorf("%s: status %d, findings %v; want 200 and one finding", test.input, a.Status, a.Findings)
		}
	}
}

func TestRootLenient(t *testing.T) {
	row := `{"contract_number":"KD0000000001","dbz_dt":"2014-02-08","iinbin":"901123300258","debt":100}`
	tests := map[string][2]string{
		loadLoans:  {`[` + row + `]`, `{"items":[` + row + `]}`},
		syncDebts:  {`[{"contract_number":"KD0000000001","debt":5}]`, `{"items":[{"contract_number":"KD0000000001","debt":5}]}`},
		payDemands: {`[{"trn_id":1,"refer":"PTPJ000000000001","amount":5}]`, `{"items":[{"trn_id":1,"refer":"PTPJ000000000001","amount":5}]}`},
	}
	for operation, forms := range tests {
		var states []any
		for _, form := range forms {
			b := newBench(t)
			b.Set("k2.root", "lenient")
			b.load(loan1, "100")
			b.mustGive("k2.demands", `{"code":"PTPJ000000000001","contract_number":"KD0000000001"}`)
			b.expect(b.Ask(operation, form), "accepted", taken)
			states = append(states, b.State())
		}
		if diff := cmp.Diff(states[0], states[1]); diff != "" {
			t.Errorf("%s: the two forms lead to different states:\n%s", operation, diff)
		}
	}
}

// TestRootLenientRows judges rows where they were sent.
func TestRootLenientRows(t *testing.T) {
	b := newBench(t)
	b.Set("k2.root", "lenient")
	a := b.Ask(loadLoans, `{"items":[{"request_id":7}]}`)
	b.expect(a, "bad-row", rowsError(400, "Неверный формат строки", badRowOf("7")))
	b.expectFindings(a, "39 ", "36 /0/contract_number")
	a = b.Ask(loadLoans, `{"rows":[]}`)
	b.expect(a, "malformed", malformed)
}

func rowsError(code int, text string, rows ...string) string {
	all := ""
	for i, row := range rows {
		if i > 0 {
			all += ","
		}
		all += row
	}
	return fmt.Sprintf(`{"error_code":%d,"error_text":"%s","errors":[%s]}`, code, text, all)
}

func rowError(code int, text, requestID string) string {
	if requestID == "" {
		return fmt.Sprintf(`{"error_code":%d,"error_text":"%s"}`, code, text)
	}
	return fmt.Sprintf(`{"error_code":%d,"error_text":"%s","request_id":%s}`, code, text, requestID)
}

func badRowOf(requestID string) string {
	return rowError(400, "Неверный формат строки", requestID)
}

func badIIN(requestID string) string {
	return rowError(15, "Неверная длина ИИН", requestID)
}

// TestBadRows refuses each wrong row alone, whatever is wrong with it, and takes
// its good neighbours.
func TestBadRows(t *testing.T) {
	good := `{"request_id":2,"contract_number":"KD0000000002","dbz_dt":"2014-02-08","iinbin":"901123300258","debt":1}`
	tests := []struct{ row, requestID, path string }{
		{`{}`, ``, "/0/contract_number"}, // ledger 36
		{`{"request_id":1}`, `1`, "/0/contract_number"},
		{`{"request_id":"A-1"}`, `"A-1"`, "/0/contract_number"},
		{`{"request_id":true,"contract_number":"K","iinbin":"901123300258","debt":1}`, ``, "/0/request_id"},
		{`{"request_id":1.5,"contract_number":"K","iinbin":"901123300258","debt":1}`, ``, "/0/request_id"},
		{`null`, ``, "/0"},
		{`[1]`, ``, "/0"},
		{`{"request_id":1,"contract_number":"K","iinbin":"901123300258","debt":"много"}`, `1`, "/0/debt"},
		{`{"request_id":1,"contract_number":"K","iinbin":"901123300258","debt":1.005}`, `1`, "/0/debt"},
		{`{"request_id":1,"contract_number":"K","iinbin":"901123300258","debt":1e30}`, `1`, "/0/debt"},
		{`{"request_id":1,"contract_number":"K","iinbin":"901123300258","debt":-1}`, `1`, "/0/debt"},
		{`{"request_id":1,"contract_number":"K","iinbin":"901123300258","debt":1,"dep_id":1e30}`, `1`, "/0/dep_id"},
		{`{"request_id":1,"contract_number":"K","iinbin":"901123300258","debt":1,"dbz_dt":"8.2.2014"}`, `1`, "/0/dbz_dt"},
		{`{"request_id":1,"contract_number":"","iinbin":"901123300258","debt":1}`, `1`, "/0/contract_number"},
	}
	for _, test := range tests {
		b := newBench(t)
		a := b.Ask(loadLoans, `[`+test.row+`,`+good+`]`)
		b.expect(a, "bad-row", rowsError(400, "Неверный формат строки", badRowOf(test.requestID)))
		b.expectFindings(a, "36 "+test.path)
		if got := b.stored("loans"); len(got) != 1 || got[0] != "KD0000000002" {
			t.Errorf("%s: stored %v, want the good row's loan", test.row, got)
		}
	}
}

const mixedLoans = `[
	{"request_id":1,"contract_number":"K1","iinbin":"901123300258","debt":1},
	{"request_id":111,"contract_number":"K2","iinbin":"90112330025","debt":1},
	{"request_id":3},
	{"request_id":1112,"contract_number":"K4","iinbin":"9011233002588","debt":1},
	{"request_id":5,"contract_number":"K5","iinbin":"901123300258","debt":1}]`

// TestRows lists row errors in their order; the first gives the outer one.
func TestRows(t *testing.T) {
	for rows, stored := range map[string][]string{"partial": {"K1", "K5"}, "atomic": nil} {
		b := newBench(t)
		b.Set("k2.rows", rows)
		b.expect(b.Ask(loadLoans, mixedLoans), "bad-iin-length",
			rowsError(13, "Неверная длина ИИН", badIIN("111"), badRowOf("3"), badIIN("1112")))
		if diff := cmp.Diff(stored, b.stored("loans")); diff != "" {
			t.Errorf("k2.rows=%s (-want +got):\n%s", rows, diff)
		}
	}
}

func TestForcedSuccessDropsBadRows(t *testing.T) {
	b := newBench(t)
	a := b.Do(want(loadLoans, mixedLoans, "accepted"))
	b.expect(a, "accepted", taken)
	if diff := cmp.Diff([]string{"K1", "K5"}, b.stored("loans")); diff != "" {
		t.Errorf("stored loans (-want +got):\n%s", diff)
	}
}

// FuzzBatches feeds every batch operation with whatever JSON there is: each
// answer must be an outcome of the table that fits its schema.
func FuzzBatches(f *testing.F) {
	f.Add(mixedLoans)
	f.Add(`{"items":[{"trn_id":1e3,"refer":"PTPJ000000000001","amount":1e-2,"request_id":{}},{}]}`)
	f.Add(`[{"contract_number":"KD0000000001","debt":0},null,1,"",[[]]]`)
	f.Add(`{"items":{"0":1}}`)
	f.Add(`[{"contract_number":"/","iinbin":"            ","debt":92233720368547758.07}]`)
	f.Fuzz(func(t *testing.T, body string) {
		b := newBench(t)
		b.load(loan1, "92233720368547758.07")
		b.mustGive("k2.demands", `{"code":"PTPJ000000000001","contract_number":"KD0000000001","paid_amount":92233720368547758.07}`)
		for _, root := range []string{"documented", "lenient"} {
			b.Set("k2.root", root)
			for _, operation := range []string{loadLoans, payDemands, syncDebts} {
				b.Ask(operation, body)
				b.Do(want(operation, body, "accepted"))
			}
		}
	})
}

// TestReservedRow: a reserved value refuses the row that carries it, and no other;
// a client that asks for the success by name gets all of them stored.
func TestReservedRow(t *testing.T) {
	const rows = `[{"request_id":1,"contract_number":"KD1","debt":5},{"request_id":2,"contract_number":"KD0000000901","debt":5},{"request_id":3,"contract_number":"KD3","debt":5}]`
	b := newBench(t)
	a := b.Ask("k2.k2loan_sync_debt", rows)
	if a.Outcome != "unknown-contract" {
		t.Errorf("%s: %s", a.Outcome, a.Body)
	}
	if strings.Contains(a.Body, `"request_id":1`) || !strings.Contains(a.Body, `"request_id":2`) || strings.Contains(a.Body, `"request_id":3`) {
		t.Errorf("refused are %s", a.Body)
	}
	if a := b.Do(want("k2.k2loan_sync_debt", rows, "accepted")); a.Outcome != "accepted" {
		t.Errorf("%s: %s", a.Outcome, a.Body)
	}
}
