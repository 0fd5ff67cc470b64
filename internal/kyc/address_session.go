package kyc

import (
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

// addressSession is one request for a subject's address. No timer moves it: what
// is due by the time of asking is run then (settle), and stored if it is answered.
type addressSession struct {
	ID     string `json:"id"`
	Key    string `json:"key"` // the digest of the API key
	IIN    string `json:"iin"`
	Status string `json:"status"`

	Code     string        `json:"code"`      // that the subject has to send to 1414
	Answer   string        `json:"answer"`    // the event that AnswerAt brings, empty for none
	AnswerAt time.Time     `json:"answer_at"` // when the subject's answer is due
	Deadline time.Time     `json:"deadline"`  // the end of the waiting
	Life     time.Duration `json:"life"`      // of the right to fetch, once confirmed
	Expires  time.Time     `json:"expires"`   // the end of that right, whole seconds, UTC
	Reported bool          `json:"reported"`  // an end that is not VALID has been answered
}

// Check says what is wrong with a value of a snapshot.
func (s addressSession) Check() error {
	if s.Answer != "" && !addressMachine.Can(statusPending, s.Answer) {
		return fmt.Errorf("answer: found %q, expected an event of %s", s.Answer, addressMachine.Name)
	}
	return checkStatus(&addressMachine, s.Status)
}

func checkStatus(of *contract.Machine, status string) error {
	if slices.Contains(of.States(), status) {
		return nil
	}
	return fmt.Errorf("status: found %q, expected a state of %s", status, of.Name)
}

var (
	addressSessions = store.Define[addressSession]("kyc-address-sessions") // by id
	// addressCurrent leads from a subject and an API key to their latest session.
	addressCurrent = store.Define[string]("kyc-address-current")
)

// shortest is the least that a waiting time or a token's life lasts: a session
// that ends as it begins could not be answered.
const shortest = time.Second

// subjectKey begins the keys of addressCurrent that concern a subject. The IIN is
// escaped, since it may be any string.
func subjectKey(iin string) string { return url.PathEscape(iin) + "/" }

func currentAddress(c *contract.Call, key, iin string) (addressSession, bool) {
	id, ok := addressCurrent.Get(c.Tx, subjectKey(iin)+key)
	if !ok {
		return addressSession{}, false
	}
	return addressSessions.Get(c.Tx, id)
}

// openAddress opens the next session of an API key and a subject. Who can be
// asked gets a message; who can't has no address data.
func openAddress(c *contract.Call, key, iin string) addressSession {
	owner := subjectKey(iin) + key
	n := nextOrdinal(c, "address/"+owner)
	s := addressSession{
		ID:       c.Seed.UUID("kyc.address-session", owner, n),
		Key:      key,
		IIN:      iin,
		Status:   addressMachine.Initial,
		Code:     newCode(c, "kyc.address-code", owner, n),
		Deadline: waitingEnd(c),
		Life:     max(c.Profile.Duration(switchTokenLife), shortest),
	}
	if hasAddress(c, iin) {
		askForAddress(c, &s)
	} else {
		s.Answer, s.AnswerAt = eventNoData, c.Now.UTC()
	}
	addressSessions.Put(c.Tx, s.ID, s)
	addressCurrent.Put(c.Tx, owner, s.ID)
	return s
}

func waitingEnd(c *contract.Call) time.Time {
	return c.Now.Add(max(c.Profile.Duration(switchAnswerTimeout), shortest)).UTC()
}

// hasAddress reports whether a subject's address can be asked for. A person whom
// 1414 doesn't know has no phone to ask on, which no document mentions: it is
// answered as missing data (ledger 76).
func hasAddress(c *contract.Call, iin string) bool {
	person := world.Of(c).Person(iin)
	return properIIN(c, iin) && person.HasAddressData && person.Registered1414
}

// askForAddress sends the message, and notes the answer that the person will give
// unless an answer comes first.
func askForAddress(c *contract.Call, s *addressSession) {
	person := world.Of(c).Person(s.IIN)
	switch person.Answers {
	case population.Approve:
		s.Answer = eventApprove
	case population.Reject:
		s.Answer = eventReject
	}
	s.AnswerAt = c.Now.Add(person.AnswerAfter).UTC()
	send(c, person.Phone, Message{
		Kind: KindAddress, Text: addressText(s.Code), Code: s.Code, IIN: s.IIN, Session: s.ID,
	})
}

// next is what happens to the session by itself, and when; no event if nothing
// does. An answer at the very end of the waiting is in time.
func (s addressSession) next() (event string, at time.Time) {
	switch {
	case s.Status == statusValid:
		return eventExpire, s.Expires
	case s.Status != statusPending:
		return "", time.Time{}
	case s.Answer != "" && !s.AnswerAt.After(s.Deadline):
		return s.Answer, s.AnswerAt
	}
	return eventTimeout, s.Deadline
}

// settle runs what is due by now, in the order of its instants.
func (s *addressSession) settle(c *contract.Call) error {
	for {
		event, at := s.next()
		if event == "" || !c.Due(at) {
			return nil
		}
		if err := s.fire(c, event, at); err != nil {
			return err
		}
	}
}

// fire moves the session by an event that happened at an instant.
func (s *addressSession) fire(c *contract.Call, event string, at time.Time) error {
	status, err := addressMachine.Fire(c, s.ID, s.Status, event, *s)
	if err != nil {
		return err
	}
	s.Status = status
	if status == statusValid {
		s.Expires = at.Add(s.Life).UTC().Truncate(time.Second) // ledger 13
	}
	return nil
}

// isOpen reports whether the session still waits for the subject at an instant.
func (s addressSession) isOpen(now time.Time) bool {
	_, at := s.next()
	return s.Status == statusPending && now.Before(at)
}

// canBeFetched reports whether a confirmed session still is in force.
func (s addressSession) canBeFetched(now time.Time) bool {
	return s.Status == statusValid && now.Before(s.Expires)
}

// isOver reports whether the next approval opens another session. A VALID one
// stays until it is fetched or expires, another end until it has been reported.
func (s addressSession) isOver() bool {
	switch s.Status {
	case statusPending, statusValid:
		return false
	case statusFetched, statusExpired:
		return true
	}
	return s.Reported
}
