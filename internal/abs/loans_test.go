package abs_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/money"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/world"
)

func debtBody(t *testing.T, tiyn int64) string {
	t.Helper()
	number, err := money.Amount(tiyn).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return `{"error_text":"","error_code":0,"debt":` + string(number) + `}`
}

// TestDebtByEveryKey: each key of a loan leads to the one debt, and to what K2
// has made of it since.
func TestDebtByEveryKey(t *testing.T) {
	b := newBench(t)
	_, l := somebody(t)
	ask := func(debt int64) {
		t.Helper()
		for operation, body := range map[string]string{
			"abs.colvir_get_loan_debt": fmt.Sprintf(`{"dep_id":%d,"id":%d}`, l.DepID, l.ID),
			"abs.way4_get_loan_debt":   fmt.Sprintf(`{"contract_number":%q}`, l.ContractNumber),
		} {
			check(t, b.Ask(operation, body), "debt", debtBody(t, debt))
		}
		check(t, b.Ask("abs.way4_get_loan_debt", fmt.Sprintf(`{"contract_number":%q}`, l.IBAN)), "debt", debtBody(t, debt))
	}
	ask(l.Debt)
	for _, debt := range []int64{123456_70, 1, 0} {
		l.Debt = debt
		b.Update(func(c *contract.Call) error { world.Of(c).PutLoan(world.Loan{Loan: l}); return nil })
		ask(debt)
	}
}

// TestLoadedLoansAreFound asks by K2's sample keys, which belong to no one until
// they are loaded.
func TestLoadedLoansAreFound(t *testing.T) {
	b := newBench(t, "preset", "strict")
	const colvir, way4 = `{"dep_id":555,"id":666}`, `{"contract_number":"KZ000000000000000000"}`
	check(t, b.Ask("abs.colvir_get_loan_debt", colvir), "not-found", "")
	check(t, b.Ask("abs.way4_get_loan_debt", way4), "not-found", "")
	putLoan(b, population.Loan{
		ContractNumber: "KD0000000001", DbzNumber: "KD0000000001", DbzDate: time.Date(2014, 2, 8, 0, 0, 0, 0, time.UTC),
		IINBIN: "000000000000", DepID: 555, ID: 666, IBAN: "KZ000000000000000000", Debt: 2000000_00, Amount: 2500000_00, Currency: "KZT",
	})
	for body, operation := range map[string]string{
		colvir: "abs.colvir_get_loan_debt", way4: "abs.way4_get_loan_debt",
		`{"contract_number":"KD0000000001"}`: "abs.way4_get_loan_debt", `{"dep_id":555.0,"id":6.66e2}`: "abs.colvir_get_loan_debt",
	} {
		check(t, b.Ask(operation, body), "debt", `{"error_text":"","error_code":0,"debt":2000000}`)
	}
	want := `{"error_text":"","error_code":0,"stmt":[{"purpose":"Предоставление кредита по договору № KD0000000001 от 08.02.2014",` +
		`"amount":2500000,"cur":"KZT","DC":"D","out_bal":2500000}]}`
	check(t, b.Ask("abs.get_acc_stmt_dt", sample(t, "abs.get_acc_stmt_dt")), "found", want)
}

// TestUnknownKeysOfLoans: the documents' samples name such keys, so by default
// they have a loan, the same one each time.
func TestUnknownKeysOfLoans(t *testing.T) {
	for _, test := range []struct{ operation, input, about string }{
		{"abs.colvir_get_loan_debt", `{"dep_id":2,"id":1001}`, "/id"},
		{"abs.colvir_get_loan_debt", `{"dep_id":-2,"id":-1}`, "/id"},
		{"abs.colvir_get_loan_debt", `{"dep_id":1,"id":123456789012345678901234567890}`, "/id"},
		{"abs.colvir_get_loan_debt", `{"dep_id":1,"id":1e400}`, "/id"},
		{"abs.way4_get_loan_debt", `{"contract_number":"KZ000000000000000000"}`, "/contract_number"},
		{"abs.way4_get_loan_debt", `{"contract_number":""}`, "/contract_number"},
		{"abs.get_acc_stmt_dt", "dep_id=555&id=666&dt=2020-01-01", "/id"},
		{"abs.get_acc_stmt_dt", "dep_id=5&id=99999999999999999999&dt=2020-01-01", "/id"},
		{"abs.get_acc_stmt_dt", "iban=KZ000000000000000000&dt=2020.01.01", "/iban"},
	} {
		t.Run(test.operation+" "+test.input, func(t *testing.T) {
			b := newBench(t)
			before := b.State()
			first := b.Ask(test.operation, test.input)
			check(t, first, map[bool]string{true: "found", false: "debt"}[test.operation == "abs.get_acc_stmt_dt"], "", test.about)
			if again := b.Ask(test.operation, test.input); again.Body != first.Body {
				t.Errorf("%s, then %s", first.Body, again.Body)
			}
			if diff := cmp.Diff(before, b.State()); diff != "" {
				t.Errorf("a question stored something:\n%s", diff)
			}
			b.Set("abs.unknown", "error")
			check(t, b.Ask(test.operation, test.input), "not-found", "")
		})
	}
}

