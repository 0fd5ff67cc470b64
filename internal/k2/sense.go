package k2

import (
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/world"
)

// nonsense is a value of a row that is well-formed and that a bank would ask about
// (ledger 125): the JSON pointer of the field in its row, and what is odd.
type nonsense struct{ field, why string }

// remark on the nonsense of a row, or refuse the row for the first of it.
func remark(c *contract.Call, at string, all []nonsense) *refusal {
	for _, one := range all {
		if c.Profile.Is(switchSense, senseError) {
			return &refusal{"bad-row", contract.Finding{Ledger: 125, Path: at + one.field, Text: one.why}}
		}
		c.Find(125, at+one.field, one.why)
	}
	return nil
}

// nonsense of a loan.
func (r loanRow) nonsense(today time.Time) (all []nonsense) {
	if r.OverdueDays < 0 {
		all = append(all, nonsense{"/overdue_days", "overdue for less than no day"})
	}
	for _, date := range []struct{ field, value string }{
		{"/dbz_dt", r.DbzDate}, {"/dea_dt", r.DeaDate}, {"/dea_dord", r.DeaOrdered},
	} {
		if date.value > today.Format(time.DateOnly) {
			all = append(all, nonsense{date.field, date.value + " is in the future"})
		}
	}
	return all
}

// findLoan adds a finding if a loaded loan had another debtor before (ledger 86), if its debtor has another
// name in the sandbox (ledger 127), and if the loan will have no demands (ledger 128).
func findLoan(c *contract.Call, at string, before, loan world.Loan) {
	if before.Loaded && before.IINBIN != loan.IINBIN {
		c.Find(86, at+"/iinbin", "the contract was loaded with another debtor before, and is another loan now; the demands against that debtor are withdrawn")
	}
	if !sameName(clientName(world.Of(c), loan.IINBIN), loan.FullName) {
		c.Find(127, at+"/fullname", "get_cli and the other services of this sandbox name this client otherwise")
	}
	if loan.DbzDate.IsZero() && loan.Debt > 0 {
		c.Find(128, at+"/dbz_dt", "without the agreement's date no demand is made: k2extreq_by_dbz could not ask for it")
	}
}

// sameName compares names without regard to case and spaces.
func sameName(a, b string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}
