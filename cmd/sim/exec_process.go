package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// signalled is what exit codes of commands that a signal ended begin with.
const signalled = 128

// commandRun is a command that runs in a process group of its own.
type commandRun struct {
	env     environment
	args    []string
	extra   []string      // variables beside our own: NAME=value
	timeout time.Duration // after which it is told to end; 0 for never
	grace   time.Duration // between being told to end and being killed
}

// commandEnd is how a command ended.
type commandEnd struct {
	code     int  // its own, or 128 and the signal's number
	timedOut bool // we told it to end
	killed   bool // it didn't end when it was told to
}

// run the command to its end. Signals that we get go on to its group, and nothing
// of the group is left when run returns. The error says that the command could
// not be started.
func (c commandRun) run() (commandEnd, error) {
	// A thread that ends would take the command along: see dieWithUs.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := exec.Command(c.args[0], c.args[1:]...)
	cmd.Env = append(os.Environ(), c.extra...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, c.env.stdout, c.env.stderr
	cmd.WaitDelay = c.grace
	takeBack := ownGroup(cmd)
	signals := make(chan os.Signal, 8)
	for _, s := range passedOn {
		if !signal.Ignored(s) { // as under nohup
			signal.Notify(signals, s)
		}
	}
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return commandEnd{}, fmt.Errorf("cannot start %s: %w", c.args[0], err)
	}
	defer takeBack()
	defer killGroup(cmd.Process)
	ended := make(chan struct{})
	go func() {
		// What there is to know is in the state: the error says the same, or that
		// somebody whom the command has left behind keeps its output open.
		_ = cmd.Wait()
		close(ended)
	}()
	end := c.attend(cmd.Process, signals, ended)
	end.code = exitCode(cmd.ProcessState)
	return end, nil
}

// attend to a command until it has ended.
func (c commandRun) attend(p *os.Process, signals <-chan os.Signal, ended <-chan struct{}) (end commandEnd) {
	limit, cancel := context.WithCancel(context.Background())
	if c.timeout > 0 {
		limit, cancel = context.WithTimeout(context.Background(), c.timeout)
	}
	defer cancel()
	late := limit.Done()
	var patience <-chan time.Time
	for {
		select {
		case <-ended:
			return end
		case s := <-signals:
			signalGroup(p, s)
			patience = orNew(patience, c.grace)
		case <-late:
			late, end.timedOut = nil, true
			signalGroup(p, syscall.SIGTERM)
			patience = orNew(patience, c.grace)
		case <-patience:
			end.killed = true
			killGroup(p)
		}
	}
}

// orNew is the timer that runs already, or else one that begins now.
func orNew(timer <-chan time.Time, d time.Duration) <-chan time.Time {
	if timer != nil {
		return timer
	}
	return time.After(d)
}
