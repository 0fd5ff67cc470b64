package coverage

import (
	"errors"
	"fmt"
	"path"

	"github.com/kzsim/kzsim/internal/contract"
)

// Exclusion declares outcomes that the client needn't meet, and why.
type Exclusion struct {
	On      string `json:"on"`                // an operation's id, or a pattern such as abs.*
	Outcome string `json:"outcome,omitempty"` // a name or a pattern; empty for all
	Reason  string `json:"reason"`
}

// errReason is the error of an exclusion that isn't explained.
var errReason = errors.New("a reason is required: why the client needn't meet it")

// Check answers what is wrong with an exclusion: it fits nothing, or says no why.
func (x Exclusion) Check(table *contract.Table) error {
	if x.Reason == "" {
		return errReason
	}
	var ids, names []string
	for _, op := range table.Operations() {
		ids = append(ids, op.ID)
		if !fits(x.On, op.ID) {
			continue
		}
		for _, name := range op.OutcomeNames() {
			names = append(names, name)
			if x.fits(op.ID, name) {
				return nil
			}
		}
	}
	if names == nil {
		return fmt.Errorf("no operation %q; the nearest is %q", x.On, contract.Nearest(x.On, ids))
	}
	return fmt.Errorf("no outcome %q of %s; the nearest is %q", x.Outcome, x.On, contract.Nearest(x.Outcome, names))
}

func (x Exclusion) fits(operation, outcome string) bool {
	return fits(x.On, operation) && (x.Outcome == "" || fits(x.Outcome, outcome))
}

// fits reports whether a name is of a pattern; * stands for any text.
func fits(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return ok && err == nil
}
