package scenario

import (
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/scenario/expression"
	"github.com/kzsim/kzsim/internal/store"
)

// asking is by whom it is asked, of each of so many rules, whether its clauses about the state alone
// may hold. What is known stays known from one request to the next. Under another scenario or
// profile it is another asking.
type asking struct{ rules int }

func (a *asking) again() *asking {
	if a == nil {
		return nil
	}
	return &asking{a.rules}
}

// isOfState reports whether a clause is about what views show, and nothing else.
func isOfState(whole *expression.Program) bool {
	looks := whole.LooksAlone()
	return len(looks) > 0 && !slices.Contains(looks, countName)
}

// ask whether a rule fits the state, if it has a clause about that alone.
func (s *Settings) ask(r *ruleInForce) {
	r.asks = -1
	if r.When == nil || !slices.ContainsFunc(r.When.clauses, func(c clause) bool { return c.state }) {
		return
	}
	if s.asking == nil {
		s.asking = new(asking)
	}
	r.asks = s.asking.rules
	s.asking.rules++
}

// known of the state that the request finds; nil if its transaction has changed it.
func (s *Settings) known(req *request) *store.Known {
	if s.asking == nil || req.Tx == nil {
		return nil
	}
	return req.Tx.Known(s.asking, req.Now, s.asking.rules)
}

// fitsState is false only if a clause of the rule about the state alone is not true. A rule that is
// left out by that spends nothing of the request's budget, whether or not it was known.
func (r *ruleInForce) fitsState(req *request) bool {
	return r.asks < 0 || req.known.Ask(req.Tx, r.asks, func() (fits bool, until time.Time) {
		req.until = time.Time{}
		seen := req.seen(r.When.views)
		for i := range r.When.clauses {
			if c := &r.When.clauses[i]; c.state && !c.whole.MayHold(seen) {
				return false, req.until
			}
		}
		return true, req.until
	})
}
