package contract_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// demandItem is what the flows look at of a demand in k2extreq_by_dbz.
type demandItem struct {
	Code     string `json:"code"`
	Amount   string `json:"amount"`
	Paid     string `json:"paid_amount"`
	Status   string `json:"stat_id$"`
	LoanDebt string `json:"loan_debt"`
	IIN      string `json:"cli_iin"`
}

// demands of the samples' loan.
func (r *run) demands() []demandItem {
	r.t.Helper()
	r.do(steps(askOf("k2.k2extreq_by_dbz", `/dbz_dt: "2014-02-08"`)))
	var body struct{ Items []demandItem }
	r.last.decode(r.t, &body)
	return body.Items
}

// TestPayment: a loan is loaded, K2 makes a demand, a payment towards it counts
// once, also if it is repeated by another client.
func TestPayment(t *testing.T) {
	r := newRun(t, operationOf("k2.k2extreq_pay_from_eko"))
	r.do(loadedLoan)
	made := r.demands()
	want := demandItem{
		Amount: "2000000.00", Paid: "0.00", Status: "Введен", LoanDebt: "2000000.00", IIN: "000000000000",
	}
	if len(made) == 1 {
		want.Code = made[0].Code
	}
	if diff := cmp.Diff([]demandItem{want}, made); diff != "" {
		t.Fatalf("demands (-want +got):\n%s", diff)
	}
	r.saved["refer"] = want.Code
	pay := ask(`: {"items": [{"request_id": 7, "trn_id": 42, "refer": "${refer}", "cur": "KZT", "amount": 1500.5, "incoming_amount": 1}]}`)
	r.do(steps(pay, wantOutcome("accepted"), pay, wantOutcome("duplicate-trn-id")))
	const refused = `{"error_code":1,"error_text":"Обнаружены ошибки при приеме платежей","errors":[{"error_code":9,` +
		`"error_text":"pq: duplicate key value violates unique constraint \"k2extreq_pay_trn_id_uindex\"","request_id":7}]}`
	if diff := cmp.Diff(refused, string(r.last.body)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	want.Paid = "1500.50"
	if diff := cmp.Diff([]demandItem{want}, r.demands()); diff != "" {
		t.Errorf("demands (-want +got):\n%s", diff)
	}
}

// TestDemandGoesItsWay follows a demand through its statuses on the sandbox's
// clock, to a bank with an electronic channel and to one without, until the debt
// is gone.
func TestDemandGoesItsWay(t *testing.T) {
	for bank, way := range map[string]string{
		"CASPKZKA": "Введен → Зарегистрирован → Отправлен → Принята банком → Принята в картотеку банка → Принята в картотеку банка",
		"KPSTKZKA": "Введен → Зарегистрирован → Сформирован на бумажном носителе → Сформирован на бумажном носителе",
	} {
		t.Run(bank, func(t *testing.T) {
			r := newRun(t, operationOf("k2.k2loan_sync_debt"))
			r.do(steps(loadedLoan, given("k2.demands", `{"code": "PTPJ000000000001", "contract_number": "KD0000000001", "bank": "`+bank+`"}`)))
			for i, status := range strings.Split(way, " → ") {
				if got := r.demands()[0]; got.Status != status || got.Code != "PTPJ000000000001" {
					t.Errorf("after %d steps %s is %s, want %s", i, got.Code, got.Status, status)
				}
				r.do(steps(advance("10m")))
			}
			r.do(steps(ask(`: [{"contract_number": "KD0000000001", "debt": 0}]`), wantOutcome("accepted")))
			if got := r.demands()[0].Status; got != "Отозван" {
				t.Errorf("without debt the demand is %s", got)
			}
		})
	}
}

// TestBatchWithBadRows: the good rows of a batch are stored, unless the profile
// wants all or nothing (ledger 38).
func TestBatchWithBadRows(t *testing.T) {
	const rows = `: [
		{"request_id": 1, "contract_number": "KD0000000001", "dbz_dt": "2014-02-08", "iinbin": "000000000000", "debt": 5},
		{"request_id": 2, "contract_number": "KD0000000002", "dbz_dt": "2014-02-08", "iinbin": "0", "debt": 5},
		{"request_id": "three"}]`
	for mode, want := range map[string]int{"partial": 1, "atomic": 0} {
		t.Run(mode, func(t *testing.T) {
			r := newRun(t, operationOf("k2.k2loan_from_eko"))
			r.do(steps(profile("k2.rows", mode), ask(rows), wantOutcome("bad-iin-length")))
			got, _ := resultOf(r.last.body)
			refused := []string{}
			for _, row := range got.Errors {
				refused = append(refused, fmt.Sprintf("%s: %d", row.RequestID, row.Code))
			}
			if diff := cmp.Diff([]string{"2: 15", `"three": 400`}, refused); diff != "" {
				t.Errorf("refused rows (-want +got):\n%s", diff)
			}
			if n := len(r.demands()); n != want {
				t.Errorf("the good row has %d demands, want %d", n, want)
			}
			r.do(steps(ask(), wantOutcome("accepted")))
		})
	}
}

// TestExclusion keeps K2 from making demands and withdraws those that stand.
func TestExclusion(t *testing.T) {
	r := newRun(t, operationOf("k2.k2loan_exclude_on_by_iin_dbznum"))
	r.do(steps(loadedLoan, ask(`/return_extreq: true`), wantOutcome("accepted")))
	if got := r.demands()[0].Status; got != "Отозван" {
		t.Errorf("the excluded loan's demand is %s", got)
	}
	r.do(steps(loadedLoan))
	if n := len(r.demands()); n != 1 {
		t.Errorf("an excluded loan has %d demands, want the withdrawn one", n)
	}
	r.do(steps(askOf("k2.k2loan_exclude_off_by_iin_dbznum", `/dbz_num: "KD0000000001"`), wantOutcome("accepted")))
	if n := len(r.demands()); n != 2 {
		t.Errorf("after the exclusion the loan has %d demands, want a new one", n)
	}
}

// TestPages registers demands and pages through them.
func TestPages(t *testing.T) {
	const registered, perPage = 7, 3
	r := newRun(t, operationOf("abs.get_all_pt_from_abs"))
	for i := range registered {
		r.do(steps(askOf("abs.reg_pt", fmt.Sprintf(`/refer: "PTP%013d"`, i), fmt.Sprintf(`/doc_at: "2021-01-%02d"`, 1+i)), wantOutcome("registered")))
	}
	var refers []string
	for page := 1; page <= 4; page++ {
		r.do(steps(ask(fmt.Sprintf(`: {"page": %d, "perpage": "%d"}`, page, perPage))))
		count, rows := r.page()
		if count != registered {
			t.Errorf("page %d counts %d, want %d", page, count, registered)
		}
		if want := min(perPage, max(0, registered-(page-1)*perPage)); len(rows) != want {
			t.Errorf("page %d has %d rows, want %d", page, len(rows), want)
		}
		refers = append(refers, rows...)
	}
	for i, refer := range refers {
		if want := fmt.Sprintf("PTP%013d", i); refer != want {
			t.Errorf("row %d is %s, want %s", i, refer, want)
		}
	}
	r.do(steps(ask(`: {"doc_at1": "2021.01.02", "doc_at2": "2021-01-04"}`)))
	if count, rows := r.page(); count != 3 || len(rows) != 3 {
		t.Errorf("three days have %d demands, %d rows", count, len(rows))
	}
	r.do(steps(ask())) // the document's own filter matches none of them
	if count, rows := r.page(); count != 0 || len(rows) != 0 {
		t.Errorf("the sample's filter finds %d demands, %d rows", count, len(rows))
	}
}

// page is the last answer as a page: its count, and the references of its rows.
func (r *run) page() (count int, refers []string) {
	r.t.Helper()
	var list []json.RawMessage
	r.last.decode(r.t, &list)
	var head struct {
		Count int `json:"all_count"`
	}
	for i, raw := range list {
		var row struct{ Refer string }
		if i == 0 {
			answer{body: raw}.decode(r.t, &head)
			continue
		}
		answer{body: raw}.decode(r.t, &row)
		refers = append(refers, row.Refer)
	}
	return head.Count, refers
}

// TestServicesAgree: what K2 is told of a loan the ABS knows by each of its keys,
// and what the ABS registers K2 moves on.
func TestServicesAgree(t *testing.T) {
	r := newRun(t, operationOf("k2.k2loan_sync_debt"))
	r.do(steps(loadedLoan, ask(`: [{"contract_number": "KD0000000001", "debt": 1234.56}]`), wantOutcome("accepted")))
	for _, s := range []step{
		askOf("abs.way4_get_loan_debt"), // the loan's account
		askOf("abs.way4_get_loan_debt", `/contract_number: "KD0000000001"`),
		askOf("abs.colvir_get_loan_debt", `/dep_id: 555`, `/id: 666`),
	} {
		s(r)
		if want := `{"error_text":"","error_code":0,"debt":1234.56}`; string(r.last.body) != want {
			t.Errorf("debt %s, want %s", r.last.body, want)
		}
	}
	r.do(steps(askOf("abs.reg_pt", `/refer: "PTP00000000001"`), profile("k2.unknown", "error")))
	r.do(steps(askOf("k2.k2req_status_from_eko", `/status_code: "EXECUTED"`), wantOutcome("accepted")))
	r.do(steps(strictABS, askOf("abs.refuse_pt", `/refer: "PTP00000000001"`), wantOutcome("wrong-state")))
}

// TestOnePerson is one in all services: the debtor of a proceeding, the owner of a
// document and the bank's client have one name.
func TestOnePerson(t *testing.T) {
	r := newRun(t, operationOf("abs.get_cli"))
	r.do(steps(ask(`/iinbin: "${iin}"`)))
	var client struct{ FullName string }
	r.last.decode(t, &client)
	r.do(steps(otpSent, askOf("kyc.edocument.approve")))
	var paper struct {
		Result struct {
			Common struct {
				Owner struct{ IIN, FirstName, LastName, MiddleName string } `json:"docOwner"`
			} `json:"common"`
		} `json:"result_json"`
	}
	r.last.decode(t, &paper)
	owner := paper.Result.Common.Owner
	full := strings.Join([]string{owner.LastName, owner.FirstName, owner.MiddleName}, " ")
	if !strings.EqualFold(full, client.FullName) || owner.IIN != citizen {
		t.Errorf("the document is %s's (%s), the client is %s", full, owner.IIN, client.FullName)
	}
	r.do(steps(askOf("kyc.info.exec_proc")))
	var rows []struct {
		Name string `json:"debtor_name"`
		IIN  string `json:"debtor_iin"`
	}
	r.last.decode(t, &rows)
	if !strings.EqualFold(rows[0].Name, owner.FirstName) || rows[0].IIN != citizen {
		t.Errorf("the debtor is %v, the document's owner %s", rows[0], full)
	}
}
