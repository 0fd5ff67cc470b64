package k2_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/k2"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/store"
	_ "github.com/kzsim/kzsim/internal/testgc"
)

// twoBanks is somebody with accounts in two other banks.
var twoBanks, theirAccounts = func() (string, []population.Account) {
	people := population.New(1)
	for n := 0; ; n++ {
		iin := people.IINOf(fmt.Sprint("two banks ", n))
		if accounts := people.OtherBankAccounts(iin); len(accounts) == 2 && accounts[0].Bank < accounts[1].Bank {
			return iin, accounts
		}
	}
}()

// TestWordsOfAnExclusion: each forbids what it says (ledger 124).
func TestWordsOfAnExclusion(t *testing.T) {
	first, second := theirAccounts[0], theirAccounts[1]
	for _, test := range []struct {
		words string
		want  []string // banks of the demands
	}{
		{`,"dbz_num":"KD0000000001"`, nil},
		{``, nil}, // all loans of the client
		{`,"dbz_num":"KD0000000002"`, []string{first.Bank, second.Bank}},
		{`,"active":false`, []string{first.Bank, second.Bank}},
		{`,"for_bank":true,"bank":"` + first.Bank + `"`, []string{second.Bank}},
		{`,"for_bank":true,"bank":"` + first.Bank + `","for_extreq":true`, nil},
		{`,"for_bank":true`, []string{first.Bank, second.Bank}},
		{`,"for_iban":true,"iban":"` + second.IBAN + `"`, []string{first.Bank}},
		{`,"for_refuse":true`, []string{first.Bank, second.Bank}},
		{`,"for_extreq":false`, []string{first.Bank, second.Bank}},
		{`,"finish_dt":"2024-03-01"`, nil}, // today
		{`,"finish_dt":"2024-02-29"`, []string{first.Bank, second.Bank}},
	} {
		b := newBench(t)
		b.mustGive("k2.exclusions", `{"iin":"`+twoBanks+`"`+test.words+`}`)
		b.Ask(loadLoans, loanJSON(loan1, twoBanks, "5"))
		var got []string
		for _, d := range b.demands(loan1) {
			got = append(got, d["bank_code"])
		}
		slices.Sort(got)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.words, diff)
		}
	}
}

// TestSeveralExclusionsOfALoan are told apart by what narrows them, and end together.
func TestSeveralExclusionsOfALoan(t *testing.T) {
	b := newBench(t)
	for _, a := range theirAccounts {
		b.mustGive("k2.exclusions", fmt.Sprintf(`{"iin":%q,"dbz_num":"KD0000000001","for_bank":true,"bank":%q}`, twoBanks, a.Bank))
	}
	b.Ask(loadLoans, loanJSON(loan1, twoBanks, "5"))
	b.expectStatuses(loan1)
	off := fmt.Sprintf(`{"iin":%q,"dbz_num":"KD0000000001"}`, twoBanks)
	b.expect(b.Ask(excludeOff, off), "accepted", done)
	b.expectStatuses(loan1, "Введен", "Введен")
	b.expect(b.Ask(excludeOff, off), "not-found", `{"error_code":404,"error_text":"Не найдены исключения по заданным критериям"}`)
}

// TestExclusionFinishes: behind its last day it is inactive, and the demands are made that it
// kept back, at the day's end.
func TestExclusionFinishes(t *testing.T) {
	b := newBench(t)
	b.mustGive("k2.exclusions", fmt.Sprintf(`{"iin":%q,"dbz_num":"KD0000000001","finish_dt":"2024-03-02"}`, debtor))
	b.load(loan1, "5")
	b.pass(39*time.Hour - time.Second)
	b.expectStatuses(loan1)
	b.pass(2 * time.Hour)
	if got := b.demand(loan1)["created_at"]; got != "2024-03-03T01:00:00.000000+06:00" {
		t.Errorf("made at %s", got)
	}
	if pushed := b.pushed(); !strings.Contains(pushed, `"finish_dt":"2024-03-02"`) || !strings.Contains(pushed, `"is_active":"0"`) {
		t.Errorf("pushed %s", pushed)
	}
	if a := b.Ask(excludeOff, removal(loan1)); a.Outcome != "not-found" {
		t.Errorf("taken off: %s", a.Outcome)
	}
}

// pushed is the list of exclusions as it goes out.
var regexpID = regexp.MustCompile(`"id":"\d+"`)

func (b *bench) pushed() (body string) {
	b.t.Helper()
	err := b.Store.View(func(r store.Reader) error {
		raw, err := contract.Encode(k2.Service().Pushes[0].Body(r))
		body = string(raw)
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return body
}

// TestPushedWords: the list has the words of the document's items.
func TestPushedWords(t *testing.T) {
	b := newBench(t)
	b.mustGive("k2.exclusions", `{"iin":"981217450830","for_bank":true,"bank":"KINCKZKA","finish_dt":"2024-10-16"}`)
	b.mustGive("k2.exclusions", `{"iin":"780204403060","for_iban":true,"iban":"KZ123456789012345678","for_refuse":true}`)
	got := regexpID.ReplaceAllString(b.pushed(), `"id":"?"`)
	want := `{"items":[` +
		`{"for_bank":"0","for_extreq":"0","for_iban":"1","for_refuse":"1","iban":"KZ123456789012345678","id":"?","iin":"780204403060","is_active":"1"},` +
		`{"bank":"KINCKZKA","finish_dt":"2024-10-16","for_bank":"1","for_extreq":"0","for_iban":"0","for_refuse":"0","id":"?","iin":"981217450830","is_active":"1"}]}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestForbiddenWithdrawal: for_refuse keeps a demand, and what it kept is withdrawn when it
// ends.
func TestForbiddenWithdrawal(t *testing.T) {
	happenings := map[string]func(*bench){
		"debt 0":    func(b *bench) { b.load(loan1, "0") },
		"exclusion": func(b *bench) { b.Ask(excludeOn, exclusion(loan1, true)) },
		"a year":    func(b *bench) { b.Now = b.Now.AddDate(1, 0, 1) },
	}
	for _, mode := range []string{"at-once", "document"} {
		for name, happen := range happenings {
			t.Run(mode+", "+name, func(t *testing.T) {
				b := newBench(t)
				b.Set("k2.withdrawal", mode)
				b.mustGive("k2.exclusions", fmt.Sprintf(`{"iin":%q,"for_refuse":true,"finish_dt":"2026-01-01"}`, debtor))
				b.load(loan1, "1")
				b.pass(time.Hour)
				happen(b)
				b.pass(24 * time.Hour)
				b.expectStatuses(loan1, "Принята в картотеку банка")
				b.Now = time.Date(2026, 1, 2, 0, 30, 0, 0, b.Now.Location())
				want := map[string]string{"at-once": "2026-01-02T01:00:00.000000+06:00", "document": "2026-01-02T01:30:00.000000+06:00"}[mode]
				if got := b.demands(loan1)[0]; got["stat_id$"] != "Отозван" || got["updated_at"] != want {
					t.Errorf("%s at %s, want it withdrawn at %s", got["stat_id$"], got["updated_at"], want)
				}
			})
		}
	}
}
