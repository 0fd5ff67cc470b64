package main

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/kzsim/kzsim/internal/control"
)

// release is set when a release is built (-ldflags "-X main.release=v1.2.3").
var release = "dev"

func version(_ context.Context, env environment, args []string) int {
	flags := flag.NewFlagSet("version", flag.ContinueOnError)
	if code, ok := parse(env, flags, args); !ok {
		return code
	}
	v := build()
	fmt.Fprintf(env.stdout, "sim %s %s %s\n", v.Version, v.Commit, v.Go)
	return exitGood
}

func build() control.Version {
	v := control.Version{Version: release, Go: runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v.Commit = s.Value
		}
	}
	return v
}
