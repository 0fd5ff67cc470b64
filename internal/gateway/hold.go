package gateway

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/kzsim/kzsim/internal/inprocess"
)

// hold delays an answer that has a time to be asked again, on the sandbox's clock. It
// performs the operation again when that time has come or the state has changed.
func (g *Gateway) hold(v *serving) error {
	if !v.result.Again.IsZero() && inprocess.PatienceOf(v.r.Context()) != nil {
		return errGone // nothing changes while its caller waits
	}
	for !v.result.Again.IsZero() {
		if err := v.wait(v.result.Again, v.stirs); err != nil {
			return err
		}
		v.answer.status = 0
		if err := g.perform(v); err != nil {
			return err
		}
	}
	return nil
}

// wait until an instant of the sandbox's clock, or until changed (it may be nil)
// is closed. The error says that the client has closed the connection, or that
// the sandbox holds too many requests.
//
// The waiter is closed when the request has ended, not before: when an
// advance of the clock returns, all that fell due is answered and in the journal.
func (v *serving) wait(due time.Time, changed <-chan struct{}) error {
	v.endTurn()
	if patience := inprocess.PatienceOf(v.r.Context()); patience != nil {
		return v.pass(patience, due)
	}
	if err := v.takePlace(); err != nil {
		return err
	}
	if v.waiter == nil {
		v.waiter = v.run.Clock.Waiter()
	}
	ctx, cancel := v.context()
	defer cancel()
	if v.waiter.Until(ctx, due, changed) == nil {
		return nil
	}
	if v.r.Context().Err() != nil {
		return errGone
	}
	return v.overtaken()
}

// pass ends a wait at once, for a call within the process: the clock of the caller
// may be waiting for the answer. If the caller would have waited too long, it gets no answer.
func (v *serving) pass(patience *inprocess.Patience, due time.Time) error {
	if !patience.Spend(due.Sub(v.run.Clock.Now())) {
		return errGone
	}
	return nil
}

// errGone: the client closed the connection before the answer.
var errGone = errors.New("the client left before the answer")

// takePlace takes one of the sandbox's places for held requests, once.
func (v *serving) takePlace() error {
	if v.free != nil {
		return nil
	}
	free, err := v.sandbox.Hold()
	if err != nil {
		v.answer.header.Set("Retry-After", "1")
		return refusal(http.StatusServiceUnavailable, err.Error())
	}
	v.free = free
	v.show()
	return nil
}

// leave releases what the request holds.
func (v *serving) leave() {
	v.endTurn()
	v.body.release()
	v.unlisten()
	if v.waiter != nil {
		v.waiter.Close()
	}
	if v.free != nil {
		v.free()
	}
}

// overtaken is the refusal of a request that was held until its run ended.
func (v *serving) overtaken() error {
	return refusal(http.StatusServiceUnavailable, "the request was held, and "+context.Cause(v.run.Ends).Error())
}

// context ends when the client closes the connection, or the run ends.
func (v *serving) context() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(v.r.Context())
	stop := context.AfterFunc(v.run.Ends, cancel)
	return ctx, func() { stop(); cancel() }
}
