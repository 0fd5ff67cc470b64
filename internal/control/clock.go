package control

import (
	"errors"
	"net/http"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
)

func (c *Control) getClock(_ *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	return 0, sb.Clock().State(), nil
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
	return 0, tellClock(sb), nil
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
	return 0, tellClock(sb), nil
}

// tellClock tells those who follow the sandbox what its clock is now.
func tellClock(sb *sandbox.Sandbox) clock.State {
	state := sb.Clock().State()
	sb.Journal.Note(journal.Clock, state)
	return state
}

func clockProblem(err error) error {
	if errors.Is(err, clock.ErrBackwards) {
		return problem.New(http.StatusConflict, "%v", err)
	}
	return problem.New(http.StatusBadRequest, "%v", err)
}
