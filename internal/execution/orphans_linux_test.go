package execution_test

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/kzsim/kzsim/internal/execution"
)

// inheriting makes this process inherit orphans, as the first process of a container
// does.
func inheriting(t *testing.T) {
	const setSubreaper = 36 // PR_SET_CHILD_SUBREAPER of prctl(2)
	if _, _, errno := syscall.Syscall(syscall.SYS_PRCTL, setSubreaper, 1, 0); errno != 0 {
		t.Skip(errno)
	}
	t.Cleanup(func() { _, _, _ = syscall.Syscall(syscall.SYS_PRCTL, setSubreaper, 0, 0) })
}

// pid of this process.
var pid = strconv.Itoa(os.Getpid())

// TestOrphansAreReaped while the command runs and after it, and the command's own exit
// code is not lost: orphans of other groups come to us, before it, with it, many.
func TestOrphansAreReaped(t *testing.T) {
	inheriting(t)
	const orphan = `( (setsid sh -c 'exit 3') & ) ; `
	for range 5 {
		end, err := execution.Command{
			Args: []string{"sh", "-c", strings.Repeat(orphan, 20) + "exit 7"},
		}.Run()
		if err != nil || end.Code != 7 {
			t.Fatalf("%+v, %v", end, err)
		}
	}
	var stdout strings.Builder
	// Its grandchildren have ended before it looks for them.
	look := strings.Repeat(orphan, 20) + `
		n=0; while [ $n -lt 30 ]; do
			grep -ls '^State:.Z' /proc/[0-9]*/status 2>/dev/null | while read f; do grep -s "^PPid:.` + pid + `$" $f; done | grep -q . || { echo clean; exit; }
			n=$((n+1)); done; echo zombies`
	if _, err := (execution.Command{Args: []string{"sh", "-c", look}, Stdout: &stdout}).Run(); err != nil || stdout.String() != "clean\n" {
		t.Errorf("%q, %v", stdout.String(), err)
	}
}
