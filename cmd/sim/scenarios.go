package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"text/tabwriter"

	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/scenarios"
)

// listScenarios lists the library, or prints one scenario of it as it is written.
func listScenarios(_ context.Context, env environment, args []string) int {
	flags := flag.NewFlagSet("scenarios", flag.ContinueOnError)
	var tags []string
	tagFlag(flags, &tags, "list only scenarios with this tag")
	if code, ok := parse(env, flags, args); !ok {
		return code
	}
	var err error
	switch {
	case flags.NArg() == 0:
		err = library(env.stdout, tags)
	case flags.NArg() == 1 && tags == nil:
		err = printScenario(env.stdout, flags.Arg(0))
	default:
		err = fmt.Errorf("expected a name, or flags")
	}
	return ended(env, "scenarios", wrongUse(err))
}

func library(w io.Writer, wanted []string) error {
	table, err := simulator.Table()
	if err != nil {
		return err
	}
	listed, findings := scenario.List(scenarios.FS, scenario.Options{Table: table, Beside: scenarios.FS, Library: scenarios.FS})
	if listed == nil {
		return errors.New(findings[0].String())
	}
	rows := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	var tags []string
	shown := 0
	for _, s := range listed {
		tags = append(tags, s.Tags...)
		if isTagged(s.Tags, wanted) {
			shown++
			fmt.Fprintf(rows, "%s\t%s\t%s\n", s.Name, strings.Join(s.Tags, ", "), s.About)
		}
	}
	if shown == 0 {
		return untagged(wanted, tags)
	}
	return rows.Flush()
}

func printScenario(w io.Writer, name string) error {
	file, ok := inLibrary(name)
	if !ok {
		return unknownScenario(name)
	}
	source, err := fs.ReadFile(scenarios.FS, file)
	if err == nil {
		_, err = w.Write(source)
	}
	return err
}
