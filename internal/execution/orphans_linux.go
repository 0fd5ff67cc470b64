package execution

import (
	"os"
	"os/signal"
	"syscall"
	"unsafe"
)

// adoptOrphans ends the zombies that we inherit: the first process of a container is the
// parent of every process whose own parent has ended, and has to wait for them.
// The command's own status is left to who waits for it. Stop returns when no more is
// ended.
func adoptOrphans(command *os.Process) (stop func()) {
	if !inheritsOrphans() {
		return func() {}
	}
	children := make(chan os.Signal, 1)
	signal.Notify(children, syscall.SIGCHLD)
	end, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		reap(command.Pid)
		for {
			select {
			case <-children:
				reap(command.Pid)
			case <-end:
				reap(command.Pid)
				return
			}
		}
	}()
	return func() {
		signal.Stop(children)
		close(end)
		<-done
	}
}

// reap ends the zombies up to the command itself. While that one is a zombie, the
// system reports no other; a wait for it ends soon.
func reap(command int) {
	for {
		pid := zombie()
		if pid <= 0 || pid == command {
			return
		}
		_, _ = syscall.Wait4(pid, nil, syscall.WNOHANG, nil)
	}
}

// The words of waitid(2) that package syscall does not have.
const (
	anyProcess = 0
	leaveIt    = 0x01000000 // WNOWAIT
	exited     = 0x00000004 // WEXITED
)

// zombie is a child that has ended and was not waited for; 0 if there is none.
// It stays one.
func zombie() int {
	// siginfo_t: three numbers of four bytes, and the pid at the next word.
	const word = unsafe.Sizeof(uintptr(0))
	const at = (12 + word - 1) / word * word / 4
	var info [32]int32
	_, _, errno := syscall.Syscall6(syscall.SYS_WAITID, anyProcess, 0, uintptr(unsafe.Pointer(&info)),
		exited|leaveIt|syscall.WNOHANG, 0, 0)
	if errno != 0 {
		return 0
	}
	return int(info[at])
}

// inheritsOrphans reports whether we are the first process, or have asked for orphans.
func inheritsOrphans() bool {
	const getSubreaper = 37 // PR_GET_CHILD_SUBREAPER of prctl(2)
	var asked int32
	_, _, errno := syscall.Syscall(syscall.SYS_PRCTL, getSubreaper, uintptr(unsafe.Pointer(&asked)), 0)
	return os.Getpid() == 1 || errno == 0 && asked != 0
}
