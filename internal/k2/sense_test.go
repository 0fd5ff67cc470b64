package k2_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/population"
)

// TestSenselessPayments are found by default, and bad rows under strict.
func TestSenselessPayments(t *testing.T) {
	for row, find := range map[string][]string{
		`"amount":4,"cur":"KZT"`:  {},
		`"amount":5,"cur":"KZT"`:  {},
		`"amount":6,"cur":"KZT"`:  {"125 /items/0/amount"},
		`"amount":0,"cur":"KZT"`:  {"125 /items/0/amount"},
		`"amount":1`:              {"125 /items/0/cur"},
		`"amount":1,"cur":"USD"`:  {"125 /items/0/cur"},
		`"amount":99,"cur":"USD"`: {"125 /items/0/amount", "125 /items/0/cur"},
	} {
		for _, preset := range []string{"documents", "strict"} {
			b := newBench(t)
			b.Set("preset", preset)
			b.load(loan1, "5")
			code := b.demand(loan1)["code"]
			a := b.Ask(payDemands, fmt.Sprintf(`{"items":[{"trn_id":1,"refer":%q,%s}]}`, code, row))
			want, found := "accepted", find
			if preset == "strict" && len(find) > 0 {
				want, found = "bad-row", find[:1]
			}
			if a.Outcome != want {
				t.Errorf("%s, %s: %s, want %s", preset, row, a.Outcome, want)
			}
			b.expectFindings(a, found...)
			if paid := b.demand(loan1)["paid_amount"]; (paid == "0.00") != (want == "bad-row" || row == `"amount":0,"cur":"KZT"`) {
				t.Errorf("%s, %s: paid %s", preset, row, paid)
			}
		}
	}
}

func TestPaymentTowardsAnEndedDemand(t *testing.T) {
	b := newBench(t)
	b.load(loan1, "5")
	b.load(loan1, "0")
	code := b.demand(loan1)["code"]
	b.expectFindings(b.Ask(payDemands, `{"items":[{"trn_id":1,"refer":"`+code+`","amount":1,"cur":"KZT"}]}`), "125 /items/0/refer")
	b.Set("k2.sense", "error")
	a := b.Ask(payDemands, `{"items":[{"trn_id":2,"refer":"`+code+`","amount":1,"cur":"KZT"}]}`)
	if a.Outcome != "bad-row" || b.demand(loan1)["paid_amount"] != "1.00" {
		t.Errorf("%s, paid %s", a.Outcome, b.demand(loan1)["paid_amount"])
	}
}

func TestSenselessLoans(t *testing.T) {
	name := population.New(1).Person(debtor).FullName()
	for row, find := range map[string][]string{
		`"dbz_dt":"2024-03-01"`:                                          {},
		`"dbz_dt":"2024-03-02"`:                                          {"125 /0/dbz_dt"},
		`"dbz_dt":"2020-01-01","dea_dt":"2025-01-01"`:                    {"125 /0/dea_dt"},
		`"dbz_dt":"2020-01-01","dea_dord":"2025-01-01"`:                  {"125 /0/dea_dord"},
		`"dbz_dt":"2020-01-01","overdue_days":-1`:                        {"125 /0/overdue_days"},
		`"dbz_dt":"2020-01-01","overdue_days":0`:                         {},
		`"dbz_dt":"2020-01-01","fullname":"` + name + `"`:                {},
		`"dbz_dt":"2020-01-01","fullname":"  ` + lower(name) + ` "`:      {},
		`"dbz_dt":"2020-01-01","fullname":"Тестовый Тест Тестович"`:      {"127 /0/fullname"},
		`"overdue_days":1`:                                               {"128 /0/dbz_dt"},
		`"overdue_days":-1,"dbz_dt":"2030-01-01","fullname":"Тест Тест"`: {"125 /0/overdue_days", "125 /0/dbz_dt", "127 /0/fullname"},
	} {
		b := newBench(t)
		request := fmt.Sprintf(`[{"contract_number":"X1","iinbin":%q,"debt":5,%s}]`, debtor, row)
		a := b.Ask(loadLoans, request)
		if a.Outcome != "accepted" {
			t.Errorf("%s: %s", row, a.Outcome)
		}
		b.expectFindings(a, find...)
		b.Empty()
		b.Set("preset", "strict")
		a = b.Ask(loadLoans, request)
		if senseless := len(find) > 0 && find[0][:3] == "125"; (a.Outcome == "bad-row") != senseless || b.loan("X1").Loaded == senseless {
			t.Errorf("%s under strict: %s, loaded %v", row, a.Outcome, b.loan("X1").Loaded)
		}
	}
}

