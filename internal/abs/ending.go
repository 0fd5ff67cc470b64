package abs

import (
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/world"
)

// ending is a withdrawal (отзыв, refuse_pt) or a return (возврат, return_pt).
// Both name their reason by one catalogue (ledger 45).
type ending struct {
	Refer      string `json:"refer"`
	ReasonCode string `json:"reason_code"`
}

func refuseDemand(c *contract.Call, in ending) (contract.Reply, error) {
	return end(c, in, eventRefuse, refusedName)
}

func returnDemand(c *contract.Call, in ending) (contract.Reply, error) {
	return end(c, in, eventReturn, returnedName)
}

// end a demand. What stands in the way is an error with abs.unknown=error and
// else leaves the demand as it is, with a finding (ledger 60, 111); an unknown
// reason is kept as it was sent.
func end(c *contract.Call, in ending, event, outcome string) (contract.Reply, error) {
	i, ok := registeredDemand(c, in.Refer)
	if !ok {
		err := object(c, referUnknown, contract.Finding{Ledger: 60, Path: "/refer", Text: "this demand was not registered; nothing changes"})
		return c.Answer(outcome, result{}), err
	}
	if !world.KnownReason(in.ReasonCode) {
		if err := object(c, reasonUnknown, contract.Finding{Ledger: 60, Path: "/reason_code", Text: "the catalogue of reasons does not have this code"}); err != nil {
			return contract.Reply{}, err
		}
	}
	if err := fire(c, i, event, in.ReasonCode); err != nil {
		err = object(c, stateWrong, contract.Finding{Ledger: 111, Path: "/refer", Text: "the demand was withdrawn, returned or executed before; nothing changes"})
		return c.Answer(outcome, result{}), err
	}
	return c.Answer(outcome, result{}), nil
}

// object to what no document mentions: an error outcome with abs.unknown=error,
// else a finding and no error.
func object(c *contract.Call, outcome string, f contract.Finding) error {
	if refusesUnknown(c) {
		return contract.Fail(outcome)
	}
	c.Find(f.Ledger, f.Path, f.Text)
	return nil
}

// fire brings a demand to its end, in the ABS and for K2, which asked for it.
func fire(c *contract.Call, i world.Incoming, event, reason string) error {
	next, err := paymentDemand.Fire(c, i.Reference, i.ABS, event, i)
	if err != nil {
		return err
	}
	i.ABS, i.Reason, i.At = next, reason, c.Now
	i.K2 = map[string]string{stateRefused: k2Refused, stateReturned: k2Returned}[next]
	world.Of(c).PutIncoming(i)
	return nil
}

// otherReason is the catalogue's "07 other".
const otherReason = "07"

// makeEndable has a demand with the reference registered and not ended, and the
// reason known.
func makeEndable(c *contract.Call, in *ending) error {
	if refusesUnknown(c) && !world.KnownReason(in.ReasonCode) {
		c.Find(60, "/reason_code", "unknown; taken for "+otherReason)
		in.ReasonCode = otherReason
	}
	i, ok := registeredDemand(c, in.Refer)
	if !ok {
		putDemand(c, inventedDemand(c, in.Refer))
		return nil
	}
	if i.ABS != stateRegistered || !isNotExecuted(i) {
		i.ABS, i.K2, i.Reason, i.At = stateRegistered, k2Entered, "", c.Now
		world.Of(c).PutIncoming(i)
	}
	return nil
}
