package k2

import (
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
)

// PushItem is one exclusion as K2 sends its list to the bank
// (post_all_loan_exclude_to_eko). The list is always sent whole.
type PushItem struct {
	Bank      string `json:"bank,omitempty"`
	FinishDt  string `json:"finish_dt,omitempty"`
	ForBank   string `json:"for_bank"`
	ForExtreq string `json:"for_extreq"` // outgoing demands
	ForIBAN   string `json:"for_iban"`
	ForRefuse string `json:"for_refuse"` // withdrawals
	IBAN      string `json:"iban,omitempty"`
	ID        string `json:"id"`
	IIN       string `json:"iin"`
	IsActive  string `json:"is_active"`
}

const (
	flagOff = "0"
	flagOn  = "1"
)

func flag(on bool) string {
	if on {
		return flagOn
	}
	return flagOff
}

// Exclusions is the body of the push: the sandbox's list in the order of IIN and
// agreement. An exclusion that a request has made forbids outgoing demands and nothing else,
// and names no bank, account or end (ledger 49, 61); a scenario's may (ledger 124).
type Exclusions struct {
	Items []PushItem `json:"items"`
}

// exclusionPush is K2's whole list of exclusions, which goes to the bank whenever it has changed.
var exclusionPush = contract.Push{
	Operation: "abs.post_all_loan_exclude_to_eko",
	Body:      func(r store.Reader) any { return pushedExclusions(r) },
}

func pushedExclusions(r store.Reader) Exclusions {
	list := Exclusions{Items: []PushItem{}}
	for _, e := range exclusions.All(r) {
		list.Items = append(list.Items, PushItem{
			Bank: e.Bank, FinishDt: e.FinishDt, ForBank: flag(e.ForBank), ForExtreq: flag(e.ForExtreq),
			ForIBAN: flag(e.ForIBAN), ForRefuse: flag(e.ForRefuse), IBAN: e.IBAN, ID: e.ID, IIN: e.IIN, IsActive: flag(e.Active),
		})
	}
	return list
}
