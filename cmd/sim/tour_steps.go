package main

// tourStep is a request of the tour: with a body it is a POST, without one a GET.
type tourStep struct {
	about      string // empty if it belongs to the step before
	path, body string
	header     []string // name, value
	want       string   // the outcome; empty for the control API
	learn      []string // members of the answer that later steps use
}

const (
	tourPerson    = `{"api_key": "my key", "iin": "901123300258"}`
	tourSession   = `{"api_key": "my key", "iin": "901123300258", "backend_session_id": "{backend_session_id}"}`
	tourAgreement = `{"contract_number": "KD0000000001", "dbz_dt": "2014-02-08"}`
	tourPayment   = `{"items": [{"request_id": 2, "trn_id": 11111111, "refer": "{code}", "cur": "KZT", "amount": 2000, "incoming_amount": 2000}]}`
	tourService   = "/restapi/services/run/"
)

var tourSteps = []tourStep{
	{
		about: "KYC, KZ Info: enforcement proceedings. Every valid IIN belongs to a generated person, and every api_key is accepted.",
		path:  "/api/v1/backend/info/kz/exec_proc_info/", body: tourPerson, want: "found",
	},
	{
		about: "KYC, address: the subject gets a message from 1414.",
		path:  "/api/v1/backend/address/approve/", body: tourPerson, want: "pending",
	},
	{
		about: "The subject approves after five seconds. The clock of the sandbox is advanced, so there is no waiting.",
		path:  "/_sim/clock/advance", body: `{"by": "5s"}`,
	},
	{
		about: "The same request again: it is approved.",
		path:  "/api/v1/backend/address/approve/", body: tourPerson, want: "valid", learn: []string{"backend_session_id"},
	},
	{about: "The address, by the session.", path: "/api/v1/backend/address/", body: tourSession, want: "found"},
	{
		about: "It is answered once. The text has the spelling of the operator's document.",
		path:  "/api/v1/backend/address/", body: tourSession, want: "already-received",
	},
	{
		about: "KYC, e-document: a code is sent to the phone of the request.",
		path:  "/api/v1/backend/e-document/online-access/request/identity_card/",
		body:  `{"api_key": "my key", "iin": "901123300258", "phone": "77015550001"}`, want: "requested", learn: []string{"backend_session_id"},
	},
	{about: "The control API shows what is on that phone.", path: "/_sim/phones/77015550001", learn: []string{"code"}},
	{
		about: "The document, for the code.", path: "/api/v1/backend/e-document/online-access/approve/",
		body: `{"backend_session_id": "{backend_session_id}", "code": "{code}", "file": false, "file_type": "pdf"}`, want: "document",
	},
	{
		about: "K2: an overdue loan.", path: tourService + "k2loan_from_eko", want: "accepted",
		body: `[{"request_id": 1, "contract_number": "KD0000000001", "dbz_contract_number": "KD0000000001", ` +
			`"dbz_dt": "2014-02-08", "iinbin": "901123300258", "debt": 2000000, "cur": "KZT"}]`,
	},
	{
		about: "K2 has made a payment demand of it.",
		path:  tourService + "k2extreq_by_dbz", body: tourAgreement, want: "found", learn: []string{"code"},
	},
	{about: "A payment towards the demand.", path: tourService + "k2extreq_pay_from_eko", body: tourPayment, want: "accepted"},
	{
		about: "The same trn_id again is an error, with HTTP 200 as K2 answers.",
		path:  tourService + "k2extreq_pay_from_eko", body: tourPayment, want: "duplicate-trn-id",
	},
	{
		about: "ABS: the bank registers a demand.", path: "/abs/reg_pt", want: "registered",
		body: `{"refer": "PTP0000000000001", "accept_dt": "2021-01-05", "doc_num": "16", "doc_at": "2021-01-04", ` +
			`"iinbin": "901123300258", "ben_bin": "971240001315", "amount": 2000000, "cur": "KZT"}`,
	},
	{
		about: "Any answer by its name: the header Prefer asks for it. It changes nothing.",
		path:  "/api/v1/backend/address/", body: `{"api_key": "my key", "iin": "901123300258", "backend_session_id": "any"}`,
		header: []string{"Prefer", "outcome=token-expired"}, want: "token-expired",
	},
}
