package population

import (
	"fmt"
	"strconv"
	"time"
)

// Loan is an overdue loan of the own bank with every key that the bank, K2 and
// EKO know it by. Each key leads back to the loan (LoanByContract, LoanByIBAN,
// LoanByColvir). Both systems' keys are always filled, as K2's sample has them;
// System says which system has the loan. It is comparable.
type Loan struct {
	ContractNumber string    `json:"contract_number"`     // "KD" + owner + number of the loan
	DbzNumber      string    `json:"dbz_contract_number"` // of the loan agreement; the same, as in K2's sample
	DbzDate        time.Time `json:"dbz_dt,omitzero"`     // of the loan agreement, midnight UTC
	DeaDate        time.Time `json:"dea_dt,omitzero"`     // when the credit line was opened: not after DbzDate
	IINBIN         string    `json:"iinbin"`              // the debtor
	FullName       string    `json:"fullname"`            // the debtor's
	Amount         int64     `json:"amount_tiyn"`         // what was lent, in tiyn
	Debt           int64     `json:"debt_tiyn"`           // what is owed, in tiyn: less than Amount, never 0
	Currency       string    `json:"cur"`
	IBAN           string    `json:"iban"` // the account at the own bank that the loan is served from
	DepID          int64     `json:"dep_id"`
	ID             int64     `json:"id"`           // with DepID the primary key in Colvir: the owner and the number of the loan
	DeaDepID       int64     `json:"dea_dep_id"`   // the credit line's department
	DeaID          int64     `json:"dea_id"`       // the credit line
	DeaCode        int64     `json:"dea_code"`     // the credit line's code
	System         string    `json:"system"`       // SystemWay4 or SystemColvir
	OverdueDays    int       `json:"overdue_days"` // 30 to 720
	Segment        string    `json:"segment"`      // "01" for people, "02" for organisations (assumed)
}

// The two core systems of the bank.
const (
	SystemWay4   = "way4"
	SystemColvir = "colvir"
)

const (
	contractPrefix = "KD"
	tenge          = "KZT"
	tiynPerTenge   = 100
)

// ownerDigits is the length of a key: the owner's number and one digit.
const ownerDigits = identifierLength + 1

// Loans returns the loans of a person or organisation, of which an ordinary one
// has exactly one. What is no identifier has none.
func (p Population) Loans(iinbin string) []Loan {
	if !isIdentifier(iinbin) {
		return nil
	}
	owner, count := p.client(iinbin), p.count(iinbin, NoLoans, SeveralLoans)
	loans := make([]Loan, 0, count)
	for number := 1; number <= count; number++ {
		if loan := p.loan(owner, number); p.isOverdue(owner, loan) {
			loans = append(loans, loan)
		}
	}
	return loans
}

// LoanByContract finds the loan with a generated contract or agreement number;
// ok is false for any other.
func (p Population) LoanByContract(contract string) (Loan, bool) {
	if len(contract) != len(contractPrefix)+ownerDigits {
		return Loan{}, false
	}
	owner := contract[len(contractPrefix) : len(contract)-1]
	return p.findLoan(owner, func(l Loan) bool { return l.ContractNumber == contract })
}

// LoanByIBAN finds the loan that is served from an account of the own bank.
func (p Population) LoanByIBAN(iban string) (Loan, bool) {
	if len(iban) != ibanLength {
		return Loan{}, false
	}
	return p.findLoan(ownerInIBAN(iban), func(l Loan) bool { return l.IBAN == iban })
}

// LoanByColvir finds the loan with a primary key in Colvir, whichever system it
// lives in.
func (p Population) LoanByColvir(depID, id int64) (Loan, bool) {
	return p.findLoan(ownerInColvirID(id), func(l Loan) bool { return l.DepID == depID && l.ID == id })
}

func (p Population) findLoan(owner string, is func(Loan) bool) (Loan, bool) {
	for _, loan := range p.Loans(owner) {
		if is(loan) {
			return loan, true
		}
	}
	return Loan{}, false
}

// ownerInColvirID reads the number that an id would belong to.
func ownerInColvirID(id int64) string {
	if id < 0 {
		return ""
	}
	return fmt.Sprintf("%0*d", identifierLength, id/10)
}

// loan draws the loan with a number from 1 to 9.
func (p Population) loan(owner client, number int) Loan {
	key := owner.iinbin + strconv.Itoa(number)
	id, _ := strconv.ParseInt(key, 10, 64) // thirteen digits
	draw := p.sequence(scopeLoan, key)
	// By latestDay each of them can have been overdue for as long as it is.
	lastAgreed := date(2021, time.December, 31)
	agreed := p.dayAtAge(draw, ageRange{owner.since, owner.borrowsAt, date(2017, time.January, 1), lastAgreed})
	amount := int64(100+draw.IntN(4900)) * 1000 * tiynPerTenge
	department := int64(100 + draw.IntN(900))
	return Loan{
		ContractNumber: contractPrefix + key,
		DbzNumber:      contractPrefix + key,
		DbzDate:        agreed,
		DeaDate:        owner.notTooYoung(agreed.AddDate(0, 0, -draw.IntN(31)), agreed),
		IINBIN:         owner.iinbin,
		FullName:       owner.name,
		Amount:         amount,
		Debt:           amount/100*int64(draw.IntRange(10, 94)) + int64(draw.IntN(1000*tiynPerTenge)),
		Currency:       tenge,
		IBAN:           newIBAN(ownBankCode, key),
		DepID:          department,
		ID:             id,
		DeaDepID:       department,
		DeaID:          int64(1_000_000 + draw.IntN(9_000_000)),
		DeaCode:        int64(100_000 + draw.IntN(900_000)),
		System:         pick(draw, []string{SystemWay4, SystemColvir}),
		OverdueDays:    overdueDays(draw.IntRange(shortestOverdue, 720), agreed),
		Segment:        owner.segment,
	}
}

// shortestOverdue in days.
const shortestOverdue = 30

// overdueDays of a loan that was agreed so late that it cannot have been overdue for the
// days that were drawn.
func overdueDays(drawn int, agreed time.Time) int {
	return max(shortestOverdue, min(drawn, int(latestDay.Sub(agreed)/(24*time.Hour))))
}

// isOverdue reports whether the owner may borrow, and the loan can be overdue today.
// Sample and reserved numbers always have their loans.
func (p Population) isOverdue(owner client, loan Loan) bool {
	if alwaysOrdinary(owner.iinbin) {
		return true
	}
	return !loan.DbzDate.Before(owner.mayBorrow()) && !loan.DbzDate.AddDate(0, 0, loan.OverdueDays).After(p.today)
}
