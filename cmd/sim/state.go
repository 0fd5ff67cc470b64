package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/atomicfile"
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
	case cfg.scenario == "":
		return nil, nil
	}
	src, err := findScenario(cfg.scenario)
	if err == nil {
		src.outweigh(given, cfg.sandbox())
	}
	return src, err
}

// prepare what the simulator starts from: the state that it ended with, and the
// scenario's rules over it; else the scenario. The answer is what goes on beside it.
func (cfg *serveConfig) prepare(s *simulator.Simulator, src *scenarioSource, given *settings, voice voice) (func(context.Context), error) {
	goesOn, err := cfg.loadState(s, voice)
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
	return func(ctx context.Context) { watchScenario(ctx, s, src, voice) }, nil
}

func (cfg *serveConfig) setChaos(s *simulator.Simulator) error {
	sb, err := s.Pool.Get(sandbox.DefaultID)
	if err != nil {
		return err
	}
	return s.SetChaos(sb, cfg.chaos)
}

// loadState reads the file of --state, if it is there; the first time it isn't. Loaded
// says that the default sandbox goes on from it.
func (cfg *serveConfig) loadState(s *simulator.Simulator, voice voice) (loaded bool, err error) {
	if cfg.state == "" {
		return false, nil
	}
	content, err := os.ReadFile(cfg.state)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	var skipped []string
	if err == nil {
		skipped, err = s.Restore(content)
	}
	if err == nil && len(skipped) > 0 {
		err = cfg.keepUnread(content, skipped, voice)
	}
	if err != nil {
		return false, fmt.Errorf("--state %s: %w", cfg.state, err)
	}
	voice.log.Info("state read", "file", cfg.state, "bytes", len(content))
	return !slices.Contains(skipped, sandbox.DefaultID), nil
}

// keepUnread keeps a copy of a state that could not be read whole: the file is written
// without the skipped sandboxes at the end.
func (cfg *serveConfig) keepUnread(content []byte, skipped []string, voice voice) error {
	copied := cfg.state + ".unread"
	if err := atomicfile.Write(copied, content, 0o600); err != nil {
		return err
	}
	voice.say("--state %s: sandboxes that can't be read are skipped: %s; %s is a copy of the file",
		cfg.state, strings.Join(skipped, ", "), copied)
	return nil
}

// saveState writes the file of --state.
func (cfg *serveConfig) saveState(s *simulator.Simulator, voice voice) error {
	if cfg.state == "" {
		return nil
	}
	content, skipped, err := s.Snapshot()
	if err == nil {
		err = atomicfile.Write(cfg.state, content, 0o600) // there are tokens in it
	}
	if err == nil && len(skipped) > 0 {
		err = fmt.Errorf("sandboxes that can't be written are skipped: %s", strings.Join(skipped, ", "))
	}
	if err != nil {
		return fmt.Errorf("--state %s: %w", cfg.state, err)
	}
	voice.log.Info("state written", "file", cfg.state, "bytes", len(content))
	return nil
}
