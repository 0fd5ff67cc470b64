//go:build linux

package main

import (
	"flag"
	"os"
	"testing"

	_ "github.com/kzsim/kzsim/internal/testgc"
)

// TestMain lets the test binary be other programs, too: the simulator itself, and
// the commands that it runs.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		if part, ok := parts[os.Args[1]]; ok {
			os.Args = append(os.Args[:1], os.Args[2:]...)
			part()
			os.Exit(0)
		}
	}
	_ = flag.Set("test.parallel", "8") // they wait for other processes, most of the time; -parallel is read later
	code := m.Run()
	for _, end := range atTheEnd {
		_ = end() // of something temporary
	}
	os.Exit(code)
}

// atTheEnd is what removes what tests have shared.
var atTheEnd = []func() error{func() error { return os.RemoveAll(shippedIn) }}

// parts that the test binary plays, by its first argument. Each file that needs one
// adds it in its init.
var parts = map[string]func(){"as:sim": main}
