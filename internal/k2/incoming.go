package k2

import (
	"cmp"
	"slices"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/world"
)

// incomingStatus is the request of k2req_status_from_eko.
type incomingStatus struct {
	Reference string `json:"reference"`
	Code      string `json:"status_code"`
}

func takeStatus(c *contract.Call, in incomingStatus) (contract.Reply, error) {
	demand, known := world.Of(c).Incoming(in.Reference)
	knownCode := slices.Contains(statusCodes, in.Code)
	if err := refuseUnknown(c, known, knownCode, "unknown-status"); err != nil {
		return contract.Reply{}, err
	}
	if !knownCode {
		c.Find(44, "/status_code", "no document has this status; nothing has changed")
	}
	if known && knownCode {
		moveIncoming(c, demand, in.Code)
	}
	return c.Answer("accepted", reversedResult{}), nil
}

// incomingReturn is the request of k2req_return_from_eko.
type incomingReturn struct {
	Reference string `json:"reference"`
	Reason    string `json:"reason_code"`
}

func takeReturn(c *contract.Call, in incomingReturn) (contract.Reply, error) {
	demand, known := world.Of(c).Incoming(in.Reference)
	knownReason := world.KnownReason(in.Reason)
	if err := refuseUnknown(c, known, knownReason, "unknown-reason"); err != nil {
		return contract.Reply{}, err
	}
	if !knownReason {
		c.Find(44, "/reason_code", "the list of reasons has no such code")
	}
	if known {
		demand.Reason = in.Reason
		moveIncoming(c, demand, eventReturn)
	}
	return c.Answer("accepted", reversedResult{}), nil
}

// refuseUnknown answers the error of a reference or of a code that is unknown to
// K2, or adds a finding that the reference is unknown (ledger 44).
func refuseUnknown(c *contract.Call, reference, code bool, outcome string) error {
	switch {
	case !reference && refusesUnknown(c):
		return contract.Fail("unknown-reference")
	case !code && refusesUnknown(c):
		return contract.Fail(outcome)
	case !reference:
		c.Find(44, "/reference", "no incoming demand has this reference")
	}
	return nil
}

// moveIncoming moves a demand by an event. No document describes an event that has no
// transition from the state: the demand stays, and the answer is a success (ledger 93).
func moveIncoming(c *contract.Call, demand world.Incoming, event string) {
	state := cmp.Or(demand.K2, incomingMachine.Initial)
	to, err := incomingMachine.Fire(c, demand.Reference, state, event, demand)
	if err != nil {
		c.Find(93, "/reference", "the demand is "+state+" and stays so: "+err.Error())
		return
	}
	demand.K2, demand.At = to, c.Now
	world.Of(c).PutIncoming(demand)
	hearOfIncoming(c, demand.Reference, event)
}

// arrangeIncoming makes a demand known.
func arrangeIncoming(c *contract.Call, reference string) {
	if _, known := world.Of(c).Incoming(reference); !known {
		world.Of(c).PutIncoming(world.Incoming{Reference: reference, K2: incomingMachine.Initial, At: c.Now})
	}
}

var arrangeStatus = contract.Arrange(func(c *contract.Call, in *incomingStatus) error {
	arrangeIncoming(c, in.Reference)
	if refusesUnknown(c) && !slices.Contains(statusCodes, in.Code) {
		in.Code = codePC1
	}
	return nil
})

var arrangeReturn = contract.Arrange(func(c *contract.Call, in *incomingReturn) error {
	arrangeIncoming(c, in.Reference)
	if refusesUnknown(c) && !world.KnownReason(in.Reason) {
		in.Reason = world.Reasons()[0].Code
	}
	return nil
})
