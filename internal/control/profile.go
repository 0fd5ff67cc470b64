package control

import (
	"net/http"

	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
)

func (c *Control) getProfile(_ *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	return 0, sb.Run().Settings().Profile.Map(), nil
}

// putProfile replaces the profile: the preset, and the switches set over it.
func (c *Control) putProfile(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	words := map[string]string{}
	if err := read(r, &words); err != nil {
		return 0, nil, err
	}
	p, err := c.opts.Table.Profile(words)
	if err != nil {
		return 0, nil, problem.New(http.StatusBadRequest, "%w", err)
	}
	err = sb.Change(func(s *scenario.Settings) (*scenario.Settings, error) { return s.WithProfile(p), nil },
		func(run *sandbox.Run) { run.Log.Note(journal.Profile, p.Map()) })
	return 0, p.Map(), err
}
