package k2

import (
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/world"
)

// makers of the values that scenarios have of accounts.
func makers() []contract.Maker {
	return []contract.Maker{{
		Name: "iban", Make: currentAccount,
		About: "The IBAN of the current account of a person at the own bank: of the one with this IIN, else of the one that iin has for the key.",
	}}
}

func currentAccount(c *contract.Call, of string) (any, error) {
	people := world.Of(c).Population()
	if population.ValidIdentifier(of) != nil {
		of = people.IINOf(of)
	}
	return people.Accounts(of)[0].IBAN, nil
}
