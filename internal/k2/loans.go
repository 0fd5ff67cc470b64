package k2

import (
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/money"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/world"
)

// loanRow is one row of k2loan_from_eko. A field that a row leaves out keeps what
// is known of the loan.
type loanRow struct {
	ContractNumber string       `json:"contract_number"`
	DbzNumber      string       `json:"dbz_contract_number"`
	DbzDate        string       `json:"dbz_dt"`
	IINBIN         string       `json:"iinbin"`
	FullName       string       `json:"fullname"`
	Debt           money.Amount `json:"debt"`
	Currency       string       `json:"cur"`
	IBAN           string       `json:"iban"`
	DepID          int64        `json:"dep_id"`
	ID             int64        `json:"id"`
	DeaOrdered     string       `json:"dea_dord"` // ledger 34
	DeaDate        string       `json:"dea_dt"`   // ledger 34
	DeaDepID       int64        `json:"dea_dep_id"`
	DeaID          int64        `json:"dea_id"` // ledger 35
	DeaCode        int64        `json:"dea_code"`
	System         string       `json:"system"`
	OverdueDays    int          `json:"overdue_days"`
	Segment        string       `json:"segment"`
	ProblemFL      json.Number  `json:"problemfl"`
}

func loadLoans(c *contract.Call, in batch) (contract.Reply, error) {
	return takeRows(c, in, func(r row[loanRow]) *refusal {
		if no := refuseLoan(c, r); no != nil {
			return no
		}
		before, _ := world.Of(c).StoredLoan(r.fields.ContractNumber)
		loan, err := loadLoan(c, r.fields, r.sent)
		if err != nil {
			return badRow(r.at(), err.Error())
		}
		findLoan(c, r.at(), before, loan)
		return nil
	})
}

// loadLoan stores a loan with the values of a row, over those that are known.
func loadLoan(c *contract.Call, fields loanRow, sent any) (world.Loan, error) {
	loan := knownLoan(c, fields.ContractNumber, fields.IINBIN)
	updated := rowOf(loan)
	if err := contract.Fill(sent, &updated); err != nil {
		return loan, err
	}
	loan = updated.over(loan)
	putLoaded(c, loan)
	return loan, nil
}

// refuseLoan judges the values of a row whose shape is right. K2 looks at the
// length of an IIN alone (ledger 62).
func refuseLoan(c *contract.Call, r row[loanRow]) *refusal {
	if r.fields.ContractNumber == "" {
		return badRow(r.at()+"/contract_number", "found nothing, expected a contract's number")
	}
	if wrong, why := wrongIdentifier(c, r.fields.IINBIN); wrong {
		return &refusal{"bad-iin-length", contract.Finding{Ledger: 62, Path: r.at() + "/iinbin", Text: why}}
	}
	if r.fields.Debt < 0 {
		return badRow(r.at()+"/debt", "found "+r.fields.Debt.String()+", expected a debt")
	}
	if n := utf8.RuneCountInString(r.fields.Segment); n > segmentRunes {
		return &refusal{"bad-row", contract.Finding{
			Ledger: 87, Path: r.at() + "/segment", Text: fmt.Sprintf("found %d letters, expected at most %d", n, segmentRunes),
		}}
	}
	if r.fields.IBAN != "" && checksIdentifiers(c) {
		if err := population.ValidIBAN(r.fields.IBAN); err != nil {
			return badRow(r.at()+"/iban", err.Error())
		}
	}
	return remark(c, r.at(), r.fields.nonsense(c.Now))
}

// segmentRunes is the longest business segment (ledger 87).
const segmentRunes = 20

// identifierLength is the length of an IIN and of a BIN.
const identifierLength = 12

func checksIdentifiers(c *contract.Call) bool { return c.Profile.Is(contract.StrictIDs, "on") }

// wrongIdentifier reports whether K2 refuses an IIN or BIN, and why, unless the length is
// wrong.
func wrongIdentifier(c *contract.Call, iinbin string) (wrong bool, why string) {
	if utf8.RuneCountInString(iinbin) != identifierLength {
		return true, ""
	}
	if !checksIdentifiers(c) {
		return false, ""
	}
	if err := population.ValidIdentifier(iinbin); err != nil {
		return true, err.Error()
	}
	return false, ""
}

