package k2_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/k2"
	"github.com/kzsim/kzsim/internal/population"
)

func givenLoan(debt string) string {
	return fmt.Sprintf(`{"contract_number":"KD0000000001","dbz_dt":"2014-02-08","iinbin":%q,"debt":%s}`, debtor, debt)
}

// TestGivenLoan is as if it had been loaded.
func TestGivenLoan(t *testing.T) {
	given, loaded := newBench(t), newBench(t)
	given.mustGive("k2.loans", givenLoan("2000000"))
	loaded.load(loan1, "2000000")
	if diff := cmp.Diff(loaded.State(), given.State()); diff != "" {
		t.Errorf("a loaded loan and a given one (-loaded +given):\n%s", diff)
	}
}

// TestGivenDemand replaces what K2 would have made, before and after the loan,
// and goes on with the clock.
func TestGivenDemand(t *testing.T) {
	const demand = `{"code":"PTPJ000000000001","contract_number":"KD0000000001","amount":2000000,"paid_amount":"1.5","status":"Отправлен"}`
	b := newBench(t)
	b.mustGive("k2.loans", givenLoan("5"))
	if err := b.give("k2.demands", demand); err == nil {
		t.Error("an amount may be a string")
	}
	b.mustGive("k2.demands", strings.ReplaceAll(demand, `"1.5"`, `1.5`))
	b.mustGive("k2.loans", givenLoan("6"))
	got := b.demand(loan1)
	if got["code"] != "PTPJ000000000001" || got["amount"] != "2000000.00" || got["paid_amount"] != "1.50" || got["stat_id$"] != "Отправлен" {
		t.Errorf("the demand is %s of %s, paid %s, %s", got["code"], got["amount"], got["paid_amount"], got["stat_id$"])
	}
	b.pass(10 * time.Minute)
	b.expectStatuses(loan1, "Принята банком")
	b.mustGive("k2.demands", `{"code":"PTPJ000000000002","contract_number":"KD0000000001"}`)
	b.expectStatuses(loan1, "Принята банком", "Введен")
}

func TestGivenDemandAccount(t *testing.T) {
	own := population.New(1).OtherBankAccounts(debtor)[0]
	tests := []struct{ more, iban, bank string }{
		{``, own.IBAN, own.Bank},
		{`,"iban":"KZ6472200000000000XX","bank":"HSBKKZKX"`, "KZ6472200000000000XX", "HSBKKZKX"},
		{`,"iban":"KZ64722R000000000001"`, "KZ64722R000000000001", "CASPKZKA"},
	}
	for _, test := range tests {
		b := newBench(t)
		b.mustGive("k2.loans", givenLoan("5"))
		b.mustGive("k2.demands", `{"code":"P","contract_number":"KD0000000001"`+test.more+`}`)
		if got := b.demand(loan1); got["extacc_code"] != test.iban || got["bank_code"] != test.bank {
			t.Errorf("%s: account %s at %s, want %s at %s", test.more, got["extacc_code"], got["bank_code"], test.iban, test.bank)
		}
	}
	b := newBench(t)
	b.mustGive("k2.loans", givenLoan("5"))
	b.mustGive("k2.demands", `{"code":"P","contract_number":"KD0000000001","bank":"KPSTKZKA"}`)
	got := b.demand(loan1)
	if bank, _ := population.BankOfIBAN(got["extacc_code"]); bank.BIC != "KPSTKZKA" || population.ValidIBAN(got["extacc_code"]) != nil {
		t.Errorf("the account %s is none of KPSTKZKA", got["extacc_code"])
	}
}

func TestGivenExclusion(t *testing.T) {
	for active, want := range map[string][]string{``: {}, `,"active":true`: {}, `,"active":false`: {"Введен"}} {
		b := newBench(t)
		b.mustGive("k2.exclusions", fmt.Sprintf(`{"iin":%q,"dbz_num":"KD0000000001"%s}`, debtor, active))
		b.mustGive("k2.loans", givenLoan("5"))
		b.expectStatuses(loan1, want...)
	}
}

