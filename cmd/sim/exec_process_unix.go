//go:build linux || darwin

package main

import (
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"unsafe"
)

// passedOn are the signals that go on to the command.
var passedOn = []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT}

// ownGroup gives a command that hasn't started a process group of its own, so that
// all that it starts can be reached. Where standard input is a terminal
// that we have it gets it: else the command would be stopped as soon as it reads.
// The answer is how to take the terminal back.
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

// signalGroup sends a signal to the command and all of its group. Nobody being
// there any more is what is wanted.
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
	// Whoever isn't in the foreground is stopped for this, unless it says otherwise.
	signal.Ignore(syscall.SIGTTOU)
	defer signal.Reset(syscall.SIGTTOU)
	group := int32(syscall.Getpgrp())
	_, _, _ = syscall.Syscall(syscall.SYS_IOCTL, uintptr(syscall.Stdin), syscall.TIOCSPGRP, uintptr(unsafe.Pointer(&group)))
}

// terminalGroup is the process group in the foreground of the terminal that is
// our standard input; false if it is none.
func terminalGroup() (group int, ok bool) {
	var id int32
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(syscall.Stdin), syscall.TIOCGPGRP, uintptr(unsafe.Pointer(&id)))
	return int(id), errno == 0
}
