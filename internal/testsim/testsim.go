// Package testsim links the command sim for tests that run it.
package testsim

import (
	"fmt"
	"os/exec"
)

// Link the command into a file, without cgo and symbols as it is given away. The go command keeps what it links for go run,
// and not what it links for go build: so it is linked once for all packages whose tests ask for it here.
func Link(file string) error {
	cmd := exec.Command("go", "run", "-buildvcs=false", "-ldflags", "-s -w", "-exec", "cp", "github.com/kzsim/kzsim/cmd/sim", file)
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go run: %w\n%s", err, out)
	}
	return nil
}
