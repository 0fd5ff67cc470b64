package gateway

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// perform decides what the request meets and finds its answer, in one transaction:
// no other change happens between the decision and its effect. A held request that is
// performed again is not decided again.
func (g *Gateway) perform(v *serving) error {
	if v.answered() || v.decided && v.reach == faults.Unserved {
		return nil // it has its answer, or no service is running
	}
	for {
		var failed error
		if err := v.run.Do(func(tx *sandbox.Tx) error {
			failed = g.transact(v, tx)
			return nil // what the decision counted is kept, even if the request fails
		}); err != nil {
			return ended(err)
		}
		g.notify(v)
		if !errors.Is(failed, errAdvanceFirst) {
			return failed
		}
		if err := v.advance(); err != nil {
			return err
		}
	}
}

// errAdvanceFirst ends a transaction after its decision: the clock has to move
// before anything else happens, and it never moves within a transaction.
var errAdvanceFirst = errors.New("the rule advances the clock first")

// transact is the request's transaction. What the decision counted is kept even if the
// request fails, and so is the event that happened in the world; the service's changes
// are kept unless its answer undoes them.
func (g *Gateway) transact(v *serving, tx *sandbox.Tx) error {
	tx.Bind(v.call)
	if !v.decided {
		v.decided = true
		g.decide(v, tx)
		if err := v.follows(); err != nil {
			return err
		}
		if v.plan.Advance != 0 {
			return errAdvanceFirst
		}
	}
	before := tx.Mark()
	if err := v.event(); err != nil {
		tx.Rewind(before)
		return err
	}
	if full := tx.Fits(); full != nil && v.happened {
		tx.Rewind(before)
		return refusal(http.StatusInsufficientStorage, full.Error())
	}
	mark := tx.Mark()
	err := g.answer(v, tx)
	undo := err != nil || v.result.Undo || v.reach == faults.Stale
	if full := tx.Fits(); full != nil && !undo {
		if v.call.Operation.Effect != contract.Reads {
			tx.Rewind(before)
			return refusal(http.StatusInsufficientStorage, full.Error())
		}
		undo = true // a read stores only what the time causes; the next read does it again
	}
	if undo {
		tx.Rewind(mark)
	} else {
		v.own = v.call.Taken()
	}
	v.keep(tx)
	if err == nil && v.result.Outcome != nil && v.result.Again.IsZero() && v.awaited(tx.Settings()) {
		tx.Settings().CountAwaited(v.asAnswered(), tx.Counters())
	}
	if err == nil && !v.result.Again.IsZero() {
		tx.After(func() { v.listen(tx) })
	}
	return err
}

// listen for changes that may change an answer that waits: a change of the data that it was
// made from, or, for a stale one, any change.
func (v *serving) listen(tx *sandbox.Tx) {
	v.unlisten()
	if v.reach == faults.Stale {
		v.stirs = v.run.Changed()
		return
	}
	wake := tx.Wake()
	v.stirs, v.unlisten = wake.C, wake.Stop
}

// keep notes the effects of a transaction that is about to be committed, and the transitions
// that the request has caused so far.
func (v *serving) keep(tx *sandbox.Tx) {
	if changes := tx.Changes(); len(changes) > 0 {
		if v.changes == nil {
			v.changes = v.few[:0]
		}
		v.changes = append(v.changes, changes...)
	}
	if v.taken = v.own; len(v.world) > 0 {
		v.taken = slices.Concat(v.world, v.own)
	}
}

// event lets the plan's event of the world happen, unless it has happened. It has a separate
// call, so that its effects are not mixed with those of the request.
func (v *serving) event() error {
	if v.happened || v.plan.Before == nil {
		return nil
	}
	world := v.call.Event()
	if err := v.plan.Before(world); err != nil {
		return v.ruleFails("what happens first: " + err.Error())
	}
	v.happened, v.world = true, world.Taken()
	return nil
}

// answer finds the answer: the scenario's own, or the service's over the state as it
// is, or as it was before its last change for a stale read.
func (g *Gateway) answer(v *serving, tx *sandbox.Tx) error {
	switch {
	case v.reach == faults.Unserved: // no service is running to answer
		return nil
	case v.plan.Reply != nil:
		return g.ownReply(v, *v.plan.Reply)
	case v.reach == faults.Stale:
		v.call.Tx = tx.Before()
	}
	result, err := g.opts.Table.Perform(v.call, v.wanted)
	if err != nil {
		return err
	}
	if result, err = g.patched(v, result); err != nil {
		return err
	}
	v.finish(result)
	return nil
}

// ended is the refusal of a request whose run is over, can't be stored now, or has no space even
// for the counters of the request.
func ended(err error) error {
	var full sandbox.NoRoom
	switch {
	case errors.Is(err, sandbox.ErrEnded), errors.As(err, new(commitlog.NotKept)):
		return refusal(http.StatusServiceUnavailable, err.Error())
	case errors.As(err, &full):
		return refusal(http.StatusInsufficientStorage, full.Error())
	}
	return err
}

// follows refuses a plan that can't be followed.
func (v *serving) follows() error {
	if v.plan.Wrong != "" {
		return v.ruleFails(v.plan.Wrong)
	}
	if why := actsOnOrigin(v.plan.Headers); why != "" {
		return v.ruleFails("it sets the header " + why)
	}
	return nil
}

// ruleFails is the refusal of a rule that can't be followed: the scenario's
// mistake, neither the client's nor the simulator's.
func (v *serving) ruleFails(why string) error {
	v.plan.Headers, v.plan.Pad = nil, 0 // they belong to an answer that is not sent
	return refusal(http.StatusInternalServerError, fmt.Sprintf("the rule %q can't be followed: %s", v.plan.Rule, why))
}
