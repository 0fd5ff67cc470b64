package kyc

import (
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/world"
)

type addressApproval struct {
	APIKey apiKey `json:"api_key"`
	IIN    string `json:"iin"`

	atOnce bool // a PENDING that was asked for by name is not held
}

// addressStatus is the answer to an approval.
type addressStatus struct {
	Session string  `json:"backend_session_id"`
	Status  string  `json:"status"`
	Expires *string `json:"expire_date"` // only when VALID (ledger 13)
}

// addressOutcomes are the outcomes that report a status.
var addressOutcomes = map[string]string{
	statusPending:  pending,
	statusValid:    valid,
	statusInvalid:  invalid,
	statusTimeout:  timedOut,
	statusNotFound: notFound,
}

// approveAddress opens a session per API key and subject, or answers how far it
// is: polling is the same request again (ledger 12).
func approveAddress(c *contract.Call, in addressApproval) (contract.Reply, error) {
	if err := checkSubscription(c, address, in.APIKey.digest); err != nil {
		return contract.Reply{}, err
	}
	if err := checkFailure(c, in.IIN); err != nil {
		return contract.Reply{}, err
	}
	s, err := presentAddress(c, in.APIKey.digest, in.IIN)
	if err != nil {
		return contract.Reply{}, err
	}
	s.Reported = s.Status != statusPending && s.Status != statusValid
	addressSessions.Put(c.Tx, s.ID, s)
	if s.Status == statusNotFound {
		explainMissing(c, in.IIN)
	}
	reply := c.Answer(addressOutcomes[s.Status], statusOf(s))
	if s.Status == statusPending && !in.atOnce && c.Profile.Is(switchAddressWait, waitHold) {
		_, reply.Again = s.next()
	}
	return reply, nil
}

// presentAddress is the session that an approval now is about, a new one if the
// last is over.
func presentAddress(c *contract.Call, key, iin string) (addressSession, error) {
	if s, ok := currentAddress(c, key, iin); ok {
		if err := s.settle(c); err != nil || !s.isOver() {
			return s, err
		}
		addressSessions.Put(c.Tx, s.ID, s)
	}
	s := openAddress(c, key, iin)
	return s, s.settle(c)
}

// explainMissing notes a reason for missing data that no document mentions.
func explainMissing(c *contract.Call, iin string) {
	switch {
	case isNoPersons(c, iin):
		findNoIIN(c)
	case !world.Of(c).Person(iin).Registered1414:
		c.Find(76, "/iin", "not registered with 1414, so the subject can't be asked: answered as a subject without data")
	}
}

func statusOf(s addressSession) addressStatus {
	status := addressStatus{Session: s.ID, Status: s.Status}
	if s.Status == statusValid {
		expires := s.Expires.Format(time.RFC3339)
		status.Expires = &expires
	}
	return status
}

// arrangePending keeps an unreported session waiting, also past its time: its
// answer or its end comes later. Otherwise a new session waits.
func arrangePending(c *contract.Call, in *addressApproval) error {
	permit(c, address, in.APIKey.digest, in.IIN)
	in.atOnce = true
	s := waitingAddress(c, in.APIKey.digest, in.IIN)
	if s.isOpen(c.Now) {
		return nil
	}
	after := max(world.Of(c).Person(in.IIN).AnswerAfter, shortest)
	if s.Answer != "" && !s.AnswerAt.After(c.Now) {
		s.AnswerAt = c.Now.Add(after).UTC()
	}
	if !s.Deadline.After(c.Now) {
		s.Deadline = waitingEnd(c)
	}
	addressSessions.Put(c.Tx, s.ID, s)
	return nil
}

// arrangeEnd lets the waiting session, a new one if none waits, end just now.
func arrangeEnd(event string) func(*contract.Call, *addressApproval) error {
	return func(c *contract.Call, in *addressApproval) error {
		permit(c, address, in.APIKey.digest, in.IIN)
		if event == eventApprove {
			confirmedAddress(c, in.APIKey.digest, in.IIN)
			return nil
		}
		endAddress(c, waitingAddress(c, in.APIKey.digest, in.IIN), event)
		return nil
	}
}

// waitingAddress is the latest session if nothing but PENDING has been answered about
// it, else a new one.
func waitingAddress(c *contract.Call, key, iin string) addressSession {
	if s, ok := currentAddress(c, key, iin); ok && s.Status == statusPending {
		return s
	}
	return openAddress(c, key, iin)
}

// confirmedAddress is a session whose address can be fetched: the latest, or one
// that gets confirmed just now.
func confirmedAddress(c *contract.Call, key, iin string) addressSession {
	if s, ok := currentAddress(c, key, iin); ok && s.canBeFetched(c.Now) {
		return s
	}
	return endAddress(c, waitingAddress(c, key, iin), eventApprove)
}

// endAddress lets a waiting session end just now by an event.
func endAddress(c *contract.Call, s addressSession, event string) addressSession {
	now := c.Now.UTC()
	s.Answer, s.AnswerAt, s.Deadline = event, now, now
	addressSessions.Put(c.Tx, s.ID, s)
	return s
}
