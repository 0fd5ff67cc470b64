package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/control"
	"github.com/kzsim/kzsim/internal/gateway"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/simulator"
)

// serveConfig is what `sim serve` can be told.
type serveConfig struct {
	addr, token, publicURL, log string
	maxBody, memory             int64
	expires                     time.Duration
	held                        int
	rate                        float64
	seed                        uint64
	noDefault, autoSandbox      bool
}

func (cfg *serveConfig) flags() *flag.FlagSet {
	f := flag.NewFlagSet("serve", flag.ContinueOnError)
	f.StringVar(&cfg.addr, "addr", "127.0.0.1:8080", "address to listen on; port 0 takes a free one")
	f.StringVar(&cfg.token, "control-token", "", "token of the control API; needed, and made if not given, on an address that isn't loopback")
	f.StringVar(&cfg.publicURL, "public-url", "", "address under which clients see the simulator, if not by the Host they send")
	f.Int64Var(&cfg.maxBody, "max-body", gateway.DefaultMaxBody, "bytes that a request's body may have")
	f.Int64Var(&cfg.memory, "memory", sandbox.DefaultMemory, "bytes that the journals of all sandboxes may take together")
	f.DurationVar(&cfg.expires, "expires", sandbox.DefaultExpires, "idle time after which a sandbox goes")
	f.IntVar(&cfg.held, "max-held", sandbox.DefaultHeld, "requests that a sandbox may hold open at once")
	f.Float64Var(&cfg.rate, "max-rate", 0, "requests a second that a sandbox may get; 0 for no limit")
	f.Uint64Var(&cfg.seed, "seed", control.DefaultSeed, "seed of the default sandbox")
	f.BoolVar(&cfg.noDefault, "no-default", false, "refuse requests that name no sandbox")
	f.BoolVar(&cfg.autoSandbox, "auto-sandbox", false, "make a sandbox that a request names and that isn't there")
	f.StringVar(&cfg.log, "log", "text", "form of the log on standard error: text or json")
	return f
}

func serve(ctx context.Context, env environment, args []string) int {
	var cfg serveConfig
	flags := cfg.flags()
	if code, ok := parse(env, flags, args); !ok {
		return code
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(env.stderr, "sim serve: takes no argument %q\n", flags.Arg(0))
		return exitUsage
	}
	log, err := logger(env, cfg.log)
	if err != nil {
		fmt.Fprintf(env.stderr, "sim serve: %v\n", err)
		return exitUsage
	}
	listener, err := net.Listen("tcp", cfg.addr)
	if err != nil {
		fmt.Fprintf(env.stderr, "sim serve: cannot listen on %s: %v\n", cfg.addr, err)
		return exitListen
	}
	cfg.secure(env, listener.Addr())
	s, err := simulator.New(cfg.options(log))
	if err != nil {
		fmt.Fprintf(env.stderr, "sim serve: %v\n", err)
		return exitUsage
	}
	fmt.Fprintf(env.stderr, "sim: KYC, K2 and ABS on http://%s, control API at /_sim/\n", listener.Addr())
	if err := s.Serve(ctx, listener); err != nil {
		fmt.Fprintf(env.stderr, "sim serve: %v\n", err)
		return exitListen
	}
	return exitGood
}

// secure makes a control token where one is needed and none was given.
func (cfg *serveConfig) secure(env environment, at net.Addr) {
	if cfg.token != "" {
		return
	}
	if addr, err := netip.ParseAddrPort(at.String()); err == nil && addr.Addr().IsLoopback() {
		return
	}
	cfg.token = strings.ReplaceAll(chance.Fresh().UUID("control-token", "", 0), "-", "")
	fmt.Fprintf(env.stderr, "sim: not on loopback, so the control API needs a token: %s\n", cfg.token)
}

func (cfg *serveConfig) options(log *slog.Logger) simulator.Options {
	return simulator.Options{
		Version: build(), Token: cfg.token, PublicURL: cfg.publicURL, MaxBody: cfg.maxBody,
		Limits: sandbox.Limits{Held: cfg.held, Rate: cfg.rate}, Memory: cfg.memory, Expires: cfg.expires,
		NoDefault: cfg.noDefault, AutoSandbox: cfg.autoSandbox,
		Default: sandbox.Config{Seed: chance.Seed(cfg.seed)}, Log: log,
	}
}

func logger(env environment, form string) (*slog.Logger, error) {
	opts := &slog.HandlerOptions{Level: slog.LevelWarn}
	switch form {
	case "text":
		return slog.New(slog.NewTextHandler(env.stderr, opts)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(env.stderr, opts)), nil
	}
	return nil, fmt.Errorf("--log is text or json, not %q", form)
}
