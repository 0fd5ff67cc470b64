package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/simulator"
)

func serve(ctx context.Context, env environment, args []string) int {
	var cfg serveConfig
	flags := cfg.flags()
	given, code, ok := readSettings(env, flags, args)
	if !ok {
		return code
	}
	if cfg.printConfig {
		return ended(env, "serve", given.print(env.stdout))
	}
	env, flush := env.unblocked(cfg.log)
	defer flush()
	return ended(env, "serve", cfg.serve(ctx, env, given))
}

// serve until the context ends.
func (cfg *serveConfig) serve(ctx context.Context, env environment, given *settings) error {
	process, err := clock.New(clock.Settings{})
	if err != nil {
		return err
	}
	cfg.limitMemory()
	collectSeldom()
	out := newOutput(env.stderr, cfg.log, cfg.logLevel)
	// Wrong settings are reported before a wrong address.
	src, err := cfg.check(given)
	if err != nil {
		return wrongUse(err)
	}
	targets, systems, err := cfg.calls.targets(env.getenv)
	if err != nil {
		return wrongUse(err)
	}
	at, err := cfg.listen(process.Now)
	if err != nil {
		return err
	}
	defer at.close()
	cfg.secure(out, at)
	opts := cfg.options(at)
	opts.Targets, opts.Systems, opts.Patience = targets, systems, cfg.calls.patience
	opts.Clock, opts.Log, opts.Observe, opts.Metrics = process, out.log, out.observe, counted
	if cfg.store == "" {
		return cfg.serveAlone(ctx, opts, src, given, at, out)
	}
	shared, err := cfg.join(process, at, out)
	if err != nil {
		return wrongUse(fmt.Errorf("--store: %w", err))
	}
	return shared.serve(ctx, opts, src, given)
}

// serveAlone serves a simulator that has all its sandboxes.
func (cfg *serveConfig) serveAlone(ctx context.Context, opts simulator.Options, src *scenarioSource, given *settings, at *listening, out output) error {
	s, err := simulator.New(opts)
	if err != nil {
		return wrongUse(err)
	}
	kept, err := cfg.keep(s, out)
	if err != nil {
		return wrongUse(err)
	}
	if err := cfg.prepare(s, src, given, kept.loaded); err != nil {
		return errors.Join(wrongUse(err), kept.stop())
	}
	at.announce(out)
	background, stop := context.WithCancel(ctx)
	defer stop()
	go cfg.watcher(s, src, out)(background)
	served := s.Serve(background, at.all()...)
	unkept := kept.stop()
	if served != nil {
		return cannotListen(errors.Join(served, unkept))
	}
	return unkept
}

// check the settings that can't be checked flag by flag.
func (cfg *serveConfig) check(given *settings) (*scenarioSource, error) {
	if cfg.token != "" {
		if err := sandbox.CheckToken(cfg.token); err != nil {
			return nil, fmt.Errorf("the control token of %s: %w", given.where["control-token"], err)
		}
	}
	if err := cfg.checkStore(); err != nil {
		return nil, err
	}
	return cfg.source(given)
}

// secure makes a control token where one is needed and none was given.
func (cfg *serveConfig) secure(out output, at *listening) {
	if cfg.token != "" || at.onLoopback() {
		return
	}
	cfg.token = strings.ReplaceAll(chance.Fresh().UUID("control-token", "", 0), "-", "")
	out.say("not on loopback, so the control API needs a token: %s", cfg.token)
}

func (cfg *serveConfig) options(at *listening) simulator.Options {
	return simulator.Options{
		Version: build(), Token: cfg.token, ControlAt: at.controlAt(), PublicURL: cfg.publicURL, MaxBody: cfg.maxBody, Connections: cfg.connections,
		Limits: sandbox.Limits{Held: cfg.held, Rate: cfg.rate, State: cfg.maxState}, Expires: cfg.expires, Idle: cfg.storeIdle,
		Memory: cfg.memory, States: cfg.stateMemory, Bodies: cfg.bodyMemory,
		NoDefault: cfg.noDefault, AutoSandbox: cfg.autoSandbox,
		MaskPersonalData: !at.onLoopback() && !cfg.showPersonalData,
		Default:          cfg.sandbox(), Authority: at.authority,
		Reach: cfg.reach, ServedOn: at.addresses(),
	}
}

// sandbox that is the default one.
func (cfg *serveConfig) sandbox() sandbox.Config {
	return sandbox.Config{Seed: chance.Seed(cfg.seed), Clock: cfg.clock}
}

func isLoopback(at net.Addr) bool {
	addr, err := netip.ParseAddrPort(at.String())
	return err == nil && addr.Addr().IsLoopback()
}
