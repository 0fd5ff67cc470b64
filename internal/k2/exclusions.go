package k2

import (
	"slices"
	"time"
	"unicode/utf8"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

// Exclusion forbids something for one loan of a client, or for all of them. One that has
// ended stays on the list, inactive.
type Exclusion struct {
	ID        string    `json:"id"`
	IIN       string    `json:"iin"`
	DbzNumber string    `json:"dbz_num"`
	All       bool      `json:"all,omitempty"` // of all loans of the client, under any agreement
	FullName  string    `json:"fio,omitempty"`
	Title     string    `json:"title,omitempty"` // the reason
	Active    bool      `json:"active"`
	At        time.Time `json:"at"` // of the last change
	Bans
}

// Bans are what an exclusion forbids, as the pushed list says it (ledger 124).
type Bans struct {
	ForExtreq bool   `json:"for_extreq,omitempty"` // demands
	ForBank   bool   `json:"for_bank,omitempty"`   // demands to the bank
	ForIBAN   bool   `json:"for_iban,omitempty"`   // demands to the account
	ForRefuse bool   `json:"for_refuse,omitempty"` // withdrawals
	Bank      string `json:"bank,omitempty"`       // BIC
	IBAN      string `json:"iban,omitempty"`
	FinishDt  string `json:"finish_dt,omitempty"` // the last day, ISO; empty for no end
}

// ExclusionEvent is an entry of an exclusion's history.
type ExclusionEvent struct {
	At     time.Time `json:"at"`
	Code   string    `json:"code"` // TURN_ON or TURN_OFF
	Author string    `json:"author"`
	Title  string    `json:"title,omitempty"`
}

var (
	exclusions = store.Define[Exclusion]("k2.exclusions") // by IIN, agreement and what narrows it
	// exclusionHistory is kept by IIN, agreement and the number of the entry.
	exclusionHistory = store.Define[ExclusionEvent]("k2.exclusion-history")
)

const (
	turnOn      = "TURN_ON"
	turnOff     = "TURN_OFF"
	historyUser = "system user"
)

// titleRunes is the longest reason (ledger 49).
const titleRunes = 500

// exclusionRequest is the request of k2loan_exclude_on_by_iin_dbznum.
type exclusionRequest struct {
	IIN       string `json:"iin"`
	DbzNumber string `json:"dbz_num"`
	Withdraw  bool   `json:"return_extreq"` // the loan's demands, too
	FullName  string `json:"fio"`
	Title     string `json:"title"`
}

func excludeLoan(c *contract.Call, in exclusionRequest) (contract.Reply, error) {
	if wrong, why := wrongIdentifier(c, in.IIN); wrong {
		findIdentifier(c, why)
		return contract.Reply{}, contract.Fail("bad-iin-length")
	}
	if utf8.RuneCountInString(in.Title) > titleRunes {
		return contract.Reply{}, contract.Fail("title-too-long")
	}
	putExclusion(c, Exclusion{
		IIN: in.IIN, DbzNumber: in.DbzNumber, FullName: in.FullName, Title: in.Title, Active: true, Bans: Bans{ForExtreq: true},
	})
	loans := loansOfAgreement(c, in.IIN, in.DbzNumber)
	if len(loans) == 0 {
		c.Find(100, "/dbz_num", "no such loan of the client was loaded: the exclusion waits for it")
	}
	if in.Withdraw {
		for _, loan := range loans {
			for _, d := range liveDemandsOf(c, loan.ContractNumber, nil) {
				withdraw(c, d, causeExcluded)
			}
		}
	}
	return c.Answer("accepted", result{}), nil
}

func findIdentifier(c *contract.Call, why string) {
	if why != "" {
		c.Find(62, "/iin", why)
	}
}

// agreementKey is the request of k2loan_exclude_off_by_iin_dbznum.
type agreementKey struct {
	IIN       string `json:"iin"`
	DbzNumber string `json:"dbz_num"`
}

func includeLoan(c *contract.Call, in agreementKey) (contract.Reply, error) {
	if wrong, why := wrongIdentifier(c, in.IIN); wrong && checksIdentifiers(c) {
		findIdentifier(c, why)
		return contract.Reply{}, contract.Fail("bad-iin-length")
	}
	settleExclusions(c)
	active := slices.DeleteFunc(exclusionsBy(c, in.IIN, in.DbzNumber), func(e Exclusion) bool { return !e.Active })
	if len(active) == 0 {
		return contract.Reply{}, contract.Fail("not-found")
	}
	for _, e := range active {
		e.Active = false
		putExclusion(c, e)
	}
	for _, loan := range loansOfAgreement(c, in.IIN, in.DbzNumber) {
		followLoan(c, &loan)
	}
	return c.Answer("accepted", result{}), nil
}

// putExclusion stores an exclusion as it is from now on, and what changed in its
// history; a request that says nothing new changes nothing.
func putExclusion(c *contract.Call, e Exclusion) {
	key := e.key()
	old, known := exclusions.Get(c.Tx, key)
	e.ID, e.At = rowID(c, "exclusion", key), old.At
	if known && e == old {
		return
	}
	e.At = c.Now
	exclusions.Put(c.Tx, key, e)
	lookAtFinish(c, old, e)
	event := ExclusionEvent{At: c.Now, Code: turnOn, Author: historyUser, Title: e.Title}
	if !e.Active {
		event.Code = turnOff
	}
	exclusionHistory.Put(c.Tx, numbered(key+"/", count(exclusionHistory, c, key+"/")), event)
}

func exclusionKey(iin, dbzNumber string) string { return iin + "/" + dbzNumber }

// agreementsOf are the numbers that an exclusion may know a loan by.
func agreementsOf(loan world.Loan) []string { return []string{loan.DbzNumber, loan.ContractNumber} }

// endExclusions takes a loan off the list.
func endExclusions(c *contract.Call, loan world.Loan) {
	for _, e := range exclusionsOf(c, loan) {
		if e.Active {
			e.Active = false
			putExclusion(c, e)
		}
	}
}

// loansOfAgreement are the client's loans that K2 knows by an agreement.
func loansOfAgreement(c *contract.Call, iin, dbzNumber string) []world.Loan {
	return slices.DeleteFunc(world.Of(c).Loans(iin), func(l world.Loan) bool {
		return !l.Loaded || !slices.Contains(agreementsOf(l), dbzNumber)
	})
}

var arrangeExclusion = contract.Arrange(func(c *contract.Call, in *exclusionRequest) error {
	in.IIN = acceptableIIN(c, in.IIN)
	if title := []rune(in.Title); len(title) > titleRunes {
		in.Title = string(title[:titleRunes])
	}
	return nil
})

var arrangeRemoval = contract.Arrange(func(c *contract.Call, in *agreementKey) error {
	in.IIN = acceptableIIN(c, in.IIN)
	if e, ok := exclusions.Get(c.Tx, exclusionKey(in.IIN, in.DbzNumber)); !ok || !e.Active {
		putExclusion(c, Exclusion{IIN: in.IIN, DbzNumber: in.DbzNumber, Active: true, Bans: Bans{ForExtreq: true}})
	}
	return nil
})

// acceptableIIN is the IIN, or that of a generated person if K2 would refuse it.
func acceptableIIN(c *contract.Call, iin string) string {
	if wrong, _ := wrongIdentifier(c, iin); wrong {
		return world.Of(c).Population().IINOf(iin)
	}
	return iin
}
