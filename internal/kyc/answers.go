package kyc

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
)

// Why a subject's answer can't be taken.
var (
	ErrNothingToAnswer = errors.New("there is no open address request to answer")
	ErrAnswer          = errors.New("a subject answers with approve or reject")
	ErrPhone           = errors.New("a phone has eleven digits, such as 77011234567")
)

// Reply is a text that a phone sends to 1414. The code of an open address
// request approves that request, any other text rejects the latest one (ledger
// 12). The error is ErrPhone or ErrNothingToAnswer with what it is about.
func Reply(c *contract.Call, phone, text string) error {
	normal, ok := normalPhone(phone)
	if !ok {
		return fmt.Errorf("%w, not %q", ErrPhone, phone)
	}
	open := openOnPhone(c, normal)
	if len(open) == 0 {
		return fmt.Errorf("%w on the phone %s", ErrNothingToAnswer, normal)
	}
	text = strings.TrimSpace(text)
	if i := slices.IndexFunc(open, func(s addressSession) bool { return s.Code == text }); i >= 0 {
		endAddress(c, open[i], eventApprove)
		return nil
	}
	endAddress(c, open[len(open)-1], eventReject)
	return nil
}

// openOnPhone are the sessions that wait for a reply from a phone, the oldest
// first.
func openOnPhone(c *contract.Call, phone string) []addressSession {
	var open []addressSession
	for _, m := range Messages(c, phone) {
		if s, ok := addressSessions.Get(c.Tx, m.Session); ok && s.isOpen(c.Now) {
			open = append(open, s)
		}
	}
	return open
}

// AnswerSubject lets a person approve or reject all open requests for their
// address. The error is ErrAnswer or ErrNothingToAnswer with what it is about.
func AnswerSubject(c *contract.Call, iin, with string) error {
	if with != eventApprove && with != eventReject {
		return fmt.Errorf("%w, not %q", ErrAnswer, with)
	}
	answered := false
	for _, id := range addressCurrent.Prefix(c.Tx, subjectKey(iin)) {
		if s, ok := addressSessions.Get(c.Tx, id); ok && s.isOpen(c.Now) {
			endAddress(c, s, with)
			answered = true
		}
	}
	if !answered {
		return fmt.Errorf("%w of the subject %s", ErrNothingToAnswer, iin)
	}
	return nil
}