// knownLoan is the loan of a contract before it is loaded: the stored loan, the
// population's, or one with little more than its number. A loan with another
// debtor is another loan.
func knownLoan(c *contract.Call, contractNumber, iinbin string) world.Loan {
	w := world.Of(c)
	if loan, ok := w.LoanByContract(contractNumber); ok && loan.IINBIN == iinbin {
		return loan
	}
	return world.Loan{Loan: population.Loan{
		ContractNumber: contractNumber, DbzNumber: contractNumber, IINBIN: iinbin,
		FullName: clientName(w, iinbin), Currency: "KZT", System: population.SystemWay4,
	}}
}

func clientName(w world.World, iinbin string) string {
	if population.IsBIN(iinbin) {
		return w.Population().Organisation(iinbin).ShortName
	}
	return w.Person(iinbin).FullName()
}

// rowOf is a row with the values of a loan.
func rowOf(l world.Loan) loanRow {
	return loanRow{
		ContractNumber: l.ContractNumber, DbzNumber: l.DbzNumber, DbzDate: isoDate(l.DbzDate), IINBIN: l.IINBIN,
		FullName: l.FullName, Debt: money.Amount(l.Debt), Currency: l.Currency, IBAN: l.IBAN,
		DepID: l.DepID, ID: l.ID, DeaDate: isoDate(l.DeaDate), DeaDepID: l.DeaDepID, DeaID: l.DeaID, DeaCode: l.DeaCode,
		System: l.System, OverdueDays: l.OverdueDays, Segment: l.Segment,
		ProblemFL: l.ProblemFL,
	}
}

// over is the loan with the values of the row.
func (r loanRow) over(l world.Loan) world.Loan {
	if r.DeaOrdered != "" {
		r.DeaDate = r.DeaOrdered
	}
	l.DbzNumber, l.DbzDate, l.FullName = r.DbzNumber, dateOf(r.DbzDate), r.FullName
	l.Owe(int64(r.Debt))
	l.Currency, l.IBAN = r.Currency, r.IBAN
	l.DepID, l.ID = r.DepID, r.ID
	l.DeaDate, l.DeaDepID, l.DeaID, l.DeaCode = dateOf(r.DeaDate), r.DeaDepID, r.DeaID, r.DeaCode
	l.System, l.OverdueDays, l.Segment, l.ProblemFL = r.System, r.OverdueDays, r.Segment, r.ProblemFL
	return l
}

// isoDate prints a day; the zero time is no day.
func isoDate(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// dateOf reads what the schema has found to be a date, or nothing.
func dateOf(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}
	}
	return t
}

// putLoaded stores a loan as one that K2 knows, and lets its demands follow.
func putLoaded(c *contract.Call, loan world.Loan) {
	loan.Loaded = true
	askAnew(c, loan)
	world.Of(c).PutLoan(loan)
	follow(c, &loan)
}

// follow a loan that is stored anew: K2 asks about it, and its demands follow.
func follow(c *contract.Call, loan *world.Loan) {
	inquire(c, loan)
	followLoan(c, loan)
}

// debtRow is one row of k2loan_sync_debt.
type debtRow struct {
	ContractNumber string       `json:"contract_number"`
	Debt           money.Amount `json:"debt"`
}

func syncDebts(c *contract.Call, in batch) (contract.Reply, error) {
	return takeRows(c, in, func(r row[debtRow]) *refusal {
		if r.fields.Debt < 0 {
			return badRow(r.at()+"/debt", "found "+r.fields.Debt.String()+", expected a debt")
		}
		loan, ok := world.Of(c).StoredLoan(r.fields.ContractNumber)
		if ok && loan.Loaded {
			loan.Owe(int64(r.fields.Debt))
			world.Of(c).PutLoan(loan)
			follow(c, &loan)
			return nil
		}
		unknown := contract.Finding{Ledger: 41, Path: r.at() + "/contract_number", Text: "no loan of this contract was loaded"}
		if refusesUnknown(c) {
			return &refusal{"unknown-contract", unknown}
		}
		c.Find(unknown.Ledger, unknown.Path, unknown.Text)
		return nil
	})
}
