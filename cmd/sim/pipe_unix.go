//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// surviveClosedPipes makes a write to a closed pipe an error. Without it SIGPIPE ends the process.
// The signal is caught and not ignored: the processes that we start would inherit that.
func surviveClosedPipes() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }
