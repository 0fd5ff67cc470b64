package control

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/kzsim/kzsim/internal/delivery"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// deliveries of a sandbox, and where they go.
type deliveries struct {
	Targets    map[string]string `json:"targets"` // URLs by operation
	Deliveries []delivery.Told   `json:"deliveries"`
}

// repeatDelivery makes a call of K2, a push or a question, again.
func (c *Control) repeatDelivery(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	again, err := c.opts.Delivery.Repeat(sb, r.PathValue("delivery"))
	switch {
	case errors.Is(err, delivery.ErrUnknown):
		return 0, nil, problem.New(http.StatusNotFound, "%w", err)
	case errors.Is(err, delivery.ErrNotRepeated):
		return 0, nil, problem.New(http.StatusConflict, "%w", err)
	case err != nil:
		return 0, nil, err
	}
	return http.StatusCreated, c.masked(again), nil
}

// listDeliveries answers at once, or with ?within= as soon as all calls that are
// due now have been tried.
func (c *Control) listDeliveries(w http.ResponseWriter, r *http.Request, sb *sandbox.Sandbox) error {
	if within := r.URL.Query().Get("within"); within != "" {
		wait, err := time.ParseDuration(within)
		if err != nil || wait <= 0 || wait > longestWait {
			return problem.New(http.StatusBadRequest, "within is a duration such as 5s, at most %s, not %q", longestWait, within)
		}
		ctx, cancel := context.WithTimeout(r.Context(), wait)
		defer cancel()
		_ = c.opts.Delivery.Settle(ctx, sb) // the list shows the calls that still wait
	}
	targets, sent := c.opts.Delivery.Of(sb)
	return long{c.masked(deliveries{targets, []delivery.Told{}}), "deliveries", func(yield func(any) bool) {
		for _, d := range sent {
			if !yield(c.masked(d)) {
				return
			}
		}
	}}.write(w)
}
