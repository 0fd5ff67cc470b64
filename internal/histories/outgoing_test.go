package histories_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"
)

// outgoing is one loan with the demands that K2 makes for it.
type outgoing struct {
	loaded   bool // K2 knows the loan
	debt     int
	excluded bool
	demands  []outgoingDemand // in the order in which they are listed
}

// outgoingDemand to the bank that keeps one of the debtor's accounts.
type outgoingDemand struct {
	account   int // of accounts()
	number    int // among those of the account
	amount    int
	made      time.Duration
	ended     bool
	withdrawn time.Duration
}

// follow is the state after the loan, or its exclusion, has changed: without debt
// its demands are withdrawn, with debt each account has one unless the loan is
// excluded.
func (s outgoing) follow(now time.Duration) outgoing {
	switch {
	case !s.loaded:
		return s
	case s.debt == 0:
		return s.withdraw(now)
	case s.excluded:
		return s
	}
	s.demands = slices.Clone(s.demands)
	for account := range accounts() {
		number, live := 0, false
		for _, d := range s.demands {
			if d.account == account {
				number, live = number+1, live || !d.ended
			}
		}
		if !live {
			s.demands = append(s.demands, outgoingDemand{account: account, number: number, amount: s.debt, made: now})
		}
	}
	slices.SortStableFunc(s.demands, func(a, b outgoingDemand) int {
		return cmp.Or(cmp.Compare(a.made, b.made), cmp.Compare(a.account, b.account), cmp.Compare(a.number, b.number))
	})
	return s
}

func (s outgoing) withdraw(now time.Duration) outgoing {
	s.demands = slices.Clone(s.demands)
	for i := range s.demands {
		if d := &s.demands[i]; !d.ended {
			d.ended, d.withdrawn = true, now
		}
	}
	return s
}

func drawOutgoing(r *rand.Rand) request {
	debt := []int{0, 0, 100, 300}[r.IntN(4)]
	switch r.IntN(8) {
	case 0, 1:
		return loadLoan{debt}
	case 2, 3:
		return syncDebt{debt}
	case 4:
		return excludeDebtor{r.IntN(2) == 0}
	case 5:
		return includeDebtor{}
	}
	return listOutgoing{}
}

const (
	k2Path   = "/restapi/services/run/"
	contract = "KD0000000001"
)

// loadLoan tells K2 of the loan.
type loadLoan struct{ debt int }

func (o loadLoan) String() string { return fmt.Sprintf("load the loan, debt %d", o.debt) }

func (o loadLoan) send(c *client) string {
	return c.post(k2Path+"k2loan_from_eko", fmt.Sprintf(
		`[{"request_id":1,"contract_number":%q,"dbz_contract_number":%q,"dbz_dt":"2014-02-08","iinbin":%q,"debt":%d,"cur":"KZT"}]`,
		contract, contract, silent, o.debt)).outcome()
}

func (o loadLoan) serve(w world) (world, string) {
	return w.change(func(s *demandState) {
		s.out.loaded, s.out.debt = true, o.debt
		s.out = s.out.follow(w.now)
	}), w.outcome("accepted")
}

// syncDebt sets the debt of the loan.
type syncDebt struct{ debt int }

func (o syncDebt) String() string { return fmt.Sprintf("set the debt to %d", o.debt) }

func (o syncDebt) send(c *client) string { return c.syncDebt(o.debt).outcome() }

func (sb sandbox) syncDebt(debt int) answer {
	return sb.post(k2Path+"k2loan_sync_debt", fmt.Sprintf(`[{"request_id":1,"contract_number":%q,"debt":%d}]`, contract, debt))
}

func (o syncDebt) serve(w world) (world, string) {
	if !w.state.(demandState).out.loaded {
		return w, w.outcome("unknown-contract")
	}
	return loadLoan(o).serve(w)
}

// excludeDebtor excludes the loan, perhaps with its demands.
type excludeDebtor struct{ withdraw bool }

func (o excludeDebtor) String() string {
	return fmt.Sprintf("exclude the loan, withdraw %t", o.withdraw)
}

