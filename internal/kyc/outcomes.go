package kyc

import (
	"net/http"

	"github.com/kzsim/kzsim/internal/contract"
)

// Names of outcomes that behaviour answers.
const (
	found             = "found"
	notFound          = "not-found"
	unavailable       = "unavailable"
	noAccess          = "no-access"
	notStarted        = "subscription-not-started"
	noneForTechnology = "no-subscription-for-technology"
	noSubscription    = "no-subscription"

	pending         = "pending"
	valid           = "valid"
	invalid         = "invalid"
	timedOut        = "timeout"
	upstreamDown    = "upstream-down"
	alreadyReceived = "already-received"
	tokenExpired    = "token-expired"

	requested        = "requested"
	notInCMDB        = "not-in-cmdb"
	profileNotFound  = "profile-not-found"
	cannotConnect    = "cannot-connect"
	upstreamTimeout  = "upstream-timeout"
	governmentError  = "government-error"
	invalidIIN       = "invalid-iin"
	alreadyRequested = "already-requested"
	notRequested     = "not-requested"
	unknownType      = "unknown-document-type"
	wrongCode        = "wrong-code"
	withoutFile      = "document"
	withPDF          = "document-pdf"
	withImage        = "document-image"
	withFailure      = "document-failed"

	malformed = "malformed"
)

// refusal is a line of a document's table of errors, its text to the byte.
func refusal(name string, status int, text, when string, ledger ...int) contract.Outcome {
	return contract.Outcome{
		Name: name, Status: status, Schema: "kyc/error.json", Text: text, When: when,
		Confidence: contract.Documented, Ledger: append([]int{10}, ledger...),
	}
}

func assumed(o contract.Outcome) contract.Outcome {
	o.Confidence = contract.Assumed
	return o
}

func subscriptionRefusals() []contract.Outcome {
	return []contract.Outcome{
		refusal(notStarted, http.StatusBadRequest, "Subscription has not started",
			"The API key's subscription begins later.", 67),
		refusal(noneForTechnology, http.StatusBadRequest, "No active or future subscription for technology",
			"The API key has subscriptions, but none to this technology.", 67),
		refusal(noSubscription, http.StatusBadRequest, "Client does not have subscription",
			"The API key has no subscription, or is not among the keys that a scenario has named.", 67),
	}
}

func proceedingsOutcomes() []contract.Outcome {
	return append([]contract.Outcome{
		contract.Arranged(contract.Success(found, "kyc/exec_proc.response.json",
			"The subject is the debtor of at least one enforcement proceeding, or kyc.no_cases is empty-list.", 2, 3, 4, 5, 6, 7, 8, 9),
			contract.Arrange(arrangeProceedings)),
		refusal(notFound, http.StatusNotFound, "Subject not found",
			"There is no enforcement proceeding against the subject.", 8, 69),
		refusal(unavailable, http.StatusServiceUnavailable, "KZ Citizen Info service is not available now",
			"A scenario says so of the subject."),
		refusal(noAccess, http.StatusBadRequest, "Client does not have access to KZ Info technology",
			"The API key has no access to KZ Info.", 67),
	}, subscriptionRefusals()...)
}

func addressApproveOutcomes() []contract.Outcome {
	status := func(state, when string, ledger ...int) contract.Outcome {
		o := contract.Success(addressOutcomes[state], "kyc/address_approve.response.json", when, append([]int{13}, ledger...)...)
		o.Reports = contract.Report{Machine: &addressMachine, State: state, At: "/status"}
		return o
	}
	return append([]contract.Outcome{
		contract.Arranged(status(statusPending, "The subject has the message from 1414 and has not answered yet.", 12),
			contract.Arrange(arrangePending)),
		contract.Arranged(status(statusValid, "The subject has approved the request: the address can be fetched until expire_date.", 12),
			contract.Arrange(arrangeEnd(eventApprove))),
		contract.Arranged(status(statusInvalid, "The subject has rejected the request.", 12),
			contract.Arrange(arrangeEnd(eventReject))),
		contract.Arranged(status(statusNotFound, "There is no address data of the subject.", 14, 69, 76),
			contract.Arrange(arrangeEnd(eventNoData))),
		contract.Arranged(status(statusTimeout, "The subject has not answered within the waiting time.", 16),
			contract.Arrange(arrangeEnd(eventTimeout))),
		addressDown(),
	}, subscriptionRefusals()...)
}

func addressGetOutcomes() []contract.Outcome {
	return append([]contract.Outcome{
		contract.Arranged(contract.Success(found, "kyc/address_get.response.json",
			"The session is VALID and its address is fetched for the first time.", 17, 18),
			contract.Arrange(arrangeFetch)),
		addressDown(),
		refusal(alreadyReceived, http.StatusBadRequest, "Address data is empty or data already recieved",
			"The session is unknown, is not VALID, belongs to another IIN or API key, or its address has been fetched.", 15),
		refusal(tokenExpired, http.StatusBadRequest, "Token Expired",
			"expire_date has passed without a fetch.", 13, 16),
	}, subscriptionRefusals()...)
}

