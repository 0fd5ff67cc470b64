package simtest

import (
	"github.com/kzsim/kzsim/internal/kyc"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// OTP is the code that 1414 last sent to a phone for an electronic document, six
// digits. The phone may be written 7…, +7… or 8…. If there is none, which is what
// the phone of a subject without that document shows, the test fails and the code
// is empty.
func (s *Sim) OTP(phone string) string {
	s.t.Helper()
	code := ""
	err := s.sandbox.Do(func(tx *sandbox.Tx) error {
		for _, m := range kyc.Messages(tx.Call(), phone) {
			if m.Kind == kyc.KindOTP {
				code = m.Code
			}
		}
		return nil
	})
	switch {
	case err != nil:
		s.t.Errorf("simtest: the phone %s: %v", phone, err)
	case code == "":
		s.t.Errorf("simtest: 1414 has sent no code to %s", phone)
	}
	return code
}

// Approve lets a subject agree to share the address: the request that waits for
// the answer is VALID from now on. If none waits the test fails.
func (s *Sim) Approve(iin string) {
	s.t.Helper()
	s.answer(iin, "approve")
}

// Reject lets a subject refuse: the request that waits is INVALID from now on. If
// none waits the test fails.
func (s *Sim) Reject(iin string) {
	s.t.Helper()
	s.answer(iin, "reject")
}

func (s *Sim) answer(iin, with string) {
	s.t.Helper()
	err := s.sandbox.Do(func(tx *sandbox.Tx) error { return kyc.AnswerSubject(tx.Call(), iin, with) })
	if err != nil {
		s.t.Errorf("simtest: %v", err)
	}
}
