package k2

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/money"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

// Demand is an outgoing payment demand: to the bank that keeps an account of the
// debtor, for the debt of one loan.
type Demand struct {
	Code      string       `json:"code"` // the reference
	Contract  string       `json:"contract"`
	IINBIN    string       `json:"iinbin"`
	FullName  string       `json:"fullname"`
	Bank      string       `json:"bank"`    // BIC
	Account   string       `json:"account"` // IBAN
	Currency  string       `json:"currency"`
	Amount    money.Amount `json:"amount"`
	LoanDebt  money.Amount `json:"loan_debt,omitempty"` // when it was made
	Paid      money.Amount `json:"paid"`
	Status    string       `json:"status"`
	Since     time.Time    `json:"since"` // of the status
	CreatedAt time.Time    `json:"created_at"`
	UpdatedAt time.Time    `json:"updated_at"`
	Stated    bool         `json:"stated,omitempty"` // by a scenario, not made by K2
}

var (
	demands = store.Define[Demand]("k2.demands") // by reference
	// loanDemands leads from contract, account and the number of the demand among
	// those of the two to its reference.
	loanDemands = store.Define[string]("k2.loan-demands")
	// liveDemands are those of them that haven't ended: a loan that is loaded again
	// and again has many that have.
	liveDemands = store.Define[string]("k2.live-demands")
)

// lifeYears is after how many years K2 withdraws a demand by itself.
const lifeYears = 1

// shortestLife is below lifeYears, also where a zone changes its clock. It is faster to compare with
// than the date.
const shortestLife = lifeYears * 364 * 24 * time.Hour

// nextEvent is the event that time causes for a demand in a status; empty for none.
func nextEvent(status string) string {
	switch status {
	case demandEntered:
		return eventRegister
	case demandRegistered:
		return eventDispatch
	case demandSent:
		return eventAccept
	case demandAccepted:
		return eventFile
	}
	return ""
}

// due is the next thing that has happened to a demand by itself, and when. Withdrawn says that
// its withdrawal is wanted, under way or was tried.
func due(c *contract.Call, d *Demand, withdrawn bool) (event string, at time.Time, ok bool) {
	if !withdrawn && c.Due(d.CreatedAt.Add(shortestLife)) && d.isLive() {
		at = d.CreatedAt.AddDate(lifeYears, 0, 0)
		event, ok = eventWithdraw, c.Due(at)
	}
	if step := nextEvent(d.Status); step != "" {
		when := d.Since.Add(c.Profile.Duration(switchDemandStep))
		if c.Due(when) && (!ok || when.Before(at)) {
			return step, when, true
		}
	}
	return event, at, ok
}

// settle brings a demand to the call's instant: the events that are due since the last
// settle happen in their order, each at its time.
func settle(c *contract.Call, d Demand) Demand {
	for range mostSteps {
		moved, ok := settleOnce(c, &d)
		if !ok {
			return d
		}
		d = moved
	}
	return d
}

// mostSteps bounds what one look at a demand costs: more than it and its withdrawal can take.
const mostSteps = 50

// settleOnce lets the first thing happen that is due to a demand or its withdrawal; false if
// there is none.
func settleOnce(c *contract.Call, d *Demand) (Demand, bool) {
	w, wanted := withdrawals.Get(c.Tx, d.Code)
	event, at, ok := due(c, d, wanted && w.State != withdrawalDropped)
	if wanted {
		if event, first, moves := w.next(c, *d); moves && c.Due(first) && (!ok || !at.Before(first)) {
			return w.fire(c, *d, event, first)
		}
	}
	switch {
	case !ok:
		return Demand{}, false
	case event == eventWithdraw:
		return expire(c, *d, at)
	}
	moved, err := fire(c, *d, event, at)
	return moved, err == nil
}

// expire a demand that has stood for a year; false if its withdrawal is forbidden.
func expire(c *contract.Call, d Demand, at time.Time) (Demand, bool) {
	if byDocument(c) {
		want(c, d, causeExpired, at)
		return d, true
	}
	ban := banOf(c, d)
	at = later(at, ban.until)
	if ban.isInForce(c) {
		return d, false
	}
	moved, err := fire(c, d, eventWithdraw, at)
	return moved, err == nil
}

// fire moves a demand by an event and stores it.
func fire(c *contract.Call, d Demand, event string, at time.Time) (Demand, error) {
	to, err := demandMachine.Fire(c, d.Code, d.Status, event, d)
	if err != nil {
		return d, err
	}
	d.Status, d.Since, d.UpdatedAt = to, at, at
	demands.Put(c.Tx, d.Code, d)
	if !d.isLive() {
		dropLive(c, d)
	}
	return d, nil
}

// isLive reports whether the demand can be withdrawn.
func (d *Demand) isLive() bool { return slices.Contains(liveDemand, d.Status) }

// demandByCode is a demand as it stands at the call's instant.
func demandByCode(c *contract.Call, code string) (Demand, bool) {
	d, ok := demands.Get(c.Tx, code)
	if !ok {
		return Demand{}, false
	}
	return settle(c, d), true
}

// demandsOf are a contract's demands as they stand at the call's instant, the
// oldest first.
func demandsOf(c *contract.Call, contractNumber string) []Demand {
	return settled(c, contractNumber, loanDemands.Below(c.Tx, contractNumber+"/", nil), nil)
}

// liveDemandsOf adds those of them that may not have ended before.
func liveDemandsOf(c *contract.Call, contractNumber string, to []Demand) []Demand {
	var few [4]string
	return settled(c, contractNumber, liveDemands.Below(c.Tx, store.QuotedThen(contractNumber, "/"), few[:0]), to)
}

