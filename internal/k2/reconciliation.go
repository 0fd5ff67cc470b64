package k2

import (
	"fmt"
	"strconv"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

// reconciliation compares K2's incoming demands with the ABS's list of them, page by page, each
// night (ledger 130). It begins with the first demand that arrives; a sandbox has one.
type reconciliation struct {
	State string    `json:"state"`
	Since time.Time `json:"since"`          // of the state
	Due   time.Time `json:"due,omitzero"`   // of the next night or page; zero while one is asked
	Began time.Time `json:"began,omitzero"` // this night's, or the last
	Page  int       `json:"page,omitempty"` // that is asked
	Rows  int       `json:"rows,omitempty"` // on the pages so far
}

// reconciliations has the one of the sandbox under the name of its process.
var reconciliations = store.Define[reconciliation]("k2.reconciliation")

const (
	reconciliationName = "k2.reconciliation"
	listsDemands       = "abs.get_all_pt_from_abs"

	// demandsPerPage is the number of rows that the document gives as its example.
	demandsPerPage = 25
	// mostPages bounds what an ABS can make K2 ask in a night.
	mostPages = 1000
	// nightHour is when a night's reconciliation begins, by the clock of the sandbox's zone.
	nightHour = 2
)

// States and events of a reconciliation.
const (
	reconciliationRests = "resting"
	askingPage          = "asking"

	eventNight    = "night"
	eventFullPage = "full-page"
)

var reconciliationMachine = &contract.Machine{
	Name:    reconciliationName,
	About:   "How K2 compares its incoming demands with the ABS's list, where the sandbox has a target for it.",
	Initial: reconciliationRests,
	Transitions: []contract.Transition{
		{From: []string{reconciliationRests}, Event: eventNight, To: askingPage, When: "it is 02:00; the first page is asked for"},
		{From: []string{askingPage}, Event: eventFullPage, To: askingPage, When: "the page is full; the next one is asked for"},
		{From: []string{askingPage}, Event: eventAnswered, To: reconciliationRests, When: "the page is not full: it is the last one"},
		{From: []string{askingPage}, Event: eventSilent, To: reconciliationRests, When: "there is no answer; it begins anew in the next night"},
	},
}

// reconciliationProcess asks the ABS each night for its list of payment demands, page by page, and tells in what
// the list differs from K2's own.
var reconciliationProcess = contract.Process{
	Name: reconciliationName,
	Asks: []string{listsDemands},
	Next: nextReconciliation,
	Hear: hearReconciliation,
}

// reconcile each night from now on, where the ABS can be asked for its list.
func reconcile(c *contract.Call) {
	if _, begun := reconciliations.Get(c.Tx, reconciliationName); begun || !c.Asks(listsDemands) {
		return
	}
	reconciliation{State: reconciliationMachine.Initial, Since: c.Now}.put(c, nextNight(c.Now))
}

// nextNight begins after an instant.
func nextNight(at time.Time) time.Time {
	night := time.Date(at.Year(), at.Month(), at.Day(), nightHour, 0, 0, 0, at.Location())
	if !night.After(at) {
		night = night.AddDate(0, 0, 1)
	}
	return night
}

func (r reconciliation) put(c *contract.Call, due time.Time) {
	r.Due = storable(due)
	reconciliations.Put(c.Tx, reconciliationName, r)
}

// fire moves the reconciliation by an event; it is asked for a page at once, or rests until the
// next night.
func (r reconciliation) fire(c *contract.Call, event string) reconciliation {
	to, err := reconciliationMachine.Fire(c, reconciliationName, r.State, event, r)
	if err != nil {
		return r
	}
	r.State, r.Since = to, c.Now
	due := c.Now
	if to == reconciliationRests {
		due = nextNight(c.Now)
	}
	r.put(c, due)
	return r
}

// nextReconciliation is the page that is to be asked for.
func nextReconciliation(c *contract.Call, most int) (due []contract.Question, next time.Time) {
	r, begun := reconciliations.Get(c.Tx, reconciliationName)
	switch {
	case !begun || r.Due.IsZero():
		return nil, time.Time{}
	case r.Due.After(c.Now) || most == 0:
		return nil, r.Due
	}
	if r.State == reconciliationRests {
		if c.Profile.Is(switchReconciliation, reconciliationOff) {
			r.put(c, nextNight(c.Now))
			return nil, nextNight(c.Now)
		}
		r.Began, r.Page, r.Rows = c.Now, 1, 0
		r = r.fire(c, eventNight)
	}
	r.put(c, time.Time{})
	body := fmt.Appendf(nil, `{"page ":%d,"perpage":"%d"}`, r.Page, demandsPerPage) // as the document prints them (ledger 57)
	return []contract.Question{{Process: reconciliationName, About: "page " + strconv.Itoa(r.Page), Operation: listsDemands, Body: body}}, time.Time{}
}

// hearReconciliation takes a page, or that there was no answer.
func hearReconciliation(c *contract.Call, _ contract.Question, heard contract.Heard) {
	r, begun := reconciliations.Get(c.Tx, reconciliationName)
	if !begun || r.State != askingPage {
		return
	}
	list, ok := readPage(heard)
	if !ok {
		r.fire(c, eventSilent)
		return
	}
	for i, row := range list.rows {
		compareRow(c, r, fmt.Sprintf("%s/%d", list.at, list.first+i), row)
	}
	r.Rows += len(list.rows)
	if len(list.rows) == demandsPerPage && r.Page < mostPages {
		r.Page++
		r.fire(c, eventFullPage)
		return
	}
	if list.count != r.Rows {
		c.Find(130, "", fmt.Sprintf("all_count is %d, and the pages have %d demands", list.count, r.Rows))
	}
	findUnlisted(c, r)
	r.fire(c, eventAnswered)
}

// findUnlisted adds a finding for each demand that the bank has registered before the
// reconciliation began, that has not ended, and that is not on the bank's list.
func findUnlisted(c *contract.Call, r reconciliation) {
	for reference, one := range registrations.All(c.Tx) {
		stands := one.State == registered || one.State == bankSilent
		if stands && !one.Registered.IsZero() && one.Registered.Before(r.Began) && !one.Listed.Equal(r.Began) {
			i, _ := world.Of(c).Incoming(reference)
			c.Find(130, "", fmt.Sprintf("K2 has demand %s, which the ABS has registered and which is %s; the ABS's list has it not", reference, i.K2))
		}
	}
}
