package contract_test

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// concerns reports whether an entry of the ledger is about an operation.
func (d decision) concerns(op operation) bool {
	return slices.ContainsFunc(d.Operations, func(pattern string) bool {
		matches, err := path.Match(pattern, op.ID)
		return err == nil && matches
	})
}

// everywhere reports whether an entry is about whole services: no operation needs
// to repeat what holds for all of them.
func (d decision) everywhere() bool {
	return !slices.ContainsFunc(d.Operations, func(pattern string) bool {
		return strings.Count(pattern, ".") > 1 || !strings.HasSuffix(pattern, "*")
	})
}

// TestOperationsCiteTheirLedger: the table and the ledger say the same of each
// other. What the ledger decides of an operation is cited by it, and what it or
// one of its outcomes cites is about it.
func TestOperationsCiteTheirLedger(t *testing.T) {
	for _, op := range table().Operations {
		t.Run(op.ID, func(t *testing.T) {
			cited := slices.Clone(op.Ledger)
			for _, o := range op.Outcomes {
				cited = append(cited, o.Ledger...)
			}
			var missing, strange []int
			for _, d := range table().Ledger {
				if d.concerns(op) && !d.everywhere() && !slices.Contains(op.Ledger, d.Number) {
					missing = append(missing, d.Number)
				}
				if !d.concerns(op) && slices.Contains(cited, d.Number) {
					strange = append(strange, d.Number)
				}
			}
			if diff := cmp.Diff([2][]int{}, [2][]int{missing, strange}); diff != "" {
				t.Errorf("entries about it that it does not cite, and entries it cites about others:\n%s", diff)
			}
		})
	}
}
