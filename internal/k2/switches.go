package k2

import "github.com/kzsim/kzsim/internal/contract"

var (
	switchRoot = contract.Switch{
		Key:    "k2.root",
		About:  "Does a batch come as the operation's document has it, or may it be an array and {\"items\": [...]} alike?",
		Values: []string{rootDocumented, rootLenient}, Default: rootDocumented, Ledger: []int{39},
	}
	switchRows = contract.Switch{
		Key:    "k2.rows",
		About:  "What becomes of the good rows of a batch that has bad ones: are they stored, or is the batch refused whole?",
		Values: []string{rowsPartial, rowsAtomic}, Default: rowsPartial, Ledger: []int{38},
	}
	switchUnknown = contract.Switch{
		Key:    "k2.unknown",
		About:  "Is a contract, reference, status or reason that K2 does not know accepted, or is it an error?",
		Values: []string{unknownAccept, unknownError}, Default: unknownAccept, Strict: unknownError, Ledger: []int{41, 44},
	}
	switchSense = contract.Switch{
		Key:    "k2.sense",
		About:  "Is a row accepted or an error whose values make no sense: an overpayment, another currency, a date in the future?",
		Values: []string{senseAccept, senseError}, Default: senseAccept, Strict: senseError, Ledger: []int{125},
	}
	switchPaymentDebt = contract.Switch{
		Key:    "k2.payment_debt",
		About:  "Does a payment towards a demand lower the loan's debt, in K2 and in the ABS?",
		Values: []string{paymentKeeps, paymentLowers}, Default: paymentKeeps, Observed: paymentLowers, Ledger: []int{126},
	}
	switchDemandStep = contract.Switch{
		Key:     "k2.demand_step",
		About:   "How long does an outgoing demand stay in each status on its way to the debtor's bank?",
		Default: "10m", Ledger: []int{91},
	}
	switchWithdrawal = contract.Switch{
		Key:    "k2.withdrawal",
		About:  "Is a demand withdrawn at once, in whatever status it is, or by a document of its own?",
		Values: []string{withdrawalAtOnce, withdrawalByDocument}, Default: withdrawalAtOnce, Observed: withdrawalByDocument, Ledger: []int{123},
	}
	switchRefresh = contract.Switch{
		Key:     "k2.refresh",
		About:   "How long after the ABS has told a loan's debt does K2 ask for it again? How long may the bank be silent about a demand?",
		Default: "24h", Ledger: []int{121, 129},
	}
	switchItem = contract.Switch{
		Key:    "k2.demand_item",
		About:  "Are the author, the ids of statuses and loan_debt of an outgoing demand as in the document's sample, or as in the product's manual?",
		Values: []string{itemOfSample, itemOfManual}, Default: itemOfSample, Observed: itemOfManual, Ledger: []int{131, 132, 133},
	}
	switchReconciliation = contract.Switch{
		Key:    "k2.reconciliation",
		About:  "Does K2 compare its incoming demands with the ABS's list each night, where it has a target for it?",
		Values: []string{reconciliationNightly, reconciliationOff}, Default: reconciliationNightly, Ledger: []int{130},
	}
)

const (
	rootDocumented = "documented"
	rootLenient    = "lenient"
	rowsPartial    = "partial"
	rowsAtomic     = "atomic"
	unknownAccept  = "accept"
	unknownError   = "error"

	senseAccept   = "accept"
	senseError    = "error"
	paymentKeeps  = "keeps"
	paymentLowers = "lowers"

	withdrawalAtOnce     = "at-once"
	withdrawalByDocument = "document"

	itemOfSample = "sample"
	itemOfManual = "manual"

	reconciliationNightly = "nightly"
	reconciliationOff     = "off"
)

// refusesUnknown reports whether what K2 does not know is an error.
func refusesUnknown(c *contract.Call) bool { return c.Profile.Is(switchUnknown, unknownError) }
