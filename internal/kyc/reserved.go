package kyc

import "github.com/kzsim/kzsim/internal/contract"

// The operations, as reserved values name them.
const (
	onProceedings     = "kyc.info.exec_proc"
	onAddressApprove  = "kyc.address.approve"
	onAddressGet      = "kyc.address.get"
	onDocumentRequest = "kyc.edocument.request"
	onDocumentApprove = "kyc.edocument.approve"
)

// reserved values need no set-up: people born in 2099, API keys of the real
// length, and OTPs that begin with 000, as no OTP does that was sent.
func reserved() []contract.Reserved {
	var all []contract.Reserved
	all = append(all, reservedPeople()...)
	all = append(all, reservedKeys()...)
	return append(all, reservedCodes()...)
}

func reservedPeople() []contract.Reserved {
	iin := func(value, outcome, about string, on ...string) contract.Reserved {
		return contract.Reserved{On: on, Field: "iin", Value: value, Outcome: outcome, About: about}
	}
	return []contract.Reserved{
		iin("990101504049", notFound, "A person of whom nothing is known.", onProceedings, onAddressApprove),
		iin("990101504049", notInCMDB, "A person of whom nothing is known.", onDocumentRequest),
		iin("990101505037", unavailable, "A person about whom the source systems do not answer.", onProceedings, onDocumentRequest),
		iin("990101505037", upstreamDown, "A person about whom the source systems do not answer.", onAddressApprove, onAddressGet),
		iin("990101501024", pending, "A person who does not answer an address request.", onAddressApprove),
		iin("990101502002", valid, "A person who approves an address request at once.", onAddressApprove),
		iin("990101504039", invalid, "A person who rejects an address request at once.", onAddressApprove),
		iin("990101504089", timedOut, "A person who lets an address request time out at once.", onAddressApprove),
		iin("990101504019", valid, "A person whose confirmed address is fetched too late.", onAddressApprove),
		iin("990101504019", tokenExpired, "A person whose confirmed address is fetched too late.", onAddressGet),
		iin("990101504069", profileNotFound, "A person without a profile in Egov.", onDocumentRequest),
		iin("990101505027", cannotConnect, "A person for whom no connection to Egov can be made.", onDocumentRequest),
		iin("990101505047", upstreamTimeout, "A person for whom Egov does not answer in time.", onDocumentRequest),
		iin("990101504247", governmentError, "A person for whom Egov answers with an error.", onDocumentRequest),
	}
}

func reservedKeys() []contract.Reserved {
	key := func(value, outcome, about string, on ...string) contract.Reserved {
		return contract.Reserved{On: on, Field: "api_key", Value: value, Outcome: outcome, About: about}
	}
	all := []string{onProceedings, onAddressApprove, onAddressGet, onDocumentRequest}
	return []contract.Reserved{
		key("simulator-reserved-api-key-no-access-00000000000", noAccess,
			"A key without access to the technology.", onProceedings, onDocumentRequest),
		key("simulator-reserved-api-key-no-access-00000000000", noneForTechnology,
			"A key without access to the technology.", onAddressApprove, onAddressGet), // ledger 67
		key("simulator-reserved-api-key-subscription-not-started", notStarted,
			"A key whose subscription begins later.", all...),
		key("simulator-reserved-api-key-no-subscription-for-technology", noneForTechnology,
			"A key without a subscription to the technology.", all...),
		key("simulator-reserved-api-key-no-subscription-00000", noSubscription,
			"A key without any subscription.", all...),
	}
}

func reservedCodes() []contract.Reserved {
	code := func(value, outcome, about string) contract.Reserved {
		return contract.Reserved{
			On: []string{onDocumentApprove}, Field: "code", Value: value, Outcome: outcome, About: about,
		}
	}
	return []contract.Reserved{
		code("000200", withFailure, "A document that can't be made."),
		code("000400", wrongCode, "A wrong OTP, where it has an error of its own."),
		code("000424", governmentError, "A wrong OTP, or an error of Egov."),
		code("000502", cannotConnect, "No connection to Egov can be made."),
		code("000503", unavailable, "Egov is not available."),
		code("000504", upstreamTimeout, "Egov does not answer in time."),
	}
}
