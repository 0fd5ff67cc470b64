package k2

import (
	"fmt"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/world"
)

// agreementQuery names a loan agreement by its number and ISO date (ledger 42).
type agreementQuery struct {
	Number string `json:"contract_number"`
	Date   string `json:"dbz_dt"`
}

func listDemands(c *contract.Call, in agreementQuery) (contract.Reply, error) {
	settleExclusions(c)
	body := listBody[demandItem]{Items: []demandItem{}}
	for _, loan := range world.Of(c).LoansByDBZ(in.Number, in.Date) {
		for _, d := range demandsOf(c, loan.ContractNumber) {
			body.Items = append(body.Items, itemOf(c, d, loan))
		}
	}
	if len(body.Items) == 0 {
		return c.Answer("none", body), nil
	}
	return c.Answer("found", body), nil
}

// arrangedDebt is the debt of a loan that is made up to have a demand, in tiyn.
const arrangedDebt = 86_429_87

// arrangeDemands makes a demand of the agreement, if it has none.
var arrangeDemands = contract.Arrange(func(c *contract.Call, in *agreementQuery) error {
	loan := arrangedLoan(c, in.Number, in.Date)
	if len(demandsOf(c, loan.ContractNumber)) > 0 {
		return nil
	}
	if loan.Debt == 0 {
		loan.Owe(arrangedDebt)
	}
	endExclusions(c, loan)
	putLoaded(c, loan)
	if len(demandsOf(c, loan.ContractNumber)) == 0 {
		_, account := somebodyWithAccount(c, loan.IINBIN)
		issue(c, loan, account)
	}
	return nil
})

// arrangedLoan is the loaded loan of an agreement, else the population's, else a
// made-up one, which doesn't take the place of another loan.
func arrangedLoan(c *contract.Call, number, date string) world.Loan {
	w := world.Of(c)
	for _, loan := range w.LoansByDBZ(number, date) {
		return loan
	}
	contractNumber := number
	known, ok := w.LoanByContract(number)
	switch {
	case ok && known.DbzNumber == number && isoDate(known.DbzDate) == date:
		return known
	case ok:
		contractNumber = number + " " + date
	}
	owner, _ := somebodyWithAccount(c, "agreement "+number)
	loan := knownLoan(c, contractNumber, owner)
	loan.DbzNumber, loan.DbzDate = number, dateOf(date)
	return loan
}

// somebodyWithAccount is a debtor chosen by a key, and an account of the debtor
// in another bank; a few in a thousand of the population have none.
func somebodyWithAccount(c *contract.Call, key string) (iin string, account population.Account) {
	people := world.Of(c).Population()
	for n := 0; ; n++ {
		iin = people.IINOf(fmt.Sprintf("%s, %d", key, n))
		if accounts := people.OtherBankAccounts(iin); len(accounts) > 0 {
			return iin, accounts[0]
		}
	}
}
