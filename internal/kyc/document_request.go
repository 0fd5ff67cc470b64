package kyc

import (
	"slices"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/world"
)

type documentRequest struct {
	APIKey apiKey `json:"api_key"`
	IIN    string `json:"iin"`
	Phone  string `json:"phone"`

	Type string `json:"-"` // from the path
}

type documentOpened struct {
	Session string `json:"backend_session_id"`
}

// requestDocument opens a session and sends an OTP to the phone in the request.
// Whether there is such a document doesn't show in the answer (ledger 22).
func requestDocument(c *contract.Call, in documentRequest) (contract.Reply, error) {
	if in.Type == "" {
		in.Type = c.Path["document_type"]
	}
	if !slices.Contains(population.DocumentTypes(), in.Type) {
		return contract.Reply{}, contract.Fail(unknownType) // ledger 31
	}
	if c.Profile.Is(switchPhone, phoneStrict) && !isStrictPhone(in.Phone) { // ledger 25
		c.Find(25, "/phone", "kyc.phone is strict: only eleven digits that begin with 7 are taken")
		return c.Answer(malformed, fieldComplaints{"phone": {"Enter a valid phone number."}}), nil
	}
	if err := checkSubscription(c, edocument, in.APIKey.digest); err != nil {
		return contract.Reply{}, err
	}
	if !isSubject(c, in.IIN) {
		return contract.Reply{}, contract.Fail(invalidIIN) // ledger 26
	}
	if err := checkFailure(c, in.IIN); err != nil {
		return contract.Reply{}, err
	}
	if !world.Of(c).Person(in.IIN).Registered1414 {
		return contract.Reply{}, contract.Fail(notInCMDB)
	}
	return c.Answer(requested, documentOpened{Session: openDocument(c, in).ID}), nil
}

// isSubject reports whether an IIN can be anybody's; a subject whom a scenario
// has registered exists, with any IIN.
func isSubject(c *contract.Call, iin string) bool {
	registered := world.Of(c).Subject(iin).Registered
	return properIIN(c, iin) || registered != nil && *registered
}

// otpPhone is where the OTP goes, if one is sent at all: to the phone in the
// request, not to the one that the state knows.
func otpPhone(c *contract.Call, in documentRequest) (string, bool) {
	if _, owned := world.Of(c).Document(in.IIN, in.Type); !owned {
		c.Find(22, "/iin", "the subject has no such document: no message is sent, and the answer doesn't show it")
		return "", false
	}
	phone, ok := normalPhone(in.Phone)
	if !ok {
		c.Find(25, "/phone", "not a phone of Kazakhstan: no message can arrive there")
	}
	return phone, ok
}

// arrangeRequest makes the subject known and the request one that can be granted.
func arrangeRequest(c *contract.Call, in *documentRequest) error {
	permit(c, edocument, in.APIKey.digest, in.IIN)
	in.Type = c.Path["document_type"]
	if !slices.Contains(population.DocumentTypes(), in.Type) {
		in.Type = population.DocumentTypes()[0]
	}
	w := world.Of(c)
	person := w.Person(in.IIN)
	if !isSubject(c, in.IIN) || !person.Registered1414 {
		subject, registered := w.Subject(in.IIN), true
		subject.Registered = &registered
		w.PutSubject(subject)
	}
	if c.Profile.Is(switchPhone, phoneStrict) && !isStrictPhone(in.Phone) {
		in.Phone = person.Phone
	}
	return nil
}
