// Package testgc has a test binary that imports it collect garbage less often. Tests make many
// small simulators, and a third of their time went into collecting. Benchmarks, and a test binary
// that plays another program, collect as the product does.
package testgc

import (
	"os"
	"runtime/debug"
	"slices"
	"strings"
)

// percent by which the heap grows before it is collected.
const percent = 400

func init() {
	has := func(prefix string) bool {
		return slices.ContainsFunc(os.Args, func(arg string) bool { return strings.HasPrefix(arg, prefix) })
	}
	if has("-test.") && !has("-test.bench") {
		debug.SetGCPercent(percent)
	}
}