// settled adds a contract's demands of these references.
func settled(c *contract.Call, contractNumber string, codes []string, all []Demand) []Demand {
	for _, code := range codes {
		// A contract's number may go on behind a slash.
		if d, ok := demandByCode(c, code); ok && d.Contract == contractNumber {
			all = append(all, d)
		}
	}
	if len(all) > 1 {
		slices.SortStableFunc(all, func(a, b Demand) int { return a.CreatedAt.Compare(b.CreatedAt) })
	}
	return all
}

// followLoan updates a loan's demands. It withdraws all if there is no debt, and those
// against a former debtor. It makes a demand to each account that the debtor has
// in another bank, unless the loan is excluded or has no agreement's date to find it
// by (ledger 128). A scenario that states a loan's demands states all of them.
func followLoan(c *contract.Call, loan *world.Loan) {
	var few [2]Demand
	standing, stated := make([]string, 0, 8), false // accounts
	for _, d := range liveDemandsOf(c, loan.ContractNumber, few[:0]) {
		switch {
		case loan.Debt == 0:
			withdraw(c, d, causeRepaid)
		case d.IINBIN != loan.IINBIN:
			withdraw(c, d, causeDebtor)
		case d.isLive():
			followCause(c, d)
			standing = append(standing, d.Account)
			stated = stated || d.Stated
		}
	}
	if loan.Debt == 0 || loan.DbzDate.IsZero() || stated || !inquired(c, loan) {
		return
	}
	people := world.Of(c).Population()
	if len(standing) == people.CountOtherBankAccounts(loan.IINBIN) {
		return // each account has its demand
	}
	for _, account := range people.OtherBankAccounts(loan.IINBIN) {
		if !slices.Contains(standing, account.IBAN) && !bansOf(c, *loan).forbid(account) {
			issue(c, *loan, account)
		}
	}
}

// issue makes a demand for a loan's debt.
func issue(c *contract.Call, loan world.Loan, account population.Account) {
	code := newReference(c, loan.ContractNumber, account.IBAN)
	lookAtYear(c, code)
	putDemand(c, Demand{
		Code: code, Contract: loan.ContractNumber, IINBIN: loan.IINBIN, FullName: loan.FullName,
		Bank: account.Bank, Account: account.IBAN, Currency: loan.Currency, Amount: money.Amount(loan.Debt), LoanDebt: money.Amount(loan.Debt),
		Status: demandMachine.Initial, Since: c.Now, CreatedAt: c.Now, UpdatedAt: c.Now,
	})
}

// putDemand stores a new demand under its reference and for its loan.
func putDemand(c *contract.Call, d Demand) {
	demands.Put(c.Tx, d.Code, d)
	at := accountKey(d.Contract, d.Account)
	n := count(loanDemands, c, at)
	loanDemands.Put(c.Tx, numbered(at, n), d.Code)
	if d.isLive() {
		liveDemands.Put(c.Tx, numbered(liveKey(d), n), d.Code)
	}
}

// dropLive takes a demand that has ended out of the live ones.
func dropLive(c *contract.Call, d Demand) {
	for key, code := range liveDemands.Prefix(c.Tx, liveKey(d)) {
		if code == d.Code {
			liveDemands.Delete(c.Tx, key)
		}
	}
}

func accountKey(contractNumber, iban string) string { return contractNumber + "/" + iban + "/" }

// liveKey quotes the contract's number: no other contract's keys begin with it.
func liveKey(d Demand) string { return accountKey(store.Quoted(d.Contract), d.Account) }

func numbered(key string, n int) string { return fmt.Sprintf("%s%07d", key, n) }

// count the values of a collection under a key, which are numbered from 0 without a gap.
func count[T any](values store.Collection[T], c *contract.Call, key string) int {
	has := func(n int) bool { _, ok := values.Get(c.Tx, numbered(key, n)); return ok }
	beyond := 1
	for has(beyond) {
		beyond *= 2
	}
	return sort.Search(beyond, func(n int) bool { return !has(n) })
}

const (
	referencePrefix = "PTPJ"
	referenceDigits = 12
	// statedReferences begins the references that scenarios and reserved values
	// use; none is drawn from among them.
	statedReferences = referencePrefix + "000000000"
	// runningReference is the manual's: PTP, 0000 and a running number (ledger 136).
	runningReference = "PTP0000%09d"
)

// lastReference is the last running number, under one key.
var lastReference = store.Define[int]("k2.last-reference")

// newReference of a demand. The sample's form is the same in every sandbox of a seed, and other
// requests don't change it: twelve digits drawn for the contract, the account and how many
// demands the two have had. The manual's form is a running number.
func newReference(c *contract.Call, contractNumber, iban string) string {
	if c.Profile.Is(switchItem, ofManual) {
		return nextReference(c)
	}
	key := accountKey(contractNumber, iban)
	for n := count(loanDemands, c, key); ; n++ {
		code := referencePrefix + c.Seed.Digits(referenceDigits, "k2.demand", key, n)
		if _, taken := demands.Get(c.Tx, code); !taken && !strings.HasPrefix(code, statedReferences) {
			return code
		}
	}
}

// nextReference that no demand has.
func nextReference(c *contract.Call) string {
	last, _ := lastReference.Get(c.Tx, "")
	for {
		last++
		code := fmt.Sprintf(runningReference, last)
		if _, taken := demands.Get(c.Tx, code); !taken {
			lastReference.Put(c.Tx, "", last)
			return code
		}
	}
}
