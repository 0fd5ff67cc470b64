//go:build linux || darwin

package execution_test

import (
	"bufio"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/execution"
)

// TestCommandEnds: each script leaves a process behind that would hold standard
// output for a long time. After Run it is gone, however the script has ended.
func TestCommandEnds(t *testing.T) {
	const left = "sleep 1000 & "
	// The process that is left behind ignores the signal, too: only killing ends it.
	const deaf = "trap '' TERM; " + left
	const brief, long = 10 * time.Millisecond, time.Hour
	cases := []struct {
		name           string
		script         string
		timeout, grace time.Duration
		told           bool // to end by SIGTERM, when the script has said ready
		want           execution.End
	}{
		{"well", left + "exit 0", 0, long, false, execution.End{}},
		{"with a code", left + "exit 7", 0, long, false, execution.End{Code: 7}},
		{"by a signal", left + "kill -9 $$", 0, long, false, execution.End{Code: 137}},
		{"well, and leaves a deaf one", deaf + "exit 0", 0, long, false, execution.End{}},
		{"late", left + "wait", brief, long, false, execution.End{Code: 143, Timeout: brief}},
		{"in time", left + "exit 7", long, long, false, execution.End{Code: 7}},
		{"when it is told to", left + "echo ready; wait", 0, long, true, execution.End{Code: 143}},
		{"with a code, when it is told to", "trap 'exit 5' TERM; " + left + "echo ready; wait", 0, long, true, execution.End{Code: 5}},
		{"only when it is killed", deaf + "echo ready; wait", 0, brief, true, execution.End{Code: 137, Killed: true}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			read, write, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer read.Close()
			said, told := bufio.NewReader(read), make(chan struct{})
			go func() {
				defer close(told)
				if c.told {
					tell(t, said)
				}
			}()
			got, err := execution.Command{
				Args: []string{"sh", "-c", c.script}, Stdout: write, Timeout: c.timeout, Grace: c.grace,
			}.Run()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("end (-want +got):\n%s", diff)
			}
			<-told
			write.Close()
			if _, err := io.Copy(io.Discard, said); err != nil { // it comes to an end
				t.Error(err)
			}
		})
	}
}

// tell this process to end, when a command has said that it is ready. Run catches the
// signal and passes it on.
func tell(t *testing.T, said *bufio.Reader) {
	if line, err := said.ReadString('\n'); line != "ready\n" {
		t.Errorf("the command says %q (%v)", line, err)
	}
	if err := syscall.Kill(os.Getpid(), syscall.SIGTERM); err != nil {
		t.Error(err)
	}
}

// TestCommandHas the environment and the outputs that it is given.
func TestCommandHas(t *testing.T) {
	var stdout, stderr strings.Builder
	end, err := execution.Command{
		Args: []string{"sh", "-c", `echo "$SIM_URL $1"; echo "$HOME" >&2`, "sh", "argument"}, Env: []string{"SIM_URL=first", "SIM_URL=last"},
		Stdout: &stdout, Stderr: &stderr,
	}.Run()
	if err != nil || end != (execution.End{}) {
		t.Errorf("%+v, %v", end, err)
	}
	if diff := cmp.Diff([]string{"last argument\n", "\n"}, []string{stdout.String(), stderr.String()}); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestCommandThatIsNotThere(t *testing.T) {
	_, err := execution.Command{Args: []string{"no-such-command"}}.Run()
	if err == nil || !strings.HasPrefix(err.Error(), "cannot start no-such-command: ") {
		t.Errorf("error %v", err)
	}
}
