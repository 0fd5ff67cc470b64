package population_test

import (
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/population"
)

// checkKeysLeadBack follows every key of somebody's loans and accounts back.
func checkKeysLeadBack(t *testing.T, people population.Population, iinbin string) {
	t.Helper()
	for _, loan := range people.Loans(iinbin) {
		for name, find := range map[string]func() (population.Loan, bool){
			"contract": func() (population.Loan, bool) { return people.LoanByContract(loan.ContractNumber) },
			"ДБЗ":      func() (population.Loan, bool) { return people.LoanByContract(loan.DbzNumber) },
			"IBAN":     func() (population.Loan, bool) { return people.LoanByIBAN(loan.IBAN) },
			"Colvir":   func() (population.Loan, bool) { return people.LoanByColvir(loan.DepID, loan.ID) },
		} {
			if found, ok := find(); !ok || found != loan {
				t.Errorf("by %s the loan %+v leads to %+v (%v)", name, loan, found, ok)
			}
		}
	}
	for _, account := range append(people.Accounts(iinbin), people.OtherBankAccounts(iinbin)...) {
		if owner, ok := people.OwnerOfIBAN(account.IBAN); !ok || owner != iinbin {
			t.Errorf("%s leads to %q, want %q", account.IBAN, owner, iinbin)
		}
		if err := population.ValidIBAN(account.IBAN); err != nil {
			t.Errorf("%s: %v", account.IBAN, err)
		}
		if bank, ok := population.BankOfIBAN(account.IBAN); !ok || bank.BIC != account.Bank {
			t.Errorf("%s is at %s, not at %s", account.IBAN, bank.BIC, account.Bank)
		}
	}
}

// someClients returns IINs and BINs, the samples among them.
func someClients(people population.Population, count int) []string {
	clients := append(someIINs(people, count), samples...)
	for i := range count / 4 {
		clients = append(clients, people.SomeOrganisation(strconv.Itoa(i)))
	}
	return clients
}

func TestEveryKeyLeadsBackToItsOwner(t *testing.T) {
	people, seen := population.New(1), map[string]bool{}
	for _, client := range someClients(people, 1000) {
		checkKeysLeadBack(t, people, client)
		accounts := append(people.Accounts(client), people.OtherBankAccounts(client)...)
		for _, account := range accounts {
			if seen[account.IBAN] {
				t.Errorf("%s has two owners", account.IBAN)
			}
			seen[account.IBAN] = true
		}
	}
}

func TestLoansArePlausible(t *testing.T) {
	people := population.New(1)
	for _, client := range someClients(people, 1000) {
		for _, loan := range people.Loans(client) {
			if loan.Debt <= 0 || loan.Debt >= loan.Amount {
				t.Errorf("%s: debt %d of %d", loan.ContractNumber, loan.Debt, loan.Amount)
			}
			if loan.DeaDate.After(loan.DbzDate) || loan.DbzDate.AddDate(0, 0, loan.OverdueDays).After(latest) {
				t.Errorf("%s: line %s, loan %s, overdue %d days", loan.ContractNumber, loan.DeaDate, loan.DbzDate, loan.OverdueDays)
			}
			if !population.IsBIN(client) && loan.FullName != people.Person(client).FullName() {
				t.Errorf("%s is of %s, not of %s", loan.ContractNumber, loan.FullName, people.Person(client).FullName())
			}
		}
	}
}

func TestLoansAreServedFromAnAccount(t *testing.T) {
	people := population.New(1)
	for _, client := range someClients(people, 300) {
		accounts := map[string]population.Account{}
		for _, account := range people.Accounts(client) {
			accounts[account.IBAN] = account
		}
		loans := people.Loans(client)
		for _, loan := range loans {
			if account := accounts[loan.IBAN]; account.System != loan.System || account.Bank != population.OwnBank().BIC {
				t.Errorf("%s is served from %+v", loan.ContractNumber, account)
			}
		}
		if len(accounts) != len(loans)+1 {
			t.Errorf("%s has %d accounts and %d loans", client, len(accounts), len(loans))
		}
	}
}

