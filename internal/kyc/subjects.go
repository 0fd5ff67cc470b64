package kyc

import (
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/store"
)

// failures holds, by IIN, the outcome with which requests about a subject fail
// because a scenario says so.
var failures = store.Define[string]("kyc-failures")

// checkFailure fails with the outcome that a scenario gave the subject, if the
// operation has that outcome.
func checkFailure(c *contract.Call, iin string) error {
	name, _ := failures.Get(c.Tx, iin)
	if o, ok := c.Operation.Outcome(name); ok && o.IsError() {
		return contract.Fail(name)
	}
	return nil
}

// properIIN reports whether a person can have this IIN: twelve digits, since the
// documents' own samples fail their control digits (ledger 17, 26, 69), or under
// strict_ids a right one (ledger 62).
func properIIN(c *contract.Call, iin string) bool {
	if c.Profile.Is(contract.StrictIDs, on) {
		return population.ValidIIN(iin) == nil
	}
	return len(iin) == 12 && strings.Trim(iin, "0123456789") == ""
}

// isNoPersons reports whether no person can have this number: the BIN of an organisation, too.
func isNoPersons(c *contract.Call, iin string) bool {
	return !properIIN(c, iin) || population.IsBIN(iin)
}

// findNoIIN notes that an identifier is no IIN. KZ Info and Address have no error
// for it, but both have an answer for a subject of whom there is no data, and this
// is one (ledger 69).
func findNoIIN(c *contract.Call) {
	c.Find(69, "/iin", "not an IIN, so of no person: answered as a subject without data")
}
