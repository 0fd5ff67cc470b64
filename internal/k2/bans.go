package k2

import (
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

// finishing leads from the end of an exclusion's last day to its key.
var finishing = store.Define[dueExclusion]("k2.finishing-exclusions")

type dueExclusion struct {
	Key string    `json:"key"`
	At  time.Time `json:"at"`
}

func (d dueExclusion) key() string { return dueKey(d.At, d.Key) }

// narrowed begins what the key of an exclusion has behind IIN and agreement, if it is of one
// bank or account or of all loans.
const narrowed = "\n"

// key of the exclusion. A client may have several of one agreement: one of all banks, and
// one of each bank and account.
func (e Exclusion) key() string {
	key := exclusionKey(e.IIN, e.DbzNumber)
	if e.All {
		key += narrowed + "client"
	}
	if e.ForBank && e.Bank != "" {
		key += narrowed + "bank " + e.Bank
	}
	if e.ForIBAN && e.IBAN != "" {
		key += narrowed + "account " + e.IBAN
	}
	return key
}

// exclusionsBy the number of an agreement, of all banks and accounts, ended ones included.
func exclusionsBy(c *contract.Call, iin, number string) (all []Exclusion) {
	key := exclusionKey(iin, number)
	if e, ok := exclusions.Get(c.Tx, key); ok {
		all = append(all, e)
	}
	for _, e := range exclusions.Prefix(c.Tx, key+narrowed) {
		all = append(all, e)
	}
	return all
}

// exclusionsOf a loan, those of all loans of its client and ended ones included. Most
// clients have none.
func exclusionsOf(c *contract.Call, loan world.Loan) (all []Exclusion) {
	if !hasExclusions(c, loan.IINBIN) {
		return nil
	}
	for _, number := range distinct(append(agreementsOf(loan), "")) {
		all = append(all, exclusionsBy(c, loan.IINBIN, number)...)
	}
	return all
}

func hasExclusions(c *contract.Call, iin string) bool {
	for range exclusions.Prefix(c.Tx, exclusionKey(iin, "")) {
		return true
	}
	return false
}

func distinct(texts []string) []string {
	slices.Sort(texts)
	return slices.Compact(texts)
}

// bans are the exclusions of a loan that are in force.
type bans []Exclusion

func bansOf(c *contract.Call, loan world.Loan) bans {
	return slices.DeleteFunc(exclusionsOf(c, loan), func(e Exclusion) bool {
		end, ends := e.end(c.Now)
		return !e.Active || ends && c.Due(end)
	})
}

// any reports whether no demand may be made at all.
func (b bans) any() bool {
	return slices.ContainsFunc(b, func(e Exclusion) bool { return e.ForExtreq })
}

// forbid reports whether no demand may be made to an account.
func (b bans) forbid(account population.Account) bool {
	return b.any() || slices.ContainsFunc(b, func(e Exclusion) bool {
		return e.ForBank && e.Bank == account.Bank || e.ForIBAN && e.IBAN == account.IBAN
	})
}

// refuseBan is until when the withdrawal of a demand is forbidden.
type refuseBan struct {
	open  bool // without an end
	until time.Time
}

func (b refuseBan) forbidden(at time.Time) bool { return b.open || at.Before(b.until) }

func (b refuseBan) isInForce(c *contract.Call) bool { return b.open || !c.Due(b.until) }

// banOf the withdrawal of a demand.
func banOf(c *contract.Call, d Demand) (ban refuseBan) {
	loan, ok := world.Of(c).LoanByContract(d.Contract)
	if !ok {
		return ban
	}
	for _, e := range exclusionsOf(c, loan) {
		end, ends := e.end(c.Now)
		switch {
		case !e.ForRefuse:
		case !e.Active:
			ban.until = later(ban.until, e.At)
		case !ends:
			ban.open = true
		default:
			ban.until = later(ban.until, end)
		}
	}
	return ban
}

// end of the exclusion's last day, in the zone of an instant; false if it has none.
func (e Exclusion) end(in time.Time) (end time.Time, ends bool) {
	last, err := time.ParseInLocation(time.DateOnly, e.FinishDt, in.Location())
	return last.AddDate(0, 0, 1), err == nil
}

// lookAtFinish has an exclusion that changed ended behind its last day.
func lookAtFinish(c *contract.Call, old, e Exclusion) {
	if end, ends := old.end(c.Now); ends && old.Active {
		finishing.Delete(c.Tx, dueExclusion{e.key(), end}.key())
	}
	if end, ends := e.end(c.Now); ends && e.Active && !storable(end).IsZero() {
		due := dueExclusion{e.key(), end}
		finishing.Put(c.Tx, due.key(), due)
	}
}

// settleExclusions ends those whose last day is over, each at its time, and lets the demands
// of their loans follow.
func settleExclusions(c *contract.Call) {
	defer func(now time.Time) { c.Now = now }(c.Now)
	now := c.Now
	for {
		key, due, ok := firstOf(c, &finishing)
		if !ok || due.At.After(now) {
			return
		}
		finishing.Delete(c.Tx, key)
		e, _ := exclusions.Get(c.Tx, due.Key)
		c.Now = due.At
		e.Active = false
		putExclusion(c, e)
		for _, loan := range loansOfExclusion(c, e) {
			followLoan(c, &loan)
		}
	}
}

// loansOfExclusion are the loans that K2 knows of an exclusion.
func loansOfExclusion(c *contract.Call, e Exclusion) []world.Loan {
	if !e.All {
		return loansOfAgreement(c, e.IIN, e.DbzNumber)
	}
	return slices.DeleteFunc(world.Of(c).Loans(e.IIN), func(l world.Loan) bool { return !l.Loaded })
}
