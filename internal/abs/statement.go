package abs

import (
	"cmp"
	"fmt"
	"strconv"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/money"
	"github.com/kzsim/kzsim/internal/world"
)

// statementQuery names a Colvir contract, a Way4 account, or both as the sample
// does (ledger 53). The credit line's ids are taken and not looked at: the
// contract's key says it all.
type statementQuery struct {
	DepID string `json:"dep_id"`
	ID    string `json:"id"`
	IBAN  string `json:"iban"`
	Date  string `json:"dt"`
}

type statementReply struct {
	result
	Lines []statementLine `json:"stmt"`
}

type statementLine struct {
	Purpose  string       `json:"purpose"`
	Amount   money.Amount `json:"amount"`
	Currency string       `json:"cur"`
	DC       string       `json:"DC"` // D debit, C credit
	OutBal   money.Amount `json:"out_bal"`
}

const (
	debit         = "D"
	grantingLabel = "Предоставление кредита по договору" // as in the sample
)

func (q statementQuery) key() loanKey {
	dep, depErr := strconv.ParseInt(q.DepID, 10, 64)
	id, idErr := strconv.ParseInt(q.ID, 10, 64)
	k := loanKey{colvir: depErr == nil && idErr == nil, iban: q.IBAN}
	if k.colvir {
		k.dep, k.id = dep, id
	} else if k.iban == "" { // ids that are no numbers name no loan
		k.contract = q.DepID + "/" + q.ID
	}
	return k
}

// getStatement answers the one line that the document calls enough, the granting
// of the loan, for every date from the agreement's on, since a statement is to a
// date; before it the account has no line, nor has one that serves no loan.
func getStatement(c *contract.Call, in statementQuery) (contract.Reply, error) {
	l, err := in.key().loan(c, 53, in.keyField())
	if err != nil {
		return contract.Reply{}, err
	}
	if day(c, "dt", in.Date) < isoOf(l.DbzDate) || isIdle(l) {
		return c.Answer(none, noStatement.Fixed), nil
	}
	return c.Answer(found, statementReply{Lines: []statementLine{granting(c, l)}}), nil
}

func (q statementQuery) keyField() string {
	if q.ID == "" {
		return "iban"
	}
	return "id"
}

// granting is the line by which the loan was paid out: the whole amount, and a
// balance of as much.
func granting(c *contract.Call, l world.Loan) statementLine {
	amount := money.Amount(world.Lent(c, l))
	line := statementLine{Purpose: grantingLabel, Amount: amount, Currency: l.Currency, DC: debit, OutBal: amount}
	line.Currency = cmp.Or(line.Currency, tenge)
	if l.DbzNumber != "" {
		line.Purpose += " № " + l.DbzNumber
	}
	if !l.DbzDate.IsZero() {
		line.Purpose += fmt.Sprintf(" от %s", l.DbzDate.Format("02.01.2006"))
	}
	return line
}

// makeStatement has the bank know the loan, and asks for its day if the asked one
// is too early.
func makeStatement(c *contract.Call, in *statementQuery) error {
	l := in.key().make(c)
	if granted := isoOf(l.DbzDate); day(c, "dt", in.Date) < granted {
		c.Find(53, "/dt", "before the loan was granted; the statement is to "+granted)
		in.Date = granted
	}
	return nil
}
