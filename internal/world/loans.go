package world

import (
	"encoding/json"
	"iter"
	"reflect"
	"strconv"
	"time"

	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/store"
)

// Loan is a loan that the sandbox was given: loaded into K2, or given
// by a scenario. It stands before the population's own loan of that contract.
type Loan struct {
	population.Loan
	Loaded    bool        `json:"loaded"`              // K2 knows it
	ProblemFL json.Number `json:"problemfl,omitempty"` // as K2 got it; no service shows it
}

// Owe another debt, in tiyn. The amount of the loan is at least the debt, so that a statement of the account agrees
// with it.
func (l *Loan) Owe(debt int64) { l.Debt, l.Amount = debt, max(l.Amount, debt) }

// Size implements store.Sized: a loan is measured whenever it is written.
func (l Loan) Size() int64 {
	texts := len(l.ContractNumber) + len(l.DbzNumber) + len(l.IINBIN) + len(l.FullName) + len(l.Currency) + len(l.IBAN) +
		len(l.System) + len(l.Segment) + len(l.ProblemFL)
	return loanSize + int64(texts)
}

var loanSize, heldSize = int64(reflect.TypeFor[Loan]().Size()), int64(reflect.TypeFor[heldLoan]().Size())

// heldLoan is a loan as the store has it. Most writes change nothing but the sums: what else is known of the loan is shared
// by all that the store and a journal hold of it.
type heldLoan struct {
	*Loan        // which is not changed, and has no sums
	Amount int64 `json:"amount_tiyn"`
	Debt   int64 `json:"debt_tiyn"`
}

// held is the loan as the store is to have it, in place of an earlier one.
func (l Loan) held(old heldLoan) heldLoan {
	h := heldLoan{Amount: l.Amount, Debt: l.Debt}
	l.Amount, l.Debt = 0, 0
	if h.Loan = old.Loan; h.Loan == nil || *h.Loan != l {
		terms := l // which is moved to the heap
		h.Loan = &terms
	}
	return h
}

// loan is the whole loan, a copy.
func (h heldLoan) loan() Loan {
	l := *h.Loan
	l.Amount, l.Debt = h.Amount, h.Debt
	return l
}

// Size implements store.Sized. What is shared counts each time.
func (h heldLoan) Size() int64 { return heldSize + h.Loan.Size() }

// Equal compares two loans of one contract.
func (h heldLoan) Equal(other heldLoan) bool {
	return h.Debt == other.Debt && h.Amount == other.Amount && (h.Loan == other.Loan || *h.Loan == *other.Loan)
}

func readLoan(raw json.RawMessage) (heldLoan, error) {
	l, err := store.Read[Loan](raw)
	return l.held(heldLoan{}), err
}

var (
	loans = store.Define[heldLoan]("loans") // by contract number
	// loanKeys leads from the other keys of a stored loan (owner, IBAN, agreement,
	// Colvir id) to its contract number.
	loanKeys = store.Define[string]("loan-keys")
)

// A key is a word that says what leads to the loan, that value, and the contract,
// since several loans may have one owner, agreement or account. Values are quoted:
// whatever their content, no key begins with another's value.
func ownerKey(iinbin string) string { return "owner " + store.Quoted(iinbin) }
func ibanKey(iban string) string    { return "iban " + store.Quoted(iban) }
func dbzKey(number string) string   { return "dbz " + store.Quoted(number) }
func colvirKey(depID, id int64) string {
	return "colvir " + store.Quoted(strconv.FormatInt(depID, 10)+" "+strconv.FormatInt(id, 10))
}

// StoredLoan answers only what is stored.
func (w World) StoredLoan(contract string) (l Loan, ok bool) {
	h, ok := loans.Get(w.tx, contract)
	if ok {
		l = h.loan()
	}
	return l, ok
}

// StoredLoans are all stored loans, by contract number.
func (w World) StoredLoans() iter.Seq2[string, Loan] {
	return func(yield func(string, Loan) bool) {
		loans.All(w.tx)(func(contract string, h heldLoan) bool { return yield(contract, h.loan()) })
	}
}

