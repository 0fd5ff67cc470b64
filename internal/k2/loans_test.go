package k2_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/world"
)

// TestLoanSamples goes through the document's own loan: its request is taken, and
// its error is what two wrong rows are answered.
func TestLoanSamples(t *testing.T) {
	b := newBench(t)
	responses := samplesOf(t, loadLoans, "response")
	b.expect(b.Ask(loadLoans, samplesOf(t, loadLoans, "request")[0]), "accepted", responses[0])
	rows := `[{"request_id":111,"contract_number":"K","iinbin":"1","debt":1},{"request_id":1112,"contract_number":"K","iinbin":"","debt":1}]`
	b.expect(b.Ask(loadLoans, rows), "bad-iin-length", responses[1])
}

func (b *bench) loan(contractNumber string) world.Loan {
	b.t.Helper()
	var loan world.Loan
	b.Update(func(c *contract.Call) error {
		loan, _ = world.Of(c).StoredLoan(contractNumber)
		return nil
	})
	return loan
}

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

// TestLoanFields keeps every field of the sample.
func TestLoanFields(t *testing.T) {
	b := newBench(t)
	b.Ask(loadLoans, samplesOf(t, loadLoans, "request")[0])
	want := world.Loan{Loaded: true, ProblemFL: "1", Loan: population.Loan{
		ContractNumber: loan1, DbzNumber: loan1, DbzDate: day(2014, 2, 8), DeaDate: day(2021, 1, 1), // ledger 34
		IINBIN: "000000000000", FullName: "Тестовый Тест Тестович", Amount: 200000000, Debt: 200000000, Currency: "KZT",
		IBAN: "KZ000000000000000000", DepID: 555, ID: 666, DeaDepID: 777, DeaID: 888, DeaCode: 999, // ledger 35
		System: "way4", OverdueDays: 90, Segment: "01",
	}}
	if diff := cmp.Diff(want, b.loan(loan1)); diff != "" {
		t.Errorf("the sample's loan (-want +got):\n%s", diff)
	}
}

// TestLoanUpdate keeps what a later row leaves out and changes what it says.
func TestLoanUpdate(t *testing.T) {
	b := newBench(t)
	b.Ask(loadLoans, samplesOf(t, loadLoans, "request")[0])
	want := b.loan(loan1)
	b.Ask(loadLoans, `[{"contract_number":"KD0000000001","iinbin":"000000000000","debt":50.5,"overdue_days":0,"dea_dt":"2021-02-02"}]`)
	want.Debt, want.OverdueDays, want.DeaDate = 5050, 0, day(2021, 2, 2)
	if diff := cmp.Diff(want, b.loan(loan1)); diff != "" {
		t.Errorf("the loan after an update (-want +got):\n%s", diff)
	}
}

// TestLoanDefaults fills in what a minimal row leaves open: the population's own
// loan under its own number, else the debtor's name.
func TestLoanDefaults(t *testing.T) {
	b := newBench(t)
	own := population.New(1).Loans(debtor)[0]
	b.Ask(loadLoans, fmt.Sprintf(`[{"contract_number":%q,"iinbin":%q,"debt":7}]`, own.ContractNumber, debtor))
	want := world.Loan{Loaded: true, Loan: own}
	want.Debt = 700
	if diff := cmp.Diff(want, b.loan(own.ContractNumber)); diff != "" {
		t.Errorf("the population's loan (-want +got):\n%s", diff)
	}
	for iin, name := range map[string]string{
		debtor:         population.New(1).Person(debtor).FullName(),
		"971240001315": population.New(1).Organisation("971240001315").ShortName,
	} {
		b.Ask(loadLoans, loanJSON("K1", iin, "7"))
		if got := b.loan("K1"); got.FullName != name || got.DbzNumber != "K1" || got.Currency != "KZT" {
			t.Errorf("loan of %s is %+v, want the name %s, the contract's number and tenge", iin, got, name)
		}
	}
}

