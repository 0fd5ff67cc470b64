// Command sim simulates the KYC, K2 and ABS services that debt collection in
// Kazakhstan is integrated with.
//
// Exit codes: 0 good, 1 findings or failures, 2 wrong use or configuration,
// 3 cannot listen.
package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/kzsim/kzsim/internal/document"
)

// The exit codes.
const (
	exitGood     = 0
	exitFindings = 1
	exitUsage    = 2
	exitListen   = 3
)

// command is one subcommand, in its own file.
type command struct {
	about   string
	example string
	run     func(ctx context.Context, env environment, args []string) int
}

// environment is what a command may use of the process around it.
type environment struct {
	stdout, stderr io.Writer
	getenv         func(string) string
	names          []string // of the variables that are set
	stdin          io.Reader
}

func commands() map[string]command {
	return map[string]command{
		"serve":       {"runs the simulator (the default command)", "sim serve --addr 8080 --scenario busy-approval", serve},
		"completion":  {"prints a script that completes commands and flags in bash or zsh", "source <(sim completion bash)", completion},
		"contract":    {"prints operations, outcomes, reserved values and the ledger as tables", "sim contract --sections reserved", describeContract},
		"exec":        {"runs a command with a simulator of its own", "sim exec --fail-on findings,verdict -- go test ./...", execute},
		"healthcheck": {"asks a running simulator whether it is well", "sim healthcheck --addr 8080", healthcheck},
		"init":        {"writes a first scenario, settings and a CI file that run as they stand", "sim init my-project", initialise},
		"openapi":     {"prints the services as an OpenAPI document", "sim openapi --output openapi.yaml", writeOpenAPI},
		"scenarios":   {"lists the scenarios of the library, or prints one", "sim scenarios --tag payments", listScenarios},
		"test":        {"checks scenarios and runs their tries", "sim test scenarios/", test},
		"tour":        {"shows the services by fifteen requests to a running simulator", "sim tour --url http://127.0.0.1:8080", tour},
		"verify":      {"runs the contract suite against any endpoints", "sim verify --abs-url http://127.0.0.1:9000/abs", verifyTarget},
		"version":     {"says what this is", "sim version", version},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second signal ends the process at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, environment{os.Stdout, os.Stderr, os.Getenv, variablesSet(), os.Stdin}, os.Args[1:]))
}

func run(ctx context.Context, env environment, args []string) int {
	name, rest := "serve", args
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name, rest = args[0], args[1:]
	}
	switch {
	case name == "help" && len(rest) > 0:
		name, rest = rest[0], []string{"--help"}
	case name == "help", len(args) > 0 && slices.Contains([]string{"-h", "--help"}, args[0]):
		usage(env.stdout)
		return exitGood
	case len(args) > 0 && slices.Contains([]string{"-version", "--version"}, args[0]):
		name, rest = "version", args[1:]
	}
	cmd, ok := commands()[name]
	if !ok {
		meant := document.DidYouMean(cmp.Or(commandsElsewhere[name], name), names())
		fmt.Fprintf(env.stderr, "sim: no command %q: sim help lists them%s\n", name, meant)
		return exitUsage
	}
	return cmd.run(ctx, env, rest)
}

// commandsElsewhere are commands by the names that other tools have for them.
var commandsElsewhere = map[string]string{"check": "test", "lint": "test", "validate": "test", "run": "test", "start": "serve", "up": "serve"}

func names() []string { return slices.Sorted(maps.Keys(commands())) }

func usage(w io.Writer) {
	fmt.Fprintln(w, "usage: sim [command] [flags]; sim help COMMAND lists its flags")
	for _, name := range names() {
		fmt.Fprintf(w, "  %-12s %s\n", name, commands()[name].about)
	}
}
