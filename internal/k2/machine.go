package k2

import (
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/population"
)

// Statuses of an outgoing demand, as k2extreq_by_dbz spells them in stat_id$.
const (
	demandEntered    = "Введен"
	demandRegistered = "Зарегистрирован"
	demandSent       = "Отправлен"
	demandAccepted   = "Принята банком"
	demandFiled      = "Принята в картотеку банка"
	demandOnPaper    = "Сформирован на бумажном носителе"
	demandWithdrawn  = "Отозван"
	demandReturned   = "Возвращен"
	demandRefused    = "Отказан"
)

// statusIDs are the statuses' rows in K2 (stat_id). The document shows 2008; the
// others are assumed, numbered in the order in which a demand has them.
var statusIDs = map[string]string{
	demandEntered: "2001", demandRegistered: "2002", demandSent: "2003", demandAccepted: "2004", demandFiled: "2005",
	demandWithdrawn: "2006", demandReturned: "2007", demandOnPaper: "2008", demandRefused: "2009",
}

// manualStatusIDs are numbered in the order in which the product's manual lists the statuses, in
// which the document's 2008 has its place (ledger 131).
var manualStatusIDs = map[string]string{
	demandSent: "2001", demandRegistered: "2002", demandWithdrawn: "2003", demandReturned: "2004", demandRefused: "2005",
	demandAccepted: "2006", demandFiled: "2007", demandOnPaper: "2008", demandEntered: "2009",
}

// Events of an outgoing demand.
const (
	eventRegister = "register"
	eventDispatch = "dispatch"
	eventAccept   = "accept"
	eventFile     = "file"
	eventWithdraw = "withdraw"
	eventReturn   = "return"
	eventRefuse   = "refuse"
)

var liveDemand = []string{
	demandEntered, demandRegistered, demandSent, demandAccepted, demandFiled, demandOnPaper,
}

// byOthers marks what no operation causes: a scenario's given states it.
const byOthers = "another bank's doing, which only a scenario states"

var demandMachine = &contract.Machine{
	Name:    "k2.demand",
	About:   "An outgoing payment demand on its way to the bank that keeps the debtor's account.",
	Initial: demandEntered,
	Transitions: []contract.Transition{
		{From: []string{demandEntered}, Event: eventRegister, To: demandRegistered, When: "one k2.demand_step after it was made"},
		{
			From: []string{demandRegistered}, Event: eventDispatch, To: demandSent,
			When: "one k2.demand_step later, to a bank with an electronic channel", Guard: hasChannel,
		},
		{
			From: []string{demandRegistered}, Event: eventDispatch, To: demandOnPaper,
			When: "one k2.demand_step later, to a bank without an electronic channel", Guard: lacksChannel,
		},
		{From: []string{demandSent}, Event: eventAccept, To: demandAccepted, When: "one k2.demand_step later"},
		{From: []string{demandAccepted}, Event: eventFile, To: demandFiled, When: "one k2.demand_step later"},
		{
			From: liveDemand, Event: eventWithdraw, To: demandWithdrawn,
			When: "the debt becomes 0, the loan is excluded with return_extreq, or a year has passed; with k2.withdrawal=document once that document is confirmed",
		},
		{From: []string{demandSent, demandAccepted, demandFiled}, Event: eventReturn, To: demandReturned, When: byOthers},
		{From: []string{demandSent, demandAccepted}, Event: eventRefuse, To: demandRefused, When: byOthers},
	},
}

func hasChannel(thing any) bool {
	d, _ := thing.(Demand)
	bank, _ := population.BankByBIC(d.Bank)
	return bank.Electronic
}

func lacksChannel(thing any) bool { return !hasChannel(thing) }
