package control

import (
	"errors"
	"io"
	"net/http"

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
)

func (c *Control) getSnapshot(w http.ResponseWriter, _ *http.Request, sb *sandbox.Sandbox) error {
	s, err := sb.Snapshot()
	if err != nil {
		return snapshotProblem(http.StatusConflict, err)
	}
	w.Header().Set("Content-Type", jsonType)
	_ = writeSnapshot(w, s) // an error means a closed connection: the rows are JSON already
	return nil
}

// putSnapshot replaces the sandbox's state by a snapshot; a reset restores the snapshot.
func (c *Control) putSnapshot(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	source, err := io.ReadAll(r.Body)
	if err != nil {
		return 0, nil, err
	}
	s, err := sandbox.ReadSnapshot(source)
	if err != nil {
		return 0, nil, snapshotProblem(http.StatusUnprocessableEntity, err)
	}
	run, err := sb.Resume(s)
	if err != nil {
		return 0, nil, snapshotProblem(http.StatusUnprocessableEntity, err)
	}
	tell(run)
	return 0, c.describe(r, sb), nil
}

func snapshotProblem(status int, err error) error {
	p := problem.New(status, "%w", err)
	var unreadable scenario.Unreadable
	var findings document.Findings
	switch {
	case errors.As(err, &unreadable):
		return p.With("findings", unreadable.Findings)
	case errors.As(err, &findings):
		return p.With("findings", findings)
	}
	return p
}
