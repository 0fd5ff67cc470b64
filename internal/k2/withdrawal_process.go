package k2

import (
	"encoding/json"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/money"
	"github.com/kzsim/kzsim/internal/world"
)

const withdrawalName = "k2.withdrawal"

// withdrawalProcess asks the debt again before a demand is withdrawn by a document
// (ledger 123).
var withdrawalProcess = contract.Process{
	Name: withdrawalName,
	Asks: []string{"abs.colvir_get_loan_debt", "abs.way4_get_loan_debt"},
	Next: nextWithdrawals,
	Hear: hearWithdrawal,
}

// nextWithdrawals are the debts that are to be asked.
func nextWithdrawals(c *contract.Call, most int) (due []contract.Question, next time.Time) {
	settleExclusions(c)
	for len(due) < most {
		key, first, ok := firstOf(c, &dueWithdrawals)
		if !ok || first.At.After(c.Now) {
			return due, first.At
		}
		dueWithdrawals.Delete(c.Tx, key)
		if q, asks := askBefore(c, first.Demand); asks {
			due = append(due, q)
		}
	}
	return due, c.Now
}

// askBefore the withdrawal of a demand, if it is wanted and can be made. Else it is looked at
// when the demand can be withdrawn, or when an exclusion that forbids it ends.
func askBefore(c *contract.Call, code string) (contract.Question, bool) {
	d, known := demandByCode(c, code)
	w, wanted := withdrawals.Get(c.Tx, code)
	loan, _ := world.Of(c).StoredLoan(d.Contract)
	q := debtQuestion(loan)
	if !known || !wanted || w.State != withdrawalWanted || !c.Asks(q.Operation) {
		return q, false
	}
	if _, asks := w.fire(c, d, eventAsk, c.Now); !asks {
		at := withdrawableAt(c, d)
		if !at.After(c.Now) {
			at = time.Time{}
		}
		w.put(c, at)
		return q, false
	}
	q.Process, q.About, q.Subject = withdrawalName, code, d.Contract
	return q, true
}

// hearWithdrawal takes the debt that the ABS has answered. Without an answer it is asked again
// after one k2.refresh.
func hearWithdrawal(c *contract.Call, q contract.Question, heard contract.Heard) {
	d, known := demandByCode(c, q.About)
	w, wanted := withdrawals.Get(c.Tx, q.About)
	loan, stored := world.Of(c).StoredLoan(d.Contract)
	if !known || !wanted || !stored || w.State != withdrawalAsking {
		return // the demand has changed since
	}
	if !sameQuestion(debtQuestion(loan), q) {
		heard = contract.Heard{} // the loan has changed since: the debt is another loan's
	}
	loan, told := takeDebt(c, loan, heard)
	if !told {
		w.fire(c, d, eventSilent, c.Now)
		w, _ = withdrawals.Get(c.Tx, q.About)
		w.put(c, c.Now.Add(c.Profile.Duration(switchRefresh)))
		return
	}
	w.fire(c, d, eventAnswered, c.Now)
	follow(c, &loan)
}

// takeDebt that the ABS has answered; one below 0 is no debt. If the ABS has no such loan, the
// debt does not change. It returns false if the answer has no debt: then the debt is asked
// again.
func takeDebt(c *contract.Call, loan world.Loan, heard contract.Heard) (world.Loan, bool) {
	if heard.Outcome == "" {
		return loan, false
	}
	var told struct {
		Debt json.RawMessage `json:"debt"`
	}
	if json.Unmarshal(heard.Body, &told) != nil || told.Debt == nil {
		return loan, true
	}
	var debt money.Amount
	if err := json.Unmarshal(told.Debt, &debt); err != nil {
		c.Find(110, "/debt", "K2 keeps the debt that it knows, and asks again: "+err.Error())
		return loan, false
	}
	loan.Owe(max(0, int64(debt)))
	world.Of(c).PutLoan(loan)
	return loan, true
}
