package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/document"
)

// givenToCommands are the variables that sim exec sets, and those that clients of the
// simulator read.
var givenToCommands = []string{"SIM_URL", "SIM_KYC_URL", "SIM_K2_URL", "SIM_ABS_URL", "SIM_SANDBOX", "SIM_BIN"}

// ofTarget is a variable that belongs to a target by its name.
var ofTarget = regexp.MustCompile(`^SIM_TARGET_.+_(AUTHORIZATION|HEADERS|CA)$`)

// variablesSet are the names of the variables of the process.
func variablesSet() []string {
	var all []string
	for _, set := range os.Environ() {
		name, _, _ := strings.Cut(set, "=")
		all = append(all, name)
	}
	return all
}

// warnUnknown warns of variables that look like settings and belong to no command.
func warnUnknown(env environment, flags *flag.FlagSet) {
	var unknown []string
	for _, name := range env.names {
		if strings.HasPrefix(name, "SIM_") && !ofTarget.MatchString(name) && !slices.Contains(givenToCommands, name) &&
			flags.Lookup(flagOf(name)) == nil {
			unknown = append(unknown, name)
		}
	}
	if unknown == nil {
		return
	}
	known := variables()
	slices.Sort(unknown)
	for _, name := range unknown {
		if !slices.Contains(known, name) {
			fmt.Fprintf(env.stderr, "sim %s: warning: %s is set, and no command has such a setting%s\n",
				flags.Name(), name, nearestVariable(name, known))
		}
	}
}

// nearestVariable is the end of the warning: the variable that was meant, if one is near. The
// beginning that all have does not make two near.
func nearestVariable(name string, known []string) string {
	var ends []string
	for _, one := range known {
		ends = append(ends, strings.TrimPrefix(one, "SIM_"))
	}
	if meant := document.Meant(strings.TrimPrefix(name, "SIM_"), ends); meant != "" {
		return fmt.Sprintf("; did you mean %q?", "SIM_"+meant)
	}
	return ""
}

func flagOf(variable string) string {
	return strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(variable, "SIM_"), "_", "-"))
}

var variableInHelp = regexp.MustCompile(`\[(SIM_[A-Z0-9_]+)\]\n`)

// variables of all commands, as their help lists them.
func variables() []string {
	var all []string
	for _, cmd := range commands() {
		var help strings.Builder
		cmd.run(context.Background(), environment{stdout: &help, stderr: io.Discard}, []string{"--help"})
		for _, found := range variableInHelp.FindAllStringSubmatch(help.String(), -1) {
			all = append(all, found[1])
		}
	}
	return all
}
