package k2

import (
	"fmt"
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/money"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

func invariants() []contract.Invariant {
	return []contract.Invariant{
		{Name: "k2.paid", About: "The paid amount of a demand is the sum of its payments; of a stated one at least that.", Broken: brokenPaid},
		{Name: "k2.debt", About: "No debt and no amount of a demand is below 0.", Broken: brokenDebt},
		{Name: "k2.exclusions", About: "No demand was made against an exclusion.", Broken: brokenExclusions},
		{Name: "k2.demands", About: "Each demand is in one state of its machine, and is found by its loan.", Broken: brokenDemands},
		{Name: "k2.withdrawals", About: "Each withdrawal is in one state, which goes with that of its demand; without a debt every demand is withdrawn.", Broken: brokenWithdrawals},
		{Name: "k2.inquiries", About: "Each loan that K2 asks about is in one state, and is paid if its debt is 0.", Broken: brokenInquiries},
		{Name: "k2.registrations", About: "Each registration of an incoming demand is in one state, goes with its demand, and its next question is due once.", Broken: brokenRegistrations},
		{Name: "k2.reconciliation", About: "The reconciliation is in one state: it rests until a night, or asks for a page.", Broken: brokenReconciliation},
		{Name: "k2.incoming", About: "Each incoming demand is in one state.", Broken: brokenIncoming},
		{Name: "k2.names", About: "A loaded loan has the name by which the services know its debtor.", Broken: brokenNames},
	}
}

func brokenPaid(c *contract.Call) (broken []string) {
	paid := map[string]money.Amount{}
	for _, p := range payments.All(c.Tx) {
		paid[p.Refer] += p.Amount
	}
	for code, d := range demands.All(c.Tx) {
		if sum := paid[code]; d.Paid != sum && (!d.Stated || d.Paid < sum) {
			broken = append(broken, fmt.Sprintf("demand %s: paid %s, its payments are %s", code, d.Paid, sum))
		}
	}
	return broken
}

func brokenDebt(c *contract.Call) (broken []string) {
	for number, loan := range world.Of(c).StoredLoans() {
		if loan.Debt < 0 {
			broken = append(broken, fmt.Sprintf("loan %s: the debt is %s", number, money.Amount(loan.Debt)))
		}
	}
	for code, d := range demands.All(c.Tx) {
		if d.Amount < 0 || d.Paid < 0 {
			broken = append(broken, fmt.Sprintf("demand %s: %s, paid %s", code, d.Amount, d.Paid))
		}
	}
	return broken
}

// brokenExclusions finds demands that were made after an exclusion that is in force and
// forbids them.
func brokenExclusions(c *contract.Call) (broken []string) {
	for code, d := range demands.All(c.Tx) {
		loan, ok := world.Of(c).StoredLoan(d.Contract)
		if !ok || d.Stated || loan.IINBIN != d.IINBIN {
			continue
		}
		before := slices.DeleteFunc(bansOf(c, loan), func(e Exclusion) bool { return !e.At.Before(d.CreatedAt) })
		if before.forbid(population.Account{Bank: d.Bank, IBAN: d.Account}) {
			broken = append(broken, fmt.Sprintf("demand %s was made at %s, and loan %s was excluded then", code, d.CreatedAt, d.Contract))
		}
	}
	return broken
}

func brokenDemands(c *contract.Call) (broken []string) {
	listed, live := map[string]int{}, map[string]int{}
	for _, code := range loanDemands.All(c.Tx) {
		listed[code]++
	}
	for _, code := range liveDemands.All(c.Tx) {
		live[code]++
	}
	for code, d := range demands.All(c.Tx) {
		want := 0
		if d.isLive() {
			want = 1
		}
		if !slices.Contains(demandMachine.States(), d.Status) || listed[code] != 1 || live[code] != want {
			broken = append(broken, fmt.Sprintf("demand %s is %q, listed %d times, %d times as live", code, d.Status, listed[code], live[code]))
		}
	}
	return broken
}

func brokenWithdrawals(c *contract.Call) (broken []string) {
	for code, w := range withdrawals.All(c.Tx) {
		d, ok := demands.Get(c.Tx, code)
		entered := !slices.Contains([]string{withdrawalWanted, withdrawalAsking, withdrawalDropped}, w.State)
		switch {
		case !ok || w.Demand != code:
			broken = append(broken, "withdrawal of "+code+": there is no such demand")
		case !slices.Contains(withdrawalMachine.States(), w.State), entered && w.Code == "":
			broken = append(broken, fmt.Sprintf("withdrawal %q of %s is %q", w.Code, code, w.State))
		case slices.Contains(underWay, w.State) && !slices.Contains(withdrawable, d.Status),
			(w.State == withdrawalConfirmed) && d.Status != demandWithdrawn:
			broken = append(broken, fmt.Sprintf("withdrawal %s is %s, and its demand %s is %s", w.Code, w.State, code, d.Status))
		}
	}
	for code, d := range demands.All(c.Tx) {
		loan, ok := world.Of(c).StoredLoan(d.Contract)
		if ok && loan.Loaded && loan.Debt <= 0 && d.isLive() && !d.Stated && !isWithdrawn(c, d) && !banOf(c, d).forbidden(c.Now) {
			broken = append(broken, fmt.Sprintf("demand %s is %s, and loan %s has no debt", code, d.Status, d.Contract))
		}
	}
	return broken
}

func brokenInquiries(c *contract.Call) []string {
	return brokenAsking(c, "inquiry about", &inquiries, dueInquiries, func(number string, i inquiry) asking {
		loan, ok := world.Of(c).StoredLoan(number)
		a := asking{due: i.Due, wrong: !ok || !slices.Contains(inquiryMachine.States(), i.State), state: i.State}
		if (i.State == loanPaid) != (loan.Debt <= 0) {
			a.against = "the debt is " + money.Amount(loan.Debt).String()
		}
		return a
	})
}

func brokenRegistrations(c *contract.Call) []string {
	return brokenAsking(c, "registration of", &registrations, dueRegistrations, func(reference string, r Registration) asking {
		_, known := world.Of(c).Incoming(reference)
		a := asking{due: r.Due, wrong: !known || !slices.Contains(registrationMachine.States(), r.State), state: r.State}
		if (r.State == registrationFails) != (r.Failed != "") {
			a.against = fmt.Sprintf("the check that failed is %q", r.Failed)
		}
		return a
	})
}

// asking is what a process that asks the ABS is in.
type asking struct {
	state   string
	due     time.Time // of its next question; zero for none
	wrong   bool      // it is in no state, or about nothing
	against string    // what the state contradicts; empty for nothing
}

// brokenAsking looks at all processes of a kind, and at what is due of them: of each one
// question, or none.
func brokenAsking[T any](c *contract.Call, what string, all *store.Collection[T], due *dueIndex, look func(key string, one T) asking) (broken []string) {
	questions := map[string]string{}
	for key, of := range due.All(c.Tx) {
		questions[of] += key
	}
	for name, one := range all.All(c.Tx) {
		a, key := look(name, one), ""
		if !a.due.IsZero() {
			key = dueKey(a.due, name)
		}
		switch {
		case a.wrong || questions[name] != key:
			broken = append(broken, fmt.Sprintf("%s %s is %q, due %q and not %q", what, name, a.state, questions[name], key))
		case a.against != "":
			broken = append(broken, fmt.Sprintf("%s %s is %s, and %s", what, name, a.state, a.against))
		}
		delete(questions, name)
	}
	for name := range questions {
		broken = append(broken, fmt.Sprintf("a question is due, and there is no %s %s", what, name))
	}
	slices.Sort(broken)
	return broken
}

func brokenReconciliation(c *contract.Call) (broken []string) {
	for name, r := range reconciliations.All(c.Tx) {
		rests := r.State == reconciliationRests
		if name != reconciliationName || !slices.Contains(reconciliationMachine.States(), r.State) || rests && r.Due.IsZero() || !rests && r.Page == 0 {
			broken = append(broken, fmt.Sprintf("reconciliation %s is %q, page %d, due %s", name, r.State, r.Page, r.Due))
		}
	}
	return broken
}

func brokenIncoming(c *contract.Call) (broken []string) {
	for reference, i := range world.Of(c).AllIncoming() {
		if i.K2 != "" && !slices.Contains(incomingMachine.States(), i.K2) {
			broken = append(broken, fmt.Sprintf("incoming demand %s is %q", reference, i.K2))
		}
	}
	return broken
}

func brokenNames(c *contract.Call) (broken []string) {
	w := world.Of(c)
	for number, loan := range w.StoredLoans() {
		if name := clientName(w, loan.IINBIN); loan.Loaded && !sameName(name, loan.FullName) {
			broken = append(broken, "loan "+number+": K2 names its debtor otherwise than the ABS and KYC do")
		}
	}
	return broken
}
