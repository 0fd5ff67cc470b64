package control

import (
	"errors"
	"io"
	"net/http"

	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/snapshot"
)

func (c *Control) snapshots() snapshot.Options {
	return snapshot.Options{Table: c.opts.Table, Parse: c.parsing()}
}

func (c *Control) getSnapshot(_ *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	s, err := snapshot.Take(sb, c.snapshots())
	if err != nil {
		return 0, nil, snapshotProblem(http.StatusConflict, err)
	}
	return 0, s, nil
}

// putSnapshot lets the sandbox go on from a snapshot; a reset brings that back.
func (c *Control) putSnapshot(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	document, err := io.ReadAll(r.Body)
	if err != nil {
		return 0, nil, err
	}
	s, err := snapshot.Read(document)
	if err == nil {
		err = c.resume(sb, s)
	}
	if err != nil {
		return 0, nil, snapshotProblem(http.StatusUnprocessableEntity, err)
	}
	return 0, c.describe(r, sb), nil
}

func (c *Control) resume(sb *sandbox.Sandbox, s snapshot.Snapshot) error {
	c.loading.Lock()
	defer c.loading.Unlock()
	if err := s.Load(sb, c.snapshots()); err != nil {
		return err
	}
	sb.SetOrigin(s)
	if runtime, ok := sb.Script().(*scenario.Runtime); ok {
		tell(sb, runtime)
	}
	return nil
}

func snapshotProblem(status int, err error) error {
	p := problem.New(status, "%v", err)
	var unreadable snapshot.Unreadable
	if errors.As(err, &unreadable) {
		p = p.With("findings", unreadable.Findings)
	}
	return p
}