func TestChartOfAccounts(t *testing.T) {
	people := population.New(1)
	for client, want := range map[string]string{
		"901123300258": "2204191", // as in the ABS sample
		"971240001315": "2203171",
		"971250001315": "2203271", // a non-resident
	} {
		if got := people.Accounts(client)[0].PS; got != want {
			t.Errorf("the account of %s is in %s, want %s", client, got, want)
		}
	}
}

func TestKeysThatNobodyHas(t *testing.T) {
	people := population.New(1)
	loan := people.Loans("901123300258")[0]
	found := map[string]bool{}
	_, found["a document's contract"] = people.LoanByContract("KD0000000001")
	_, found["a second loan"] = people.LoanByContract("KD9011233002582")
	_, found["another prefix"] = people.LoanByContract("XX9011233002581")
	_, found["not a number"] = people.LoanByContract("KD9011233x02581")
	_, found["another department"] = people.LoanByColvir(loan.DepID+1, loan.ID)
	_, found["a document's department"] = people.LoanByColvir(2, 1001)
	_, found["a negative id"] = people.LoanByColvir(loan.DepID, -loan.ID)
	_, found["a second id"] = people.LoanByColvir(loan.DepID, loan.ID+1)
	_, found["a huge id"] = people.LoanByColvir(loan.DepID, 1<<62)
	_, found["a current account"] = people.LoanByIBAN(people.Accounts("901123300258")[0].IBAN)
	_, found["no IBAN"] = people.LoanByIBAN("KZ")
	_, found["somebody's real IBAN"] = people.OwnerOfIBAN("KZ476010131000179714")
	_, found["letters in an IBAN"] = people.OwnerOfIBAN("KZ71563D601200019058")
	_, found["a sample IBAN"] = people.OwnerOfIBAN("KZ000000000000000000")
	for what, ok := range found {
		if ok {
			t.Errorf("%s leads to somebody", what)
		}
	}
}

func TestOtherAccountsAreAtDifferentBanks(t *testing.T) {
	people, onPaper := population.New(1), 0
	for _, client := range someClients(people, 2000) {
		var banks []string
		for _, account := range people.OtherBankAccounts(client) {
			bank, _ := population.BankByBIC(account.Bank)
			if !bank.Electronic {
				onPaper++
			}
			banks = append(banks, account.Bank)
		}
		unique := map[string]bool{population.OwnBank().BIC: true}
		for _, bank := range banks {
			if unique[bank] {
				t.Errorf("%s has accounts at %s", client, banks)
			}
			unique[bank] = true
		}
	}
	if onPaper == 0 {
		t.Error("no debtor has an account at a bank without an electronic channel")
	}
}

func TestWhatIsNoIdentifierHasNoMoney(t *testing.T) {
	people := population.New(1)
	for _, key := range []string{"", "abc", "9011233002", "90112330025x", "9011233002581"} {
		got := [3]int{len(people.Loans(key)), len(people.Accounts(key)), len(people.OtherBankAccounts(key))}
		if diff := cmp.Diff([3]int{}, got); diff != "" {
			t.Errorf("%q has loans or accounts (-want +got):\n%s", key, diff)
		}
	}
}

func TestOrganisationAgreesWithTheBIN(t *testing.T) {
	people := population.New(1)
	for _, test := range []struct {
		bin, prefix, month string
		residence          int
	}{
		{"971240001315", "", "1997-12", 1},
		{"210640000789", "", "2021-06", 1},
		{"961141000023", "Филиал ", "1996-11", 1},
		{"961152000023", "Представительство ", "1996-11", 2},
		{"961143000023", "Крестьянское хозяйство ", "1996-11", 1},
		{"961160000023", "Индивидуальный предприниматель", "1996-11", 1},
	} {
		got := people.Organisation(test.bin)
		if got.Registered.Format("2006-01") != test.month || got.ResidenceCode != test.residence || got.Name[:len(test.prefix)] != test.prefix {
			t.Errorf("Organisation(%s) = %+v", test.bin, got)
		}
	}
}