func (o excludeDebtor) send(c *client) string {
	return c.post(k2Path+"k2loan_exclude_on_by_iin_dbznum", fmt.Sprintf(
		`{"iin":%q,"dbz_num":%q,"return_extreq":%t,"fio":"Тест","title":"court"}`, silent, contract, o.withdraw)).outcome()
}

func (o excludeDebtor) serve(w world) (world, string) {
	return w.change(func(s *demandState) {
		s.out.excluded = true
		if o.withdraw && s.out.loaded {
			s.out = s.out.withdraw(w.now)
		}
	}), w.outcome("accepted")
}

// includeDebtor ends the exclusion.
type includeDebtor struct{}

func (includeDebtor) String() string { return "include the loan" }

func (includeDebtor) send(c *client) string {
	return c.post(k2Path+"k2loan_exclude_off_by_iin_dbznum", fmt.Sprintf(`{"iin":%q,"dbz_num":%q}`, silent, contract)).outcome()
}

func (includeDebtor) serve(w world) (world, string) {
	if !w.state.(demandState).out.excluded {
		return w, w.outcome("not-found")
	}
	return w.change(func(s *demandState) {
		s.out.excluded = false
		s.out = s.out.follow(w.now)
	}), w.outcome("accepted")
}

// listOutgoing reads the loan's demands.
type listOutgoing struct{}

func (listOutgoing) String() string { return "list the loan's demands" }

func (listOutgoing) send(c *client) string {
	a, items := c.demandsOf(1)
	said := []string{a.outcome()}
	for _, d := range items {
		account := slices.IndexFunc(accounts(), func(one account) bool { return one.iban == d.Account })
		number := -1
		if account >= 0 {
			number = slices.Index(accounts()[account].codes, d.Code)
		}
		said = append(said, fmt.Sprintf("%d.%d %s of %s made %s %s",
			account, number, d.Amount, d.Debt, since("2006-01-02T15:04:05.000000-07:00", d.Created), d.Status))
	}
	return strings.Join(said, ", ")
}

func (listOutgoing) serve(w world) (world, string) {
	s := w.state.(demandState).out
	if len(s.demands) == 0 {
		return w, w.outcome("none")
	}
	said := []string{w.outcome("found")}
	for _, d := range s.demands {
		said = append(said, fmt.Sprintf("%d.%d %d.00 of %d.00 made %s %s", d.account, d.number, d.amount, s.debt, d.made, d.status(w.now)))
	}
	return w, strings.Join(said, ", ")
}

func (d outgoingDemand) status(now time.Duration) string {
	if d.ended {
		return "Отозван"
	}
	way := accounts()[d.account].way
	return way[min(int((now-d.made)/demandStep), len(way)-1)]
}

// change the state of demands.
func (w world) change(how func(*demandState)) world {
	s := w.state.(demandState)
	how(&s)
	return w.become(s)
}

// account of the debtor in another bank.
type account struct {
	iban  string
	codes []string // of its demands, in their order
	way   []string // statuses of a demand to its bank, a step in each
}

// mostDemands to an account in one run.
const mostDemands = 40

// accounts of the debtor, in the order in which their demands are listed. A seed has
// the same ones in every run.
var accounts = sync.OnceValue(func() []account {
	const document = `
given:
  k2:
    loans: [{contract_number: KD0000000001, dbz_dt: 2014-02-08, iinbin: "901123300258", debt: 100}]
`
	sb, err := newSandbox(scenarioText("accounts", document))
	if err != nil {
		panic(err)
	}
	defer sb.delete()
	var all []account
	_, items := sb.demandsOf(1)
	for _, d := range items {
		all = append(all, account{iban: d.Account})
	}
	for range electronic {
		_, items := sb.demandsOf(1)
		for i, d := range items {
			all[i].way = append(all[i].way, d.Status)
		}
		sb.control("POST", "/clock/advance", fmt.Sprintf(`{"by":%q}`, demandStep))
	}
	sb.control("POST", "/reset", "")
	for range mostDemands {
		sb.syncDebt(0)
		sb.syncDebt(100)
	}
	_, items = sb.demandsOf(1)
	for _, d := range items {
		i := slices.IndexFunc(all, func(one account) bool { return one.iban == d.Account })
		all[i].codes = append(all[i].codes, d.Code)
	}
	return all
})
