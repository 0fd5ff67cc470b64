package abs

import (
	"cmp"
	"errors"
	"slices"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

type clientQuery struct {
	IINBIN string `json:"iinbin"`
}

type clientReply struct {
	result
	IINBIN   string `json:"iinbin"`
	FullName string `json:"fullname"`
	SectEcon int    `json:"sectecon"`
	ResidFL  int    `json:"residfl"`
}

// clientRecord is what a scenario says of a client, by IIN or BIN.
type clientRecord struct {
	Unknown bool `json:"unknown"` // to the bank
}

var clients = store.Define[clientRecord]("abs.clients")

// getClient answers a name, where the sample has an IIN (ledger 51).
func getClient(c *contract.Call, in clientQuery) (contract.Reply, error) {
	if !isClient(c, in.IINBIN) {
		return contract.Reply{}, contract.Fail(notFound)
	}
	findOddNumber(c, in.IINBIN)
	who := holderOf(c, in.IINBIN)
	return c.Answer(found, clientReply{
		IINBIN: in.IINBIN, FullName: who.name, SectEcon: who.sector, ResidFL: who.residence,
	}), nil
}

// makeClient has the bank know the client.
func makeClient(c *contract.Call, in *clientQuery) error {
	introduce(c, in.IINBIN)
	return nil
}

// make a client of the bank.
func introduce(c *contract.Call, iinbin string) {
	if !isClient(c, iinbin) {
		clients.Put(c.Tx, iinbin, clientRecord{})
	}
}

// isClient reports whether the bank knows the owner of a number. As the document
// checks none, any number belongs to a person by default (ledger 51).
func isClient(c *contract.Call, iinbin string) bool {
	if record, said := clients.Get(c.Tx, iinbin); said {
		return !record.Unknown
	}
	if strictIDs(c) { // ledger 62
		return population.ValidIdentifier(iinbin) == nil
	}
	return hasTwelveDigits(iinbin) || !refusesUnknown(c)
}

func hasTwelveDigits(iinbin string) bool {
	return !errors.Is(population.ValidIdentifier(iinbin), population.ErrLength)
}

// findOddNumber remarks on a client whose number is none.
func findOddNumber(c *contract.Call, iinbin string) {
	if !hasTwelveDigits(iinbin) {
		c.Find(51, "/iinbin", "no IIN or BIN: those have twelve digits")
	}
}

// isHidden reports whether a scenario says that the bank does not know a person.
func isHidden(c *contract.Call, iinbin string) bool {
	record, _ := clients.Get(c.Tx, iinbin)
	return record.Unknown
}

// holder is a person or an organisation as the bank's forms have it.
type holder struct {
	name              string
	sector, residence int // sectecon, residfl
}

func holderOf(c *contract.Call, iinbin string) holder {
	w := world.Of(c)
	if population.IsBIN(iinbin) {
		o := w.Population().Organisation(iinbin)
		return holder{name: o.ShortName, sector: o.SectorCode, residence: o.ResidenceCode}
	}
	p := w.Person(iinbin)
	return holder{name: p.FullName(), sector: p.SectorCode, residence: p.ResidenceCode}
}

// account is a line of get_acc.
type account struct {
	IBAN     string `json:"iban"`
	Name     string `json:"accountName"`
	PS       string `json:"ps"`
	System   string `json:"system"`
	Currency string `json:"cur"`
}

type accountsReply struct {
	result
	IBANs []account `json:"ibans"`
}

// accountList are a client's accounts as a scenario gives them; an empty list
// means that there are none.
type accountList struct {
	IBANs []account `json:"ibans"`
}

// Clone copies what the value shares.
func (l accountList) Clone() accountList {
	l.IBANs = slices.Clone(l.IBANs)
	return l
}

var accountLists = store.Define[accountList]("abs.accounts")

// What an account is by default, as in the sample.
const (
	currentAccount = "2204191" // in the chart of accounts: a resident household's, in tenge
	tenge          = "KZT"
)

func getAccounts(c *contract.Call, in clientQuery) (contract.Reply, error) {
	if !isClient(c, in.IINBIN) {
		return contract.Reply{}, contract.Fail(notFound)
	}
	findOddNumber(c, in.IINBIN)
	list := accountsOf(c, in.IINBIN)
	if len(list) == 0 {
		return c.Answer(none, noAccounts.Fixed), nil
	}
	return c.Answer(found, accountsReply{IBANs: list}), nil
}

// accountsOf are the accounts that a scenario gave, or the population's and those
// that K2 got with the client's loans.
func accountsOf(c *contract.Call, iinbin string) []account {
	if given, ok := accountLists.Get(c.Tx, iinbin); ok {
		return given.IBANs
	}
	w := world.Of(c)
	var list []account
	for _, a := range w.Population().Accounts(iinbin) {
		list = append(list, account{IBAN: a.IBAN, Name: a.Name, PS: a.PS, System: a.System, Currency: a.Currency})
	}
	ps := currentAccount
	if len(list) > 0 {
		ps = list[0].PS
	}
	for _, l := range w.Loans(iinbin) {
		listed := slices.ContainsFunc(list, func(a account) bool { return a.IBAN == l.IBAN })
		if l.IBAN != "" && !listed {
			list = append(list, account{IBAN: l.IBAN, PS: ps, System: l.System, Currency: l.Currency}.filled(c, iinbin))
		}
	}
	return list
}

// accountOwner is the client for whom the bank keeps an account; ok is false for
// an account that it doesn't keep.
func accountOwner(c *contract.Call, iban string) (iinbin string, ok bool) {
	isIt := func(a account) bool { return a.IBAN == iban }
	for owner, given := range accountLists.All(c.Tx) {
		if slices.ContainsFunc(given.IBANs, isIt) {
			return owner, true
		}
	}
	owner, _ := world.Of(c).Population().OwnerOfIBAN(iban)
	if owner == "" || !slices.ContainsFunc(accountsOf(c, owner), isIt) {
		return "", false
	}
	return owner, true
}

// filled gives an account what it lacks.
func (a account) filled(c *contract.Call, iinbin string) account {
	a.Name = cmp.Or(a.Name, holderOf(c, iinbin).name)
	a.PS = cmp.Or(a.PS, currentAccount)
	a.System = cmp.Or(a.System, population.SystemWay4)
	a.Currency = cmp.Or(a.Currency, tenge)
	return a
}

// makeAccounts has the bank know the client, with the accounts that the
// population gives, or with another person's for a number that has none.
func makeAccounts(c *contract.Call, in *clientQuery) error {
	introduce(c, in.IINBIN)
	if len(accountsOf(c, in.IINBIN)) > 0 {
		return nil
	}
	accountLists.Delete(c.Tx, in.IINBIN)
	if len(accountsOf(c, in.IINBIN)) > 0 {
		return nil
	}
	people := world.Of(c).Population()
	own := people.Accounts(people.IINOf("account of " + in.IINBIN))[0]
	accountLists.Put(c.Tx, in.IINBIN, accountList{IBANs: []account{account{IBAN: own.IBAN}.filled(c, in.IINBIN)}})
	return nil
}
