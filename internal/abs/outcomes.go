package abs

import (
	"net/http"

	"github.com/kzsim/kzsim/internal/contract"
)

const errorSchema = "abs/error.json"

// Names of outcomes. With any error_code they arrive with HTTP 200
// (ledger 32); only get_pdf has a status of its own.
const (
	found          = "found"
	none           = "none"
	notFound       = "not-found"
	scanned        = "scan"
	registeredName = "registered"
	duplicate      = "duplicate-refer"
	refusedName    = "refused"
	returnedName   = "returned"
	referUnknown   = "unknown-refer"
	reasonUnknown  = "unknown-reason"
	stateWrong     = "wrong-state"
	debtName       = "debt"
	pageName       = "page"
	accepted       = "accepted"
)

// assumed is an error that no document shows.
func assumed(name string, code int, text, when string, ledger ...int) contract.Outcome {
	return contract.Outcome{
		Name: name, Status: http.StatusOK, Schema: errorSchema, When: when,
		Confidence: contract.Assumed, Ledger: ledger, Code: code, Text: text,
	}
}

// nothing makes a success that says that there is nothing, which no document
// shows.
func nothing(o contract.Outcome, body any) contract.Outcome {
	o.Confidence, o.Fixed = contract.Assumed, body
	return o
}

// Clients and accounts.
var (
	clientFound = contract.Arranged(
		contract.Success(found, "abs/get_cli.response.json", "The bank knows the client. It knows every client unless a scenario says otherwise.", 51),
		contract.Arrange(makeClient))
	accountsFound = contract.Arranged(
		contract.Success(found, "abs/get_acc.response.json", "The client has accounts.", 51),
		contract.Arrange(makeAccounts))
	noAccounts = nothing(
		contract.Success(none, "abs/get_acc.response.json", "A scenario leaves the client without accounts, or the number is no IIN or BIN.", 51),
		accountsReply{IBANs: []account{}})
	clientNotFound = assumed(notFound, 404, "Клиент не найден",
		"A scenario says that the bank does not know the client; with abs.unknown=error also a number that isn't twelve digits, under strict_ids one whose control digit is wrong.", 51, 62, 103)
)

// Loans: statements and debts.
var (
	statementFound = contract.Arranged(
		contract.Success(found, "abs/get_acc_stmt_dt.response.json", "The date is the day of the loan agreement or later.", 52, 53),
		contract.Arrange(makeStatement))
	noStatement = nothing(
		contract.Success(none, "abs/get_acc_stmt_dt.response.json", "The date is before the loan agreement's, or the account is a client's and serves no loan.", 53),
		statementReply{Lines: []statementLine{}})
	colvirDebt = contract.Arranged(
		contract.Success(debtName, "abs/colvir_get_loan_debt.response.json", "The loan is known; under the default profile, any key.", 55, 117),
		contract.Arrange(makeLoan[colvirQuery]))
	way4Debt = contract.Arranged(
		contract.Success(debtName, "abs/way4_get_loan_debt.response.json", "The loan is known; under the default profile, any contract number.", 55, 56),
		contract.Arrange(makeLoan[way4Query]))
)

// loanNotFound cites the entry about the operation's own kind of key.
func loanNotFound(ledger int) contract.Outcome {
	return assumed(notFound, 404, "Договор не найден",
		"With abs.unknown=error: the key has no owner. Always: a scenario says that the bank does not know the debtor.",
		ledger, 103)
}

// Scans.
var (
	scanFound = contract.Arranged(
		contract.Success(scanned, "", "The archive has the agreement: any number, but for what not-found says.", 54),
		contract.Arrange(makeScan))
	scanNotFound = contract.Outcome{
		Name: notFound, Status: http.StatusNotFound, Confidence: contract.Documented, Ledger: []int{54},
		When: "A scenario says that the scan is missing or the client unknown, or the agreement is known to be another person's; with abs.unknown=error also an unknown agreement or one of another date.",
	}
)

// Payment demands.
var (
	demandRegistered = contract.Arranged(
		contract.Success(registeredName, "abs/reg_pt.response.json", "The reference is new, or was registered with the same document.", 51, 60),
		contract.Arrange(freeReference))
	duplicateRefer = assumed(duplicate, 409, "Платежное требование с таким референсом уже зарегистрировано",
		"The reference was registered with another document.", 60)
	demandRefused = contract.Arranged(
		contract.Success(refusedName, "abs/refuse_pt.response.json", "The demand is registered; under the default profile, any reference.", 60),
		contract.Arrange(makeEndable))
	demandReturned = contract.Arranged(
		contract.Success(returnedName, "abs/return_pt.response.json", "The demand is registered; under the default profile, any reference.", 60),
		contract.Arrange(makeEndable))
	unknownRefer = assumed(referUnknown, 404, "Платежное требование не найдено",
		"With abs.unknown=error: the reference is not registered.", 60)
	unknownRefusalReason = assumed(reasonUnknown, 422, "Неизвестная причина отзыва", whenReasonUnknown, 45, 60)
	unknownReturnReason  = assumed(reasonUnknown, 422, "Неизвестная причина возврата", whenReasonUnknown, 45, 60)
	wrongState           = assumed(stateWrong, 409, "Платежное требование уже отозвано, возвращено или исполнено",
		"With abs.unknown=error: the demand was withdrawn, returned or executed before.", 111)
	demandPage = contract.Success(pageName, "abs/get_all_pt_from_abs.response.json",
		"Always; past the last page there is only the count.", 57, 58, 59)
)

const whenReasonUnknown = "With abs.unknown=error: the catalogue of reasons does not have the code."

// Exclusions.
var exclusionsAccepted = contract.Success(accepted, "abs/post_all_loan_exclude_to_eko.response.json", "Always: the list replaces the one before.", 61)
