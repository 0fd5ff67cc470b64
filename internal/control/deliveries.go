package control

import (
	"context"
	"net/http"
	"time"

	"github.com/kzsim/kzsim/internal/delivery"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// deliveries of a sandbox, and where they go.
type deliveries struct {
	Targets    delivery.Targets `json:"targets"`
	Deliveries []delivery.Told  `json:"deliveries"`
}

// listDeliveries answers at once, or with ?within= as soon as everything that
// there is to send now has been tried.
func (c *Control) listDeliveries(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	if within := r.URL.Query().Get("within"); within != "" {
		wait, err := time.ParseDuration(within)
		if err != nil || wait <= 0 || wait > longestWait {
			return 0, nil, problem.New(http.StatusBadRequest, "within is a duration such as 5s, at most %s, not %q", longestWait, within)
		}
		ctx, cancel := context.WithTimeout(r.Context(), wait)
		defer cancel()
		_ = c.opts.Delivery.Settle(ctx, sb) // what isn't settled in time says so itself
	}
	var all deliveries
	all.Targets, all.Deliveries = c.opts.Delivery.Of(sb)
	if c.opts.Mask {
		return 0, journal.MaskedValue(all), nil
	}
	return 0, all, nil
}
