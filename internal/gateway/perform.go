package gateway

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/store"
)

// record is what a request did to the state.
type record struct {
	changes []store.Change
	taken   []contract.Taken
}

// keep records a transaction that is about to be committed, and the transitions
// that the request has caused so far.
func (v *visit) keep(tx store.Tx, taken []contract.Taken) {
	v.happened = true
	v.done.changes = append(v.done.changes, tx.Changes()...)
	v.done.taken = slices.Concat(v.world, taken)
}

// errUndo rolls a transaction back whose answer stands.
var errUndo = errors.New("undo")

// perform finds the answer: the service's, in one transaction, or the scenario's
// own. What is answered is checked before anything is kept.
func (g *Gateway) perform(v *visit) error {
	switch {
	case v.answered():
		return nil
	case v.reach == faults.Unserved:
		return v.happen()
	case v.plan.Reply != nil:
		if err := v.happen(); err != nil {
			return err
		}
		return g.ownReply(v, *v.plan.Reply)
	case v.reach == faults.Stale:
		if err := v.happen(); err != nil {
			return err
		}
		return ignoreUndo(v.sandbox.Store.Before(func(tx store.Tx) error { return g.ask(v, tx) }))
	}
	// Taken before the service looks at the state: a change in between is not missed.
	v.stirs = v.sandbox.Store.Changed()
	err := v.update(func(tx store.Tx) error {
		if err := v.event(tx); err != nil {
			return err
		}
		if err := g.ask(v, tx); err != nil {
			return err
		}
		v.keep(tx, v.call.Taken())
		return nil
	})
	if errors.Is(err, errUndo) {
		// The request takes back what it did itself, not what happened in the world.
		return v.happen()
	}
	g.notify(v)
	return err
}

// update the state, unless the sandbox has begun another life since the request
// came: what it does would be done to somebody else's.
func (v *visit) update(do func(store.Tx) error) error {
	return v.sandbox.Store.Update(func(tx store.Tx) error {
		if v.life.Err() != nil {
			return refusal(http.StatusServiceUnavailable, "the sandbox was reset or deleted")
		}
		return do(tx)
	})
}

func ignoreUndo(err error) error {
	if errors.Is(err, errUndo) {
		return nil
	}
	return err
}

// ask lets the service answer over a state; errUndo says that its answer stands
// and its changes don't.
func (g *Gateway) ask(v *visit, tx store.Tx) error {
	v.call.Tx = tx
	result, err := g.opts.Table.Perform(v.call, v.wanted)
	if err != nil {
		return err
	}
	if result, err = g.patched(v, result); err != nil {
		return err
	}
	v.finish(result)
	if result.Undo {
		return errUndo
	}
	return nil
}

// happen lets the plan's event of the world happen in a transaction of its own,
// once.
func (v *visit) happen() error {
	if v.happened || v.plan.Before == nil {
		return nil
	}
	return v.update(func(tx store.Tx) error {
		if err := v.event(tx); err != nil {
			return err
		}
		v.keep(tx, nil)
		return nil
	})
}

// event lets the plan's event happen, unless it has. It has a call of its own:
// what the request causes is told apart from it.
func (v *visit) event(tx store.Tx) error {
	if v.happened || v.plan.Before == nil {
		return nil
	}
	c := v.call
	world := &contract.Call{
		Operation: c.Operation, Now: c.Now, Tx: tx, Seed: c.Seed, Profile: c.Profile, BaseURL: c.BaseURL,
		Body: c.Body, Raw: c.Raw, Query: c.Query, Path: c.Path, Header: c.Header, RowProblems: c.RowProblems,
	}
	if err := v.plan.Before(world); err != nil {
		return v.ruleFails("what happens first: " + err.Error())
	}
	v.world = world.Taken()
	return nil
}

// ruleFails is the refusal of a rule that can't be followed: the scenario's
// mistake, neither the client's nor the simulator's.
func (v *visit) ruleFails(why string) error {
	return refusal(http.StatusInternalServerError, fmt.Sprintf("the rule %q can't be followed: %s", v.plan.Rule, why))
}

// patched is a result with the rule's patch over its body.
func (g *Gateway) patched(v *visit, r contract.Result) (contract.Result, error) {
	if v.plan.Patch == nil {
		return r, nil
	}
	if r.Encoded == nil {
		return r, v.ruleFails("its patch has no JSON to change in the answer " + r.Outcome.Name)
	}
	body, err := contract.ParseBody(r.Encoded)
	if err != nil {
		return r, err
	}
	r.Body = v.plan.Patch(body)
	if r.Encoded, err = contract.Encode(r.Body); err != nil {
		return r, v.ruleFails("its patch makes no JSON: " + err.Error())
	}
	if v.plan.OffContract {
		return r, nil
	}
	if problems := g.opts.Table.Schemas.CheckValue(r.Outcome.Schema, r.Encoded); len(problems) > 0 {
		return r, v.ruleFails(fmt.Sprintf("the patched answer does not fit %s: %v; say off_contract if that is meant",
			r.Outcome.Schema, problems[0]))
	}
	return r, nil
}

// offContract is the outcome of an answer that a scenario has written itself.
const offContract = "off-contract"

// ownReply answers what the scenario says. Unless it declares that to be outside
// of the contract, it has to be one of the operation's outcomes.
func (g *Gateway) ownReply(v *visit, own sandbox.Reply) error {
	if own.Status < 200 || own.Status > 599 {
		return v.ruleFails(fmt.Sprintf("its reply has the status %d, expected 200 to 599", own.Status))
	}
	outcome := &contract.Outcome{Name: offContract, Status: own.Status}
	if !v.plan.OffContract {
		declared, ok := g.opts.Table.Classify(v.call.Operation, contract.Answer{Status: own.Status, Body: own.Body}).Outcome()
		if !ok {
			return v.ruleFails(fmt.Sprintf("its reply is none of the outcomes of %s; say off_contract if that is meant", v.call.Operation.ID))
		}
		outcome = declared
	}
	v.result = contract.Result{Reply: contract.Reply{Outcome: outcome}, Encoded: own.Body}
	v.answer.status, v.answer.body = own.Status, own.Body
	if len(own.Body) > 0 {
		v.answer.header.Set("Content-Type", "application/json")
	}
	for name, values := range own.Header {
		v.answer.header[http.CanonicalHeaderKey(name)] = values
	}
	return nil
}
