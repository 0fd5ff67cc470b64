package abs

import (
	"fmt"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/store"
)

// exclusion is a ban that K2 sends: on outgoing demands against a client, or
// on their withdrawal, perhaps at one bank or account only (ledger 61). The
// flags are "0" or "1".
type exclusion struct {
	Bank      string `json:"bank,omitempty"`      // BIC
	FinishDt  string `json:"finish_dt,omitempty"` // the last day, ISO
	ForBank   string `json:"for_bank"`
	ForExtreq string `json:"for_extreq"`
	ForIBAN   string `json:"for_iban"`
	ForRefuse string `json:"for_refuse"`
	IBAN      string `json:"iban,omitempty"`
	ID        string `json:"id"`
	IIN       string `json:"iin"`
	IsActive  string `json:"is_active"`
}

type exclusionList struct {
	Items []exclusion `json:"items"`
}

// exclusions are K2's present list, by id.
var exclusions = store.Define[exclusion]("abs.exclusions")

// replaceExclusions takes the list whole, in place of the one before: what it
// does not name is no longer excluded (ledger 61).
func replaceExclusions(c *contract.Call, in exclusionList) (contract.Reply, error) {
	listed := make(map[string]bool, len(in.Items))
	for i, e := range in.Items {
		if listed[e.ID] {
			c.Find(61, fmt.Sprintf("/items/%d/id", i), "the list has this id before; the later item stands")
		}
		listed[e.ID] = true
		if strictIDs(c) {
			e.remark(c, i)
		}
	}
	for id := range exclusions.All(c.Tx) {
		if !listed[id] {
			exclusions.Delete(c.Tx, id)
		}
	}
	for _, e := range in.Items {
		exclusions.Put(c.Tx, e.ID, e)
	}
	return c.Answer(accepted, result{}), nil
}

// remark on identifiers that fail their control digits; the list is taken all
// the same (ledger 62).
func (e exclusion) remark(c *contract.Call, index int) {
	if err := population.ValidIdentifier(e.IIN); err != nil {
		c.Find(62, fmt.Sprintf("/items/%d/iin", index), err.Error())
	}
	if e.IBAN == "" {
		return
	}
	if err := population.ValidIBAN(e.IBAN); err != nil {
		c.Find(62, fmt.Sprintf("/items/%d/iban", index), err.Error())
	}
}
