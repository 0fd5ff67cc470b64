package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/simulator"
)

// prepare what the simulator starts from: the state that it ended with, else the
// scenario. The answer is what goes on beside it.
func (cfg *serveConfig) prepare(s *simulator.Simulator, voice voice, process *clock.Clock) (func(context.Context), error) {
	nothing := func(context.Context) {}
	if err := cfg.check(); err != nil {
		return nil, err
	}
	var src *scenarioSource
	if cfg.scenario != "" {
		var err error
		if src, err = findScenario(cfg.scenario); err != nil {
			return nil, err
		}
		if err := loadScenario(s, src, false); err != nil {
			return nil, err
		}
	}
	if err := cfg.setChaos(s); err != nil {
		return nil, err
	}
	if err := cfg.loadState(s, voice); err != nil {
		return nil, err
	}
	if !cfg.watch {
		return nothing, nil
	}
	return func(ctx context.Context) { watchScenario(ctx, s, src, process, voice) }, nil
}

// check what single flags can't.
func (cfg *serveConfig) check() error {
	switch {
	case cfg.watch && cfg.scenario == "":
		return errors.New("--watch needs a --scenario to watch")
	case cfg.noDefault && (cfg.scenario != "" || cfg.chaos != 0):
		return errors.New("--scenario and --chaos are the default sandbox's, and --no-default leaves it out")
	}
	return nil
}

func (cfg *serveConfig) setChaos(s *simulator.Simulator) error {
	if cfg.chaos == 0 {
		return nil
	}
	sb, err := s.Pool.Get(sandbox.DefaultID)
	if err != nil {
		return err
	}
	script, ok := sb.Script().(*scenario.Runtime)
	if !ok {
		if script, err = scenario.Load(sb, nil, scenario.LoadOptions{Table: s.Table}); err != nil {
			return err
		}
	}
	return script.SetChaos(cfg.chaos)
}

// loadState reads the file of --state; one that isn't there yet is no mistake.
func (cfg *serveConfig) loadState(s *simulator.Simulator, voice voice) error {
	if cfg.state == "" {
		return nil
	}
	content, err := os.ReadFile(cfg.state)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = s.Restore(content)
	}
	if err != nil {
		return fmt.Errorf("--state %s: %w", cfg.state, err)
	}
	voice.log.Info("state read", "file", cfg.state, "bytes", len(content))
	return nil
}

// saveState writes the file of --state.
func (cfg *serveConfig) saveState(s *simulator.Simulator, voice voice) error {
	if cfg.state == "" {
		return nil
	}
	content, err := s.Snapshot()
	if err == nil {
		err = writeWhole(cfg.state, content)
	}
	if err != nil {
		return fmt.Errorf("--state %s: %w", cfg.state, err)
	}
	voice.log.Info("state written", "file", cfg.state, "bytes", len(content))
	return nil
}

// writeWhole puts a file in place in one step: who reads it finds the old one or
// the new one, whatever happens meanwhile.
func writeWhole(name string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*") // readable by its owner alone
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // of no use any more
	}
	return err
}
