package kyc

import "github.com/kzsim/kzsim/internal/contract"

// The words of the switches that behaviour asks about.
const (
	on = "on"

	envelopeDetail  = "detail"
	envelopeMessage = "message"
	envelopeBoth    = "both"

	secondNameString = "string"
	emptyList        = "empty-list"
	waitHold         = "hold"
	spelledMCDB      = "mcdb"
	fileTypeOptional = "optional"
	answerWrongCode  = "wrong-code"
	phoneStrict      = "strict"
	reasonObject     = "object"
	fileMissing      = "missing"
)

var (
	switchErrorEnvelope = contract.Switch{
		Key: "kyc.error_envelope", About: "Under which name does an error carry its text?",
		Values:  []string{envelopeDetail, envelopeMessage, envelopeBoth},
		Default: envelopeDetail, Observed: envelopeBoth, Ledger: []int{10},
	}
	switchSecondName = contract.Switch{
		Key: "kyc.officer_secondname", About: "Is a bailiff's patronymic the sample's array of four, or a string?",
		Values: []string{"array", secondNameString}, Default: "array", Ledger: []int{2},
	}
	switchNoCases = contract.Switch{
		Key: "kyc.no_cases", About: "What does KZ Info answer about a subject without enforcement proceedings?",
		Values: []string{"not-found", emptyList}, Default: "not-found", Ledger: []int{8},
	}
	switchAddressWait = contract.Switch{
		Key: "kyc.address_wait", About: "Is an address request answered at once, or held until the subject has answered?",
		Values: []string{"poll", waitHold}, Default: "poll", Ledger: []int{12},
	}
	switchAnswerTimeout = contract.Switch{
		Key: "kyc.answer_timeout", About: "How long may a subject take to answer an address request? (at least a second)",
		Default: "120s", Ledger: []int{16},
	}
	switchTokenLife = contract.Switch{
		Key: "kyc.token_life", About: "How long can a confirmed address be fetched? (at least a second)",
		Default: "5m", Ledger: []int{16},
	}
	switchSpelling = contract.Switch{
		Key: "kyc.cmdb_spelling", About: "How is the base of mobile citizens spelled in the error about it?",
		Values: []string{"cmdb", spelledMCDB}, Default: "cmdb", Observed: spelledMCDB, Ledger: []int{19},
	}
	switchFileType = contract.Switch{
		Key: "kyc.file_type", About: "Is file_type required even if file is false?",
		Values: []string{"required", fileTypeOptional}, Default: "required", Ledger: []int{20},
	}
	switchWrongCode = contract.Switch{
		Key: "kyc.wrong_code", About: "How is a wrong or expired OTP refused: with 424, or with an error of its own?",
		Values:  []string{"government-error", answerWrongCode},
		Default: "government-error", Strict: answerWrongCode, Ledger: []int{23},
	}
	switchOTPLife = contract.Switch{
		Key: "kyc.otp_life", About: "How long is an OTP good for?",
		Default: "5m", Ledger: []int{23},
	}
	switchPhone = contract.Switch{
		Key: "kyc.phone", About: "Is a phone taken in every usual spelling, or only as 7XXXXXXXXXX?",
		Values: []string{"lenient", phoneStrict}, Default: "lenient", Strict: phoneStrict, Ledger: []int{25},
	}
	switchFailureReason = contract.Switch{
		Key: "kyc.failure_reason", About: "Is a document's failure_reason a string, or an object with type and detail?",
		Values: []string{"string", reasonObject}, Default: "string", Observed: reasonObject, Ledger: []int{27},
	}
	switchExtraFields = contract.Switch{
		Key: "kyc.extra_fields", About: "Does a document carry extra and gender, which the document doesn't list?",
		Values: []string{on, "off"}, Default: on, Ledger: []int{28},
	}
	switchDocumentFile = contract.Switch{
		Key: "kyc.document_file", About: "Does a document that was asked for with its PDF or image have it, or does it succeed without?",
		Values: []string{"there", fileMissing}, Default: "there", Ledger: []int{21},
	}
	switchDocumentSize = contract.Switch{
		Key: "kyc.document_size", About: "How large is the PDF or image of a document, before base64?",
		Values: []string{"usual", "1MB", "5MB", "20MB"}, Default: "usual", Ledger: []int{21},
	}
)

func switches() []contract.Switch {
	return []contract.Switch{
		switchErrorEnvelope, switchSecondName, switchNoCases, switchAddressWait, switchAnswerTimeout,
		switchTokenLife, switchSpelling, switchFileType, switchWrongCode, switchOTPLife, switchPhone,
		switchFailureReason, switchExtraFields, switchDocumentFile, switchDocumentSize,
	}
}
