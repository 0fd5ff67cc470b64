package k2_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/population"
)

// TestDemandItem prints every member of the sample, in its order.
func TestDemandItem(t *testing.T) {
	b := newBench(t)
	b.load(loan1, "86429.87")
	a := b.Ask(byDBZ, `{"contract_number":"KD0000000001","dbz_dt":"2014-02-08"}`)
	sample := samplesOf(t, byDBZ, "response")[0]
	if diff := cmp.Diff(keysOf(t, sample), keysOf(t, a.Body)); diff != "" {
		t.Errorf("members (-sample +got):\n%s", diff)
	}
	people := population.New(1)
	account := people.OtherBankAccounts(debtor)[0]
	bank, _ := population.BankByBIC(account.Bank)
	name := people.Person(debtor).FullName()
	got := b.demand(loan1)
	want := item{
		"amount": "86429.87", "paid_amount": "0.00", "loan_debt": "86429.87", "bank_code": account.Bank, "bank_id$": bank.Name,
		"cli_id$": name, "cli_iin": debtor, "cur_id": "1", "cur_id$": "KZT", "extacc_code": account.IBAN,
		"created_at": "2024-03-01T10:00:00.000000+06:00", "created_at_fmt": "01.03.2024", "created_by": "15",
		"created_by$footer_text": "исп: ведущий менеджер УДВ ДКР РБ Иванов И.И. <br />\r\nсот тел: 8 777 777 77 77 \r\n",
		"knp_id":                 "290", "knp_id$": "423.Погашение долгосрочных займов (более одного года)", "knp_id$code": "423",
		"loan_doc_at_fmt": "08.02.2014", "loan_id$dbz_num": loan1, "loan_id$title": name, "stat_id": "2001", "stat_id$": "Введен",
		"purpose": "Погашение задолженности по ПТ " + name + " по Договору банковского займа № KD0000000001 от 08.02.2014, ИИН " +
			debtor + ` в соответствии со ст.32 Закона РК № 11-VI от 26.07.2016 г. "О платежах и платежных системах"`,
		"updated_at": "2024-03-01T10:00:00.000000+06:00", "reg_id": got["reg_id$"],
	}
	for key, value := range want {
		if diff := cmp.Diff(value, got[key]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", key, diff)
		}
	}
	header := "Председателю Правления <br />\n" + guillemets(bank.Name) + "  <br />\nгосподину Гансу Христиану Андерсону"
	if diff := cmp.Diff(header, got["bank_id$header_paper"]); diff != "" {
		t.Errorf("bank_id$header_paper (-want +got):\n%s", diff)
	}
	if err := population.ValidIBAN(got["transitacc_id$"]); err != nil {
		t.Errorf("transitacc_id$ %s: %v", got["transitacc_id$"], err)
	}
	if !regexp.MustCompile(`^PTPJ\d{12}$`).MatchString(got["code"]) {
		t.Errorf("code is %s", got["code"])
	}
}

func guillemets(name string) string {
	return regexp.MustCompile(`"([^"]*)"`).ReplaceAllString(name, "«$1»")
}

// keysOf are an answer's member names in their order, of the first item too.
func keysOf(t *testing.T, body string) []string {
	t.Helper()
	var keys []string
	decoder := json.NewDecoder(strings.NewReader(body))
	expectKey := false
	for {
		token, err := decoder.Token()
		if err != nil {
			return keys
		}
		switch token {
		case json.Delim('{'):
			expectKey = true
			continue
		case json.Delim('}'), json.Delim('['), json.Delim(']'):
			expectKey = token != json.Delim('[')
			continue
		}
		if expectKey {
			keys = append(keys, token.(string))
		}
		expectKey = !expectKey
	}
}

// TestPurposeOfOrganisation says БИН of a debtor that is none of the people.
func TestPurposeOfOrganisation(t *testing.T) {
	const bin = "971240001315"
	b := newBench(t)
	b.Ask(loadLoans, loanJSON(loan1, bin, "1"))
	if got := b.demand(loan1)["purpose"]; !strings.Contains(got, ", БИН "+bin+" в соответствии") {
		t.Errorf("purpose is %s", got)
	}
}

func TestStatusMovesWithTheClock(t *testing.T) {
	tests := []struct {
		bank     string
		statuses []string // one step apart
	}{
		{"HSBKKZKX", []string{"Введен", "Зарегистрирован", "Отправлен", "Принята банком", "Принята в картотеку банка", "Принята в картотеку банка"}},
		{"KPSTKZKA", []string{"Введен", "Зарегистрирован", "Сформирован на бумажном носителе", "Сформирован на бумажном носителе"}},
	}
	for _, test := range tests {
		for _, step := range []time.Duration{10 * time.Minute, time.Hour} {
			b := newBench(t)
			b.Set("k2.demand_step", step.String())
			b.load(loan1, "1")
			b.mustGive("k2.demands", fmt.Sprintf(`{"code":"PTPJ000000000001","contract_number":%q,"bank":%q}`, loan1, test.bank))
			for _, status := range test.statuses {
				b.expectStatuses(loan1, status)
				b.pass(step - time.Nanosecond)
				b.expectStatuses(loan1, status)
				b.pass(time.Nanosecond)
			}
		}
	}
}