func TestGivenPayment(t *testing.T) {
	b := newBench(t)
	b.mustGive("k2.loans", givenLoan("5"))
	b.mustGive("k2.demands", `{"code":"PTPJ000000000001","contract_number":"KD0000000001","paid_amount":1}`)
	b.mustGive("k2.payments", `{"trn_id":"11","refer":"PTPJ000000000001","amount":2}`)
	b.mustGive("k2.payments", `{"trn_id":12,"refer":"UNKNOWN","amount":2}`)
	if got := b.demand(loan1)["paid_amount"]; got != "3.00" {
		t.Errorf("paid_amount is %s", got)
	}
	for _, id := range []string{"11", "12"} {
		a := b.Ask(payDemands, `{"items":[{"trn_id":`+id+`,"refer":"PTPJ000000000001","amount":2}]}`)
		if a.Outcome != "duplicate-trn-id" {
			t.Errorf("trn_id %s: %s", id, a.Outcome)
		}
	}
}

// TestGivenMistakes says what is wrong with an item.
func TestGivenMistakes(t *testing.T) {
	tests := []struct{ name, item, says string }{
		{"k2.loans", `{"contract_number":"K","iinbin":"901123300258"}`, "debt"},
		{"k2.loans", `{"contract_number":"K","iinbin":"901123300258","debt":-1}`, "debt"},
		{"k2.loans", `{"contract_number":"K","iinbin":"901123300258","debt":0.001}`, "two decimals"},
		{"k2.loans", `{"contract_number":"K","iinbin":"901123300258","debt":1,"dbz_date":"2014-02-08"}`, "dbz_date"},
		{"k2.demands", `{"code":"P","contract_number":"NONE"}`, "k2.loans"},
		{"k2.demands", `{"code":"P","contract_number":"KD0000000001","status":"Отправлено"}`, "Отправлен"},
		{"k2.demands", `{"code":"P","contract_number":"KD0000000001","bank":"XXXXXXXX"}`, "BIC"},
		{"k2.demands", `{"code":"P","contract_number":"KD0000000001","iban":"KZ1"}`, "the bank beside it"},
		{"k2.demands", `{"code":"P","contract_number":"KD0000000001","amount":0.001}`, "two decimals"},
		{"k2.demands", `{"code":"TWICE","contract_number":"KD0000000001"}`, "a second time"},
		{"k2.demands", `{"code":"P","contract_number":"NOBODY"}`, "iban"},
		{"k2.payments", `{"trn_id":1,"refer":"P","amount":1}`, "a second time"},
		{"k2.payments", `{"trn_id":2,"refer":"TWICE","amount":92233720368547758.07}`, "too large"},
		{"k2.incoming", `{"reference":"P","state":"Принят"}`, "Введен"},
		{"k2.rzap", `{"refer":"R","items":[{"dbz_num":"1","dbz_dt":"21.02.2020","iin":"1"}]}`, "date"},
	}
	for _, test := range tests {
		b := newBench(t)
		b.mustGive("k2.loans", givenLoan("5"))
		b.mustGive("k2.loans", `{"contract_number":"NOBODY","iinbin":"abcdefghijkl","debt":5}`)
		b.mustGive("k2.demands", `{"code":"TWICE","contract_number":"KD0000000001","paid_amount":1}`)
		b.mustGive("k2.payments", `{"trn_id":"1","refer":"P","amount":1}`)
		if err := b.give(test.name, test.item); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s %s: %v, want something about %s", test.name, test.item, err, test.says)
		}
	}
}

// TestGivenStates keeps the schemas' lists and the machines' states alike.
func TestGivenStates(t *testing.T) {
	fields := map[string][2]string{
		"k2.demand":          {"k2.demands", `{"code":"P","contract_number":"KD0000000001","status":%q}`},
		"k2.incoming-demand": {"k2.incoming", `{"reference":"P","state":%q}`},
	}
	for _, m := range k2.Service().Machines {
		if !slices.Contains(m.States(), m.Initial) {
			t.Errorf("%s begins in no state", m.Name)
		}
		for _, state := range m.States() {
			if _, given := fields[m.Name]; !given {
				break
			}
			b := newBench(t)
			b.mustGive("k2.loans", givenLoan("5"))
			if err := b.give(fields[m.Name][0], fmt.Sprintf(fields[m.Name][1], state)); err != nil {
				t.Errorf("%s: %v", state, err)
			}
			if m.Name == "k2.demand" {
				got := b.demand(loan1)
				if got["stat_id$"] != state || got["stat_id"] == "" {
					t.Errorf("given %s: status %s with id %q", state, got["stat_id$"], got["stat_id"])
				}
			}
		}
	}
}
