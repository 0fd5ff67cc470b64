package main

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/kzsim/kzsim/internal/control"
	"github.com/kzsim/kzsim/internal/population"
)

// Set when a release or an image is built (-ldflags "-X main.release=v1.2.3").
// Without them it is what the build itself knows: the version that go install was
// asked for, the commit of a checkout.
var release, commit = "dev", ""

func version(_ context.Context, env environment, args []string) int {
	flags := flag.NewFlagSet("version", flag.ContinueOnError)
	if code, ok := parse(env, flags, args); !ok {
		return code
	}
	v := build()
	fmt.Fprintf(env.stdout, "sim %s %s %s, population %d\n", v.Version, v.Commit, v.Go, v.Population)
	return exitGood
}

func build() control.Version {
	v := control.Version{Version: release, Commit: commit, Go: runtime.Version(), Population: population.Version}
	info, ok := debug.ReadBuildInfo()
	if !ok || commit != "" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v.Commit = s.Value
		}
	}
	if v.Version == "dev" && v.Commit == "" && strings.HasPrefix(info.Main.Version, "v") {
		v.Version = info.Main.Version
	}
	return v
}
