package k2

import (
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
)

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

// Exclusions is the body of the push: the sandbox's list in the order of IIN and
// agreement. An exclusion of a loan forbids outgoing demands and nothing else; it
// names no bank, account or end (ledger 49, 61).
type Exclusions struct {
	Items []PushItem `json:"items"`
}

// exclusionPush goes to the bank whenever the list has changed.
var exclusionPush = contract.Push{
	Operation: "abs.post_all_loan_exclude_to_eko",
	About:     "K2 sends its whole list of exclusions whenever it has changed.",
	Body:      func(r store.Reader) any { return pushedExclusions(r) },
}

func pushedExclusions(r store.Reader) Exclusions {
	list := Exclusions{Items: []PushItem{}}
	for _, e := range exclusions.All(r) {
		item := PushItem{
			ForBank: flagOff, ForExtreq: flagOn, ForIBAN: flagOff, ForRefuse: flagOff,
			ID: e.ID, IIN: e.IIN, IsActive: flagOff,
		}
		if e.Active {
			item.IsActive = flagOn
		}
		list.Items = append(list.Items, item)
	}
	return list
}
