package abs

import (
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/world"
)

// States of a payment demand in the ABS, and what ends it.
const (
	stateRegistered = "registered"
	stateRefused    = "refused"
	stateReturned   = "returned"

	eventRefuse = "refuse"
	eventReturn = "return"
)

// What K2 says of an incoming demand in the states that the ABS brings about or
// asks about.
const (
	k2Entered  = "Введен"
	k2Executed = "Исполнено"
	k2Refused  = "Отозвано"
	k2Returned = "Возвращено банком"
)

// paymentDemand is how a demand goes that was registered. Whether anything leads
// on from refused or returned no document says: nothing does (ledger 60).
var paymentDemand = contract.Machine{
	Name:    "abs.payment-demand",
	About:   "An incoming payment demand in the bank's system.",
	Initial: stateRegistered,
	Transitions: []contract.Transition{
		{From: []string{stateRegistered}, Event: eventRefuse, To: stateRefused, When: notExecuted, Guard: isNotExecuted},
		{From: []string{stateRegistered}, Event: eventReturn, To: stateReturned, When: notExecuted, Guard: isNotExecuted},
	},
}

const notExecuted = "K2 was not told that the demand is executed"

func isNotExecuted(thing any) bool {
	i, ok := thing.(world.Incoming)
	return ok && i.K2 != k2Executed
}
