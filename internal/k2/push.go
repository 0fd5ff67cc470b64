package k2

import "github.com/kzsim/kzsim/internal/contract"

// PushItem is one exclusion as K2 sends its list to the bank
// (post_all_loan_exclude_to_eko). The list is always sent whole.
type PushItem struct {
	ForBank   string `json:"for_bank"`
	ForExtreq string `json:"for_extreq"` // outgoing demands
	ForIBAN   string `json:"for_iban"`
	ForRefuse string `json:"for_refuse"` // withdrawals
	ID        string `json:"id"`
	IIN       string `json:"iin"`
	IsActive  string `json:"is_active"`
}

const (
	flagOff = "0"
	flagOn  = "1"
)

// Exclusions is the sandbox's exclusion list as it is pushed, in the order of IIN
// and agreement. An exclusion of a loan forbids outgoing demands and nothing
// else; it names no bank, account or end (ledger 49, 61).
func Exclusions(c *contract.Call) []PushItem {
	items := []PushItem{}
	for _, e := range exclusions.All(c.Tx) {
		item := PushItem{
			ForBank: flagOff, ForExtreq: flagOn, ForIBAN: flagOff, ForRefuse: flagOff,
			ID: e.ID, IIN: e.IIN, IsActive: flagOff,
		}
		if e.Active {
			item.IsActive = flagOn
		}
		items = append(items, item)
	}
	return items
}
