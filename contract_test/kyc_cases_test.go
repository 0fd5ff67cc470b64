package contract_test

// The texts of KYC's errors are those of the documents' tables, misspellings and
// the backtick included.
const (
	notStarted    = "Subscription has not started"
	noTechnology  = "No active or future subscription for technology"
	noneAtAll     = "Client does not have subscription"
	addressDown   = "Could not send request to address service"
	cannotConnect = "Can`t connect to e-document service"
	egovDown      = "EDocument service is not available now"
	egovLate      = "Could not send request to e-document service"
	egovNonsense  = "Government service error"
	noEDocument   = "Client does not have access to E-Document technology"
	requestedOnce = "You have already requested a document for this session"
)

var kycCases = []entry{
	{"kyc.info.exec_proc", []way{
		by("found", ok(), ask()),
		by("not-found", detail(404, "Subject not found"), subject(`"cases": 0`), ask()),
		by("unavailable", detail(503, "KZ Citizen Info service is not available now"), failure("unavailable"), ask()),
		by("no-access", detail(400, "Client does not have access to KZ Info technology"), subscription("no-access"), ask()),
		by("subscription-not-started", detail(400, notStarted), subscription("not-started"), ask()),
		by("no-subscription-for-technology", detail(400, noTechnology), keyOnlyFor("address"), ask()),
		by("no-subscription", detail(400, noneAtAll), anotherKey, ask()),
		by("malformed", complaint(), ask(`/iin: 901123300258`)),
	}},
	{"kyc.address.approve", []way{
		by("pending", ok(), ask()),
		by("valid", ok(), ask(), advance("5s"), ask()),
		by("invalid", ok(), ask(), answers("reject"), ask()),
		by("not-found", ok(), subject(`"address": false`), ask()),
		by("timeout", ok(), subject(`"answers": "ignore"`), ask(), advance("119s"), ask(), wantOutcome("pending"), advance("1s"), ask()),
		by("upstream-down", detail(409, addressDown), failure("upstream-down"), ask()),
		by("subscription-not-started", detail(400, notStarted), subscription("not-started"), ask()),
		by("no-subscription-for-technology", detail(400, noTechnology), keyOnlyFor("e-document"), ask()),
		by("no-subscription", detail(400, noneAtAll), anotherKey, ask()),
		by("malformed", complaint(), ask(`/iin:`)),
	}},
	{"kyc.address.get", []way{
		by("found", ok(), validAddress, ask()),
		by("upstream-down", detail(409, addressDown), validAddress, failure("upstream-down"), ask()),
		by("already-received", detail(400, "Address data is empty or data already recieved"), validAddress, ask(), wantOutcome("found"), ask()),
		by("token-expired", detail(400, "Token Expired"), validAddress, advance("5m"), ask()),
		by("subscription-not-started", detail(400, notStarted), validAddress, subscription("not-started"), ask()),
		by("no-subscription-for-technology", detail(400, noTechnology), validAddress, keyOnlyFor("kz-info"), ask()),
		by("no-subscription", detail(400, noneAtAll), validAddress, anotherKey, ask()),
		by("malformed", complaint(), ask(`/api_key: true`)),
	}},
	{"kyc.edocument.request", []way{
		by("requested", ok(), ask()),
		by("not-in-cmdb", detail(404, "Subject not found in CMDB"), subject(`"registered": false`), ask()),
		by("profile-not-found", detail(404, "Profile is not found"), failure("profile-not-found"), ask()),
		by("cannot-connect", detail(503, cannotConnect), failure("cannot-connect"), ask()),
		by("unavailable", detail(503, egovDown), failure("unavailable"), ask()),
		by("upstream-timeout", detail(504, egovLate), failure("upstream-timeout"), ask()),
		by("government-error", detail(424, egovNonsense), failure("government-error"), ask()),
		by("invalid-iin", detail(400, "Invalid IIN"), ask(`/iin: "90112330025"`)),
		onlyByName("already-requested", detail(400, requestedOnce),
			"a request opens a session and can't repeat one; the document prints one table of errors for both steps (ledger 24)"),
		by("no-access", detail(400, noEDocument), subscription("no-access"), ask()),
		by("subscription-not-started", detail(400, notStarted), subscription("not-started"), ask()),
		by("no-subscription-for-technology", detail(400, noTechnology), keyOnlyFor("address"), ask()),
		by("no-subscription", detail(400, noneAtAll), anotherKey, ask()),
		by("unknown-document-type", detail(404, "Not found."), ask(`{document_type}: id_card`)),
		by("malformed", complaint(), ask(`/phone: 77011234567`)),
	}},
	{"kyc.edocument.approve", []way{
		by("document", ok(), otpSent, ask(`/file: false`)),
		by("document-pdf", ok(), otpSent, ask()),
		by("document-image", ok(), otpSent, ask(`/file_type: "image"`)),
		by("document-failed", ok(), otpSent, failure("document-failed"), ask()),
		by("already-received", detail(400, "EDocument for this session has already been received"), otpSent, ask(), wantOutcome("document-pdf"), ask()),
		by("not-requested", detail(400, "You have not sent a request for access to an e-document"), ask()),
		by("already-requested", detail(400, requestedOnce), otpSent, failure("document-failed"), ask(), ask()),
		by("no-access", detail(400, noEDocument), otpSent, subscription("no-access"), ask()),
		by("subscription-not-started", detail(400, notStarted), otpSent, subscription("not-started"), ask()),
		by("no-subscription-for-technology", detail(400, noTechnology), otpSent, keyOnlyFor("kz-info"), ask()),
		by("no-subscription", detail(400, noneAtAll), otpSent, anotherKey, ask()),
		by("cannot-connect", detail(503, cannotConnect), otpSent, failure("cannot-connect"), ask()),
		by("unavailable", detail(503, egovDown), otpSent, failure("unavailable"), ask()),
		by("upstream-timeout", detail(504, egovLate), otpSent, failure("upstream-timeout"), ask()),
		by("government-error", detail(424, egovNonsense), otpSent, advance("5m"), ask()),
		by("wrong-code", detail(400, "Invalid OTP code"), profile("kyc.wrong_code", "wrong-code"), otpSent, ask(`/code: "000000"`)),
		by("malformed", complaint(), ask(`/file: "true"`)),
	}},
}

// validAddress is an address request that the subject has approved.
var validAddress = steps(
	askOf("kyc.address.approve"), wantOutcome("pending"), save("session", "backend_session_id"),
	advance("5s"), askOf("kyc.address.approve"), wantOutcome("valid"),
)

// otpSent is a document request whose OTP has arrived on the phone.
var otpSent = steps(
	askOf("kyc.edocument.request"), wantOutcome("requested"), save("session", "backend_session_id"), step(readCode),
)

// subject states something of the citizen.
func subject(members string) step { return given("subjects", `{"iin": "${iin}", `+members+`}`) }

// failure states how requests about the citizen end.
func failure(outcome string) step { return subject(`"failure": "` + outcome + `"`) }

// subscription states how the key's subscriptions stand.
func subscription(state string) step {
	return given("keys", `{"api_key": "${key}", "subscription": "`+state+`"}`)
}

// keyOnlyFor states that the key has a subscription to one technology alone.
func keyOnlyFor(technology string) step {
	return given("keys", `{"api_key": "${key}", "technology": "`+technology+`"}`)
}

// anotherKey is known, so the case's key is not.
var anotherKey = given("keys", `{"api_key": "another-key"}`)
