package k2

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

// Registration is the calls of K2 to the bank about an incoming demand: its questions and its
// reports (ledger 129). The bank's decision is the state of the demand itself.
type Registration struct {
	Reference string          `json:"reference"`
	Document  json.RawMessage `json:"document"` // as reg_pt takes it
	State     string          `json:"state"`
	Since     time.Time       `json:"since"`            // of the state
	Due       time.Time       `json:"due,omitzero"`     // of the next question; zero while one is asked
	Reason    string          `json:"reason,omitempty"` // of the withdrawal or return
	Failed    string          `json:"failed,omitempty"` // the check that did
	// Registered is when reg_pt has taken the demand, Listed when the reconciliation began in
	// which the bank's list last had it.
	Registered time.Time `json:"registered,omitzero"`
	Listed     time.Time `json:"listed,omitzero"`
}

// Clone copies what the value shares.
func (r Registration) Clone() Registration {
	r.Document = slices.Clone(r.Document)
	return r
}

var (
	registrations = store.Define[Registration]("k2.registrations") // by reference
	// dueRegistrations leads from the instant of the next question to the reference.
	dueRegistrations = defineDue("k2.due-registrations")
)

// States of a registration, beside those of an inquiry that have the same name.
const (
	registering       = "registering"
	registered        = "registered"
	bankSilent        = "bank-silent"
	askingWithdrawal  = "withdrawing"
	askingReturn      = "returning"
	demandTakenBack   = "withdrawn"
	demandGivenBack   = "returned"
	registrationFails = "failed"
)

// Events of a registration, beside those of other machines.
const (
	eventMismatch = "mismatch"
	eventTold     = "told"
)

const registrationName = "k2.registration"

var registrationMachine = &contract.Machine{
	Name:    registrationName,
	About:   "What K2 asks the bank about an incoming demand and tells it, where the sandbox has targets.",
	Initial: askingClient,
	Transitions: []contract.Transition{
		{From: []string{askingClient}, Event: eventAnswered, To: askingAccounts, When: "get_cli knows the client by the demand's name"},
		{From: []string{askingClient}, Event: eventUnknown, To: registrationFails, When: "get_cli does not know the client: the demand is returned, 03"},
		{From: []string{askingClient}, Event: eventMismatch, To: registrationFails, When: "get_cli knows another name: the demand goes to rework"},
		{From: []string{askingAccounts}, Event: eventAnswered, To: registering, When: "get_acc has an account"},
		{From: []string{askingAccounts}, Event: eventUnknown, To: registrationFails, When: "get_acc has none: the demand is returned, 01"},
		{From: []string{registering}, Event: eventAnswered, To: registered, When: "reg_pt has registered it"},
		{From: []string{registering}, Event: eventMismatch, To: registrationFails, When: "reg_pt has answered duplicate-refer: the demand is handled by hand"},
		{From: []string{registered}, Event: eventDayOver, To: bankSilent, When: "the bank has told no status for one k2.refresh"},
		{From: []string{bankSilent}, Event: eventTold, To: registered, When: "k2req_status_from_eko"},
		{From: []string{askingClient, askingAccounts}, Event: eventWithdraw, To: demandTakenBack, When: "the other bank withdraws it before it is registered"},
		{From: []string{registered, bankSilent}, Event: eventWithdraw, To: askingWithdrawal, When: "the other bank withdraws it"},
		{From: []string{registered, bankSilent}, Event: eventReturn, To: askingReturn, When: "it is returned in K2"},
		{From: []string{askingClient, askingAccounts}, Event: eventReturn, To: demandGivenBack, When: "it is returned in K2 before it is registered"},
		{
			From:  []string{askingClient, askingAccounts, registering, registered, bankSilent, askingWithdrawal, askingReturn},
			Event: eventConfirm, To: demandGivenBack, When: "k2req_return_from_eko",
		},
		{From: []string{askingWithdrawal}, Event: eventAnswered, To: demandTakenBack, When: "refuse_pt has withdrawn it"},
		{From: []string{askingReturn}, Event: eventAnswered, To: demandGivenBack, When: "return_pt has returned it"},
		{From: []string{askingWithdrawal, askingReturn}, Event: eventMismatch, To: registered, When: "the bank has answered an error of the contract: the demand stays"},
	},
}

// arrived is the fields of an incoming demand that K2 uses.
type arrived struct {
	Reference string `json:"refer"`
	IINBIN    string `json:"iinbin"`
	Name      string `json:"acc_fullname"`
	Account   string `json:"ben_iban"`
	Purpose   string `json:"knp"`
}

