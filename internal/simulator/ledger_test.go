package simulator_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract/ledger"
	"github.com/kzsim/kzsim/internal/simulator"
)

// TestSwitchesAndLedgerAgree: each switch names the entries that it settles, and
// each entry names its switches.
func TestSwitchesAndLedgerAgree(t *testing.T) {
	table, err := simulator.Table()
	if err != nil {
		t.Fatal(err)
	}
	want, got := map[string][]int{}, map[string][]int{}
	for _, s := range table.Switches() {
		want[s.Key] = slices.Sorted(slices.Values(s.Ledger))
	}
	for _, e := range ledger.Entries() {
		for _, key := range e.Switches {
			got[key] = append(got[key], e.Number)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("switches to ledger entries (-by the switches, +by the ledger):\n%s", diff)
	}
}

// TestLedgerNumbersExist: whatever the table cites is an entry.
func TestLedgerNumbersExist(t *testing.T) {
	table, err := simulator.Table()
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range table.Operations() {
		cited := slices.Clone(op.Ledger)
		for _, o := range op.Outcomes {
			cited = append(cited, o.Ledger...)
		}
		for _, n := range cited {
			if _, ok := ledger.ByNumber(n); !ok {
				t.Errorf("%s cites ledger %d, which is no entry", op.ID, n)
			}
		}
	}
}
