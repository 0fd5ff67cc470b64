package k2_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/population"
)

// TestDemandItemOfTheManual: the author, the ids and the debt as the product's manual has them.
func TestDemandItemOfTheManual(t *testing.T) {
	for preset, want := range map[string]item{
		"sample": {"created_by$": "Сидоров В.С.", "updated_by$": "Сидоров В.С.", "loan_debt": "80.00", "stat_id": "2001"},
		"manual": {"created_by$": "Системный пользователь", "updated_by$": "Системный пользователь", "loan_debt": "100.00", "stat_id": "2009"},
	} {
		b := newBench(t)
		b.Set("k2.demand_item", preset)
		b.load(loan1, "100.00")
		b.Ask(syncDebts, `[{"contract_number":"`+loan1+`","debt":80}]`)
		got := b.demand(loan1)
		for key, value := range want {
			if got[key] != value {
				t.Errorf("%s: %s is %q, want %q", preset, key, got[key], value)
			}
		}
	}
}

// TestColumnsOfTheManual: a demand to a bank with an electronic channel has no account, one on
// paper has, and the salutation is the bank's own.
func TestColumnsOfTheManual(t *testing.T) {
	accountColumns := []string{"extacc_code", "extacc_id", "extacc_id$", "transitacc_id", "transitacc_id$"}
	for profile, want := range map[string]struct {
		electronic, onPaper int // how many of these columns
		salutations         int
	}{"sample": {5, 5, 1}, "manual": {0, 5, 2}} {
		b := newBench(t)
		b.Set("k2.demand_item", profile)
		b.mustGive("k2.loans", givenLoan("5"))
		salutations := map[string]bool{}
		for bank, columns := range map[string]int{"HSBKKZKX": want.electronic, "KPSTKZKA": want.onPaper} {
			got := b.demandTo(bank)
			n := 0
			for _, column := range accountColumns {
				if got[column] != "" {
					n++
				}
			}
			if n != columns {
				t.Errorf("%s, %s: %d columns of accounts, want %d", profile, bank, n, columns)
			}
			_, addressee, _ := strings.Cut(got["bank_id$header_paper"], "  <br />\n")
			salutations[addressee] = true
		}
		if len(salutations) != want.salutations || salutations[""] {
			t.Errorf("%s: salutations %q", profile, slices.Collect(maps.Keys(salutations)))
		}
	}
}

// demandTo a bank that is stated for the first loan, as it is listed.
func (b *bench) demandTo(bank string) item {
	b.mustGive("k2.demands", fmt.Sprintf(`{"code":%q,"contract_number":%q,"bank":%q,"iban":"KZ%s"}`, "PTP-"+bank, loan1, bank, bank))
	for _, d := range b.demands(loan1) {
		if d["bank_code"] == bank {
			return d
		}
	}
	return nil
}

// TestEveryBankIsAddressed: a demand may go to each bank that the population knows.
func TestEveryBankIsAddressed(t *testing.T) {
	b := newBench(t)
	b.Set("preset", "observed")
	b.mustGive("k2.loans", givenLoan("5"))
	seen := map[string]string{}
	for _, bank := range population.Banks() {
		header := b.demandTo(bank.BIC)["bank_id$header_paper"]
		_, addressee, _ := strings.Cut(header, "  <br />\n")
		if !strings.HasPrefix(header, "Председателю Правления <br />\n"+guillemets(bank.Name)) || !strings.HasPrefix(addressee, "госпо") || seen[addressee] != "" {
			t.Errorf("the letter to %s begins with %q, as that to %s", bank.BIC, header, seen[addressee])
		}
		seen[addressee] = bank.BIC
	}
}

// TestRunningReferences of the manual: the next number that no demand has. The stated loan has
// taken the first.
func TestRunningReferences(t *testing.T) {
	b := newBench(t)
	b.Set("preset", "observed")
	b.mustGive("k2.loans", givenLoan("5"))
	b.mustGive("k2.demands", `{"code":"PTP0000000000002","contract_number":"KD0000000001"}`)
	var got []string
	for _, number := range []string{"KD0000000002", "KD0000000003"} {
		b.load(number, "5")
		for _, d := range b.demands(number) {
			got = append(got, d["code"])
		}
		b.Again()
	}
	if diff := cmp.Diff([]string{"PTP0000000000003", "PTP0000000000004"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
