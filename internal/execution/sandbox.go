package execution

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/kzsim/kzsim/internal/expect"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// Only this file looks into sandboxes.

// verdict on what the scenario of the default sandbox says that the client must do.
// A command that has deleted the sandbox has left nothing to judge by: its verdict
// is not good.
func (x *Execution) verdict() (name string, v expect.Verdict) {
	sb, err := x.Simulator.Pool.Get(sandbox.DefaultID)
	if err != nil {
		return x.scenario, expect.Verdict{Passed: x.scenario == ""}
	}
	return expect.VerdictOn(sb.Run(), expect.Options{})
}

// keepSandboxes keeps the default sandbox in the folder itself, and those that the
// command has made and used in folders of their own.
func (x *Execution) keepSandboxes(dir string) error {
	var failed error // one that can't be kept costs the others nothing
	for _, sb := range x.Simulator.Pool.List() {
		if sb.ID() != sandbox.DefaultID && sb.Requests() == 0 {
			continue
		}
		if err := x.keepSandbox(dir, sb); err != nil {
			failed = errors.Join(failed, fmt.Errorf("sandbox %s: %w", sb.ID(), err))
		}
	}
	return failed
}

func (x *Execution) keepSandbox(dir string, sb *sandbox.Sandbox) error {
	if sb.ID() != sandbox.DefaultID {
		dir = filepath.Join(dir, "sandboxes", sb.ID())
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	journal, err := x.journal(sb.ID())
	if err != nil {
		return err
	}
	har, err := x.har(sb.ID())
	if err != nil {
		return err
	}
	snapshot, err := x.Simulator.SnapshotOf(sb)
	if err != nil {
		return err
	}
	return writeAll(dir, map[string][]byte{"journal.json": journal, "requests.har": har, "snapshot.json": snapshot})
}
