package abs_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/population"
)

const (
	aBIN         = "940140000385"
	aForeignBIN  = "940150000380" // a non-resident by its fifth digit
	notANumber   = "12345"
	wrongControl = "901123300255"
)

func TestClientIsWhoThePopulationSays(t *testing.T) {
	b := newBench(t)
	person, company := people.Person("901123300258"), people.Organisation(aBIN)
	for _, test := range []struct {
		iinbin, name      string
		sector, residence int
	}{
		{"901123300258", person.Surname + " " + person.Name + " " + person.Patronymic, 9, 1},
		{"000000000000", people.Person("000000000000").FullName(), 9, 1},
		{wrongControl, people.Person(wrongControl).FullName(), 9, 1},
		{aBIN, company.ShortName, 7, 1},
		{aForeignBIN, people.Organisation(aForeignBIN).ShortName, 7, 2},
	} {
		name, err := json.Marshal(test.name)
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf(`{"error_text":"","error_code":0,"iinbin":%q,"fullname":%s,"sectecon":%d,"residfl":%d}`,
			test.iinbin, name, test.sector, test.residence)
		check(t, b.Ask("abs.get_cli", "iinbin="+test.iinbin), "found", want)
	}
}

func TestWhoIsAClient(t *testing.T) {
	for _, test := range []struct {
		name    string
		profile []string
		given   string
		iinbin  string
		outcome string
		about   []string
	}{
		{name: "anybody", iinbin: "000000000000", outcome: "found"},
		{name: "a number of another length", iinbin: notANumber, outcome: "found", about: []string{"/iinbin"}},
		{name: "the same is unknown", profile: []string{"abs.unknown", "error"}, iinbin: notANumber, outcome: "not-found"},
		{name: "length alone counts", profile: []string{"abs.unknown", "error"}, iinbin: wrongControl, outcome: "found"},
		{name: "control digit", profile: []string{"strict_ids", "on"}, iinbin: wrongControl, outcome: "not-found"},
		{name: "right control digit", profile: []string{"preset", "strict"}, iinbin: "901123300258", outcome: "found"},
		{name: "right BIN", profile: []string{"preset", "strict"}, iinbin: aBIN, outcome: "found"},
		{name: "said unknown", given: `{"iinbin":"901123300258","unknown":true}`, iinbin: "901123300258", outcome: "not-found"},
		{name: "said known", profile: []string{"preset", "strict"}, given: `{"iinbin":"000000000000","unknown":false}`, iinbin: "000000000000", outcome: "found"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, test.profile...)
			if test.given != "" {
				mustGive(t, b, "abs.clients", test.given)
			}
			check(t, b.Ask("abs.get_cli", "iinbin="+test.iinbin), test.outcome, "", test.about...)
		})
	}
}

type accounts struct {
	IBANs []struct{ IBAN, AccountName, PS, System, Cur string }
}

func accountsOf(t *testing.T, body string) (list accounts) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return list
}

func TestAccountsAreThePopulations(t *testing.T) {
	b := newBench(t)
	for _, iinbin := range []string{"901123300258", "000000000000", aBIN} {
		got := b.Ask("abs.get_acc", "iinbin="+iinbin)
		check(t, got, "found", "")
		var want accounts
		for _, a := range people.Accounts(iinbin) {
			want.IBANs = append(want.IBANs, struct{ IBAN, AccountName, PS, System, Cur string }{a.IBAN, a.Name, a.PS, a.System, a.Currency})
		}
		if diff := cmp.Diff(want, accountsOf(t, got.Body)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", iinbin, diff)
		}
	}
}

// TestAccountsOfLoadedLoans: what K2 was told serves a loan is an account, once.
func TestAccountsOfLoadedLoans(t *testing.T) {
	b := newBench(t)
	iin, own := somebody(t)
	putLoan(b, own)
	putLoan(b, population.Loan{ContractNumber: "KD1", IINBIN: iin, IBAN: "KZ000000000000000000", System: "colvir", Currency: "USD"})
	putLoan(b, population.Loan{ContractNumber: "KD2", IINBIN: iin})
	list := accountsOf(t, b.Ask("abs.get_acc", "iinbin="+iin).Body).IBANs
	if want := len(people.Accounts(iin)) + 1; len(list) != want {
		t.Fatalf("%d accounts, want %d: %v", len(list), want, list)
	}
	last := list[len(list)-1]
	want := struct{ IBAN, AccountName, PS, System, Cur string }{"KZ000000000000000000", people.Person(iin).FullName(), "2204191", "colvir", "USD"}
	if diff := cmp.Diff(want, last); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNoAccounts(t *testing.T) {
	const none = `{"error_text":"","error_code":0,"ibans":[]}`
	b := newBench(t)
	mustGive(t, b, "abs.accounts", `{"iinbin":"901123300258","none":true}`)
	mustGive(t, b, "abs.accounts", `{"iinbin":"000000000000","ibans":[]}`)
	check(t, b.Ask("abs.get_acc", "iinbin=901123300258"), "none", none)
	check(t, b.Ask("abs.get_acc", "iinbin=000000000000"), "none", none)
	check(t, b.Ask("abs.get_acc", "iinbin="+notANumber), "none", none, "/iinbin")
}

// TestGivenAccounts has the document's answer to the byte, as a scenario would.
func TestGivenAccounts(t *testing.T) {
	b := newBench(t)
	mustGive(t, b, "abs.accounts", `{"iinbin":"000000000000","ibans":[{"iban":"KZ000000000000000000","accountName":"Наименование счета, обычно ФИО"}]}`)
	check(t, b.Ask("abs.get_acc", sample(t, "abs.get_acc")), "found", response(t, "abs/get_acc.response.found.json"))
	mustGive(t, b, "abs.accounts", `{"iinbin":"901123300258","ibans":[{"iban":"KZ1","ps":"2203171","system":"colvir","cur":"EUR"}]}`)
	want := `{"error_text":"","error_code":0,"ibans":[{"iban":"KZ1","accountName":"` + people.Person("901123300258").FullName() +
		`","ps":"2203171","system":"colvir","cur":"EUR"}]}`
	check(t, b.Ask("abs.get_acc", "iinbin=901123300258"), "found", want)
}

// TestForcedClients are introduced to the bank, with accounts.
func TestForcedClients(t *testing.T) {
	for _, iinbin := range []string{"901123300258", notANumber, wrongControl} {
		b := newBench(t, "preset", "strict")
		mustGive(t, b, "abs.clients", `{"iinbin":"`+iinbin+`","unknown":true}`)
		mustGive(t, b, "abs.accounts", `{"iinbin":"`+iinbin+`","none":true}`)
		check(t, b.Ask("abs.get_acc", "iinbin="+iinbin), "not-found", "")
		forced := b.Do(wanted("abs.get_acc", "iinbin="+iinbin, "found"))
		list := accountsOf(t, forced.Body).IBANs
		if len(list) == 0 || population.ValidIBAN(list[0].IBAN) != nil || list[0].AccountName != people.Person(iinbin).FullName() {
			t.Errorf("%s: %s", iinbin, forced.Body)
		}
		for operation, outcome := range map[string]string{"abs.get_cli": "found", "abs.get_acc": "found"} {
			if got := b.Ask(operation, "iinbin="+iinbin); got.Outcome != outcome {
				t.Errorf("%s of %s: %s", operation, iinbin, got.Outcome)
			}
		}
	}
}
