package k2_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/k2"
)

// byDocument is a bench on which demands are withdrawn by documents, with loan1 loaded and
// its demand sent 25 minutes ago.
func byDocument(t *testing.T) *bench {
	b := newBench(t)
	b.Set("k2.withdrawal", "document")
	b.load(loan1, "1")
	b.pass(25 * time.Minute)
	b.expectStatuses(loan1, "Отправлен")
	return b
}

// withdrawal of loan1's only demand; the zero value for none.
func (b *bench) withdrawal() (w k2.Withdrawal) {
	b.t.Helper()
	if raw, ok := b.State()["k2.withdrawals"][b.demand(loan1)["code"]]; ok {
		if err := json.Unmarshal(raw, &w); err != nil {
			b.t.Fatal(err)
		}
	}
	return w
}

// TestWithdrawalIsADocument: whatever causes it, the document waits until the demand can be
// withdrawn, and the demand until the document is confirmed.
func TestWithdrawalIsADocument(t *testing.T) {
	for _, test := range []struct {
		cause, reason string
		happen        func(*bench)
	}{
		{"repaid", "06", func(b *bench) { b.Ask(syncDebts, `[{"contract_number":"KD0000000001","debt":0}]`) }},
		{"excluded", "07", func(b *bench) { b.Ask(excludeOn, exclusion(loan1, true)) }},
	} {
		t.Run(test.cause, func(t *testing.T) {
			b := byDocument(t)
			test.happen(b)
			var got []string
			for range 10 {
				got = append(got, b.demand(loan1)["stat_id$"]+", "+b.withdrawal().State)
				b.pass(5 * time.Minute)
			}
			want := []string{
				"Отправлен, wanted", "Принята банком, wanted", "Принята банком, wanted", "Принята в картотеку банка, Введен",
				"Принята в картотеку банка, Введен", "Принята в картотеку банка, Зарегистрирован", "Принята в картотеку банка, Зарегистрирован",
				"Принята в картотеку банка, Отправлен", "Принята в картотеку банка, Отправлен", "Отозван, Отзыв подтвержден",
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("every five minutes (-want +got):\n%s", diff)
			}
			w := b.withdrawal()
			if w.Cause != test.cause || w.Reason != test.reason || !regexp.MustCompile(`^OP1\d{13}$`).MatchString(w.Code) {
				t.Errorf("%+v", w)
			}
			if got := b.demand(loan1)["updated_at"]; got != "2024-03-01T11:10:00.000000+06:00" {
				t.Errorf("withdrawn at %s", got)
			}
		})
	}
}

// TestLateLookAtAWithdrawal: one look finds all that has fallen due, each at its time.
func TestLateLookAtAWithdrawal(t *testing.T) {
	b := byDocument(t)
	b.Ask(syncDebts, `[{"contract_number":"KD0000000001","debt":0}]`)
	b.pass(24 * time.Hour)
	a := b.Ask(byDBZ, `{"contract_number":"KD0000000001","dbz_dt":"2014-02-08"}`)
	var taken []string
	for _, step := range a.Taken {
		taken = append(taken, strings.TrimPrefix(step.Machine, "k2.")+" "+step.To)
	}
	want := []string{
		"demand Принята банком", "demand Принята в картотеку банка", "withdrawal Введен", "withdrawal Зарегистрирован",
		"withdrawal Отправлен", "withdrawal Отзыв подтвержден", "demand Отозван",
	}
	if diff := cmp.Diff(want, taken); diff != "" {
		t.Errorf("transitions (-want +got):\n%s", diff)
	}
}

func TestWithdrawalAfterAYear(t *testing.T) {
	b := byDocument(t)
	b.Now = b.Now.Add(-25*time.Minute).AddDate(1, 0, 0)
	b.expectStatuses(loan1, "Принята в картотеку банка")
	if w := b.withdrawal(); w.State != "Введен" || w.Cause != "expired" || w.Reason != "99" || !w.Since.Equal(b.Now) {
		t.Errorf("%+v", w)
	}
	b.pass(30 * time.Minute)
	b.expectStatuses(loan1, "Отозван")
}