// TestStatusOfALateLook takes every step at its own time, however late somebody
// looks, and each once.
func TestStatusOfALateLook(t *testing.T) {
	b := newBench(t)
	b.load(loan1, "1")
	b.pass(3 * time.Hour)
	a := b.Ask(byDBZ, `{"contract_number":"KD0000000001","dbz_dt":"2014-02-08"}`)
	var taken []string
	for _, step := range a.Taken {
		taken = append(taken, step.From+" "+step.Event+" "+step.To)
	}
	want := []string{
		"Введен register Зарегистрирован", "Зарегистрирован dispatch Отправлен",
		"Отправлен accept Принята банком", "Принята банком file Принята в картотеку банка",
	}
	if diff := cmp.Diff(want, taken); diff != "" {
		t.Errorf("transitions (-want +got):\n%s", diff)
	}
	if got, want := b.demand(loan1)["updated_at"], "2024-03-01T10:40:00.000000+06:00"; got != want {
		t.Errorf("updated_at is %s, want %s", got, want)
	}
	if a := b.Ask(byDBZ, `{"contract_number":"KD0000000001","dbz_dt":"2014-02-08"}`); len(a.Taken) > 0 {
		t.Errorf("a second look has taken %v", a.Taken)
	}
}

func TestWithdrawal(t *testing.T) {
	const soon = 25 * time.Minute // Отправлен
	tests := map[string]func(*bench){
		"debt 0 by sync":   func(b *bench) { b.Ask(syncDebts, `[{"contract_number":"KD0000000001","debt":0}]`) },
		"debt 0 by load":   func(b *bench) { b.load(loan1, "0") },
		"after a year":     func(b *bench) { b.Now = b.Now.Add(-soon).AddDate(1, 0, 0) },
		"exclusion":        func(b *bench) { b.Ask(excludeOn, exclusion(loan1, true)) },
		"debt 0 in tenths": func(b *bench) { b.Ask(syncDebts, `[{"contract_number":"KD0000000001","debt":0.00}]`) },
	}
	for name, act := range tests {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.load(loan1, "1")
			b.pass(soon)
			b.expectStatuses(loan1, "Отправлен")
			act(b)
			b.expectStatuses(loan1, "Отозван")
			b.pass(1000 * 24 * time.Hour)
			b.expectStatuses(loan1, "Отозван")
		})
	}
}

func exclusion(number string, withdraw bool) string {
	return fmt.Sprintf(`{"iin":%q,"dbz_num":%q,"return_extreq":%t,"fio":"Т","title":"причина"}`, debtor, number, withdraw)
}

// TestAnotherDebtor leaves nobody's account asked for somebody else's debt.
func TestAnotherDebtor(t *testing.T) {
	const bin = "971240001315"
	b := newBench(t)
	b.load(loan1, "1")
	b.pass(time.Minute)
	b.Ask(loadLoans, loanJSON(loan1, bin, "2"))
	var got []string
	for _, i := range b.demands(loan1) {
		got = append(got, i["cli_iin"]+" "+i["stat_id$"])
	}
	if diff := cmp.Diff([]string{debtor + " Отозван", bin + " Введен"}, got); diff != "" {
		t.Errorf("demands (-want +got):\n%s", diff)
	}
}

func TestDayBeforeAYear(t *testing.T) {
	b := newBench(t)
	b.load(loan1, "1")
	b.Now = b.Now.AddDate(1, 0, 0).Add(-time.Second)
	b.expectStatuses(loan1, "Принята в картотеку банка")
}

// TestDemandsFollowTheLoan makes one demand for an account, and another only
// when the first has ended.
func TestDemandsFollowTheLoan(t *testing.T) {
	b := newBench(t)
	b.load(loan1, "100")
	first := b.demand(loan1)["code"]
	b.load(loan1, "90")
	b.Ask(syncDebts, `[{"contract_number":"KD0000000001","debt":80}]`)
	got := b.demand(loan1)
	if got["code"] != first || got["amount"] != "100.00" || got["loan_debt"] != "80.00" {
		t.Errorf("the demand is %s for %s, the debt %s; want %s, 100.00 and 80.00", got["code"], got["amount"], got["loan_debt"], first)
	}
	b.load(loan1, "0")
	b.load(loan1, "70")
	b.pass(time.Minute)
	items := b.demands(loan1)
	if len(items) != 2 || items[0]["code"] == items[1]["code"] || items[1]["amount"] != "70.00" {
		t.Errorf("demands after a new debt: %v", items)
	}
}

