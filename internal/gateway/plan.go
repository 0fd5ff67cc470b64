package gateway

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/inprocess"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
)

// prefer reads the outcome that the request asks for in its header Prefer.
func (g *Gateway) prefer(v *serving) (err error) {
	if v.answered() || v.decided {
		return nil
	}
	if v.call.Preferred, err = v.call.Operation.Preferred(v.r.Header["Prefer"]); err != nil {
		return refusal(http.StatusBadRequest, err.Error())
	}
	return nil
}

// decide the request's plan: an outcome that was asked for by the header Prefer,
// by a rule or by a reserved value, and the faults.
func (g *Gateway) decide(v *serving, tx *sandbox.Tx) {
	v.by = byBehaviour
	v.askSettings(g.opts.Decide(v.call, tx))
	switch {
	case v.reach == faults.Unserved: // no service is running to answer
	case v.call.Preferred != nil:
		v.by, v.wanted = byPrefer, v.call.Preferred
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

// askSettings takes the plan of the settings in force. If Prefer decides the answer, the rule
// and its faults are not used; live faults and chaos apply to every request.
func (v *serving) askSettings(plan scenario.Plan) {
	v.why = append(v.why, plan.Why...)
	if v.call.Preferred != nil {
		general := plan.Rule == "" || plan.Chaos
		plan = scenario.Plan{Chaos: plan.Chaos, Faults: plan.Faults}
		if !general {
			plan.Faults = nil
		}
	}
	v.plan, v.reach = plan, faults.ReachOf(plan.Faults)
	v.call.RowOutcomes = plan.Rows
	switch {
	case plan.Chaos:
		v.by = byChaos
	case plan.Rule != "":
		v.by = byRule
	case v.reach == faults.Unserved:
		v.by = byFault
	}
}

func (g *Gateway) reserved(v *serving) {
	r, ok := g.opts.Table.ReservedIn(v.call)
	if !ok {
		return
	}
	v.by = byReserved
	v.wanted, _ = v.call.Operation.Outcome(r.Outcome)
	v.why = append(v.why, fmt.Sprintf("%s %s is reserved for %s", r.Field, r.Value, r.Outcome))
}

// advance moves the sandbox's clock, where the rule says so, before anything
// else happens: everything that falls due in that time is done when it returns.
func (v *serving) advance() error {
	v.endTurn()
	if inprocess.PatienceOf(v.r.Context()) != nil {
		v.why = append(v.why, "advance: no clock moves for a call within the process, since the caller's may be moving")
		return nil
	}
	switch _, err := v.run.Advance(v.plan.Advance); {
	case errors.As(err, new(commitlog.NotKept)):
		return ended(err)
	case err != nil:
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

// longestKind is the longest kind that is kept as a text, in bytes; of a longer one the
// digest is kept. The kind of a batch names all its subjects.
const longestKind = 256

// requestKey identifies a request in its sandbox: the operation, the subjects or
// the session that it is about, and how many such requests there were.
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
