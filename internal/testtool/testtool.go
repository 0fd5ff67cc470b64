// Package testtool has tests skipped on a machine without the programs that they drive. In CI, where the environment
// variable CI is true, they fail.
package testtool

import (
	"os"
	"os/exec"
	"testing"
)

// Need programs that stand on the PATH.
func Need(t testing.TB, programs ...string) {
	t.Helper()
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			Absent(t, program+" is not on this machine")
		}
	}
}

// Absent ends a test that lacks something.
func Absent(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s; CI has to have it", why)
	}
	t.Skip(why)
}
