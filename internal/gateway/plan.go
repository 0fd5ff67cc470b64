package gateway

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
)

// prefer reads the outcome that the request asks for itself.
func (g *Gateway) prefer(v *visit) (err error) {
	if !v.answered() {
		v.preferred, err = preferred(v.call.Operation, v.r.Header.Values("Prefer"))
	}
	return err
}

// decide what the request meets: an outcome that was asked for by the header Prefer,
// by a rule or by a reserved value, and what goes wrong.
func (g *Gateway) decide(v *visit, tx *sandbox.Tx) {
	v.by = byBehaviour
	v.askSettings(g.opts.Decide(v.call, tx))
	switch {
	case v.reach == faults.Unserved: // no service is there to answer
	case v.preferred != nil:
		v.by, v.wanted = byPrefer, v.preferred
		v.answer.header.Set("Preference-Applied", "outcome="+v.wanted.Name)
	case v.plan.Outcome != nil || v.plan.Reply != nil:
		v.wanted = v.plan.Outcome
	default:
		g.reserved(v)
	}
	if len(v.plan.Faults) > 0 {
		v.key = requestKey(v.call, tx.Counters())
	}
}

// askSettings takes what is in force says. Where Prefer decides the answer a rule
// doesn't, and takes its faults with it; live faults and chaos are for every request.
func (v *visit) askSettings(plan scenario.Plan) {
	v.why = append(v.why, plan.Why...)
	if v.preferred != nil {
		general := plan.Rule == "" || plan.Chaos
		plan = scenario.Plan{Chaos: plan.Chaos, Faults: plan.Faults}
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
func (v *visit) advance() error {
	if _, err := v.run.Clock.Advance(v.plan.Advance); err != nil {
		return v.ruleFails(err.Error())
	}
	v.run.Log.Note(journal.Clock, v.run.Clock.State())
	return nil
}

// faultGroup counts the requests of one kind that met a fault, so that a draw belongs
// to the third poll of a subject and not to the hundredth request of the sandbox.
const faultGroup = "faults"

// mostFaulty bounds how many kinds of requests are counted. Beyond it they are
// counted anew.
const mostFaulty = 1 << 16

// longestKind is how much of a kind is kept as it stands, in bytes: a batch is of a
// kind that names all its subjects.
const longestKind = 256

// requestKey is what a request is among all of its sandbox: the operation, whom
// or which session it is about, and how many such there were.
func requestKey(c *contract.Call, counters *store.Counters) string {
	about := c.Subjects()
	if session := c.Operation.Session; len(about) == 0 && session != "" {
		about = c.FieldValues(session)
	}
	kind := c.Operation.ID + " " + strings.Join(slices.Sorted(slices.Values(about)), ",")
	counted := kind
	if len(kind) > longestKind {
		sum := sha256.Sum256([]byte(kind))
		counted = hex.EncodeToString(sum[:])
	}
	if counters.Size(faultGroup) >= mostFaulty {
		counters.Drop(faultGroup)
	}
	return kind + " " + strconv.Itoa(counters.Next(faultGroup, counted))
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
