//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/junit"
)

func init() {
	parts["as:client"] = client
	parts["as:sleeper"] = sleep
}

// client does what its arguments say, one after the other.
func client() {
	for _, arg := range os.Args[1:] {
		what, with, _ := strings.Cut(arg, "=")
		switch what {
		case "get":
			ask("GET", with, "")
		case "delete":
			ask("DELETE", with, "")
		case "post":
			path, body, _ := strings.Cut(with, " ")
			ask("POST", path, body)
		case "say":
			fmt.Println(os.ExpandEnv(with))
		case "exit":
			code, _ := strconv.Atoi(with)
			os.Exit(code)
		case "kill":
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		case "leave": // somebody behind who holds standard output
			behind := exec.Command(self("as:sleeper")[0], "as:sleeper")
			behind.Stdout = os.Stdout
			_ = behind.Start()
		case "deaf":
			signal.Ignore(syscall.SIGTERM, syscall.SIGINT)
		case "await":
			await(with)
		}
	}
}

func ask(method, url, body string) {
	req, err := http.NewRequest(method, os.ExpandEnv(url), strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		panic(err)
	}
	resp.Body.Close()
	fmt.Println(resp.StatusCode)
}

// await a signal, and leave with a code of its own.
func await(code string) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGHUP)
	fmt.Println("ready")
	fmt.Println(<-signals)
	n, _ := strconv.Atoi(code)
	os.Exit(n)
}

func sleep() {
	for {
		_ = syscall.Pause()
	}
}

const (
	approve   = `post=$SIM_KYC_URL/api/v1/backend/address/approve/ {"api_key":"my key","iin":"901123300258"}`
	wrongPath = `get=$SIM_URL/api/v1/backend/adress/?iin=901123300258`
	// The curl sample of KZ Info: its JSON ends in a comma.
	withFinding = `post=$SIM_KYC_URL/api/v1/backend/info/kz/exec_proc_info/ {"api_key":"my key","iin":"901123300258",}`
)

// mustApprove is a scenario that wants one address request.
const mustApprove = `version: 1
scenario: must-approve
about: The client has to ask for an address once.
must:
  - {on: kyc.address.approve, count: 1}
`

// TestGates: the exit code is the command's own; a good command fails by what the
// flags name.
func TestGates(t *testing.T) {
	must := write(t, "must.yaml", mustApprove)
	cases := []struct {
		name    string
		flags   []string
		command []string
		code    int
		want    []string
	}{
		{"nothing asked for", nil, []string{approve, wrongPath, withFinding}, 0,
			[]string{"3 requests, 2 outcomes of 2 operations met", "fitted nothing: 1 request", "with findings: 1 request", "coverage: "}},
		{"gates", []string{"--fail-on", "unmatched,findings"}, []string{wrongPath, withFinding}, 1, []string{"failed by findings; unmatched"}},
		{"no request", nil, []string{"say=nothing"}, 0, []string{"warning: the command sent no request to the simulator, whose address is in SIM_URL"}},
		{"no request is a failure", []string{"--quiet", "--fail-on", "idle"}, []string{"say=nothing"}, 1, []string{"warning: the command sent no request", "failed by idle"}},
		{"a request is none", []string{"--fail-on", "idle"}, []string{wrongPath}, 0, nil},
		{"open gates", []string{"--fail-on", "unmatched,findings"}, []string{approve}, 0, nil},
		{"verdict", []string{"--scenario", must}, nil, 1,
			[]string{"verdict of must-approve: failed", ":5:5: expected 1 of kyc.address.approve; there were 0", "failed by verdict"}},
		{"a verdict that isn't wanted", []string{"--scenario", must, "--fail-on="}, nil, 0, []string{"verdict of must-approve: failed"}},
		{"a sandbox that is gone", []string{"--scenario", must}, []string{approve, "delete=$SIM_URL/_sim/sandboxes/default"}, 1,
			[]string{"verdict of " + must + ": none, its sandbox is gone", "failed by verdict"}},
		{"coverage", []string{"--min-coverage", "90"}, []string{approve}, 1, []string{"failed by coverage: 0.", " % of the outcomes were met, 90 % were asked for"}},
		{"the command's own code", []string{"--fail-on", "unmatched"}, []string{wrongPath, "exit=7"}, 7, []string{"the command failed with exit code 7", "failed by unmatched"}},
		{"quiet", []string{"--quiet", "--fail-on", "unmatched"}, []string{wrongPath}, 1, []string{"sim exec: failed by unmatched\n"}},
		{"from the library", []string{"--scenario", "proceedings-unavailable", "--fail-on="},
			[]string{`post=$SIM_URL/api/v1/backend/info/kz/exec_proc_info/ {"api_key":"my key","iin":"901123300258"}`}, 0, []string{"unavailable 1"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			args := append(append([]string{"exec"}, c.flags...), "--")
			code := run(t.Context(), environment{&stdout, &stderr, noVariables, nil, nil}, append(args, self("as:client", c.command...)...))
			if code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			for _, want := range c.want {
				if !strings.Contains(stderr.String(), want) {
					t.Errorf("no %q in\n%s", want, stderr.String())
				}
			}
		})
	}
}