// TestReferencesDependOnNothingElse draws the same reference for an account
// whatever else has happened, and never the same for two.
func TestReferencesDependOnNothingElse(t *testing.T) {
	alone := newBench(t)
	alone.load(loan1, "5")
	busy := newBench(t)
	for n := range 300 {
		busy.load(fmt.Sprintf("KD%d", n), "7")
	}
	busy.load(loan1, "9")
	if a, b := alone.demand(loan1)["code"], busy.demand(loan1)["code"]; a != b {
		t.Errorf("reference %s alone, %s among others", a, b)
	}
	if got := len(busy.stored("k2.demands")); got != 301 {
		t.Errorf("%d references for 301 loans", got)
	}
}

func TestNoDemandWithoutAnAccount(t *testing.T) {
	b := newBench(t)
	b.Ask(loadLoans, loanJSON(loan1, "нет такого ИИ", "1"))
	b.Ask(loadLoans, loanJSON(loan1, "abcdefghijkl", "1")) // twelve characters, nobody's
	b.expectStatuses(loan1)
	b.load("KD0000000002", "0")
	b.expectStatuses("KD0000000002")
}

// TestSearch matches number and date of the agreement (ledger 42), and tells a
// number from one that goes on behind a slash.
func TestSearch(t *testing.T) {
	b := newBench(t)
	b.Ask(loadLoans, `[
		{"contract_number":"RBEZ20-700","dbz_contract_number":"Z","dbz_dt":"2020-01-01","iinbin":"901123300258","debt":1},
		{"contract_number":"RBEZ20-700/XX","dbz_contract_number":"Z","dbz_dt":"2020-01-02","iinbin":"901123300258","debt":2},
		{"contract_number":"OTHER","dbz_contract_number":"Z","dbz_dt":"2020-01-01","iinbin":"901123300258","debt":3}]`)
	tests := map[string][]string{
		`{"contract_number":"Z","dbz_dt":"2020-01-01"}`:          {"3.00", "1.00"},
		`{"contract_number":"Z","dbz_dt":"2020-01-02"}`:          {"2.00"},
		`{"contract_number":"Z","dbz_dt":"2020-01-03"}`:          nil,
		`{"contract_number":"RBEZ20-700","dbz_dt":"2020-01-01"}`: nil,
	}
	for query, want := range tests {
		var body struct {
			Items []struct{ Amount string }
		}
		a := b.Ask(byDBZ, query)
		if err := json.Unmarshal([]byte(a.Body), &body); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, i := range body.Items {
			got = append(got, i.Amount)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
}

// TestForcedFound brings about a demand whatever stands in its way.
func TestForcedFound(t *testing.T) {
	body := `{"contract_number":"KD0000000001","dbz_dt":"2014-02-08"}`
	tests := map[string]func(*bench){
		"nothing":    func(*bench) {},
		"no debt":    func(b *bench) { b.load(loan1, "0") },
		"excluded":   func(b *bench) { b.Ask(excludeOn, exclusion(loan1, false)); b.load(loan1, "5") },
		"no account": func(b *bench) { b.Ask(loadLoans, loanJSON(loan1, "abcdefghijkl", "5")) },
		"another date": func(b *bench) {
			b.Ask(loadLoans, `[{"contract_number":"KD0000000001","dbz_dt":"2015-01-01","iinbin":"901123300258","debt":1}]`)
		},
	}
	for name, prepare := range tests {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			prepare(b)
			before := b.loan(loan1)
			forced := b.Do(want(byDBZ, body, "found"))
			if forced.Outcome != "found" || forced.Body != b.Ask(byDBZ, body).Body {
				t.Errorf("forced %s %s, and by itself %s", forced.Outcome, forced.Body, b.Ask(byDBZ, body).Body)
			}
			if after := b.loan(loan1); before.Loaded && after.DbzDate != before.DbzDate {
				t.Errorf("another loan was changed from %v to %v", before, after)
			}
		})
	}
}

// TestForcedFoundOfOwnLoan loads the population's loan, if its agreement is asked
// for.
func TestForcedFoundOfOwnLoan(t *testing.T) {
	b := newBench(t)
	own := population.New(1).Loans(debtor)[0]
	b.Do(want(byDBZ, fmt.Sprintf(`{"contract_number":%q,"dbz_dt":%q}`, own.DbzNumber, own.DbzDate.Format(time.DateOnly)), "found"))
	if got := b.loan(own.ContractNumber); !got.Loaded || got.Loan != own {
		t.Errorf("the loan is %+v, want %+v", got, own)
	}
}

func TestCurrency(t *testing.T) {
	b := newBench(t)
	for currency, id := range map[string]string{"KZT": "1", "USD": "2", "XAU": "6"} {
		b.Ask(loadLoans, fmt.Sprintf(`[{"contract_number":%q,"dbz_dt":"2014-02-08","iinbin":%q,"debt":1,"cur":%q}]`, currency, debtor, currency))
		if got := b.demand(currency); got["cur_id"] != id || got["cur_id$"] != currency {
			t.Errorf("%s is printed as %s %s, want %s", currency, got["cur_id"], got["cur_id$"], id)
		}
	}
}
