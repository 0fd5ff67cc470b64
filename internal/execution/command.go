package execution

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// Command runs in a process group of its own, with our standard input.
type Command struct {
	Args           []string
	Env            []string // all of its environment: NAME=value, the last of a name counts
	Stdout, Stderr io.Writer
	Timeout        time.Duration // after which it is asked to end; 0 for none
	Grace          time.Duration // between being asked to end and being killed
}

// End is how a command ended.
type End struct {
	Code    int           // its own exit code, or 128 and the signal's number
	Timeout time.Duration // that it did not keep, so that it was asked to end; 0 for none
	Killed  bool          // it did not end when it was asked to
}

// Run the command to its end. Signals that we get go on to its group, and no process
// of the group is left when Run returns. The error says that the command could not
// be started.
func (c Command) Run() (End, error) {
	// If this thread ended, so would the command: see dieWithUs.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := exec.Command(c.Args[0], c.Args[1:]...)
	cmd.Env = c.Env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, c.Stdout, c.Stderr
	cmd.WaitDelay = c.Grace
	takeBack := ownGroup(cmd)
	signals := make(chan os.Signal, 8)
	for _, s := range passedOn {
		if !signal.Ignored(s) { // as under nohup
			signal.Notify(signals, s)
		}
	}
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return End{}, fmt.Errorf("cannot start %s: %w", c.Args[0], err)
	}
	defer takeBack()
	defer adoptOrphans(cmd.Process)()
	defer killGroup(cmd.Process)
	ended := make(chan struct{})
	go func() {
		// The state says how the command ended. The error says the same, or that a
		// process that the command has left behind keeps its output open.
		_ = cmd.Wait()
		close(ended)
	}()
	end := c.attend(cmd.Process, signals, ended)
	end.Code = exitCode(cmd.ProcessState)
	return end, nil
}

// attend to a command until it has ended.
func (c Command) attend(p *os.Process, signals <-chan os.Signal, ended <-chan struct{}) (end End) {
	limit, cancel := context.WithCancel(context.Background())
	if c.Timeout > 0 {
		limit, cancel = context.WithTimeout(context.Background(), c.Timeout)
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
			patience = orNew(patience, c.Grace)
		case <-late:
			late, end.Timeout = nil, c.Timeout
			signalGroup(p, syscall.SIGTERM)
			patience = orNew(patience, c.Grace)
		case <-patience:
			end.Killed = true
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
