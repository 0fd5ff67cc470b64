package world

import "slices"

// Reason is why a payment demand is returned by a bank or withdrawn by its
// author. The documents name two catalogues, one of returns and one of
// withdrawals, and print neither: one list serves both (ledger 45).
type Reason struct {
	Code  string // as requests send it: "01", "01_1"
	About string // what it means; no service sends it
}

var reasons = []Reason{
	{"01", "the account is closed"},
	{"01_1", "the beneficiary's account is closed"},
	{"02", "settled by another order"},
	{"03", "the sender's details are wrong"},
	{"04", "the unified classifier of payment purposes (ЕКНП) does not match"},
	{"05", "the budget classification code (КБК) does not match"},
	{"06", "repaid"},
	{"07", "another reason"},
	{"08", "the sender's code (КОд) does not match"},
	{"09", "the beneficiary's code (КБе) does not match"},
	{"10", "withdrawn on paper"},
	{"11", "a special account"},
	{"12", "bankruptcy or liquidation"},
	{"88", "a court ruling"},
	{"95", "a wrong account key"},
	{"96", "entered twice by mistake"},
	{"97", "returned by the beneficiary's bank"},
	{"98", "insufficient funds on the card"},
	{"99", "the term has expired"},
}

// Reasons for returning or withdrawing a demand, in the order of their codes.
func Reasons() []Reason { return slices.Clone(reasons) }

// KnownReason reports whether the list has a code.
func KnownReason(code string) bool {
	return slices.ContainsFunc(reasons, func(r Reason) bool { return r.Code == code })
}
