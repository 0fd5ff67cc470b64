package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/simulator"
)

// source of the scenario; nil if there is none.
func (cfg *serveConfig) source(given *settings) (*scenarioSource, error) {
	switch {
	case cfg.noDefault && (cfg.scenario != "" || cfg.chaos != 0):
		return nil, errors.New("--scenario and --chaos are the default sandbox's, and --no-default leaves it out")
	case cfg.watch && cfg.scenario == "":
		return nil, errors.New("--watch needs a --scenario to watch")
	}
	return scenarioFor(cfg.scenario, cfg.set, given, cfg.sandbox())
}

// prepare what the simulator starts from: the state that it ended with, and the
// scenario's rules over it; else the scenario. The answer is what goes on beside it.
func (cfg *serveConfig) prepare(s *simulator.Simulator, src *scenarioSource, given *settings, out output) (func(context.Context), error) {
	goesOn, err := cfg.keepState(s, out)
	if err != nil {
		return nil, err
	}
	if src != nil {
		if err := loadScenario(s, src, goesOn); err != nil {
			return nil, err
		}
	}
	if given.from["chaos"] != byDefault {
		if err := cfg.setChaos(s); err != nil {
			return nil, err
		}
	}
	if !cfg.watch {
		return func(context.Context) {}, nil
	}
	return func(ctx context.Context) { watchScenario(ctx, s, src, out) }, nil
}

func (cfg *serveConfig) setChaos(s *simulator.Simulator) error {
	sb, err := s.Pool.Get(sandbox.DefaultID)
	if err != nil {
		return err
	}
	return s.SetChaos(sb, cfg.chaos)
}

// keepState brings back the sandboxes of the file of --state, and keeps in it from now on
// what they are. Loaded says that there were any.
func (cfg *serveConfig) keepState(s *simulator.Simulator, out output) (loaded bool, err error) {
	if cfg.state == "" {
		return false, nil
	}
	file, err := commitlog.OpenFile(cfg.state, out.log)
	if err != nil {
		return false, cfg.stateError(err)
	}
	found, err := s.Keep(simulator.Keeping{Storage: file, Sync: commitlog.Sync(cfg.stateSync), Interval: cfg.stateInterval})
	if err != nil {
		return false, cfg.stateError(err)
	}
	for id, why := range found.Failed {
		out.log.Error("a sandbox can't be brought back; the file keeps it for another version of sim", "sandbox", id, "error", why)
	}
	for id, why := range found.Uncalled {
		out.log.Error("a sandbox came back, and its services call nothing: give --target and --deliver-allow as before", "sandbox", id, "error", why)
	}
	out.log.Info("state read", "file", cfg.state, "bytes", found.Bytes, "records", found.Records)
	_, failed := found.Failed[sandbox.DefaultID]
	return found.Records > 0 && !failed, nil
}

// stopKeepingState writes what is still to be written.
func (cfg *serveConfig) stopKeepingState(s *simulator.Simulator, out output) error {
	if cfg.state == "" {
		return nil
	}
	if err := s.StopKeeping(); err != nil {
		return cfg.stateError(err)
	}
	out.log.Info("state written", "file", cfg.state)
	return nil
}

func (cfg *serveConfig) stateError(err error) error {
	return fmt.Errorf("--state %s: %w", cfg.state, err)
}