// Arrive makes another bank's demand arrive, a document as reg_pt takes it. The error is a
// contract.Problem.
func Arrive(c *contract.Call, document json.RawMessage) error {
	var d arrived
	if err := json.Unmarshal(document, &d); err != nil {
		return contract.Problem{Found: err.Error(), Expected: "a demand as reg_pt takes it"}
	}
	if d.Reference == "" {
		return contract.Problem{Path: "/refer", Found: "nothing", Expected: "the reference of an incoming demand"}
	}
	if _, known := world.Of(c).Incoming(d.Reference); known {
		return contract.Problem{Path: "/refer", Found: strconv.Quote(d.Reference) + " a second time", Expected: "another reference"}
	}
	world.Of(c).PutIncoming(world.Incoming{Reference: d.Reference, K2: incomingMachine.Initial, At: c.Now})
	r := Registration{Reference: d.Reference, Document: document, State: registrationMachine.Initial, Since: c.Now}
	reconcile(c)
	_, known := population.BankOfIBAN(d.Account)
	switch {
	case d.Purpose == "":
		r.fail("the purpose code is missing").put(c, time.Time{})
		shift(c, d.Reference, eventRework, "")
	case d.Account != "" && !known:
		r.fail("the beneficiary's account is of no bank").put(c, time.Time{})
		shift(c, d.Reference, eventReject, "")
	default:
		r.put(c, c.Now)
	}
	return nil
}

func (r Registration) fail(check string) Registration {
	r.State, r.Failed = registrationFails, check
	return r
}

// TakeBack lets the other bank withdraw its demand, for a reason of the catalogue.
func TakeBack(c *contract.Call, reference, reason string) error {
	return end(c, reference, reason, eventWithdraw)
}

// GiveBack returns a demand to the other bank, for a reason of the catalogue.
func GiveBack(c *contract.Call, reference, reason string) error {
	return end(c, reference, reason, eventReturn)
}

// end a demand by an event: K2 calls the bank if it has the demand and there is a target.
func end(c *contract.Call, reference, reason, event string) error {
	i, known := world.Of(c).Incoming(reference)
	switch {
	case !known:
		return contract.Problem{Path: "/reference", Found: strconv.Quote(reference), Expected: "the reference of an incoming demand"}
	case !world.KnownReason(reason):
		return contract.Problem{Path: "/reason_code", Found: strconv.Quote(reason), Expected: "a reason of the catalogue, such as 06"}
	case !incomingMachine.Can(i.K2, event):
		return contract.Problem{Path: "/reference", Found: "a demand that is " + i.K2, Expected: "one that has not ended"}
	}
	r, registers := registrations.Get(c.Tx, reference)
	question := map[string]string{eventWithdraw: "abs.refuse_pt", eventReturn: "abs.return_pt"}[event]
	switch {
	case registers && slices.Contains([]string{registering, askingWithdrawal, askingReturn}, r.State):
		return contract.Problem{Path: "/reference", Found: "a demand of which the bank is being told", Expected: "one of which it has answered"}
	case registers && slices.Contains([]string{registered, bankSilent}, r.State) && c.Asks(question):
		r.Reason = reason
		r.fire(c, event)
		return nil
	case registers && registrationMachine.Can(r.State, event):
		r.fire(c, event)
	}
	shift(c, reference, event, reason)
	return nil
}

// shift an incoming demand by an event, if there is a transition from its state.
func shift(c *contract.Call, reference, event, reason string) {
	i, _ := world.Of(c).Incoming(reference)
	to, err := incomingMachine.Fire(c, reference, i.K2, event, i)
	if err != nil {
		return // the bank is in the same sandbox, and has sent the status itself
	}
	i.K2, i.At = to, c.Now
	if reason != "" {
		i.Reason = reason
	}
	world.Of(c).PutIncoming(i)
}

// fire moves a registration by an event; without a transition from its state nothing happens.
func (r Registration) fire(c *contract.Call, event string) {
	to, err := registrationMachine.Fire(c, r.Reference, r.State, event, r)
	if err != nil {
		return
	}
	r.State, r.Since = to, c.Now
	var due time.Time
	switch to {
	case registered:
		due = c.Now.Add(c.Profile.Duration(switchRefresh))
	case askingAccounts, registering, askingWithdrawal, askingReturn:
		due = c.Now
	}
	r.put(c, due)
}

// put stores a registration with the instant of its next question; zero for none.
func (r Registration) put(c *contract.Call, due time.Time) Registration {
	old, _ := registrations.Get(c.Tx, r.Reference)
	r.Due = storable(due)
	registrations.Put(c.Tx, r.Reference, r)
	dueRegistrations.move(c, r.Reference, old.Due, r.Due)
	return r
}

func (r Registration) dueAt() time.Time { return r.Due }

// hearOfIncoming updates the registration after a status or a return from the bank.
func hearOfIncoming(c *contract.Call, reference, event string) {
	r, ok := registrations.Get(c.Tx, reference)
	switch {
	case !ok:
	case event == eventReturn:
		r.fire(c, eventConfirm)
	case r.State == bankSilent:
		r.fire(c, eventTold)
	}
}
