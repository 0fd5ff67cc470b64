// Command sim simulates the KYC, K2 and ABS services that debt collection in
// Kazakhstan is integrated with.
//
// Exit codes: 0 good, 1 findings or failures, 2 wrong use or configuration,
// 3 cannot listen.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sort"
	"strings"
	"syscall"

	"github.com/kzsim/kzsim/internal/contract"
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
		"healthcheck": {"asks a running simulator whether it is well", healthcheck},
		"test":        {"checks scenarios and runs their tries", test},
		"version":     {"says what this is", version},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
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
		fmt.Fprintf(env.stderr, "sim: no command %q; did you mean %q? See sim help.\n",
			name, contract.Nearest(name, names()))
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

// parse reads a command's flags: the command line first, then the environment
// (SIM_ADDR for --addr), then the defaults. ok is false if the command ends here,
// with the exit code.
func parse(env environment, flags *flag.FlagSet, args []string) (code int, ok bool) {
	flags.SetOutput(env.stderr)
	flags.Usage = func() { describeFlags(flags) }
	for name, value := range fromEnvironment(env, flags) {
		if err := flags.Set(name, value); err != nil {
			fmt.Fprintf(env.stderr, "sim: %s=%q: %v\n", variable(name), value, err)
			return exitUsage, false
		}
	}
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitGood, false
	case err != nil:
		return exitUsage, false
	}
	return 0, true
}

func fromEnvironment(env environment, flags *flag.FlagSet) map[string]string {
	found := map[string]string{}
	flags.VisitAll(func(f *flag.Flag) {
		if value := env.getenv(variable(f.Name)); value != "" {
			found[f.Name] = value
		}
	})
	return found
}

func variable(flagName string) string {
	return "SIM_" + strings.ToUpper(strings.ReplaceAll(flagName, "-", "_"))
}

func describeFlags(flags *flag.FlagSet) {
	w := flags.Output()
	fmt.Fprintf(w, "usage: sim %s [flags]\n", flags.Name())
	flags.VisitAll(func(f *flag.Flag) {
		fmt.Fprintf(w, "  --%-16s %s", f.Name, f.Usage)
		if f.DefValue != "" && f.DefValue != "false" {
			fmt.Fprintf(w, " (default %s)", f.DefValue)
		}
		fmt.Fprintf(w, " [%s]\n", variable(f.Name))
	})
}