func TestWithdrawalOnPaper(t *testing.T) {
	b := newBench(t)
	b.Set("preset", "observed")
	b.load(loan1, "1")
	b.mustGive("k2.demands", `{"code":"P1","contract_number":"KD0000000001","bank":"KPSTKZKA"}`)
	b.Ask(syncDebts, `[{"contract_number":"KD0000000001","debt":0}]`)
	b.pass(20 * time.Minute)
	b.expectStatuses(loan1, "Сформирован на бумажном носителе")
	b.pass(30 * time.Minute)
	b.expectStatuses(loan1, "Отозван")
}

// TestCauseThatGoes: while the withdrawal is only wanted, it goes with its cause, and comes
// again with another one; a document goes on.
func TestCauseThatGoes(t *testing.T) {
	b := byDocument(t)
	b.load(loan1, "0")
	b.load(loan1, "5")
	if w := b.withdrawal(); w.State != "dropped" {
		t.Errorf("with a debt again it is %s", w.State)
	}
	b.Ask(excludeOn, exclusion(loan1, true))
	if w := b.withdrawal(); w.State != "wanted" || w.Cause != "excluded" {
		t.Errorf("excluded: %+v", w)
	}
	b.Ask(excludeOff, removal(loan1))
	if w := b.withdrawal(); w.State != "dropped" {
		t.Errorf("no longer excluded it is %s", w.State)
	}
	b.load(loan1, "0")
	b.pass(20 * time.Minute)
	b.load(loan1, "5")
	b.pass(30 * time.Minute)
	b.expectStatuses(loan1, "Отозван")
}

// TestGivenWithdrawal: what the other bank makes of it is stated, and then it stays.
func TestGivenWithdrawal(t *testing.T) {
	for state, want := range map[string]string{
		"Введен": "Отозван", "Отправлен": "Отозван", "Отзыв подтвержден": "Отозван",
		"Возвращен": "Принята в картотеку банка", "Отказан": "Принята в картотеку банка", "Ошибка при отзыве": "Принята в картотеку банка",
	} {
		b := newBench(t)
		b.Set("k2.withdrawal", "document")
		b.load(loan1, "1")
		b.mustGive("k2.demands", `{"code":"P1","contract_number":"KD0000000001","status":"Принята в картотеку банка"}`)
		b.mustGive("k2.withdrawals", fmt.Sprintf(`{"demand":"P1","code":"OP10000000000001","state":%q,"reason":"10"}`, state))
		b.pass(time.Hour)
		b.load(loan1, "0")
		b.pass(800 * 24 * time.Hour)
		b.expectStatuses(loan1, want)
		if w := b.withdrawal(); w.Code != "OP10000000000001" || w.Reason != "10" {
			t.Errorf("%s: %+v", state, w)
		}
	}
	b := newBench(t)
	b.load(loan1, "1")
	b.mustGive("k2.demands", `{"code":"P1","contract_number":"KD0000000001"}`)
	for item, says := range map[string]string{
		`{"demand":"P2"}`:                    "k2.demands",
		`{"demand":"P1"}`:                    "Принята в картотеку банка or Сформирован",
		`{"demand":"P1","state":"Отозван"}`:  "Введен",
		`{"demand":"P1","state":"dropped"}`:  "Введен",
		`{"demand":"P1","reference":"OP10"}`: "reference",
	} {
		if err := b.give("k2.withdrawals", item); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want something about %s", item, err, says)
		}
	}
}

// TestStatedDemandsTakeTheirPlace: a demand that K2 made goes with its withdrawal.
func TestStatedDemandsTakeTheirPlace(t *testing.T) {
	b := byDocument(t)
	b.load(loan1, "0")
	b.mustGive("k2.demands", `{"code":"P1","contract_number":"KD0000000001"}`)
	if left := b.stored("k2.withdrawals"); len(left) > 0 {
		t.Errorf("withdrawals %v", left)
	}
}
