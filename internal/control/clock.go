package control

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
)

func (c *Control) getClock(_ *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	return 0, sb.Run().Clock.State(), nil
}

func (c *Control) putClock(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	var in clockChange
	if err := read(r, &in); err != nil {
		return 0, nil, err
	}
	run := sb.Run()
	if err := run.SetClock(in.over(run.Clock.Settings())); err != nil {
		return 0, nil, clockProblem(err)
	}
	return 0, tellClock(run), nil
}

// clockChange is what a clock is to be; what is left out stays as it is.
type clockChange struct {
	Mode  *clock.Mode `json:"mode"`
	Start time.Time   `json:"start"`
	Speed *float64    `json:"speed"`
	Zone  *string     `json:"zone"`
}

// over the settings as they are. A speed goes with its mode: with another mode it
// is not carried on.
func (in clockChange) over(now clock.Settings) clock.Settings {
	now.Start = in.Start
	if in.Mode != nil {
		now.Mode = *in.Mode
	}
	if now.Mode != clock.Speed {
		now.Speed = 0
	}
	if in.Speed != nil {
		now.Speed = *in.Speed
	}
	if in.Zone != nil {
		now.Zone = *in.Zone
	}
	return now
}

func (c *Control) advanceClock(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	move, err := moveIn(r)
	if err != nil {
		return 0, nil, err
	}
	// Calls for earlier changes are made before the clock moves: after a reset a courier
	// may not use the new clock yet.
	if err := c.opts.Delivery.Settle(r.Context(), sb); err != nil {
		return 0, nil, err
	}
	run := sb.Run()
	if _, err := run.Advance(move.From(run.Clock.Now())); err != nil {
		return 0, nil, clockProblem(err)
	}
	return 0, tellClock(run), nil
}

// moveIn is how far the clock is to go: {"by": "3d"}, or {"to": "2024-04-01T00:00:00"}.
func moveIn(r *http.Request) (move clock.Move, err error) {
	var in struct {
		By string `json:"by"`
		To string `json:"to"`
	}
	if err := read(r, &in); err != nil {
		return move, err
	}
	if in.To != "" && in.By == "" {
		if move, err = clock.ParseTarget(in.To); err != nil {
			return move, problem.New(http.StatusBadRequest, `"to" is an instant such as 2024-04-01T00:00:00, in the clock's zone unless an offset says which, not %q%s`, in.To,
				spelt(in.To, clock.ParseTarget))
		}
		return move, nil
	}
	if move.By, err = clock.ParseStretch(in.By); err != nil || in.To != "" {
		return move, problem.New(http.StatusBadRequest, `"by" is a duration such as 30s, 24h or 3d, not %q; or "to" alone is an instant%s`, in.By,
			spelt(in.By, clock.ParseStretch))
	}
	return move, nil
}

// spelt is the end of a message about a value that is written as elsewhere: how it is written here.
func spelt[T any](text string, parse func(string) (T, error)) string {
	near := document.Respelt(text, func(text string) bool { _, err := parse(text); return err == nil })
	if near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}

// tellClock sends the clock's state to the followers of the sandbox's events.
func tellClock(run *sandbox.Run) clock.State {
	state := run.Clock.State()
	run.Log.Note(journal.Clock, state)
	return state
}

func clockProblem(err error) error {
	status := http.StatusBadRequest
	if errors.Is(err, clock.ErrBackwards) {
		status = http.StatusConflict
	}
	return problem.New(status, "%w", err)
}