func addressDown() contract.Outcome {
	return refusal(upstreamDown, http.StatusConflict, "Could not send request to address service",
		"A scenario says so of the subject.", 73)
}

func documentRequestOutcomes() []contract.Outcome {
	outcomes := []contract.Outcome{
		contract.Arranged(contract.Success(requested, "kyc/edocument_request.response.json",
			"The subject is registered; an OTP goes to the phone if there is such a document.", 22),
			contract.Arrange(arrangeRequest)),
		notInBase(),
		refusal(profileNotFound, http.StatusNotFound, "Profile is not found", "A scenario says so of the subject.", 83),
	}
	outcomes = append(outcomes, governmentRefusals()...)
	outcomes = append(outcomes,
		refusal(invalidIIN, http.StatusBadRequest, "Invalid IIN",
			"The IIN has not twelve digits, or under strict_ids is wrong in another way.", 26, 62),
		refusal(alreadyRequested, http.StatusBadRequest, "You have already requested a document for this session",
			"Only by name: a request opens a session and cannot repeat one; the table of errors is of both steps.", 79),
		documentNoAccess(),
	)
	outcomes = append(outcomes, subscriptionRefusals()...)
	return append(outcomes, assumed(refusal(unknownType, http.StatusNotFound, "Not found.",
		"The path does not name one of the 24 document types.", 31)))
}

func documentApproveOutcomes() []contract.Outcome {
	document := func(name, when string, ledger ...int) contract.Outcome {
		o := contract.Success(name, "kyc/edocument_approve.response.json", when, append([]int{27, 28}, ledger...)...)
		o.Marks = documentMarks[name]
		return contract.Arranged(o, contract.Arrange(arrangeDocument(name)))
	}
	outcomes := []contract.Outcome{
		document(withoutFile, "The OTP is right, and file is false or kyc.document_file is missing.", 21),
		document(withPDF, "The OTP is right, file is true and file_type is pdf.", 21),
		document(withImage, "The OTP is right, file is true and file_type is image.", 21),
		document(withFailure, "The OTP is right, but a scenario says that the document can't be made."),
		refusal(alreadyReceived, http.StatusBadRequest, "EDocument for this session has already been received",
			"The session's document has been answered before."),
		refusal(notRequested, http.StatusBadRequest, "You have not sent a request for access to an e-document",
			"There is no such session.", 79),
		refusal(alreadyRequested, http.StatusBadRequest, "You have already requested a document for this session",
			"The session has ended without a document: its OTP has expired or the document has failed.", 24),
		documentNoAccess(),
	}
	outcomes = append(outcomes, subscriptionRefusals()...)
	outcomes = append(outcomes, governmentRefusals(23)...)
	return append(outcomes, assumed(refusal(wrongCode, http.StatusBadRequest, "Invalid OTP code",
		"The OTP is wrong or has expired, and kyc.wrong_code is wrong-code.", 23)))
}

// documentMarks are the fields that are filled or null in each form of the answer,
// so that one of the forms fits whichever fields are filled.
var documentMarks = map[string][]contract.Mark{
	withPDF:     {{At: fieldPDF, Not: true}},
	withImage:   {{At: fieldPDF}, {At: fieldImage, Not: true}},
	withFailure: {{At: fieldPDF}, {At: fieldImage}, {At: fieldFailure, Not: true}},
	withoutFile: {{At: fieldPDF}, {At: fieldImage}, {At: fieldFailure}},
}

const (
	fieldPDF     = "/document_pdf"
	fieldImage   = "/document_image"
	fieldFailure = "/failure_reason"
)

// notInBase has two spellings: the document's, and that of a public client.
func notInBase() contract.Outcome {
	o := refusal(notInCMDB, http.StatusNotFound, "Subject not found in CMDB",
		"The subject is not registered in the base of mobile citizens.", 19)
	o.OtherText = "Subject not found in MCDB"
	return o
}

func documentNoAccess() contract.Outcome {
	return refusal(noAccess, http.StatusBadRequest, "Client does not have access to E-Document technology",
		"The API key has no access to E-Document.", 67)
}

// governmentRefusals are what goes wrong between KYC and Egov.
func governmentRefusals(ledger ...int) []contract.Outcome {
	governmentWhen := "A scenario says so of the subject."
	if len(ledger) > 0 {
		governmentWhen = "The OTP is wrong or has expired, or a scenario says so of the subject."
	}
	return []contract.Outcome{
		refusal(cannotConnect, http.StatusServiceUnavailable, "Can`t connect to e-document service",
			"A scenario says so of the subject.", 29),
		refusal(unavailable, http.StatusServiceUnavailable, "EDocument service is not available now",
			"A scenario says so of the subject."),
		refusal(upstreamTimeout, http.StatusGatewayTimeout, "Could not send request to e-document service",
			"A scenario says so of the subject."),
		refusal(governmentError, http.StatusFailedDependency, "Government service error", governmentWhen, ledger...),
	}
}
