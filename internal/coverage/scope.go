package coverage

import (
	"errors"
	"fmt"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
)

// Exclusion declares outcomes that the client needn't meet, and why. One of all
// outcomes leaves out the transitions of the machines that it names, too.
type Exclusion struct {
	On      string `json:"on"`                // an operation's id or a machine's name, or a pattern such as abs.*
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
		if !contract.Fits(x.On, op.ID) {
			continue
		}
		for _, name := range op.OutcomeNames() {
			names = append(names, name)
			if x.fits(op.ID, name) {
				return nil
			}
		}
	}
	for _, s := range table.Services {
		for _, m := range s.Machines {
			ids = append(ids, m.Name)
			if x.fitsMachine(m) {
				return nil
			}
		}
	}
	if names == nil {
		return fmt.Errorf("no operation %q; the nearest is %q", x.On, document.Nearest(x.On, ids))
	}
	return fmt.Errorf("no outcome %q of %s; the nearest is %q", x.Outcome, x.On, document.Nearest(x.Outcome, names))
}

func (x Exclusion) fitsMachine(m *contract.Machine) bool {
	return x.Outcome == "" && contract.Fits(x.On, m.Name)
}

func (x Exclusion) fits(operation, outcome string) bool {
	return contract.Fits(x.On, operation) && (x.Outcome == "" || contract.Fits(x.Outcome, outcome))
}
