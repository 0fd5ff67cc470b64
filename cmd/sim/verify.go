package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/verify"
	"github.com/kzsim/kzsim/internal/verify/report"
	"github.com/kzsim/kzsim/internal/verify/target"
)

// verifyConfig is the settings of `sim verify`.
type verifyConfig struct {
	target, kyc, k2, abs, ca    string
	har                         string
	control, controlToken       string
	junit, json, html, markdown string
	profile, colour             string
	only, cases, require        []string
	timeout                     time.Duration
	alone                       bool
}

func (cfg *verifyConfig) flags() *flag.FlagSet {
	f := flag.NewFlagSet("verify", flag.ContinueOnError)
	f.StringVar(&cfg.target, "target", "", "file that says where the services are and what may be done to them")
	f.StringVar(&cfg.kyc, "kyc-url", "", "address of KYC")
	f.StringVar(&cfg.k2, "k2-url", "", "address of K2")
	f.StringVar(&cfg.abs, "abs-url", "", "address below which the ABS operations lie: URL/get_cli")
	f.StringVar(&cfg.har, "har", "", "recorded traffic to judge, an HTTP Archive; nothing is sent")
	f.StringVar(&cfg.control, "control-url", "", "control API of the simulator, if the target is one behind a proxy that hides it")
	f.Var(secret{&cfg.controlToken}, "control-token", "token of the simulator's control API")
	f.StringVar(&cfg.ca, "ca", "", "certificates of the authorities to trust, instead of the system's; a PEM file")
	f.StringVar(&cfg.junit, "junit", "", "file for the report as JUnit XML")
	f.StringVar(&cfg.json, "json", "", "file for the report as JSON")
	f.StringVar(&cfg.html, "html", "", "file for the report as one HTML page")
	f.StringVar(&cfg.markdown, "markdown", "", "file for the report as Markdown")
	f.StringVar(&cfg.profile, "write-profile", "", "file for the profile that makes the simulator behave as the target did")
	f.Var(list{values: &cfg.only}, "only", "operations to verify: ids and patterns such as abs.*, with commas")
	f.Var(list{&cfg.cases, verify.CaseKinds()}, "cases", "kinds of cases: "+strings.Join(verify.CaseKinds(), ", ")+"; all by default")
	f.Var(list{&cfg.require, []string{requireVerified}}, "require", "what has to hold beside the findings: verified, every operation was seen in success")
	cfg.colour = "auto"
	f.Var(choiceOf(&cfg.colour, "auto", "always", "never"), "color", "colours: auto, always or never")
	f.DurationVar(&cfg.timeout, "timeout", 0, "how long an answer may take; the target file's or 30s by default")
	f.BoolVar(&cfg.alone, "no-person", false, "skip the steps that need a person to answer a message")
	tellRanges(f)
	return f
}

const requireVerified = "verified"

func verifyTarget(ctx context.Context, env environment, args []string) int {
	var cfg verifyConfig
	flags := cfg.flags()
	if code, ok := parse(env, flags, args); !ok {
		return code
	}
	found, err := cfg.run(ctx, env)
	if err != nil {
		return ended(env, "verify", wrongUse(err))
	}
	if !found.Good || ctx.Err() != nil {
		return exitFindings
	}
	return exitGood
}

// run the suite and write its reports. What it found before it was stopped is
// reported, too.
func (cfg *verifyConfig) run(ctx context.Context, env environment) (*verify.Report, error) {
	opts, err := cfg.options(env)
	if err != nil {
		return nil, err
	}
	terminal := report.NewTerminal(env.stdout, cfg.coloured(env))
	opts.Progress = terminal.Progress
	found, err := cfg.judge(ctx, opts)
	if err != nil && !errors.Is(err, context.Canceled) {
		return nil, err
	}
	return found, errors.Join(terminal.Finish(found), cfg.write(found))
}

// judge what the target answers, or what was recorded.
func (cfg *verifyConfig) judge(ctx context.Context, opts verify.Options) (*verify.Report, error) {
	if cfg.har == "" {
		return verify.Run(ctx, opts)
	}
	recording, err := os.ReadFile(cfg.har)
	if err != nil {
		return nil, err
	}
	if opts.Target.Name == "" {
		opts.Target.Name = filepath.Base(cfg.har)
	}
	found, err := verify.RunRecorded(opts, recording)
	if err != nil {
		err = fmt.Errorf("%s: %w", cfg.har, err)
	}
	return found, err
}

// options of the suite: the target file, and over it the flags.
func (cfg *verifyConfig) options(env environment) (verify.Options, error) {
	table, err := simulator.Table()
	if err != nil {
		return verify.Options{}, err
	}
	opts := verify.Options{Table: table, Operations: cfg.only, Kinds: cfg.cases, RequireVerified: slices.Contains(cfg.require, requireVerified)}
	opts.Target = target.Of(nil)
	if cfg.target != "" {
		content, err := os.ReadFile(cfg.target)
		if err != nil {
			return opts, err
		}
		if opts.Target, err = target.Read(cfg.target, content, table, env.getenv); err != nil {
			return opts, err
		}
	}
	cfg.overTarget(&opts.Target)
	if len(opts.Target.Services) == 0 && cfg.har == "" {
		return opts, errors.New("nothing to verify: give --target, --kyc-url, --k2-url, --abs-url or --har")
	}
	if !cfg.alone {
		opts.Person = verify.NewConsole(env.stderr, os.Stdin)
	}
	return opts, nil
}

// overTarget puts what the flags say over what the file says.
func (cfg *verifyConfig) overTarget(t *target.Target) {
	for name, address := range map[string]string{"kyc": cfg.kyc, "k2": cfg.k2, "abs": cfg.abs} {
		service, ok := t.Services[name]
		if address != "" {
			service.URL, ok = address, true
		}
		if cfg.ca != "" {
			service.TLS.CA = cfg.ca
		}
		if ok {
			t.Services[name] = service
		}
	}
	if cfg.control != "" {
		t.ControlURL = cfg.control
	}
	if cfg.controlToken != "" {
		t.ControlToken = cfg.controlToken
	}
	if cfg.timeout > 0 {
		t.Timeout = cfg.timeout
	}
}

// coloured decides as other programs do: on a terminal, unless NO_COLOR is set.
func (cfg *verifyConfig) coloured(env environment) bool {
	if cfg.colour != "auto" {
		return cfg.colour == "always"
	}
	out, isFile := env.stdout.(*os.File)
	if !isFile || env.getenv("NO_COLOR") != "" {
		return false
	}
	info, err := out.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// write the reports that have a file.
func (cfg *verifyConfig) write(r *verify.Report) error {
	files := []struct {
		name  string
		write func(io.Writer, *verify.Report) error
	}{
		{cfg.junit, report.JUnit}, {cfg.json, report.JSON}, {cfg.html, report.HTML},
		{cfg.markdown, report.Markdown}, {cfg.profile, report.Profile},
	}
	var all []error
	for _, f := range files {
		if f.name != "" {
			all = append(all, writeFile(f.name, func(w io.Writer) error { return f.write(w, r) }))
		}
	}
	return errors.Join(all...)
}

func writeFile(name string, write func(io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}
