//go:build !linux && !darwin

package execution

import (
	"os"
	"os/exec"
)

// Without process groups only the command itself is reached, not what it starts.

var passedOn = []os.Signal{os.Interrupt}

func ownGroup(*exec.Cmd) (takeBack func()) { return func() {} }

// signalGroup ends the command: there is nothing gentler on every such system.
func signalGroup(p *os.Process, _ os.Signal) { _ = p.Kill() }

func killGroup(p *os.Process) { _ = p.Kill() }

func exitCode(state *os.ProcessState) int { return state.ExitCode() }
