package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/control"
	"github.com/kzsim/kzsim/internal/delivery"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/simulator"
)

// execConfig is what `sim exec` can be told.
type execConfig struct {
	scenario, out  string
	seed           uint64
	clock          clock.Settings
	failOn         []string
	minCoverage    float64
	deliver        []string
	timeout, grace time.Duration
	quiet          bool
	log, logLevel  string
}

// What a run can fail by beside its command.
const (
	byFindings  = "findings"
	byUnmatched = "unmatched"
	byVerdict   = "verdict"
)

func (cfg *execConfig) flags() *flag.FlagSet {
	f := flag.NewFlagSet("exec", flag.ContinueOnError)
	f.StringVar(&cfg.scenario, "scenario", "", "scenario that the command meets: a file, or a name in the library")
	f.Uint64Var(&cfg.seed, "seed", control.DefaultSeed, "seed of all randomness; outweighs the scenario's if it is given")
	f.Var(clockValue{&cfg.clock}, "clock", "how time passes: "+clockUsage)
	cfg.failOn = []string{byVerdict}
	f.Var(list{&cfg.failOn, []string{byFindings, byUnmatched, byVerdict}}, "fail-on",
		"what fails the run beside the command, with commas between: findings, unmatched (requests that fitted nothing), verdict (the scenario's must)")
	f.Float64Var(&cfg.minCoverage, "min-coverage", 0, "percentage of all outcomes that the command has to meet")
	f.Var(list{values: &cfg.deliver}, "deliver", deliverUsage)
	f.StringVar(&cfg.out, "out", "", "folder to keep journal, HAR, snapshot, coverage and JUnit report in")
	f.DurationVar(&cfg.timeout, "timeout", 0, "time after which the command is told to end, and the run has failed; 0 for none")
	f.DurationVar(&cfg.grace, "grace", 10*time.Second, "time between telling the command to end and killing it")
	f.BoolVar(&cfg.quiet, "quiet", false, "say only what failed")
	logFlags(f, &cfg.log, &cfg.logLevel)
	addConfigFlag(f)
	return f
}

// execute runs a command with a simulator of its own.
func execute(_ context.Context, env environment, args []string) int {
	var cfg execConfig
	flags := cfg.flags()
	given, code, ok := readSettings(env, flags, args)
	if !ok {
		return code
	}
	if err := cfg.check(flags.Args()); err != nil {
		return ended(env, "exec", wrongUse(err))
	}
	r, err := cfg.begin(env, given)
	if err != nil {
		return ended(env, "exec", err)
	}
	end, err := commandRun{
		env: env, args: flags.Args(), extra: r.variables(), timeout: cfg.timeout, grace: cfg.grace,
	}.run()
	if err := errors.Join(wrongUseOr(err), r.finish()); err != nil {
		return ended(env, "exec", err)
	}
	return r.report(env, end)
}

func (cfg *execConfig) check(command []string) error {
	switch {
	case len(command) == 0:
		return errors.New("no command; say sim exec [flags] -- COMMAND [arguments]")
	case cfg.minCoverage < 0 || cfg.minCoverage > 100:
		return fmt.Errorf("--min-coverage is a percentage, not %v", cfg.minCoverage)
	}
	return nil
}

func wrongUseOr(err error) error {
	if err == nil {
		return nil
	}
	return wrongUse(err)
}

// rehearsal is a simulator for the time of one command.
type rehearsal struct {
	cfg    *execConfig
	sim    *simulator.Simulator
	base   string // its URL
	tally  tally
	stop   context.CancelFunc
	served chan error
}

// begin serves on a free port of this machine. Who connects from now on is
// answered: the port is open before anything else is done.
func (cfg *execConfig) begin(env environment, given *settings) (*rehearsal, error) {
	r := &rehearsal{cfg: cfg, served: make(chan error, 1)}
	if err := r.simulate(env, given); err != nil {
		return nil, wrongUse(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, cannotListen(err)
	}
	r.base = "http://" + l.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	r.stop = stop
	go func() { r.served <- r.sim.Serve(ctx, l) }()
	return r, nil
}

func (r *rehearsal) simulate(env environment, given *settings) error {
	cfg := r.cfg
	made := sandbox.Config{Seed: chance.Seed(cfg.seed), Clock: cfg.clock}
	var src *scenarioSource
	var err error
	if cfg.scenario != "" {
		if src, err = findScenario(cfg.scenario); err != nil {
			return err
		}
		src.outweigh(given, made)
	}
	targets, err := delivery.ParseTargets(cfg.deliver)
	if err != nil {
		return err
	}
	r.sim, err = simulator.New(simulator.Options{
		Version: build(), Log: newVoice(env.stderr, cfg.log, cfg.logLevel).log, Observe: r.tally.observe,
		Default: made, Deliver: targets,
	})
	if err != nil || src == nil {
		return err
	}
	return loadScenario(r.sim, src, false)
}

// variables that tell the command where the simulator is.
func (r *rehearsal) variables() []string {
	return []string{
		"SIM_URL=" + r.base, "SIM_KYC_URL=" + r.base, "SIM_K2_URL=" + r.base, "SIM_ABS_URL=" + r.base + "/abs",
		"SIM_SANDBOX=" + sandbox.DefaultID,
	}
}

// finish what is in flight and stop serving: what the journals hold is then all
// there was.
func (r *rehearsal) finish() error {
	r.stop()
	if err := <-r.served; err != nil {
		return fmt.Errorf("the simulator: %w", err)
	}
	return nil
}

// report what the command has met, and answer the exit code: the command's own,
// unless that is good and something else isn't.
func (r *rehearsal) report(env environment, end commandEnd) int {
	result := r.result(end)
	if r.cfg.out != "" {
		if err := r.keep(result); err != nil {
			result.fail("the artefacts: " + err.Error())
		}
	}
	fmt.Fprint(env.stderr, result.text(r.cfg))
	switch {
	case end.code != exitGood && !end.timedOut:
		return end.code
	case len(result.failures) > 0:
		return exitFindings
	}
	return exitGood
}
