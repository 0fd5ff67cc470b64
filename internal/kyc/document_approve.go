package kyc

import (
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/world"
)

type documentApproval struct {
	Session  string `json:"backend_session_id"`
	Code     string `json:"code"`
	File     bool   `json:"file"`
	FileType string `json:"file_type"`
}

const (
	filePDF   = "pdf"
	fileImage = "image"
)

// approveDocument answers the document of a session once, if the OTP is right.
// There is no API key: the session is the credential (ledger 30).
func approveDocument(c *contract.Call, in documentApproval) (contract.Reply, error) {
	if in.FileType == "" && (in.File || !c.Profile.Is(switchFileType, fileTypeOptional)) { // ledger 20
		c.Find(20, "/file_type", "the field is required; kyc.file_type makes it optional where file is false")
		return c.Answer(malformed, fieldComplaints{"file_type": {fieldRequired}}), nil
	}
	s, ok := documentSessions.Get(c.Tx, in.Session)
	if !ok {
		return contract.Reply{}, contract.Fail(notRequested)
	}
	if err := checkSubscription(c, edocument, s.Key); err != nil {
		return contract.Reply{}, err
	}
	switch s.Status {
	case documentReceived:
		return contract.Reply{}, contract.Fail(alreadyReceived)
	case documentFailed, documentExpired:
		return contract.Reply{}, contract.Fail(alreadyRequested) // ledger 24
	}
	if err := checkFailure(c, s.IIN); err != nil {
		return contract.Reply{}, err
	}
	if !c.Now.Before(s.CodeEnd) {
		c.Find(23, "/code", "the OTP has expired")
		return refusedCode(c), s.fire(c, eventExpire)
	}
	// How often a code may be wrong no document says. It ends nothing: the text of
	// already-requested is kept for a session that can't give a document any more.
	if s.Code == "" || in.Code != s.Code {
		c.Find(23, "/code", "not the OTP of this session")
		return refusedCode(c), nil
	}
	return deliver(c, s, in)
}

// refusedCode is the answer to a wrong or expired OTP (ledger 23).
func refusedCode(c *contract.Call) contract.Reply {
	if c.Profile.Is(switchWrongCode, answerWrongCode) {
		return c.Refuse(wrongCode)
	}
	return c.Refuse(governmentError)
}

// deliver ends a session, with its document if that can be made.
func deliver(c *contract.Call, s documentSession, in documentApproval) (contract.Reply, error) {
	if failure, _ := failures.Get(c.Tx, s.IIN); s.Fails || failure == withFailure {
		return c.Answer(withFailure, failedDocument(c, s.Type)), s.fire(c, eventFail)
	}
	// Whether the subject owns the document was settled by the request.
	document, _ := world.Of(c).Population().IssueDocument(s.IIN, s.Type)
	answer, name := documentBody(c, document), withoutFile
	switch {
	case !in.File, !s.Whole && c.Profile.Is(switchDocumentFile, fileMissing):
	case in.FileType == fileImage:
		name, answer.DocumentImage = withImage, encoded(paperOf(c, document).JPEG())
	default:
		name, answer.DocumentPDF = withPDF, encoded(paperOf(c, document).PDF())
	}
	return c.Answer(name, answer), s.fire(c, eventDeliver)
}

// arrangeDocument makes the request ask for what an outcome answers, of a session
// that waits for just this OTP.
func arrangeDocument(outcome string) func(*contract.Call, *documentApproval) error {
	return func(c *contract.Call, in *documentApproval) error {
		s, ok := documentSessions.Get(c.Tx, in.Session)
		if !ok {
			s = documentSession{
				// There was no request for it, and so no key: a scenario does not know the key of this one.
				ID: in.Session, Key: in.Session,
				IIN: world.Of(c).Population().IINOf(in.Session), Type: population.DocumentTypes()[0],
			}
		}
		permit(c, edocument, s.Key, s.IIN)
		s.Status, s.Code, s.CodeEnd = edocumentMachine.Initial, in.Code, c.Now.Add(shortest).UTC()
		s.Fails, s.Whole = outcome == withFailure, outcome == withPDF || outcome == withImage
		documentSessions.Put(c.Tx, s.ID, s)
		switch outcome {
		case withPDF:
			in.File, in.FileType = true, filePDF
		case withImage:
			in.File, in.FileType = true, fileImage
		case withoutFile:
			in.File = false
		}
		if in.FileType == "" {
			in.FileType = filePDF
		}
		return nil
	}
}
