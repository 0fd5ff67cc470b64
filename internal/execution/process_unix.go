//go:build linux || darwin

package execution

import (
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"unsafe"
)

// signalled is what exit codes of commands that a signal ended begin with.
const signalled = 128

// passedOn are the signals that go on to the command.
var passedOn = []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT}

// ownGroup gives a command that hasn't started a process group of its own, so that
// signals reach all that it starts. If standard input is a terminal and we are in its
// foreground, the command's group goes there instead: otherwise the system would stop
// the command when it reads. takeBack brings our group to the foreground again.
func ownGroup(cmd *exec.Cmd) (takeBack func()) {
	attr, takeBack := &syscall.SysProcAttr{Setpgid: true}, func() {}
	if group, ok := terminalGroup(); ok && group == syscall.Getpgrp() {
		attr.Foreground, attr.Ctty = true, syscall.Stdin
		takeBack = takeTerminal
	}
	dieWithUs(attr)
	cmd.SysProcAttr = attr
	return takeBack
}

// signalGroup sends a signal to the command and all of its group. The only error is
// that the group has ended, which is good.
func signalGroup(p *os.Process, s os.Signal) {
	_ = syscall.Kill(-p.Pid, s.(syscall.Signal))
}

// killGroup ends what is left of the command's group.
func killGroup(p *os.Process) { signalGroup(p, syscall.SIGKILL) }

// exitCode is the command's own, or as shells have it 128 and the signal's number.
func exitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return signalled + int(status.Signal())
	}
	return state.ExitCode()
}

// takeTerminal takes the terminal back from a group that has ended.
func takeTerminal() {
	// The system stops a background process that does this, unless it ignores SIGTTOU.
	signal.Ignore(syscall.SIGTTOU)
	defer signal.Reset(syscall.SIGTTOU)
	group := int32(syscall.Getpgrp())
	_, _, _ = syscall.Syscall(syscall.SYS_IOCTL, uintptr(syscall.Stdin), syscall.TIOCSPGRP, uintptr(unsafe.Pointer(&group)))
}

// terminalGroup is the process group in the foreground of the terminal that is our
// standard input; ok is false if standard input is no terminal.
func terminalGroup() (group int, ok bool) {
	var id int32
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(syscall.Stdin), syscall.TIOCGPGRP, uintptr(unsafe.Pointer(&id)))
	return int(id), errno == 0
}
