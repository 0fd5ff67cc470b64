package postgrestest

import (
	"os"
	"syscall"
)

// endWithUs has the server stopped at once when this process ends, however that comes.
func endWithUs(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGQUIT }

// enough bytes for the servers of a test binary.
const enough = 1 << 30

// temporary is where folders of servers are: in memory if there is enough, since half of a short test's time is spent on making and
// deleting a database's thousand files; where TMPDIR says, if it is set. The empty string stands for os.TempDir.
func temporary() string {
	const memory = "/dev/shm"
	var s syscall.Statfs_t
	if os.TempDir() != "/tmp" || syscall.Statfs(memory, &s) != nil || uint64(s.Bavail)*uint64(s.Bsize) < enough {
		return ""
	}
	return memory
}