func TestExecIsUsedWrongly(t *testing.T) {
	broken := write(t, "broken.yaml", strings.Replace(mustApprove, "kyc.address.approve", "kyc.address.aprove", 1))
	goldenWrongUse(t, "exec", filepath.Dir(broken), [][]string{
		nil,
		{"--", "no-such-command"},
		{"--fail-on", "finding", "--", "true"},
		{"--out", broken, "--", "true"},
		{"--min-coverage", "900", "--", "true"},
		{"--clock", "fast", "--", "true"},
		{"--scenario", "payment-lost-repply", "--", "true"},
		{"--deliver", "http://127.0.0.1:1/", "--", "true"},
		{"--deliver", "abs.post_all=http://127.0.0.1:1/", "--", "true"},
		{"--scenario", broken, "--", "true"},
		{"--scenario", "payment-lost-reply/twice", "--", "true"},
	})
}

// TestVariables: what the command is told leads it to the simulator.
func TestVariables(t *testing.T) {
	var stdout, stderr bytes.Buffer
	args := []string{"exec", "--clock", "frozen@2024-03-01T09:00:00+05:00", "--seed", "5", "--",
		"get=$SIM_ABS_URL/get_cli?iinbin=901123300258", "get=$SIM_URL/_sim/health/ready", "get=$SIM_URL/s/$SIM_SANDBOX/_sim/clock",
		`post=$SIM_K2_URL/restapi/services/run/k2extreq_by_dbz {"contract_number":"KD1","dbz_dt":"2014-02-08"}`, "say=$SIM_SANDBOX"}
	args = append(args[:6:6], self("as:client", args[6:]...)...)
	if code := run(t.Context(), environment{&stdout, &stderr, noVariables, nil, nil}, args); code != exitGood {
		t.Fatalf("exit code %d: %s", code, &stderr)
	}
	if diff := cmp.Diff("200\n200\n200\n200\ndefault\n", stdout.String()); diff != "" {
		t.Errorf("what the client saw (-want +got):\n%s", diff)
	}
}

// started is `sim exec` as a process of its own, with one reader of all that it and
// its command say on standard output.
type started struct {
	t      *testing.T
	cmd    *exec.Cmd
	stdout *os.File
	stderr bytes.Buffer
	out    string
}

func start(t *testing.T, flags []string, command ...string) *started {
	t.Helper()
	s := &started{t: t, out: filepath.Join(t.TempDir(), "out")}
	args := append(append([]string{"exec", "--out", s.out}, flags...), "--")
	line := self("as:sim", append(args, self("as:client", command...)...)...)
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	s.cmd, s.stdout = exec.CommandContext(t.Context(), line[0], line[1:]...), read
	s.cmd.Stdout, s.cmd.Stderr = write, &s.stderr
	s.cmd.Dir = t.TempDir()
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	write.Close()
	t.Cleanup(func() { read.Close() })
	return s
}

// heard reads standard output up to a line.
func (s *started) heard(line string) {
	s.t.Helper()
	var all []byte
	for one := make([]byte, 1); !bytes.HasSuffix(all, []byte(line+"\n")); all = append(all, one...) {
		if _, err := s.stdout.Read(one); err != nil {
			s.t.Fatalf("%v after %q; %s", err, all, &s.stderr)
		}
	}
}

// ended waits for the end and answers the exit code. It returns when nobody holds
// standard output any more: neither the command nor whom that has left behind.
func (s *started) ended() int {
	s.t.Helper()
	if _, err := io.Copy(io.Discard, s.stdout); err != nil {
		s.t.Fatal(err)
	}
	if err := s.cmd.Wait(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		s.t.Fatal(err)
	}
	return s.cmd.ProcessState.ExitCode()
}

