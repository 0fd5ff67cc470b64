package gateway

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
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
	wanted, err := preferred(v.call.Operation, v.r.Header.Values("Prefer"))
	if err != nil {
		return err
	}
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

// preferred reads `Prefer: outcome=NAME` and `Prefer: code=STATUS` (RFC 7240).
// Other preferences are none of ours; one of these that the operation can't meet
// is refused.
func preferred(op *contract.Operation, headers []string) (*contract.Outcome, error) {
	for _, item := range strings.Split(strings.Join(headers, ","), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(item), "=")
		value = strings.Trim(strings.TrimSpace(value), `"`)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "outcome":
			if o, ok := op.Outcome(value); ok {
				return o, nil
			}
			return nil, refusal(http.StatusBadRequest, fmt.Sprintf(
				"Prefer asks for the outcome %q; %s has %s; the nearest is %q",
				value, op.ID, strings.Join(op.OutcomeNames(), ", "), contract.Nearest(value, op.OutcomeNames())))
		case "code":
			status, _ := strconv.Atoi(value)
			if o, ok := op.OutcomeByStatus(status); ok {
				return o, nil
			}
			return nil, refusal(http.StatusBadRequest, fmt.Sprintf(
				"Prefer asks for the status %q; the outcomes of %s have %s", value, op.ID, statuses(op)))
		}
	}
	return nil, nil
}

func statuses(op *contract.Operation) string {
	var all []string
	for _, o := range op.Outcomes {
		if s := strconv.Itoa(o.Status); !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return strings.Join(all, ", ")
}
