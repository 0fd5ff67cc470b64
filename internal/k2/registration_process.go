package k2

import (
	"encoding/json"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/world"
)

// registrationProcess asks the bank about the client of an incoming demand and registers it there; then it tells
// of its withdrawal or return.
var registrationProcess = contract.Process{
	Name: registrationName,
	Asks: []string{"abs.get_cli", "abs.get_acc", "abs.reg_pt", "abs.refuse_pt", "abs.return_pt"},
	Next: nextRegistrations,
	Hear: hearRegistration,
}

// nextRegistrations are the questions that are due.
func nextRegistrations(c *contract.Call, most int) (due []contract.Question, next time.Time) {
	return nextQuestions(c, dueRegistrations, &registrations, most)
}

// ask the question of the registration's state; without a target for it, it is passed over. A
// bank that has sent no status of a registered demand for too long is silent.
func (r Registration) ask(c *contract.Call) (contract.Question, bool) {
	r = r.put(c, time.Time{})
	if i, _ := world.Of(c).Incoming(r.Reference); r.State == registered {
		if i.K2 == incomingMachine.Initial {
			r.fire(c, eventDayOver)
		}
		return contract.Question{}, false
	}
	q := r.question()
	if !c.Asks(q.Operation) {
		r.fire(c, eventAnswered)
		return contract.Question{}, false
	}
	q.Process, q.About = registrationName, r.Reference
	return q, true
}

// question of the registration's state.
func (r Registration) question() contract.Question {
	var d arrived
	_ = json.Unmarshal(r.Document, &d) // it was read when the demand arrived
	ending, _ := contract.Encode(struct {
		Refer  string `json:"refer"`
		Reason string `json:"reason_code"`
	}{r.Reference, r.Reason}) // texts always encode
	switch r.State {
	case askingClient:
		return contract.Question{Operation: "abs.get_cli", Query: query("iinbin", d.IINBIN)}
	case askingAccounts:
		return contract.Question{Operation: "abs.get_acc", Query: query("iinbin", d.IINBIN)}
	case registering:
		return contract.Question{Operation: "abs.reg_pt", Body: r.Document}
	case askingWithdrawal:
		return contract.Question{Operation: "abs.refuse_pt", Body: ending}
	case askingReturn:
		return contract.Question{Operation: "abs.return_pt", Body: ending}
	}
	return contract.Question{}
}

// hearRegistration takes the result of a question. Without an answer it is asked again after
// one k2.refresh.
func hearRegistration(c *contract.Call, q contract.Question, heard contract.Heard) {
	r, ok := registrations.Get(c.Tx, q.About)
	switch {
	case !ok || r.question().Operation != q.Operation:
		return // the demand has changed since
	case heard.Outcome == "":
		r.put(c, c.Now.Add(c.Profile.Duration(switchRefresh)))
		return
	}
	switch r.State {
	case askingClient:
		r.hearClient(c, heard)
	case askingAccounts:
		if heard.Outcome != "found" {
			r.failed(c, eventUnknown, "the client has no account")
			shift(c, r.Reference, eventReturn, "01")
			return
		}
		r.fire(c, eventAnswered)
	case registering:
		if heard.Outcome != "registered" {
			r.failed(c, eventMismatch, "reg_pt: "+heard.Outcome)
			shift(c, r.Reference, eventByHand, "")
			return
		}
		r.Registered = c.Now
		r.fire(c, eventAnswered)
	case askingWithdrawal:
		r.hearEnding(c, eventWithdraw, heard.Outcome == "refused")
	case askingReturn:
		r.hearEnding(c, eventReturn, heard.Outcome == "returned")
	}
}

// hearClient compares the name that the bank has with the demand's.
func (r Registration) hearClient(c *contract.Call, heard contract.Heard) {
	var client struct {
		FullName string `json:"fullname"`
	}
	var d arrived
	_ = json.Unmarshal(r.Document, &d)      // it was read when the demand arrived
	_ = json.Unmarshal(heard.Body, &client) // found has a name
	switch {
	case heard.Outcome != "found":
		r.failed(c, eventUnknown, "the client is unknown")
		shift(c, r.Reference, eventReturn, "03")
	case d.Name != "" && !sameName(d.Name, client.FullName):
		r.failed(c, eventMismatch, "the bank names the client otherwise")
		shift(c, r.Reference, eventRework, "")
	default:
		r.fire(c, eventAnswered)
	}
}

// hearEnding ends a demand in K2 after the bank has ended it.
func (r Registration) hearEnding(c *contract.Call, event string, done bool) {
	if !done {
		r.fire(c, eventMismatch)
		return
	}
	r.fire(c, eventAnswered)
	shift(c, r.Reference, event, r.Reason)
}

func (r Registration) failed(c *contract.Call, event, check string) {
	r.Failed = check
	r.fire(c, event)
}