// TestEnds: however the command ends, the exit code is right, nobody is left
// behind, and what was met is kept whole.
func TestEnds(t *testing.T) {
	// A signal that is ignored stays so in what is started, and sim leaves it ignored, as
	// under nohup. One that is caught is not.
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(hangups) })
	quick := []string{"--grace", "20ms"}
	cases := []struct {
		name    string
		flags   []string
		command []string
		signal  syscall.Signal // that sim gets when the command is ready; 0 for none
		code    int
		want    string
	}{
		{"it fails", nil, []string{approve, "leave", "exit=7"}, 0, 7, "the command failed with exit code 7"},
		{"it is killed", nil, []string{approve, "leave", "kill"}, 0, 137, "the command failed with exit code 137"},
		{"it hangs", append(quick, "--timeout", "100ms"), []string{"deaf", "leave", "await=0"}, 0, 1, "the command did not end within 100ms"},
		{"it is interrupted", nil, []string{approve, "leave", "await=5"}, syscall.SIGINT, 5, "the command failed with exit code 5"},
		{"it is hung up on, and ends well", nil, []string{approve, "leave", "await=0"}, syscall.SIGHUP, 0, "pending 1"},
		{"it is told to end", nil, []string{approve, "leave", "await=0"}, syscall.SIGTERM, 143, "the command failed with exit code 143"},
		{"it is told to end and won't", quick, []string{approve, "deaf", "leave", "await=0"}, syscall.SIGTERM, 137, "the command did not end when it was asked to, and was killed"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, c.flags, c.command...)
			if c.signal != 0 {
				s.heard("ready")
				if err := s.cmd.Process.Signal(c.signal); err != nil {
					t.Fatal(err)
				}
			}
			if code := s.ended(); code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			if !strings.Contains(s.stderr.String(), c.want) {
				t.Errorf("no %q in\n%s", c.want, &s.stderr)
			}
			requests := 0
			if c.command[0] == approve {
				requests = 1
			}
			checkKept(t, s.out, requests)
		})
	}
}

// TestKilledItself: who kills the simulator ends the command, too.
func TestKilledItself(t *testing.T) {
	s := start(t, nil, "await=0")
	s.heard("ready")
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	s.ended()
}

// checkKept reads all that was kept: each file is whole, and its owner's alone.
func checkKept(t *testing.T, dir string, requests int) {
	t.Helper()
	var journal struct{ Requests []struct{ Operation string } }
	var har struct {
		Log struct{ Entries []json.RawMessage }
	}
	var taken struct{ Version int }
	var covered struct{ Outcomes struct{ Met int } }
	for name, into := range map[string]any{"journal.json": &journal, "requests.har": &har, "snapshot.json": &taken, "coverage.json": &covered} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil {
			err = json.Unmarshal(content, into)
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	got := []int{len(journal.Requests), len(har.Log.Entries), covered.Outcomes.Met, taken.Version}
	if diff := cmp.Diff([]int{requests, requests, requests, 2}, got); diff != "" {
		t.Errorf("journal, HAR, coverage, snapshot (-want +got):\n%s", diff)
	}
	var report junit.Suites
	content, err := os.ReadFile(filepath.Join(dir, "junit.xml"))
	if err == nil {
		err = xml.Unmarshal(content, &report)
	}
	if err != nil || len(report.Suites) != 1 {
		t.Errorf("junit.xml: %v, %+v", err, report)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 6 {
		t.Errorf("files that were kept: %v, %v", left, err)
	}
	for _, file := range left { // there are personal data in them
		if info, err := file.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", file.Name(), info.Mode(), err)
		}
	}
}

// TestSnapshotBesideWhatIsUsed: a scenario that uses a file beside it leaves a
// snapshot, too.
func TestSnapshotBesideWhatIsUsed(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"base.yaml":  "version: 1\nscenario: base\nabout: Shared.\nrules:\n  - {on: kyc.address.approve, do: timeout}\n",
		"child.yaml": "version: 1\nscenario: child\nabout: Uses another.\nuse: [base.yaml]\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := start(t, []string{"--scenario", filepath.Join(dir, "child.yaml")}, approve)
	if code := s.ended(); code != exitGood {
		t.Fatalf("exit code %d: %s", code, &s.stderr)
	}
	checkKept(t, s.out, 1)
}
