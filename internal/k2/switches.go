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
		About:  "Is an outgoing demand as in the document's sample, or as in the product's manual: reference, author, ids of statuses, loan_debt, salutation, columns without a value?",
		Values: []string{ofSample, ofManual}, Default: ofSample, Observed: ofManual, Ledger: []int{131, 132, 133, 134, 135, 136},
	}
	switchFile = contract.Switch{
		Key:    "k2.getfile",
		About:  "Is a file that the query asks for neither as attachment nor inline an attachment, or has it no Content-Disposition, as in the product's manual, which also has base64=true?",
		Values: []string{ofSample, ofManual}, Default: ofSample, Observed: ofManual, Ledger: []int{99},
	}
	switchStatus = contract.Switch{
		Key:    "k2.http_status",
		About:  "Has every answer the HTTP status 200, or has an error the status of its error_code where that is one?",
		Values: []string{statusAlways200, statusByCode}, Default: statusAlways200, Ledger: []int{32},
	}
	switchLogin = contract.Switch{
		Key:    "k2.login",
		About:  "Does K2 ask for a login, so that a request without Bearer, Basic or a cookie is answered 401?",
		Values: []string{loginNone, loginRequired}, Default: loginNone, Ledger: []int{50},
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

	ofSample = "sample"
	ofManual = "manual"

	statusAlways200 = "200"
	statusByCode    = "error-code"

	loginNone     = "none"
	loginRequired = "required"

	reconciliationNightly = "nightly"
	reconciliationOff     = "off"
)

// refusesUnknown reports whether values that are unknown to K2 are an error.
func refusesUnknown(c *contract.Call) bool { return c.Profile.Is(switchUnknown, unknownError) }
