// Command sim simulates the KYC, K2 and ABS services that debt collection in
// Kazakhstan is integrated with.
//
// Exit codes: 0 good, 1 findings or failures, 2 wrong use or configuration,
// 3 cannot listen.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sort"
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
	about string
	run   func(ctx context.Context, env environment, args []string) int
}

// environment is what a command may use of the process around it.
type environment struct {
	stdout, stderr io.Writer
	getenv         func(string) string
}

func commands() map[string]command {
	return map[string]command{
		"serve":       {"runs the simulator (the default command)", serve},
		"contract":    {"prints operations, outcomes, reserved values and the ledger as tables", describeContract},
		"exec":        {"runs a command with a simulator of its own", execute},
		"healthcheck": {"asks a running simulator whether it is well", healthcheck},
		"openapi":     {"prints the services as an OpenAPI document", writeOpenAPI},
		"test":        {"checks scenarios and runs their tries", test},
		"verify":      {"runs the contract suite against any endpoints", verifyTarget},
		"version":     {"says what this is", version},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// Who can't wait for the end says so a second time, and ends us at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, environment{os.Stdout, os.Stderr, os.Getenv}, os.Args[1:]))
}

func run(ctx context.Context, env environment, args []string) int {
	name, rest := "serve", args
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name, rest = args[0], args[1:]
	}
	if name == "help" || len(args) > 0 && (args[0] == "-h" || args[0] == "--help") {
		usage(env.stdout)
		return exitGood
	}
	cmd, ok := commands()[name]
	if !ok {
		fmt.Fprintf(env.stderr, "sim: no command %q: sim help lists them%s\n",
			name, document.DidYouMean(name, names()))
		return exitUsage
	}
	return cmd.run(ctx, env, rest)
}

func names() []string {
	var all []string
	for name := range commands() {
		all = append(all, name)
	}
	sort.Strings(all)
	return all
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "usage: sim [command] [flags]; sim COMMAND --help lists its flags")
	for _, name := range names() {
		fmt.Fprintf(w, "  %-12s %s\n", name, commands()[name].about)
	}
}
