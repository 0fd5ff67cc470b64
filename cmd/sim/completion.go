package main

import (
	"context"
	_ "embed"
	"flag"
	"fmt"
)

// completionScript asks sim help for commands and flags: it stays right as they change.
//
//go:embed completion.bash
var completionScript string

// inZsh lets zsh run it.
const inZsh = "autoload -U +X compinit && compinit -i\nautoload -U +X bashcompinit && bashcompinit\n"

// completion prints the script for a shell.
func completion(_ context.Context, env environment, args []string) int {
	flags := flag.NewFlagSet("completion", flag.ContinueOnError)
	if code, ok := parse(env, flags, args); !ok {
		return code
	}
	before, known := map[string]string{"bash": "", "zsh": inZsh}[flags.Arg(0)]
	if !known || flags.NArg() != 1 {
		return ended(env, "completion", wrongUse(fmt.Errorf("it takes bash or zsh: sim completion bash")))
	}
	fmt.Fprint(env.stdout, before, completionScript)
	return exitGood
}
