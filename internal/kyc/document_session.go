package kyc

import (
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/store"
)

// documentSession is one request for access to a document.
type documentSession struct {
	ID      string    `json:"id"`
	Key     string    `json:"key"` // the digest of the API key
	IIN     string    `json:"iin"`
	Type    string    `json:"document_type"`
	Status  string    `json:"status"`
	Code    string    `json:"code"` // the OTP; empty if none was sent, so that none is right
	CodeEnd time.Time `json:"code_end"`
	Fails   bool      `json:"fails"`           // the document can't be made
	Whole   bool      `json:"whole,omitempty"` // it comes with its file, also if kyc.document_file leaves it out
}

// Check says what is wrong with a value of a snapshot.
func (s documentSession) Check() error { return checkStatus(&edocumentMachine, s.Status) }

var documentSessions = store.Define[documentSession]("kyc-edocument-sessions") // by id

// openDocument opens the next session of an API key for a document of a subject.
// Without an OTP the document can't be had.
func openDocument(c *contract.Call, in documentRequest) documentSession {
	key := subjectKey(in.IIN) + in.Type + "/" + in.APIKey.digest
	n := nextOrdinal(c, "edocument/"+key)
	s := documentSession{
		ID:  c.Seed.UUID("kyc.edocument-session", key, n),
		Key: in.APIKey.digest, IIN: in.IIN, Type: in.Type,
		Status:  edocumentMachine.Initial,
		CodeEnd: codeEnd(c),
	}
	if phone, ok := otpPhone(c, in); ok {
		s.Code = newCode(c, "kyc.edocument-code", key, n)
		sendOTP(c, s, phone)
	}
	documentSessions.Put(c.Tx, s.ID, s)
	return s
}

// standing is the status at an instant: an OTP that has run out is stored by the next approval.
func (s documentSession) standing(now time.Time) string {
	if s.Status == documentRequested && !now.Before(s.CodeEnd) {
		return documentExpired
	}
	return s.Status
}

func codeEnd(c *contract.Call) time.Time { return c.Now.Add(c.Profile.Duration(switchOTPLife)).UTC() }

func sendOTP(c *contract.Call, s documentSession, phone string) {
	title, _ := population.DocumentTitle(s.Type)
	send(c, phone, Message{
		Kind: KindOTP, Text: otpText(s.Code, title.Ru), Code: s.Code, IIN: s.IIN, Session: s.ID,
	})
}

// fire moves the session and stores it.
func (s *documentSession) fire(c *contract.Call, event string) error {
	status, err := edocumentMachine.Fire(c, s.ID, s.Status, event, *s)
	if err != nil {
		return err
	}
	s.Status = status
	documentSessions.Put(c.Tx, s.ID, *s)
	return nil
}
