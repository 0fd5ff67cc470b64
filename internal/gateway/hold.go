package gateway

import (
	"context"
	"net/http"
)

// hold waits with an answer that asks for it, on the sandbox's clock, and asks
// the operation again when the time has come or the state has changed.
func (g *Gateway) hold(v *visit) error {
	if v.result.Again.IsZero() {
		return nil
	}
	release, err := v.sandbox.Hold()
	if err != nil {
		v.answer.header.Set("Retry-After", "1")
		return refusal(http.StatusServiceUnavailable, err.Error())
	}
	defer release()
	ctx, cancel := v.context()
	defer cancel()
	w := v.sandbox.Clock().Waiter()
	defer w.Close()
	for !v.result.Again.IsZero() {
		changed := v.sandbox.Store.Changed()
		if err := w.Until(ctx, v.result.Again, changed); err != nil {
			return refusal(http.StatusServiceUnavailable, "the request was held and the sandbox was reset or the client left")
		}
		v.call.Now = v.sandbox.Clock().Now()
		v.answer.status = 0
		if err := g.perform(v); err != nil {
			return err
		}
	}
	return nil
}

// context ends when the client leaves, or the sandbox is reset or deleted.
func (v *visit) context() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(v.r.Context())
	stop := context.AfterFunc(v.sandbox.Life(), cancel)
	return ctx, func() { stop(); cancel() }
}
