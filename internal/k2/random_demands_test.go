package k2

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
)

// answerPage of the ABS's list: a full page is followed by the next one, any other is the last of
// the night.
func (w *walker) answerPage(q contract.Question) {
	rows := []int{0, 3, 25, 25}[w.draw(4)]
	list := []map[string]any{{"all_count": rows}}
	for n := range rows {
		list = append(list, map[string]any{"refer": fmt.Sprint("PTP", n), "amount": n})
	}
	body, _ := json.Marshal(list) // texts and numbers always encode
	w.note("%s %s: %d rows", q.Operation, q.About, rows)
	w.update(func(c *contract.Call) {
		hearReconciliation(c, q, contract.Heard{Outcome: "page", Body: body})
	})
	w.Update(func(c *contract.Call) error {
		if r, _ := reconciliations.Get(c.Tx, reconciliationName); (r.State == "asking") != (rows == 25) {
			w.fail("%s has %d rows, and the reconciliation is %s", q.About, rows, r.State)
		}
		return nil
	})
}

// lookAtReconciliation: it asks for a page, or rests until 02:00.
func (w *walker) lookAtReconciliation(c *contract.Call) {
	r, begun := reconciliations.Get(c.Tx, reconciliationName)
	asks := slices.ContainsFunc(w.asked, func(q contract.Question) bool { return q.Process == reconciliationName })
	switch {
	case !begun:
	case (r.State == "asking") != asks:
		w.fail("the reconciliation is %s, and a page is asked for: %t", r.State, asks)
	case r.State == "resting" && (!r.Due.After(c.Now) || r.Due.Hour() != 2 || r.Due.After(c.Now.Add(24*time.Hour))):
		w.fail("the reconciliation rests at %s until %s", c.Now, r.Due)
	}
}

// someReference of an incoming demand, that of one in a state before others.
func (w *walker) someReference(state string) (reference string) {
	reference = fmt.Sprint("PTP", w.draw(8))
	w.Update(func(c *contract.Call) error {
		for one, r := range registrations.All(c.Tx) {
			if r.State == state {
				reference = one
			}
		}
		return nil
	})
	return reference
}

// registrationOf an incoming demand is its state; empty for none.
func (w *walker) registrationOf(reference string) (state string) {
	w.Update(func(c *contract.Call) error {
		r, _ := registrations.Get(c.Tx, reference)
		state = r.State
		return nil
	})
	return state
}
