package world

import (
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/papers"
	"github.com/kzsim/kzsim/internal/population"
)

const (
	scopeAgreement = "world.agreement"
	// scopeAmount is older than this package: another name would draw other amounts.
	scopeAmount = "abs.unknown-loan"

	agreedIn = "Астана"
)

// DrawnAmount is what was lent by a contract of which nothing is said, in tiyn:
// whole thousands of tenge.
func DrawnAmount(c *contract.Call, number string) int64 {
	const tiynInThousand = 100_000
	return int64(100+c.Seed.Intn(4900, scopeAmount, number, 0)) * tiynInThousand
}

// Lent is the amount of a loan in tiyn. K2 gets a debt and no amount; then it
// is drawn, and never below the debt.
func Lent(c *contract.Call, l Loan) int64 {
	amount := l.Amount
	if amount <= 0 {
		amount = DrawnAmount(c, l.ContractNumber)
	}
	return max(amount, l.Debt)
}

// AgreementOf is the agreement of a loan as both services print it: the loan's own
// sums and days, a term and a rate that are drawn for its contract.
func AgreementOf(c *contract.Call, l Loan) papers.Agreement {
	people := Of(c).Population()
	bank := population.OwnBank()
	const shortestYears, longestYears = 1, 5
	years := shortestYears + c.Seed.Intn(longestYears-shortestYears+1, scopeAgreement, l.ContractNumber, 0)
	a := papers.Agreement{
		Number: l.DbzNumber, Date: l.DbzDate, City: agreedIn,
		Bank: papers.Party{
			Name: bank.Name, Kind: "БИН", ID: bank.BIN, Address: "Казахстан, г. " + agreedIn,
			Account: people.Accounts(bank.BIN)[0].IBAN, Signatory: people.Organisation(bank.BIN).Head,
		},
		Borrower: borrower(c, l),
		Amount:   Lent(c, l), Currency: l.Currency,
		Rate:   1500 + 50*c.Seed.Intn(61, scopeAgreement, l.ContractNumber, 1),
		Months: 12 * years,
	}
	if !l.DeaDate.IsZero() {
		a.CreditLine = l.DeaDate.Format(time.DateOnly)
	}
	return a
}

func borrower(c *contract.Call, l Loan) papers.Party {
	w := Of(c)
	p := papers.Party{Name: l.FullName, Kind: "ИИН", ID: l.IINBIN, Account: l.IBAN}
	if population.IsBIN(l.IINBIN) {
		o := w.Population().Organisation(l.IINBIN)
		p.Kind, p.Signatory = "БИН", o.Head
		return p
	}
	person := w.Person(l.IINBIN)
	p.Phone = "+" + person.Phone
	if person.HasAddressData {
		p.Address = w.Population().Address(l.IINBIN).Line()
	}
	return p
}
