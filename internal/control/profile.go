package control

import (
	"net/http"

	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
)

func (c *Control) getProfile(_ *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	return 0, sb.Profile().Map(), nil
}

// putProfile replaces the profile: the preset, and the switches set over it.
func (c *Control) putProfile(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	words := map[string]string{}
	if err := read(r, &words); err != nil {
		return 0, nil, err
	}
	p, err := c.opts.Table.Profile(words)
	if err != nil {
		return 0, nil, problem.New(http.StatusBadRequest, "%v", err)
	}
	sb.SetProfile(p)
	sb.Journal.Note(journal.Profile, p.Map())
	return 0, p.Map(), nil
}