// PutLoan stores a loan by its contract number, in place of an earlier one.
func (w World) PutLoan(l Loan) {
	old, known := loans.Get(w.tx, l.ContractNumber)
	held := l.held(old)
	loans.Put(w.tx, l.ContractNumber, held)
	if known && sameKeys(old.Loan, held.Loan) {
		return
	}
	if known {
		for _, key := range keysOf(old.Loan) {
			loanKeys.Delete(w.tx, key)
		}
	}
	for _, key := range keysOf(held.Loan) {
		loanKeys.Put(w.tx, key, l.ContractNumber)
	}
}

// sameKeys reports whether two loans of a contract agree in what their keys are made of.
func sameKeys(a, b *Loan) bool {
	return a.IINBIN == b.IINBIN && a.IBAN == b.IBAN && a.DbzNumber == b.DbzNumber && a.DepID == b.DepID && a.ID == b.ID
}

func keysOf(l *Loan) []string {
	keys := []string{ownerKey(l.IINBIN)}
	if l.IBAN != "" {
		keys = append(keys, ibanKey(l.IBAN))
	}
	if l.DbzNumber != "" {
		keys = append(keys, dbzKey(l.DbzNumber))
	}
	if l.ID != 0 {
		keys = append(keys, colvirKey(l.DepID, l.ID))
	}
	for i := range keys {
		keys[i] += store.Quoted(l.ContractNumber)
	}
	return keys
}

// stored are the loans stored under a key, by contract number.
func (w World) stored(key string) []Loan {
	var all []Loan
	for _, contract := range loanKeys.Prefix(w.tx, key) {
		if l, ok := w.StoredLoan(contract); ok {
			all = append(all, l)
		}
	}
	return all
}

// LoanByContract is the stored loan, else the population's.
func (w World) LoanByContract(contract string) (Loan, bool) {
	if l, ok := w.StoredLoan(contract); ok {
		return l, true
	}
	l, ok := w.Population().LoanByContract(contract)
	return Loan{Loan: l}, ok
}

// LoanByIBAN is the loan that an account serves, the first by contract number if
// several are stored. Way4 knows its contracts by it.
func (w World) LoanByIBAN(iban string) (Loan, bool) {
	if all := w.stored(ibanKey(iban)); len(all) > 0 {
		return all[0], true
	}
	l, ok := w.Population().LoanByIBAN(iban)
	return w.asStored(l), ok
}

// LoanByColvir is the loan of a Colvir primary key (dep_id, id), the first by
// contract number if several are stored.
func (w World) LoanByColvir(depID, id int64) (Loan, bool) {
	if all := w.stored(colvirKey(depID, id)); len(all) > 0 {
		return all[0], true
	}
	l, ok := w.Population().LoanByColvir(depID, id)
	return w.asStored(l), ok
}

// asStored prefers what is stored of the same contract under other keys.
func (w World) asStored(l population.Loan) Loan {
	if stored, ok := w.StoredLoan(l.ContractNumber); ok {
		return stored
	}
	return Loan{Loan: l}
}

// Loans of a person or organisation: the stored ones, then the population's that
// are not stored.
func (w World) Loans(iinbin string) []Loan {
	all := w.stored(ownerKey(iinbin))
	for _, l := range w.Population().Loans(iinbin) {
		if _, stored := w.StoredLoan(l.ContractNumber); !stored {
			all = append(all, Loan{Loan: l})
		}
	}
	return all
}

// LoansByDBZ are the loaded loans with a loan agreement's number and date (ISO);
// an empty date matches every one.
func (w World) LoansByDBZ(number, date string) []Loan {
	var found []Loan
	for _, l := range w.stored(dbzKey(number)) {
		if l.Loaded && (date == "" || l.DbzDate.Format(time.DateOnly) == date) {
			found = append(found, l)
		}
	}
	return found
}
