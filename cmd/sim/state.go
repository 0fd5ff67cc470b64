package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

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

// prepare what the default sandbox starts from: the scenario, or, where the state goes on, its rules over
// that.
func (cfg *serveConfig) prepare(s *simulator.Simulator, src *scenarioSource, given *settings, goesOn bool) error {
	if src != nil {
		if err := loadScenario(s, src, goesOn); err != nil {
			return err
		}
	}
	if given.from["chaos"] != byDefault {
		return cfg.setChaos(s)
	}
	return nil
}

// watcher is what goes on beside the simulator.
func (cfg *serveConfig) watcher(s *simulator.Simulator, src *scenarioSource, out output) func(context.Context) {
	if !cfg.watch {
		return func(context.Context) {}
	}
	return func(ctx context.Context) { watchScenario(ctx, s, src, cfg.store != "", out) }
}

func (cfg *serveConfig) setChaos(s *simulator.Simulator) error {
	sb, err := s.Pool.Get(sandbox.DefaultID)
	if err != nil {
		return err
	}
	return s.SetChaos(sb, cfg.chaos)
}

// kept is where the sandboxes of a process are kept: the file of --state. The zero value is nowhere.
type kept struct {
	simulator *simulator.Simulator
	where     string // the flag with the file's name
	loaded    bool   // the default sandbox goes on
	log       *slog.Logger
}

// keep brings back the sandboxes of the file of --state, and keeps in it from now on what they are.
func (cfg *serveConfig) keep(s *simulator.Simulator, out output) (kept, error) {
	k := kept{simulator: s, log: out.log}
	if cfg.state == "" {
		return k, nil
	}
	k.where = "--state " + cfg.state
	storage, err := commitlog.OpenFile(cfg.state, out.log)
	if err != nil {
		return k, k.wrong(err)
	}
	found, err := s.Keep(simulator.Keeping{Storage: storage, Sync: commitlog.Sync(cfg.stateSync), Interval: cfg.stateInterval})
	if err != nil {
		return k, k.wrong(err)
	}
	tellKept(found, k.where, out.log)
	k.loaded = found.Default
	return k, nil
}

// tellKept logs what was found.
func tellKept(found simulator.Kept, where string, log *slog.Logger) {
	for id, why := range found.Failed {
		log.Error("a sandbox can't be brought back; it is kept for another version of sim", "sandbox", id, "error", why)
	}
	for id, why := range found.Uncalled {
		log.Error("a sandbox came back, and its services call nothing: give --target and --deliver-allow as before", "sandbox", id, "error", why)
	}
	log.Info("state read", "from", where, "bytes", found.Bytes, "records", found.Records)
}

// stop writes what is still to be written.
func (k kept) stop() error {
	if k.where == "" {
		return nil
	}
	if err := k.simulator.StopKeeping(); err != nil {
		return k.wrong(err)
	}
	k.log.Info("state written", "to", k.where)
	return nil
}

func (k kept) wrong(err error) error { return fmt.Errorf("%s: %w", k.where, err) }
