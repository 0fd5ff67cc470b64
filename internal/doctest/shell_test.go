package doctest_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/simulator"
	_ "github.com/kzsim/kzsim/internal/testgc"
	"github.com/kzsim/kzsim/internal/testsim"
	"github.com/kzsim/kzsim/internal/testtool"
)

// patience with all blocks of one page.
const patience = time.Minute

// TestShell runs the sh blocks of each page in their order in one bash, as a
// reader pastes them into one terminal, in a folder that looks like the
// repository's and with a simulator of its own: $SIM is its address, and
// 127.0.0.1:8080 in a block stands for it, too.
//
// Two commands are stood in for (testdata holds them). A sim that serves, also
// as `go run ./cmd/sim`, is started with the flags that the block gives it but on
// a free port, and is stopped once it is ready. A `go test` runs nothing, since
// this is a part of what it would run: its patterns have to name packages.
func TestShell(t *testing.T) {
	testtool.Need(t, "bash", "curl", "sed", "python3")
	bin := build(t)
	for _, p := range proven(t) {
		var blocks []block
		for _, b := range p.blocks {
			if _, is := b.exempt(); b.language == "sh" && !is {
				blocks = append(blocks, b)
			}
		}
		if len(blocks) == 0 {
			continue
		}
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			if err := runShell(t, bin, blocks); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestExemptShellIsShell: what isn't run is at least bash.
func TestExemptShellIsShell(t *testing.T) {
	testtool.Need(t, "bash")
	for _, p := range proven(t) {
		for _, b := range p.blocks {
			if _, is := b.exempt(); b.language != "sh" || !is {
				continue
			}
			cmd := exec.CommandContext(t.Context(), "bash", "-n")
			cmd.Stdin = strings.NewReader(b.text)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s:%d: %s", b.page, b.line, out)
			}
		}
	}
}

// TestBrokenShellIsFound: a command that fails, one that isn't there, a path that
// the simulator doesn't have, a pattern without packages.
func TestBrokenShellIsFound(t *testing.T) {
	testtool.Need(t, "bash", "curl", "sed")
	bin := build(t)
	for _, tc := range []struct{ text, want string }{
		{"false\n", "broken.md:7"},
		{"no-such-command\n", "no-such-command"},
		{"if true; then\n", "syntax error"},
		{"curl -s \"$SIM/api/v2/nothing/\"\n", "/api/v2/nothing/: nothing of the simulator"},
		{"curl -s http://127.0.0.1:8080/_sim/nothing | cat\n", "/_sim/nothing: nothing of the simulator"},
		{"go test ./no/such/package\n", "no/such/package"},
		{"go run ./cmd/sim --no-such-flag\n", "no-such-flag"},
		{"sim test scenarios/no-such-file.yaml\n", "no-such-file"},
	} {
		t.Run(tc.want, func(t *testing.T) {
			t.Parallel()
			err := runShell(t, bin, []block{{page: "broken.md", line: 7, language: "sh", text: tc.text}})
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%q: got %v, want an error with %q", tc.text, err, tc.want)
			}
		})
	}
}

// builtIn is the folder of the command, which TestMain removes.
var builtIn string

var built = sync.OnceValues(func() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "doctest"); err != nil {
		return "", err
	}
	builtIn = dir
	return dir, testsim.Link(filepath.Join(dir, "sim-itself"))
})

// build the command once; the answer is the folder that it is in, as sim-itself.
func build(t *testing.T) string {
	t.Helper()
	dir, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestMain(m *testing.M) {
	code := m.Run()
	_ = os.RemoveAll(builtIn)
	os.Exit(code)
}

// strict lets a block that fails end the run and say where it stands.
const strict = `set -eu
trap 'code=$?; [ $code = 0 ] || echo "$BLOCK: ended with $code" >&2; kill $(jobs -p) 2>/dev/null || true' EXIT
`

func runShell(t *testing.T, bin string, blocks []block) error {
	refused := &refusals{}
	sim, address := refused.serve(t)
	script := strict
	for _, b := range blocks {
		text := strings.NewReplacer("127.0.0.1:8080", address, "localhost:8080", address).Replace(b.text)
		script += fmt.Sprintf("BLOCK=%s:%d\n%s\n", b.page, b.line, text)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash")
	cmd.Stdin = strings.NewReader(script)
	cmd.Dir = likeness(t)
	cmd.Env = shellEnvironment(t, bin, sim)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = time.Second
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%w\n%s", err, out.String())
	}
	return refused.err(blocks)
}

func shellEnvironment(t *testing.T, bin, sim string) []string {
	stand, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	where, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	quiet(t, home)
	env := append(os.Environ(),
		"PATH="+stand+string(os.PathListSeparator)+os.Getenv("PATH"),
		"SIM="+sim, "DOCTEST_SIM="+filepath.Join(bin, "sim-itself"), "DOCTEST_ROOT="+where,
		"XDG_CONFIG_HOME="+home, "TMPDIR="+home)
	return env
}

// quiet keeps the go command of a block from starting a process that outlives it:
// the process would still write its counters while the folder is removed.
func quiet(t *testing.T, home string) {
	t.Helper()
	dir := filepath.Join(home, "go", "telemetry")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "mode"), []byte("off\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// likeness is a folder with all that the repository has, in which a block may
// write without changing anything.
func likeness(t *testing.T) string {
	dir := t.TempDir()
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		to, err := filepath.Abs(filepath.Join(root, e.Name()))
		if err == nil {
			err = os.Symlink(to, filepath.Join(dir, e.Name()))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// refusals are the requests of a page for what the simulator doesn't have, or
// with which the control API was told something wrong. curl doesn't fail by them.
type refusals struct {
	mu    sync.Mutex
	asked int
	all   []string
}

// serve a simulator; the answer is its URL, and its address alone.
func (r *refusals) serve(t *testing.T) (url, address string) {
	sim, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	handler := sim.Handler()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		seen := &answered{ResponseWriter: w}
		handler.ServeHTTP(seen, req)
		r.note(req, seen)
	}))
	t.Cleanup(server.Close)
	return server.URL, strings.TrimPrefix(server.URL, "http://")
}

func (r *refusals) note(req *http.Request, seen *answered) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked++
	control := strings.Contains(req.URL.Path, "/_sim")
	fits := seen.Header().Get("Sim-Outcome") != "" || seen.Header().Get("Sim-Fault") != "" || seen.Header().Get("Sim-Rule") != ""
	if control && seen.status < 400 || !control && (fits || seen.status < 400) {
		return
	}
	r.all = append(r.all, fmt.Sprintf("%s %s: nothing of the simulator: %d", req.Method, req.URL.Path, seen.status))
}

func (r *refusals) err(blocks []block) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, b := range blocks {
		if strings.Contains(b.text, "curl") && r.asked == 0 {
			return fmt.Errorf("%s:%d: curl never asked the simulator", b.page, b.line)
		}
	}
	if len(r.all) > 0 {
		return fmt.Errorf("%s: %s", blocks[0].page, strings.Join(r.all, "\n"))
	}
	return nil
}

// answered notes the status of an answer.
type answered struct {
	http.ResponseWriter
	status int
}

func (a *answered) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach what a fault needs.
func (a *answered) Unwrap() http.ResponseWriter { return a.ResponseWriter }