func lower(s string) string {
	runes := []rune(s)
	for i, r := range runes {
		if r >= 'А' && r <= 'Я' {
			runes[i] = r + 'а' - 'А'
		}
	}
	return string(runes)
}

// TestNoDemandWithoutADate: a loan that can't be asked for has no demand until it can.
func TestNoDemandWithoutADate(t *testing.T) {
	b := newBench(t)
	b.Ask(loadLoans, fmt.Sprintf(`[{"contract_number":%q,"iinbin":%q,"debt":5}]`, loan1, debtor))
	b.Ask(syncDebts, `[{"contract_number":"KD0000000001","debt":6}]`)
	if made := b.stored("k2.demands"); len(made) > 0 {
		t.Errorf("demands %v", made)
	}
	b.load(loan1, "7")
	b.expectStatuses(loan1, "Введен")
}

// TestPaymentLowersTheDebt where the profile says so, in K2 and in the record that the ABS
// answers from, and at 0 the demand is withdrawn.
func TestPaymentLowersTheDebt(t *testing.T) {
	pay := func(b *bench, id int, amount, cur string) {
		code := b.demands(loan1)[0]["code"]
		b.Ask(payDemands, fmt.Sprintf(`{"items":[{"trn_id":%d,"refer":%q,"amount":%s,"cur":%q}]}`, id, code, amount, cur))
	}
	for preset, want := range map[string][]int64{"documents": {500, 500, 500}, "observed": {300, 300, 0}, "strict": {500, 500, 500}} {
		b := newBench(t)
		b.Set("preset", preset)
		b.load(loan1, "5")
		b.pass(time.Hour)
		for i, p := range [][2]string{{"2", "KZT"}, {"1", "USD"}, {"3", "KZT"}} {
			pay(b, i, p[0], p[1])
			if got := b.loan(loan1).Debt; got != want[i] {
				t.Errorf("%s: the debt is %d after payment %d, want %d", preset, got, i, want[i])
			}
		}
		if wanted := len(b.stored("k2.withdrawals")) > 0; wanted != (preset == "observed") {
			t.Errorf("%s: a withdrawal: %v", preset, wanted)
		}
	}
}

// TestStatedPaymentKeepsTheDebt: it was taken before the loan had the debt that is stated.
func TestStatedPaymentKeepsTheDebt(t *testing.T) {
	b := newBench(t)
	b.Set("k2.payment_debt", "lowers")
	b.mustGive("k2.loans", givenLoan("5"))
	b.mustGive("k2.demands", `{"code":"P1","contract_number":"KD0000000001"}`)
	b.mustGive("k2.payments", `{"trn_id":1,"refer":"P1","amount":2}`)
	if got := b.loan(loan1); got.Debt != 500 {
		t.Errorf("the debt is %d", got.Debt)
	}
}

// TestPaymentOfAnotherLoan: a demand whose loan was loaded with another debtor or currency since lowers no debt.
func TestPaymentOfAnotherLoan(t *testing.T) {
	for _, since := range []string{
		`"iinbin":"830717350867","cur":"KZT"`,
		fmt.Sprintf(`"iinbin":%q,"cur":"USD"`, debtor),
	} {
		b := newBench(t)
		b.Set("k2.payment_debt", "lowers")
		b.load(loan1, "5")
		code := b.demands(loan1)[0]["code"]
		b.Ask(loadLoans, fmt.Sprintf(`[{"contract_number":%q,"debt":7,%s}]`, loan1, since))
		b.Ask(payDemands, fmt.Sprintf(`{"items":[{"trn_id":1,"refer":%q,"amount":2,"cur":"KZT"}]}`, code))
		if got := b.loan(loan1); got.Debt != 700 {
			t.Errorf("%s: the debt is %d, want 700", since, got.Debt)
		}
	}
}