func TestDrawnDebtsDiffer(t *testing.T) {
	b := newBench(t)
	debts := map[string]bool{}
	for id := range 20 {
		var body struct{ Debt json.Number }
		answer := b.Ask("abs.colvir_get_loan_debt", fmt.Sprintf(`{"dep_id":2,"id":%d}`, id))
		if err := json.Unmarshal([]byte(answer.Body), &body); err != nil {
			t.Fatal(err)
		}
		debts[body.Debt.String()] = true
	}
	if len(debts) < 18 {
		t.Errorf("20 loans have %d debts: %v", len(debts), debts)
	}
}

func TestDebtorsUnknownToTheBank(t *testing.T) {
	b := newBench(t)
	iin, l := somebody(t)
	mustGive(t, b, "abs.clients", `{"iinbin":"`+iin+`","unknown":true}`)
	check(t, b.Ask("abs.way4_get_loan_debt", fmt.Sprintf(`{"contract_number":%q}`, l.ContractNumber)), "not-found", "")
	check(t, b.Ask("abs.colvir_get_loan_debt", fmt.Sprintf(`{"dep_id":%d,"id":%d}`, l.DepID, l.ID)), "not-found", "")
	check(t, b.Ask("abs.get_acc_stmt_dt", "dt=2024-01-01&iban="+l.IBAN), "not-found", "")
	check(t, b.Ask("abs.get_acc", "iinbin="+iin), "not-found", "")
}

// TestForcedDebtOfAStranger introduces the debtor to the bank.
func TestForcedDebtOfAStranger(t *testing.T) {
	b := newBench(t, "preset", "strict")
	iin, l := somebody(t)
	mustGive(t, b, "abs.clients", `{"iinbin":"`+iin+`","unknown":true}`)
	request := fmt.Sprintf(`{"contract_number":%q}`, l.ContractNumber)
	check(t, b.Do(wanted("abs.way4_get_loan_debt", request, "debt")), "debt", debtBody(t, l.Debt))
	check(t, b.Ask("abs.get_cli", "iinbin="+iin), "found", "")
}

// TestStatementToADate: the granting of the loan shows from the day of the
// agreement on.
func TestStatementToADate(t *testing.T) {
	_, l := somebody(t)
	amount, err := money.Amount(l.Amount).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	row := fmt.Sprintf(`{"error_text":"","error_code":0,"stmt":[{"purpose":"Предоставление кредита по договору № %s от %s",`+
		`"amount":%s,"cur":"KZT","DC":"D","out_bal":%s}]}`, l.DbzNumber, l.DbzDate.Format("02.01.2006"), amount, amount)
	const empty = `{"error_text":"","error_code":0,"stmt":[]}`
	keys := map[string]string{
		"colvir": fmt.Sprintf("dep_id=%d&id=%d", l.DepID, l.ID),
		"iban":   "iban=" + l.IBAN,
		"both":   fmt.Sprintf("dep_id=%d&id=%d&iban=%s", l.DepID, l.ID, l.IBAN),
		"an account where the Colvir ids belong to no one": "dep_id=1&id=1&iban=" + l.IBAN,
	}
	for name, key := range keys {
		for _, test := range []struct {
			days          int
			outcome, body string
		}{{-1, "none", empty}, {0, "found", row}, {1, "found", row}, {1000, "found", row}} {
			for _, layout := range []string{"2006-01-02", "2006.01.02"} {
				date := l.DbzDate.AddDate(0, 0, test.days).Format(layout)
				t.Run(name+" "+date, func(t *testing.T) {
					check(t, newBench(t).Ask("abs.get_acc_stmt_dt", key+"&dt="+date), test.outcome, test.body)
				})
			}
		}
	}
}

