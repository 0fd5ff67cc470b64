//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// surviveClosedPipes makes a write that nobody can read an error: SIGPIPE ends a process
// that has not asked for it. It is not ignored, since what we start would inherit that.
func surviveClosedPipes() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }
