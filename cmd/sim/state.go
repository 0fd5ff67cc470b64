package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/kzsim/kzsim/internal/archive"
	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/commitlog/postgres"
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

// prepare what the simulator starts from: the scenario, or, where the state goes on, its rules over
// that. The answer is what goes on beside it.
func (cfg *serveConfig) prepare(s *simulator.Simulator, src *scenarioSource, given *settings, goesOn bool, out output) (func(context.Context), error) {
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

// kept is where the sandboxes of a process are kept. The zero value is nowhere.
type kept struct {
	simulator *simulator.Simulator
	where     string            // the flag, with a file's name
	process   *postgres.Process // of --store; nil for a file
	archive   *archive.Archive  // of --store-journal; nil for none
	loaded    bool              // there were any
	log       *slog.Logger
}

// keep brings back the sandboxes of the file of --state or the database of --store, and keeps in it
// from now on what they are. While another process has them, it waits.
func (cfg *serveConfig) keep(ctx context.Context, s *simulator.Simulator, at *listening, out output) (kept, error) {
	k := kept{simulator: s, log: out.log}
	var keeping simulator.Keeping
	var err error
	switch {
	case cfg.store != "":
		k.where = "--store"
		k.process, keeping, err = cfg.openStore(ctx, s.Pool.Clock(), at, out)
		if err == nil && cfg.storeJournal > 0 {
			k.archive = cfg.archive(k.process, s.Pool.Clock(), out)
			keeping.Archive = k.archive
		}
	case cfg.state != "":
		k.where = "--state " + cfg.state
		keeping = simulator.Keeping{Sync: commitlog.Sync(cfg.stateSync), Interval: cfg.stateInterval}
		keeping.Storage, err = commitlog.OpenFile(cfg.state, out.log)
	default:
		return k, nil
	}
	if err != nil {
		return k, k.wrong(err)
	}
	found, err := s.Keep(keeping)
	if err != nil {
		return k, k.wrong(errors.Join(err, k.leave()))
	}
	for id, why := range found.Failed {
		out.log.Error("a sandbox can't be brought back; it is kept for another version of sim", "sandbox", id, "error", why)
	}
	for id, why := range found.Uncalled {
		out.log.Error("a sandbox came back, and its services call nothing: give --target and --deliver-allow as before", "sandbox", id, "error", why)
	}
	out.log.Info("state read", "from", k.where, "bytes", found.Bytes, "records", found.Records)
	_, failed := found.Failed[sandbox.DefaultID]
	k.loaded = found.Records > 0 && !failed
	return k, nil
}

// within is a context that ends with another one, and when another process has taken over.
func (k kept) within(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	if k.process != nil {
		go func() {
			select {
			case <-k.process.Lost():
				cancel()
			case <-ctx.Done():
			}
		}()
	}
	return ctx, cancel
}

// stop writes what is still to be written.
func (k kept) stop() error {
	if k.where == "" {
		return nil
	}
	if err := errors.Join(k.simulator.StopKeeping(), k.leave()); err != nil {
		return k.wrong(err)
	}
	k.log.Info("state written", "to", k.where)
	return nil
}

// leave the database, if there is one: another process may take over at once.
func (k kept) leave() error {
	if k.process == nil {
		return nil
	}
	if k.archive != nil {
		k.archive.Close()
	}
	return k.process.Leave()
}

func (k kept) wrong(err error) error { return fmt.Errorf("%s: %w", k.where, err) }
