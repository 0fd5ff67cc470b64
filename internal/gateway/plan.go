package gateway

import (
	"fmt"
	"net/http"

	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// plan finds out what the request meets: an outcome that was asked for by the
// header Prefer, by a rule or by a reserved value, and what goes wrong.
func (g *Gateway) plan(v *visit) error {
	if v.answered() {
		return nil
	}
	v.by = byBehaviour
	wanted, err := v.call.Operation.Preferred(v.r.Header.Values("Prefer"))
	if err != nil {
		return refusal(http.StatusBadRequest, err.Error())
	}
	v.call.Preferred = wanted
	v.askScript(wanted != nil)
	switch {
	case v.reach == faults.Unserved: // nobody is there to answer
	case wanted != nil:
		v.by, v.wanted = byPrefer, wanted
		v.answer.header.Set("Preference-Applied", "outcome="+wanted.Name)
	case v.plan.Outcome != nil || v.plan.Reply != nil:
		v.wanted = v.plan.Outcome
	default:
		g.reserved(v)
	}
	return nil
}

// askScript asks the sandbox's script, if it has one. Where Prefer decides the
// answer a rule doesn't, and takes its faults with it; live faults and chaos are
// for everybody.
func (v *visit) askScript(preferred bool) {
	script := v.sandbox.Script()
	if script == nil {
		return
	}
	plan := script.Decide(v.call)
	v.why = append(v.why, plan.Why...)
	if preferred {
		general := plan.Rule == "" || plan.Chaos
		plan = sandbox.Plan{Chaos: plan.Chaos, Faults: plan.Faults}
		if !general {
			plan.Faults = nil
		}
	}
	v.plan, v.reach = plan, faults.ReachOf(plan.Faults)
	switch {
	case plan.Chaos:
		v.by = byChaos
	case plan.Rule != "":
		v.by = byRule
	case v.reach == faults.Unserved:
		v.by = byFault
	}
}

func (g *Gateway) reserved(v *visit) {
	r, ok := g.opts.Table.ReservedIn(v.call)
	if !ok {
		return
	}
	v.by = byReserved
	v.wanted, _ = v.call.Operation.Outcome(r.Outcome)
	v.why = append(v.why, fmt.Sprintf("%s %s is reserved for %s", r.Field, r.Value, r.Outcome))
}

// advance moves the sandbox's clock, where the rule says so, before anything
// else happens: what falls due on the way is done when it returns.
func (g *Gateway) advance(v *visit) error {
	if v.answered() || v.plan.Advance == 0 {
		return nil
	}
	now, err := v.clock.Advance(v.plan.Advance)
	if err != nil {
		return v.ruleFails(err.Error())
	}
	v.call.Now = now
	v.sandbox.Journal.Note(journal.Clock, v.clock.State())
	return nil
}
