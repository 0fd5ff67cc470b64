//go:build linux

package main

import (
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
	code := m.Run()
	_ = os.RemoveAll(shippedIn) // a temporary folder: the system clears it otherwise
	os.Exit(code)
}

// parts that the test binary plays, by its first argument. Each file that needs one
// adds it in its init.
var parts = map[string]func(){"as:sim": main}
