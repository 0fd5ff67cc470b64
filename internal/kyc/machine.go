package kyc

import "github.com/kzsim/kzsim/internal/contract"

// The statuses of an address request. The first five are what address.approve
// answers; the last two are ends that its document only mentions in errors.
const (
	statusPending  = "PENDING"
	statusValid    = "VALID"
	statusInvalid  = "INVALID"
	statusTimeout  = "TIMEOUT"
	statusNotFound = "NOT_FOUND"
	statusFetched  = "FETCHED"
	statusExpired  = "EXPIRED"
)

// The events of an address request. What a subject does is called as in a
// scenario's `answers`.
const (
	eventApprove = "approve"
	eventReject  = "reject"
	eventNoData  = "no-data"
	eventTimeout = "timeout"
	eventFetch   = "fetch"
	eventExpire  = "expire"
)

var addressMachine = contract.Machine{
	Name:    "kyc.address-session",
	About:   "A request for a subject's registered address, one at a time per API key and IIN.",
	Initial: statusPending,
	Transitions: []contract.Transition{
		{From: []string{statusPending}, Event: eventApprove, To: statusValid, When: "the subject sends 1414 the code of its message in time"},
		{From: []string{statusPending}, Event: eventReject, To: statusInvalid, When: "the subject sends 1414 anything else in time"},
		{From: []string{statusPending}, Event: eventTimeout, To: statusTimeout, When: "kyc.answer_timeout has passed without an answer"},
		{From: []string{statusPending}, Event: eventNoData, To: statusNotFound, When: "there is no address data of the subject"},
		{From: []string{statusValid}, Event: eventFetch, To: statusFetched, When: "address.get answers the address before expire_date"},
		{From: []string{statusValid}, Event: eventExpire, To: statusExpired, When: "expire_date has come without a fetch"},
	},
}

// The statuses of a document request; no answer shows them.
const (
	documentRequested = "REQUESTED"
	documentReceived  = "RECEIVED"
	documentFailed    = "FAILED"
	documentExpired   = "EXPIRED"
)

const (
	eventDeliver = "deliver"
	eventFail    = "fail"
)

var edocumentMachine = contract.Machine{
	Name:    "kyc.edocument-session",
	About:   "A request for access to an electronic document, from the OTP to the document.",
	Initial: documentRequested,
	Transitions: []contract.Transition{
		{From: []string{documentRequested}, Event: eventDeliver, To: documentReceived, When: "edocument.approve has the right OTP in time and the document can be made"},
		{From: []string{documentRequested}, Event: eventFail, To: documentFailed, When: "edocument.approve has the right OTP in time and the document can't be made"},
		{From: []string{documentRequested}, Event: eventExpire, To: documentExpired, When: "edocument.approve comes after kyc.otp_life"},
	},
}
