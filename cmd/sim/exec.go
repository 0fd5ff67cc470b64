package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/control"
	"github.com/kzsim/kzsim/internal/execution"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/simulator"
)

// execConfig is the settings of `sim exec`.
type execConfig struct {
	scenario, out  string
	set            []string
	seed           uint64
	clock          clock.Settings
	gates          execution.Gates
	calls          calls
	timeout, grace time.Duration
	quiet          bool
	log, logLevel  string
}

func (cfg *execConfig) flags() *flag.FlagSet {
	f := flag.NewFlagSet("exec", flag.ContinueOnError)
	f.StringVar(&cfg.scenario, "scenario", "", "scenario that the command meets: a file, or a name in the library")
	setFlag(f, &cfg.set)
	f.Uint64Var(&cfg.seed, "seed", control.DefaultSeed, "seed of all randomness; outweighs the scenario's if it is given")
	f.Var(clockValue{&cfg.clock}, "clock", "how time passes: "+clockUsage)
	zoneFlag(f, &cfg.clock.Zone)
	cfg.gates.FailOn = []string{execution.OnVerdict}
	f.Var(list{&cfg.gates.FailOn, []string{execution.OnFindings, execution.OnUnmatched, execution.OnVerdict, execution.OnIdle}}, "fail-on",
		"what fails the run beside the command, with commas between: findings, unmatched (requests that fitted nothing), verdict (the scenario's must), idle (it sent no request)")
	f.Float64Var(&cfg.gates.MinCoverage, "min-coverage", 0, "percentage of all outcomes that the command has to meet")
	cfg.calls.flags(f)
	f.StringVar(&cfg.out, "out", "", "folder to keep journal, HAR, snapshot, coverage and JUnit report in")
	f.DurationVar(&cfg.timeout, "timeout", 0, "time after which the command is asked to end, and the run has failed; 0 for none")
	f.DurationVar(&cfg.grace, "grace", 10*time.Second, "time between telling the command to end and killing it")
	f.BoolVar(&cfg.quiet, "quiet", false, "say only what failed")
	logFlags(f, &cfg.log, &cfg.logLevel)
	addConfigFlag(f)
	tellRanges(f)
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
	if flags.NArg() == 0 {
		return ended(env, "exec", wrongUse(errors.New("no command; say sim exec [flags] -- COMMAND [arguments]")))
	}
	own, flush := env.unblocked(cfg.log)
	defer flush()
	result, err := cfg.run(env, own, given)
	if err != nil {
		return ended(own, "exec", err)
	}
	fmt.Fprint(own.stderr, result.Text(cfg.quiet))
	return exitCodeOf(result)
}

// run the command that stands behind the flags, with the outputs of env. What we say
// ourselves goes to own.
func (cfg *execConfig) run(env, own environment, given *settings) (*execution.Result, error) {
	x, err := cfg.prepare(own, given)
	if err != nil {
		return nil, wrongUse(err)
	}
	if cfg.out != "" {
		if err := execution.TryFolder(cfg.out); err != nil {
			return nil, wrongUse(err)
		}
	}
	if err := x.Serve(); err != nil {
		return nil, cannotListen(err)
	}
	end, err := execution.Command{
		Args: given.flags.Args(), Env: slices.Concat(os.Environ(), x.Variables(), itself()),
		Stdout: env.stdout, Stderr: env.stderr, Timeout: cfg.timeout, Grace: cfg.grace,
	}.Run()
	if err := errors.Join(wrongUse(err), x.Stop()); err != nil {
		return nil, err
	}
	result := x.Judge(end)
	if cfg.out != "" {
		x.Keep(cfg.out, result)
	}
	return result, nil
}

// itself tells the command where this binary is, as a variable.
func itself() []string {
	path, err := os.Executable()
	if err != nil {
		return nil // the system can't say
	}
	return []string{"SIM_BIN=" + path}
}

// prepare a simulator with the scenario.
func (cfg *execConfig) prepare(env environment, given *settings) (*execution.Execution, error) {
	made := sandbox.Config{Seed: chance.Seed(cfg.seed), Clock: cfg.clock}
	src, err := scenarioFor(cfg.scenario, cfg.set, given, made)
	if err != nil {
		return nil, err
	}
	targets, systems, err := cfg.calls.targets(env.getenv)
	if err != nil {
		return nil, err
	}
	x, err := execution.New(execution.Options{
		Scenario: cfg.scenario, Gates: cfg.gates,
		Simulator: simulator.Options{
			Metrics: counted,
			Version: build(), Log: newOutput(env.stderr, cfg.log, cfg.logLevel).log,
			Default: made, Targets: targets, Systems: systems, Patience: cfg.calls.patience,
			States: simulator.NoBound, Limits: sandbox.Limits{State: simulator.NoBound},
		},
	})
	if err != nil || src == nil {
		return x, err
	}
	return x, loadScenario(x.Simulator, src, false)
}

// exitCodeOf a run: the command's own, unless that is good and something else isn't.
// A command that ran out of time is ended by us, so its own code says nothing.
func exitCodeOf(r *execution.Result) int {
	switch {
	case r.Passed():
		return exitGood
	case r.End.Code != 0 && r.End.Timeout == 0:
		return r.End.Code
	}
	return exitFindings
}
