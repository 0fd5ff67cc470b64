package control

import (
	"errors"
	"net/http"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// clockInfo is a sandbox's clock: now, and how time passes.
type clockInfo struct {
	Now   time.Time  `json:"now"`
	Mode  clock.Mode `json:"mode"`
	Speed float64    `json:"speed,omitempty"`
}

func describeClock(c *clock.Clock) clockInfo {
	s := c.Settings()
	return clockInfo{Now: s.Start, Mode: s.Mode, Speed: s.Speed}
}

func (c *Control) getClock(_ *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	return 0, describeClock(sb.Clock()), nil
}

func (c *Control) putClock(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	settings := sb.Clock().Settings()
	settings.Start = time.Time{}
	if err := read(r, &settings); err != nil {
		return 0, nil, err
	}
	if err := sb.Clock().Set(settings); err != nil {
		return 0, nil, clockProblem(err)
	}
	return 0, describeClock(sb.Clock()), nil
}

func (c *Control) advanceClock(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	var in struct {
		By string `json:"by"`
	}
	if err := read(r, &in); err != nil {
		return 0, nil, err
	}
	by, err := time.ParseDuration(in.By)
	if err != nil {
		return 0, nil, problem.New(http.StatusBadRequest, `"by" is a duration such as 30s or 24h, not %q`, in.By)
	}
	if _, err := sb.Clock().Advance(by); err != nil {
		return 0, nil, clockProblem(err)
	}
	return 0, describeClock(sb.Clock()), nil
}

func clockProblem(err error) error {
	if errors.Is(err, clock.ErrBackwards) {
		return problem.New(http.StatusConflict, "%v", err)
	}
	return problem.New(http.StatusBadRequest, "%v", err)
}
