package world_test

import (
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

var day = time.Date(2014, 2, 8, 0, 0, 0, 0, time.UTC)

// loan makes one up that has every key, changed by fn.
func loan(contract string, fn func(*world.Loan)) world.Loan {
	l := world.Loan{Loan: population.Loan{
		ContractNumber: contract, DbzNumber: "DBZ-" + contract, DbzDate: day, IINBIN: iin, IBAN: "KZ-" + contract,
		DepID: 100, ID: int64(len(contract)) + 1_000, Debt: 100,
	}}
	if fn != nil {
		fn(&l)
	}
	return l
}

func contracts(loans []world.Loan) []string {
	var all []string
	for _, l := range loans {
		all = append(all, l.ContractNumber)
	}
	return all
}

func put(t *testing.T, loans ...world.Loan) *store.Store {
	t.Helper()
	s := newStore()
	in(t, s, func(w world.World) {
		for _, l := range loans {
			w.PutLoan(l)
		}
	})
	return s
}

// has checks which loan a look-up finds; an empty contract is none.
func has(t *testing.T, what, contract string, l world.Loan, ok bool) {
	t.Helper()
	if ok != (contract != "") || l.ContractNumber != contract && ok {
		t.Errorf("%s is the loan %q, %v; want %q", what, l.ContractNumber, ok, contract)
	}
}

func TestThePopulationsLoans(t *testing.T) {
	in(t, newStore(), func(w world.World) {
		want := people.Loans(iin)[0]
		same(t, "its owner's", []world.Loan{{Loan: want}}, w.Loans(iin))
		l, ok := w.LoanByContract(want.ContractNumber)
		has(t, "by contract", want.ContractNumber, l, ok)
		l, ok = w.LoanByIBAN(want.IBAN)
		has(t, "by account", want.ContractNumber, l, ok)
		l, ok = w.LoanByColvir(want.DepID, want.ID)
		has(t, "by Colvir's key", want.ContractNumber, l, ok)
		_, ok = w.StoredLoan(want.ContractNumber)
		same(t, "it is stored", false, ok)
		same(t, "loaded by agreement", 0, len(w.LoansByDBZ(want.DbzNumber, "")))

		l, ok = w.LoanByContract("none")
		has(t, "of an unknown contract", "", l, ok)
		l, ok = w.LoanByIBAN("none")
		has(t, "of an unknown account", "", l, ok)
		l, ok = w.LoanByColvir(1, 2)
		has(t, "of an unknown key", "", l, ok)
		same(t, "nobody's", 0, len(w.Loans("nobody")))
	})
}

func TestAStoredLoanStandsBeforeThePopulations(t *testing.T) {
	own := people.Loans(iin)[0]
	changed := world.Loan{Loan: own, Loaded: true}
	changed.Debt, changed.IBAN = 7, "KZ-other"
	s := put(t, changed, loan("AA1", nil))
	in(t, s, func(w world.World) {
		same(t, "the person's", []string{"AA1", own.ContractNumber}, contracts(w.Loans(iin)))
		for what, find := range map[string]func() (world.Loan, bool){
			"by contract":                    func() (world.Loan, bool) { return w.LoanByContract(own.ContractNumber) },
			"by its account":                 func() (world.Loan, bool) { return w.LoanByIBAN("KZ-other") },
			"by the population's account":    func() (world.Loan, bool) { return w.LoanByIBAN(own.IBAN) },
			"by Colvir's key":                func() (world.Loan, bool) { return w.LoanByColvir(own.DepID, own.ID) },
			"among what somebody has stored": func() (world.Loan, bool) { return w.StoredLoan(own.ContractNumber) },
		} {
			l, ok := find()
			same(t, what, changed, l)
			same(t, what+" it is found", true, ok)
		}
	})
}

func TestALoanThatIsStoredAgainLosesItsOldKeys(t *testing.T) {
	s := put(t, loan("C1", func(l *world.Loan) { l.Loaded = true }))
	in(t, s, func(w world.World) {
		w.PutLoan(loan("C1", func(l *world.Loan) {
			l.IINBIN, l.IBAN, l.DbzNumber, l.DepID, l.Loaded = bin, "KZ-new", "DBZ-new", 101, true
		}))
	})
	in(t, s, func(w world.World) {
		l, ok := w.LoanByIBAN("KZ-C1")
		has(t, "by the old account", "", l, ok)
		l, ok = w.LoanByColvir(100, 1002)
		has(t, "by the old key", "", l, ok)
		same(t, "by the old agreement", 0, len(w.LoansByDBZ("DBZ-C1", "")))
		same(t, "the old owner's", contracts([]world.Loan{{Loan: people.Loans(iin)[0]}}), contracts(w.Loans(iin)))

		l, ok = w.LoanByIBAN("KZ-new")
		has(t, "by the new account", "C1", l, ok)
		l, ok = w.LoanByColvir(101, 1002)
		has(t, "by the new key", "C1", l, ok)
		same(t, "by the new agreement", []string{"C1"}, contracts(w.LoansByDBZ("DBZ-new", "")))
		same(t, "the new owner's", "C1", contracts(w.Loans(bin))[0])
	})
}

// One account may serve several loans: each is found by it as long as it has it.
func TestSeveralLoansOfOneAccount(t *testing.T) {
	onKZ := func(l *world.Loan) { l.IBAN, l.ID = "KZ", 5 }
	s := put(t, loan("B", onKZ), loan("A", onKZ))
	in(t, s, func(w world.World) {
		l, ok := w.LoanByIBAN("KZ")
		has(t, "by account, the first", "A", l, ok)
		l, ok = w.LoanByColvir(100, 5)
		has(t, "by Colvir's key, the first", "A", l, ok)
		w.PutLoan(loan("A", nil))
		l, ok = w.LoanByIBAN("KZ")
		has(t, "when the first has left the account", "B", l, ok)
		l, ok = w.LoanByColvir(100, 5)
		has(t, "when the first has another key", "B", l, ok)
		w.PutLoan(loan("B", nil))
		l, ok = w.LoanByIBAN("KZ")
		has(t, "when both have left", "", l, ok)
	})
}

// Numbers of agreements contain slashes, and anything else that people write.
func TestKeysDoNotRunIntoEachOther(t *testing.T) {
	keyed := func(contract, owner, dbz string) world.Loan {
		return loan(contract, func(l *world.Loan) { l.IINBIN, l.DbzNumber, l.Loaded = owner, dbz, true })
	}
	s := put(t,
		keyed("C", "1/2", "A/B"), keyed("B/C", "1", "A"), keyed("2/C", "1", "A/B"), keyed(`"`, `1"`, `A"`), keyed("", "1", "A "))
	in(t, s, func(w world.World) {
		same(t, "of 1/2", []string{"C"}, contracts(w.Loans("1/2")))
		same(t, "of 1", []string{"", "2/C", "B/C"}, contracts(w.Loans("1")))
		same(t, `of 1"`, []string{`"`}, contracts(w.Loans(`1"`)))
		same(t, "by A", []string{"B/C"}, contracts(w.LoansByDBZ("A", "")))
		same(t, "by A/B", []string{"2/C", "C"}, contracts(w.LoansByDBZ("A/B", "")))
		same(t, `by A"`, []string{`"`}, contracts(w.LoansByDBZ(`A"`, "")))
		same(t, "by nothing", 0, len(w.LoansByDBZ("", "")))
	})
}

func TestLoansByAgreement(t *testing.T) {
	of := func(loaded bool, dated time.Time) func(*world.Loan) {
		return func(l *world.Loan) { l.DbzNumber, l.Loaded, l.DbzDate = "N", loaded, dated }
	}
	s := put(t, loan("A", of(true, day)), loan("B", of(false, day)), loan("C", of(true, day.AddDate(0, 0, 1))))
	in(t, s, func(w world.World) {
		for date, want := range map[string][]string{
			"": {"A", "C"}, "2014-02-08": {"A"}, "2014-02-09": {"C"}, "2014-02-10": nil, "08.02.2014": nil,
		} {
			same(t, "dated "+date, want, contracts(w.LoansByDBZ("N", date)))
		}
	})
}