// TestIdleAccounts: an account that get_acc lists, and that serves no loan, has no
// granting and no debt, whatever the preset; another bank's account belongs to no one.
func TestIdleAccounts(t *testing.T) {
	iin, _ := somebody(t)
	const given = "KZ86125KZT5004100100"
	for _, preset := range contract.Presets() {
		b := newBench(t, "preset", preset)
		mustGive(t, b, "abs.accounts", `{"iinbin":"791028302728","ibans":[{"iban":"`+given+`"}]}`)
		for _, iban := range []string{people.Accounts(iin)[0].IBAN, given} {
			check(t, b.Ask("abs.get_acc_stmt_dt", "dt=2024-01-01&iban="+iban), "none", "")
			body := fmt.Sprintf(`{"contract_number":%q}`, iban)
			check(t, b.Ask("abs.way4_get_loan_debt", body), "debt", debtBody(t, 0), "/contract_number")
		}
	}
	b := newBench(t, "preset", "strict")
	check(t, b.Ask("abs.get_acc_stmt_dt", "dt=2024-01-01&iban="+people.OtherBankAccounts(iin)[0].IBAN), "not-found", "")
	mustGive(t, b, "abs.clients", `{"iinbin":"`+iin+`","unknown":true}`)
	check(t, b.Ask("abs.get_acc_stmt_dt", "dt=2024-01-01&iban="+people.Accounts(iin)[0].IBAN), "not-found", "")
}

// TestForcedStatementOfAnIdleAccount is about a loan of the account's owner.
func TestForcedStatementOfAnIdleAccount(t *testing.T) {
	b := newBench(t)
	iin, _ := somebody(t)
	request := "dt=2024-01-01&iban=" + people.Accounts(iin)[0].IBAN
	check(t, b.Do(wanted("abs.get_acc_stmt_dt", request, "found")), "found", "")
	check(t, b.Ask("abs.get_acc_stmt_dt", request), "found", "")
	b.Update(func(c *contract.Call) error {
		if l, ok := world.Of(c).LoanByIBAN(people.Accounts(iin)[0].IBAN); !ok || l.IINBIN != iin {
			t.Errorf("the loan is %+v, want one of %s", l, iin)
		}
		return nil
	})
}

// TestStatementAgreesWithDebt for a loan of which K2 knows no amount.
func TestStatementAgreesWithDebt(t *testing.T) {
	b := newBench(t, "preset", "strict")
	l := population.Loan{ContractNumber: "KD1", IINBIN: "901123300258", IBAN: "KZ1"}
	for _, debt := range []int64{0, 100, 99_000_000_00} {
		l.Debt = debt
		putLoan(b, l)
		var body struct {
			Stmt []struct {
				Purpose, Cur string
				Amount, Out  money.Amount
				OutBal       money.Amount `json:"out_bal"`
			}
		}
		answer := b.Ask("abs.get_acc_stmt_dt", "iban=KZ1&dt=2024-01-01")
		if err := json.Unmarshal([]byte(answer.Body), &body); err != nil || len(body.Stmt) != 1 {
			t.Fatalf("%s %v", answer.Body, err)
		}
		line := body.Stmt[0]
		if int64(line.Amount) < max(debt, 1) || line.OutBal != line.Amount || line.Cur != "KZT" || line.Purpose != "Предоставление кредита по договору" {
			t.Errorf("debt %d: %+v", debt, line)
		}
	}
}

func TestForcedStatementIsToALaterDate(t *testing.T) {
	b := newBench(t)
	_, l := somebody(t)
	request := "dt=2001-01-01&iban=" + l.IBAN
	want := b.Ask("abs.get_acc_stmt_dt", "dt=2024-01-01&iban="+l.IBAN).Body
	check(t, b.Do(wanted("abs.get_acc_stmt_dt", request, "found")), "found", want, "/dt")
}

// TestDatesOfNoCalendar: the dotted form can name days that don't exist.
func TestDatesOfNoCalendar(t *testing.T) {
	b := newBench(t)
	check(t, b.Ask("abs.get_acc_stmt_dt", "iban=KZ1&dt=2023.02.29"), "found", "", "/iban", "/dt")
	b.Ask("abs.reg_pt", with(t, map[string]any{"doc_at": "2023.02.29"}))
	var listed []struct {
		DocAt string `json:"doc_at"`
	}
	body := b.Ask("abs.get_all_pt_from_abs", `{"doc_at1":"2023.02.28","doc_at2":"2023.02.31"}`).Body
	if err := json.Unmarshal([]byte(body), &listed); err != nil || len(listed) != 2 || listed[1].DocAt != "2023-02-28" {
		t.Errorf("%s %v", body, err)
	}
}
