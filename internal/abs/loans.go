package abs

import (
	"cmp"
	"fmt"
	"math"
	"strconv"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/world"
)

const scopeUnknownLoan = "abs.unknown-loan"

// loanKey is what a caller knows a loan by: the primary key in Colvir, or what
// Way4 has, a contract number or an account. Any of them may be empty.
type loanKey struct {
	colvir   bool
	dep, id  int64
	contract string
	iban     string
}

// find is the stored loan of the key, else the population's. Colvir goes first:
// the statement's sample names both (ledger 53).
func (k loanKey) find(c *contract.Call) (world.Loan, bool) {
	w := world.Of(c)
	if k.colvir {
		if l, ok := w.LoanByColvir(k.dep, k.id); ok {
			return l, true
		}
	}
	if k.contract != "" {
		if l, ok := w.LoanByContract(k.contract); ok {
			return l, true
		}
	}
	if k.iban == "" {
		return world.Loan{}, false
	}
	return w.LoanByIBAN(k.iban)
}

// loan finds the loan of the key. A client's account that serves no loan has an
// idle one. A key without an owner has one that is drawn from the seed, with a
// finding, or none with abs.unknown=error.
func (k loanKey) loan(c *contract.Call, ledger int, field string) (world.Loan, error) {
	l, ok := k.find(c)
	if !ok {
		l.IINBIN, ok = accountOwner(c, k.iban)
	}
	switch {
	case ok && isHidden(c, l.IINBIN), !ok && refusesUnknown(c):
		return world.Loan{}, contract.Fail(notFound)
	case !ok:
		c.Find(ledger, "/"+field, "this key has no owner: the loan is drawn from the seed")
		return k.invent(c), nil
	}
	return l, nil
}

// isIdle reports whether a loan is that of an account which serves none: nothing
// was granted and nothing is owed (ledger 53, 56).
func isIdle(l world.Loan) bool { return l.ContractNumber == "" && l.Amount == 0 }

// invent draws a loan for a key without an owner, the same one each time. It has
// no agreement: nothing is known of it but the key, a debtor and the sums.
func (k loanKey) invent(c *contract.Call) world.Loan {
	l := population.Loan{ContractNumber: cmp.Or(k.contract, k.iban), IBAN: k.iban, System: population.SystemWay4, Currency: tenge}
	if k.colvir {
		l.ContractNumber = fmt.Sprintf("%d/%d", k.dep, k.id)
		l.DepID, l.ID, l.System = k.dep, k.id, population.SystemColvir
	}
	l.IINBIN = world.Of(c).Population().IINOf("loan " + l.ContractNumber)
	if owner, ok := accountOwner(c, k.iban); ok {
		l.IINBIN = owner
	}
	l.FullName = holderOf(c, l.IINBIN).name
	l.Amount = world.DrawnAmount(c, l.ContractNumber)
	l.Debt = l.Amount / 100 * int64(10+c.Seed.Intn(85, scopeUnknownLoan, l.ContractNumber, 1))
	return world.Loan{Loan: l}
}

// make has the bank know a loan of the key, and its debtor.
func (k loanKey) make(c *contract.Call) world.Loan {
	l, ok := k.find(c)
	if !ok {
		l = k.invent(c)
		world.Of(c).PutLoan(l)
	}
	if isHidden(c, l.IINBIN) {
		introduce(c, l.IINBIN)
	}
	return l
}

// wholeNumber reads an integer in any of JSON's spellings (1001, 1001.0, 1e3); ok
// is false for what fits no int64 exactly.
func wholeNumber(text string) (n int64, ok bool) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, true
	}
	const exact = 1 << 53 // below it every whole float64 is the number that was written
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f >= exact || f <= -exact || f != math.Trunc(f) {
		return 0, false
	}
	return int64(f), true
}
