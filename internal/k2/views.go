package k2

import (
	"encoding/json"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/money"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/world"
)

// views are what scenarios see of K2's state.
func views() []contract.View {
	return []contract.View{
		{
			Name: "loan", Takes: []string{"contract"}, Look: viewLoan, About: "A loan by its contract number, loaded or of the population.",
			Fields: []contract.ViewField{
				{Name: "contract_number"}, {Name: "dbz_contract_number"}, {Name: "dbz_dt", About: "The day of the agreement."}, {Name: "iinbin", About: "The debtor."},
				{Name: "debt", About: "In tenge."}, {Name: "cur"}, {Name: "loaded", About: "K2 was told of it."}, {Name: "overdue_days"},
			},
		},
		{
			Name: "demand", Takes: []string{"code"}, Look: viewDemand, About: "An outgoing payment demand by its reference.",
			Fields: []contract.ViewField{
				{Name: "code"}, {Name: "contract_number"}, {Name: "iinbin", About: "The debtor."}, {Name: "bank", About: "The BIC of the debtor's bank."},
				{Name: "amount", About: "In tenge."}, {Name: "paid", About: "In tenge."}, {Name: "status", About: "As K2 spells it."},
			},
		},
		{
			Name: "excluded", Takes: []string{"iin", "contract"}, Look: viewExcluded, About: "Whether a person's loan is excluded, by the number of its contract or agreement.",
		},
	}
}

func viewLoan(c *contract.Call, with []string) any {
	l, ok := world.Of(c).LoanByContract(with[0])
	if !ok {
		return nil
	}
	return map[string]any{
		"contract_number": l.ContractNumber, "dbz_contract_number": l.DbzNumber, "dbz_dt": l.DbzDate.Format(time.DateOnly), "iinbin": l.IINBIN,
		"debt": tenge(money.Amount(l.Debt)), "cur": l.Currency, "loaded": l.Loaded, "overdue_days": l.OverdueDays,
	}
}

func viewDemand(c *contract.Call, with []string) any {
	d, ok := demandByCode(c, with[0])
	if !ok {
		return nil
	}
	return map[string]any{
		"code": d.Code, "contract_number": d.Contract, "iinbin": d.IINBIN, "bank": d.Bank,
		"amount": tenge(d.Amount), "paid": tenge(d.Paid), "status": d.Status,
	}
}

func viewExcluded(c *contract.Call, with []string) any {
	iin, number := with[0], with[1]
	loan, ok := world.Of(c).LoanByContract(number)
	if !ok || loan.IINBIN != iin {
		loan = world.Loan{Loan: population.Loan{IINBIN: iin, DbzNumber: number}}
	}
	return len(bansOf(c, loan)) > 0
}

func tenge(a money.Amount) json.Number { return json.Number(a.String()) }