func TestIINLength(t *testing.T) {
	tests := []struct {
		iin          string
		off, on      string // outcome without and with strict_ids
		findingsOfOn []string
	}{
		{"901123300258", "accepted", "accepted", nil},
		{"971240001315", "accepted", "accepted", nil},
		{"901123300255", "accepted", "bad-iin-length", []string{"62 /0/iinbin"}},
		{"000000000000", "accepted", "bad-iin-length", []string{"62 /0/iinbin"}},
		{"двенадцатьбу", "accepted", "bad-iin-length", []string{"62 /0/iinbin"}},
		{"90112330025", "bad-iin-length", "bad-iin-length", nil},
		{"9011233002588", "bad-iin-length", "bad-iin-length", nil},
		{"", "bad-iin-length", "bad-iin-length", nil},
	}
	for _, test := range tests {
		for strict, outcome := range map[string]string{"off": test.off, "on": test.on} {
			b := newBench(t)
			b.Set("strict_ids", strict)
			a := b.Ask(loadLoans, loanJSON(loan1, test.iin, "1"))
			if a.Outcome != outcome {
				t.Errorf("%q with strict_ids %s: %s, want %s", test.iin, strict, a.Outcome, outcome)
			}
			if strict == "on" {
				b.expectFindings(a, test.findingsOfOn...)
			}
		}
	}
}

// TestSegmentLength counts letters of any alphabet (ledger 87).
func TestSegmentLength(t *testing.T) {
	row := `[{"contract_number":"K1","iinbin":"901123300258","debt":1,"segment":%q}]`
	for letters, outcome := range map[int]string{0: "accepted", 20: "accepted", 21: "bad-row"} {
		b := newBench(t)
		a := b.Ask(loadLoans, fmt.Sprintf(row, strings.Repeat("ә", letters)))
		if a.Outcome != outcome {
			t.Errorf("%d letters: %s, want %s", letters, a.Outcome, outcome)
		}
		if outcome == "bad-row" {
			b.expectFindings(a, "87 /0/segment")
		}
	}
}

func TestStrictIBAN(t *testing.T) {
	row := `[{"contract_number":"K1","iinbin":"901123300258","debt":1,"iban":%q}]`
	for iban, outcome := range map[string]string{"KZ86125KZT5004100100": "accepted", "KZ000000000000000000": "bad-row"} {
		b := newBench(t)
		b.Set("strict_ids", "on")
		if a := b.Ask(loadLoans, fmt.Sprintf(row, iban)); a.Outcome != outcome {
			t.Errorf("%s: %s, want %s", iban, a.Outcome, outcome)
		}
	}
}

func TestSyncDebt(t *testing.T) {
	b := newBench(t)
	b.load(loan1, "100")
	b.expect(b.Ask(syncDebts, `[{"contract_number":"KD0000000001","debt":86429.87}]`), "accepted", taken)
	if got := b.loan(loan1); got.Debt != 8642987 || got.Amount < got.Debt {
		t.Errorf("the loan owes %d of %d tiyn, want 8642987 and at least as much lent", got.Debt, got.Amount)
	}
	a := b.Ask(syncDebts, `[{"contract_number":"KD0000000001","debt":1},{"request_id":9,"contract_number":"KD0000000001","debt":-1},{}]`)
	b.expect(a, "bad-row", rowsError(400, "Неверный формат строки", badRowOf("9"), badRowOf("")))
	if got := b.loan(loan1).Debt; got != 100 {
		t.Errorf("the debt is %d tiyn, want that of the good row", got)
	}
}

// TestSyncUnknownContract knows what was loaded and nothing else: the
// population's own loan is the ABS's (ledger 41).
func TestSyncUnknownContract(t *testing.T) {
	own := population.New(1).Loans(debtor)[0].ContractNumber
	body := fmt.Sprintf(`[{"contract_number":%q,"debt":1}]`, own)
	b := newBench(t)
	a := b.Ask(syncDebts, body)
	b.expect(a, "accepted", taken)
	b.expectFindings(a, "41 /0/contract_number")
	if got := b.stored("loans"); got != nil {
		t.Errorf("stored %v of an unknown contract", got)
	}
	b.Set("preset", "strict")
	b.expect(b.Ask(syncDebts, body), "unknown-contract", b.said(syncDebts, "unknown-contract"))
	b.Set("k2.unknown", "error")
	if a := b.Ask(syncDebts, body); a.Outcome != "unknown-contract" {
		t.Errorf("k2.unknown=error: %s", a.Outcome)
	}
}
