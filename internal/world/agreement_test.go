package world_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

func TestAgreementIsTheLoans(t *testing.T) {
	err := newStore().Update(func(tx *store.Tx) error {
		c := &contract.Call{Tx: tx, Seed: seed}
		l, ok := world.Of(c).LoanByContract("KD9011233002581")
		if !ok {
			t.Fatal("there is no such loan")
		}
		a := world.AgreementOf(c, l)
		if diff := cmp.Diff(a, world.AgreementOf(c, l)); diff != "" {
			t.Errorf("asked again it is another (-first +second):\n%s", diff)
		}
		want := []any{l.DbzNumber, l.DbzDate, l.DeaDate.Format(time.DateOnly), l.Amount, "KZT", l.IINBIN, l.FullName, l.IBAN, population.OwnBank().BIN}
		got := []any{a.Number, a.Date, a.CreditLine, a.Amount, a.Currency, a.Borrower.ID, a.Borrower.Name, a.Borrower.Account, a.Bank.ID}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the agreement (-loan +agreement):\n%s", diff)
		}
		l.Amount, l.Debt = 0, 1_000_000_000_00
		if got := world.AgreementOf(c, l).Amount; got != l.Debt {
			t.Errorf("%d was lent, and %d is owed", got, l.Debt)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
