package k2

import (
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

// Withdrawal is the document by which K2 withdraws an outgoing demand (ledger 123). Before it
// is entered it is wanted: the demand can't be withdrawn yet, or the debt is asked again.
type Withdrawal struct {
	Code   string    `json:"code,omitempty"` // the reference, once it is entered
	Demand string    `json:"demand"`         // the demand's reference
	Cause  string    `json:"cause"`
	Reason string    `json:"reason"` // of the catalogue
	State  string    `json:"state"`
	Since  time.Time `json:"since"`        // of the state
	Due    time.Time `json:"due,omitzero"` // when the debt is to be asked; zero for no such instant
}

var (
	withdrawals = store.Define[Withdrawal]("k2.withdrawals") // by the demand's reference
	// dueWithdrawals leads from an instant at which a demand is to be looked at to the demand.
	dueWithdrawals = store.Define[dueDemand]("k2.due-withdrawals")
)

type dueDemand struct {
	Demand string    `json:"demand"`
	At     time.Time `json:"at"`
}

func (d dueDemand) key() string { return dueKey(d.At, d.Demand) }

func byDocument(c *contract.Call) bool { return c.Profile.Is(switchWithdrawal, withdrawalByDocument) }

// storable is an instant that JSON and the order of keys have room for; a later one never
// comes.
func storable(at time.Time) time.Time {
	if at.UTC().Year() > 9999 {
		return time.Time{}
	}
	return at
}

// lookAtYear has a new demand looked at when it has stood for a year.
func lookAtYear(c *contract.Call, code string) {
	if year := (dueDemand{code, storable(c.Now.AddDate(lifeYears, 0, 0))}); byDocument(c) && !year.At.IsZero() {
		dueWithdrawals.Put(c.Tx, year.key(), year)
	}
}

// Causes of a withdrawal.
const (
	causeRepaid   = "repaid"
	causeExcluded = "excluded"
	causeExpired  = "expired"
	causeDebtor   = "another-debtor"
	causeStated   = "stated" // by a scenario
)

// reasonOf a cause, in the catalogue.
var reasonOf = map[string]string{causeRepaid: "06", causeExcluded: "07", causeExpired: "99", causeDebtor: "03", causeStated: "07"}

// States of a withdrawal: three before there is a document, then the document's own.
const (
	withdrawalWanted     = "wanted"
	withdrawalAsking     = "asking-debt"
	withdrawalDropped    = "dropped"
	withdrawalEntered    = "Введен"
	withdrawalRegistered = "Зарегистрирован"
	withdrawalSent       = "Отправлен"
	withdrawalConfirmed  = "Отзыв подтвержден"
	withdrawalReturned   = "Возвращен"
	withdrawalRefused    = "Отказан"
	withdrawalFailed     = "Ошибка при отзыве"
)

// Events of a withdrawal, beside those that demands and inquiries have as well.
const (
	eventAsk     = "ask"
	eventSilent  = "silent"
	eventEnter   = "enter"
	eventDrop    = "drop"
	eventWant    = "want"
	eventConfirm = "confirm"
	eventFail    = "fail"
)

// withdrawalCase is what the guards look at.
type withdrawalCase struct {
	demand    Demand
	stands    bool // the cause does
	forbidden bool // an exclusion forbids withdrawals
}

var (
	underWay   = []string{withdrawalEntered, withdrawalRegistered, withdrawalSent}
	unfinished = append([]string{withdrawalWanted, withdrawalAsking}, underWay...)
)

var withdrawalMachine = &contract.Machine{
	Name:    "k2.withdrawal",
	About:   "The withdrawal of an outgoing demand, with k2.withdrawal=document.",
	Initial: withdrawalWanted,
	Transitions: []contract.Transition{
		{
			From: []string{withdrawalWanted}, Event: eventAsk, To: withdrawalAsking, Guard: canBeWithdrawn,
			When: "the demand can be withdrawn, no exclusion forbids it, and there is a target for the debt",
		},
		{
			From: []string{withdrawalWanted}, Event: eventEnter, To: withdrawalEntered, Guard: canBeWithdrawn,
			When: "the demand can be withdrawn, no exclusion forbids it, and there is no target for the debt",
		},
		{From: []string{withdrawalAsking}, Event: eventAnswered, To: withdrawalEntered, Guard: causeStands, When: "the ABS has told the debt, and the cause stands"},
		{From: []string{withdrawalAsking}, Event: eventAnswered, To: withdrawalDropped, Guard: causeGone, When: "the ABS has told the debt, and the cause is gone"},
		{From: []string{withdrawalAsking}, Event: eventSilent, To: withdrawalWanted, When: "the ABS has not answered; asked again one k2.refresh later"},
		{From: []string{withdrawalEntered}, Event: eventRegister, To: withdrawalRegistered, When: "one k2.demand_step later"},
		{From: []string{withdrawalRegistered}, Event: eventDispatch, To: withdrawalSent, When: "one k2.demand_step later"},
		{From: []string{withdrawalSent}, Event: eventConfirm, To: withdrawalConfirmed, When: "one k2.demand_step later; the demand is withdrawn"},
		{From: []string{withdrawalSent}, Event: eventReturn, To: withdrawalReturned, When: byOthers},
		{From: []string{withdrawalSent}, Event: eventRefuse, To: withdrawalRefused, When: byOthers},
		{From: []string{withdrawalSent}, Event: eventFail, To: withdrawalFailed, When: byOthers},
		{From: []string{withdrawalWanted}, Event: eventDrop, To: withdrawalDropped, Guard: causeGone, When: "the cause is gone: there is a debt again, or the exclusion has ended"},
		{From: unfinished, Event: eventDrop, To: withdrawalDropped, Guard: demandEnded, When: "the demand has ended"},
		{From: []string{withdrawalDropped}, Event: eventWant, To: withdrawalWanted, When: "there is a cause again"},
	},
}

// withdrawable are the statuses in which a demand can be withdrawn.
var withdrawable = []string{demandFiled, demandOnPaper}

func canBeWithdrawn(thing any) bool {
	w, ok := thing.(withdrawalCase)
	return ok && slices.Contains(withdrawable, w.demand.Status) && !w.forbidden
}

func causeStands(thing any) bool {
	w, ok := thing.(withdrawalCase)
	return ok && w.stands
}

func causeGone(thing any) bool { return !causeStands(thing) }

func demandEnded(thing any) bool {
	w, ok := thing.(withdrawalCase)
	return ok && !w.demand.isLive()
}

// nextOfWithdrawal is the event that time causes for a document in a state.
var nextOfWithdrawal = map[string]string{
	withdrawalEntered: eventRegister, withdrawalRegistered: eventDispatch, withdrawalSent: eventConfirm,
}

// withdraw a demand for a cause: at once, or by a document. One that has ended stays as it
// is, and so does one whose withdrawal an exclusion forbids (ledger 124).
func withdraw(c *contract.Call, d Demand, cause string) {
	switch {
	case !d.isLive():
	case byDocument(c):
		want(c, d, cause, c.Now)
	case !banOf(c, d).isInForce(c):
		_, _ = fire(c, d, eventWithdraw, c.Now) // every live status can be withdrawn
	}
}

// want the withdrawal of a demand, unless it is wanted or has been tried.
func want(c *contract.Call, d Demand, cause string, at time.Time) {
	w, known := withdrawals.Get(c.Tx, d.Code)
	switch {
	case !known:
		w = Withdrawal{Demand: d.Code, State: withdrawalMachine.Initial}
	case w.State == withdrawalWanted:
		if loan, _ := world.Of(c).StoredLoan(d.Contract); w.stands(c, d, loan) {
			if w.Due.IsZero() { // the exclusion that forbade it may have ended
				w.put(c, withdrawableAt(c, d))
			}
			return
		}
	case w.State != withdrawalDropped:
		return
	default:
		to, err := withdrawalMachine.Fire(c, d.Code, w.State, eventWant, nil)
		if err != nil {
			return
		}
		w.State = to
	}
	w.Cause, w.Reason, w.Since = cause, reasonOf[cause], at
	w.put(c, withdrawableAt(c, d))
}

// isWithdrawn reports whether a withdrawal of the demand is wanted, under way or was tried.
func isWithdrawn(c *contract.Call, d Demand) bool {
	w, known := withdrawals.Get(c.Tx, d.Code)
	return known && w.State != withdrawalDropped
}

// put stores a withdrawal, with the instant at which the debt is to be asked.
func (w Withdrawal) put(c *contract.Call, due time.Time) {
	if old, ok := withdrawals.Get(c.Tx, w.Demand); ok && !old.Due.IsZero() {
		dueWithdrawals.Delete(c.Tx, old.due().key())
	}
	w.Due = storable(due)
	withdrawals.Put(c.Tx, w.Demand, w)
	if !w.Due.IsZero() {
		dueWithdrawals.Put(c.Tx, w.due().key(), w.due())
	}
}

// dropWithdrawal forgets the withdrawal of a demand that is forgotten.
func dropWithdrawal(c *contract.Call, demand string) {
	if w, ok := withdrawals.Get(c.Tx, demand); ok {
		w.put(c, time.Time{})
		withdrawals.Delete(c.Tx, demand)
	}
}

func (w Withdrawal) due() dueDemand { return dueDemand{w.Demand, w.Due} }

// fire moves a withdrawal by an event; false if there is no transition from its state. A
// demand whose withdrawal is confirmed is withdrawn.
func (w Withdrawal) fire(c *contract.Call, d Demand, event string, at time.Time) (Demand, bool) {
	to, err := withdrawalMachine.Fire(c, d.Code, w.State, event, w.caseOf(c, d, at))
	if err != nil {
		return d, false
	}
	w.State, w.Since = to, at
	if to == withdrawalEntered && w.Code == "" {
		w.Code = withdrawalReference(c, d.Code)
	}
	w.put(c, time.Time{})
	if to == withdrawalConfirmed {
		d, _ = fire(c, d, eventWithdraw, at) // a live demand can be withdrawn
	}
	return d, true
}

func (w Withdrawal) caseOf(c *contract.Call, d Demand, at time.Time) withdrawalCase {
	loan, _ := world.Of(c).StoredLoan(d.Contract)
	return withdrawalCase{demand: d, stands: w.stands(c, d, loan), forbidden: banOf(c, d).forbidden(at)}
}

// stands reports whether the cause is still there.
func (w Withdrawal) stands(c *contract.Call, d Demand, loan world.Loan) bool {
	switch w.Cause {
	case causeRepaid:
		return loan.Debt <= 0
	case causeExcluded:
		return bansOf(c, loan).any()
	case causeDebtor:
		return loan.IINBIN != d.IINBIN
	}
	return true
}

const (
	withdrawalPrefix = "OP1"
	withdrawalDigits = 13
)

// withdrawalReference is the same in every sandbox of a seed.
func withdrawalReference(c *contract.Call, demand string) string {
	return withdrawalPrefix + c.Seed.Digits(withdrawalDigits, "k2.withdrawal", demand, 0)
}

// next is the event that time causes for a withdrawal, and its instant.
func (w Withdrawal) next(c *contract.Call, d Demand) (event string, at time.Time, ok bool) {
	event, moves := nextOfWithdrawal[w.State]
	switch {
	case slices.Contains(unfinished, w.State) && !d.isLive():
		return eventDrop, later(w.Since, d.Since), true
	case moves:
		return event, w.Since.Add(c.Profile.Duration(switchDemandStep)), true
	case w.State != withdrawalWanted || !slices.Contains(withdrawable, d.Status):
		return "", at, false
	}
	ban := banOf(c, d)
	loan, _ := world.Of(c).StoredLoan(d.Contract)
	if ban.isInForce(c) || c.Asks(debtQuestion(loan).Operation) {
		return "", at, false
	}
	return eventEnter, later(later(w.Since, d.Since), ban.until), true
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// withdrawableAt is the instant from which a demand can be withdrawn, if only time changes it.
func withdrawableAt(c *contract.Call, d Demand) time.Time {
	foreseen := c.Event() // its transitions are not counted
	for nextEvent(d.Status) != "" {
		to, err := demandMachine.Fire(foreseen, d.Code, d.Status, nextEvent(d.Status), d)
		if err != nil {
			break
		}
		d.Status, d.Since = to, d.Since.Add(c.Profile.Duration(switchDemandStep))
	}
	return later(d.Since, c.Now)
}

// followCause drops the withdrawal of a demand whose cause is gone, and looks anew at when
// the debt is to be asked.
func followCause(c *contract.Call, d Demand) {
	w, known := withdrawals.Get(c.Tx, d.Code)
	if !known || w.State != withdrawalWanted {
		return
	}
	if _, dropped := w.fire(c, d, eventDrop, c.Now); !dropped {
		w.put(c, withdrawableAt(c, d))
	}
}
