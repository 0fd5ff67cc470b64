package k2

import (
	"slices"

	"github.com/kzsim/kzsim/internal/contract"
)

// States of an incoming demand, as K2 shows them.
const (
	incomingEntered   = "Введен"
	incomingImported  = "Импортирован"
	incomingReworked  = "На доработке"
	incomingByHand    = "На ручной обработке"
	incomingWrong     = "не принято/неправильные реквизиты"
	incomingAccepted  = "Принято к исполнению"
	incomingFiled     = "Принята картотека"
	incomingSuspended = "Приостановлена пользователем"
	incomingExecuted  = "Исполнено"
	incomingReturned  = "Возвращено банком"
	incomingWithdrawn = "Отозвано"
)

// Status codes of k2req_status_from_eko; they are the machine's events, too.
const (
	codePC1      = "PC1"
	codePC3      = "PC3"
	codeExecuted = "EXECUTED"
)

var statusCodes = []string{codePC1, codePC3, codeExecuted}

// Events of an incoming demand that K2 itself brings about.
const (
	eventImport  = "import"
	eventRework  = "rework"
	eventByHand  = "handle"
	eventReject  = "reject"
	eventSuspend = "suspend"
)

var (
	newIncoming  = []string{incomingEntered, incomingImported, incomingReworked, incomingByHand}
	heldIncoming = []string{incomingAccepted, incomingFiled, incomingSuspended}
	openIncoming = slices.Concat(newIncoming, heldIncoming)
)

// inK2 marks what happens within K2.
const inK2 = "K2's own doing, which only a scenario states"

// The document's codes may come again, for example after a lost reply: then the demand
// keeps its state.
var incomingMachine = &contract.Machine{
	Name:    "k2.incoming-demand",
	About:   "A payment demand of another bank against a client of this one.",
	Initial: incomingEntered,
	Transitions: []contract.Transition{
		{
			From: append(slices.Clone(newIncoming), incomingAccepted, incomingSuspended), Event: codePC1, To: incomingAccepted,
			When: "k2req_status_from_eko tells that the bank has accepted it",
		},
		{
			From: openIncoming, Event: codePC3, To: incomingFiled,
			When: "k2req_status_from_eko tells that the bank has put it into the card index",
		},
		{
			From: append(slices.Clone(openIncoming), incomingExecuted), Event: codeExecuted, To: incomingExecuted,
			When: "k2req_status_from_eko tells that the bank has executed it",
		},
		{
			From: append(slices.Clone(openIncoming), incomingWrong, incomingReturned), Event: eventReturn, To: incomingReturned,
			When: "k2req_return_from_eko",
		},
		{From: []string{incomingEntered}, Event: eventImport, To: incomingImported, When: inK2},
		{From: []string{incomingEntered, incomingImported}, Event: eventRework, To: incomingReworked, When: inK2},
		{From: []string{incomingEntered, incomingImported}, Event: eventByHand, To: incomingByHand, When: inK2},
		{From: newIncoming, Event: eventReject, To: incomingWrong, When: inK2},
		{From: []string{incomingAccepted, incomingFiled}, Event: eventSuspend, To: incomingSuspended, When: inK2},
		{From: openIncoming, Event: eventWithdraw, To: incomingWithdrawn, When: byOthers},
	},
}
