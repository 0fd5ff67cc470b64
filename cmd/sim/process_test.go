package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/testsim"
)

// process is the command as a user starts it.
type process struct {
	t      *testing.T
	stop   context.CancelFunc
	code   chan int
	stderr *transcript
}

// transcript is what a process has said so far. A test that waits for a part of it is
// woken as it grows.
type transcript struct {
	mu    sync.Mutex
	grown sync.Cond
	text  bytes.Buffer
	over  bool
}

func newTranscript() *transcript {
	s := new(transcript)
	s.grown.L = &s.mu
	return s
}

func (s *transcript) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.grown.Broadcast()
	return s.text.Write(p)
}

// end of what is said.
func (s *transcript) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	s.grown.Broadcast()
}

// wait for a pattern, and answer its first group; false if the process ends first.
func (s *transcript) wait(pattern string) (string, bool) {
	re := regexp.MustCompile(pattern)
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if m := re.FindStringSubmatch(s.text.String()); m != nil {
			return m[1], true
		}
		if s.over {
			return "", false
		}
		s.grown.Wait()
	}
}

func (s *transcript) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// launch the command with an environment and arguments; it ends with the test.
func launch(t *testing.T, env map[string]string, args ...string) *process {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	p := &process{t: t, stop: stop, code: make(chan int, 1), stderr: newTranscript()}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p.code <- run(ctx, environment{p.stderr, p.stderr, func(name string) string { return env[name] }, nil, nil}, args)
		p.stderr.end()
	}()
	// What it writes at its end is there before the test's folders are cleaned up.
	t.Cleanup(func() { stop(); <-ended })
	return p
}

// address that the process says it listens on.
func (p *process) address() string {
	p.t.Helper()
	at, ok := p.stderr.wait(`http://(\S+:\d+)`)
	if !ok {
		p.t.Fatalf("it does not serve: %s", p.stderr)
	}
	return at
}

// end the process and answer its exit code.
func (p *process) end() int {
	p.stop()
	return <-p.code
}

// get a path from the process; header pairs name and value.
func (p *process) get(path string, header ...string) (status int, body string) {
	p.t.Helper()
	_, port, err := net.SplitHostPort(p.address())
	if err != nil {
		p.t.Fatal(err)
	}
	req, err := http.NewRequest("GET", "http://127.0.0.1:"+port+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.do(req, header)
}

// do a request; header pairs name and value.
func (p *process) do(req *http.Request, header []string) (status int, body string) {
	p.t.Helper()
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return resp.StatusCode, string(content)
}

// again is how long a test or a client waits at least until it looks or asks again: those that never wait
// take the processors from the processes that they wait for.
const again = 20 * time.Millisecond

// seldom is how long it waits at most.
const seldom = 10 * again

// rest until it is time to look or ask again: a quarter of the time since something has happened.
func rest(since time.Time, most time.Duration) {
	<-time.After(min(max(time.Since(since)/4, again), most))
}

// until looks for something until it is there, or the test has failed.
func until(t *testing.T, there func() bool) {
	t.Helper()
	for began := time.Now(); !there() && !t.Failed(); {
		rest(began, seldom)
	}
}

// shipped is the file of the program as an image has it, the same for all tests. An
// image's is built with -trimpath, too, for which everything would be compiled anew.
func shipped(t testing.TB) string {
	t.Helper()
	file, err := link()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

var link = sync.OnceValues(func() (string, error) {
	file := filepath.Join(shippedIn, "sim")
	if err := os.Mkdir(shippedIn, 0o700); err != nil {
		return "", err
	}
	return file, testsim.Link(file)
})

// shippedIn is its folder, which TestMain removes.
var shippedIn = filepath.Join(os.TempDir(), fmt.Sprintf("sim-%d", os.Getpid()))

const aClient = "/abs/get_cli?iinbin=901123300258"

// TestServe listens on a free port, says which, serves everything there, and ends
// well when it is told to.
func TestServe(t *testing.T) {
	for name, args := range map[string][]string{"sim": {"--addr", "127.0.0.1:0"}, "sim serve": {"serve", "--addr=127.0.0.1:0"}} {
		t.Run(name, func(t *testing.T) {
			p := launch(t, nil, args...)
			if _, port, _ := net.SplitHostPort(p.address()); port == "0" || port == "8080" {
				t.Errorf("port %s", port)
			}
			for path, want := range map[string]string{
				"/_sim/health/ready": `"status": "ok"`, "/_sim/version": `"version": "dev"`, aClient: `"iinbin":"901123300258"`,
			} {
				if status, body := p.get(path); status != 200 || !strings.Contains(body, want) {
					t.Errorf("%s: %d %s", path, status, body)
				}
			}
			at := p.address()
			if code := p.end(); code != exitGood {
				t.Errorf("exit code %d: %s", code, p.stderr)
			}
			l, err := net.Listen("tcp", at)
			if err != nil {
				t.Fatalf("the port is still taken: %v", err)
			}
			l.Close()
		})
	}
}

// TestEnvironmentAndFlags: a variable stands for its flag, the flag wins.
func TestEnvironmentAndFlags(t *testing.T) {
	for _, c := range []struct {
		name string
		env  map[string]string
		args []string
		want string
	}{
		{"neither", nil, nil, `"seed": 1,`},
		{"the variable", map[string]string{"SIM_SEED": "7"}, nil, `"seed": 7,`},
		{"the flag", nil, []string{"--seed", "9"}, `"seed": 9,`},
		{"both", map[string]string{"SIM_SEED": "7"}, []string{"--seed", "9"}, `"seed": 9,`},
		{"an empty variable", map[string]string{"SIM_SEED": ""}, nil, `"seed": 1,`},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := map[string]string{"SIM_ADDR": "127.0.0.1:0"}
			for name, value := range c.env {
				env[name] = value
			}
			p := launch(t, env, c.args...)
			if _, body := p.get("/_sim/sandboxes/default"); !strings.Contains(body, c.want) {
				t.Errorf("want %s: %s", c.want, body)
			}
		})
	}
}

// TestFlagsHaveEffect sets flags and looks at what a client meets.
func TestFlagsHaveEffect(t *testing.T) {
	for _, c := range []struct {
		args   []string
		path   string
		status int
		says   string
	}{
		{[]string{"--no-default"}, aClient, 404, "default"},
		{nil, "/s/new" + aClient, 404, "--auto-sandbox"},
		{[]string{"--auto-sandbox"}, "/s/new" + aClient, 200, `"error_code":0`},
		{[]string{"--public-url", "https://sim.example.kz/"}, "/_sim/sandboxes/default", 200, `"base_url": "https://sim.example.kz"`},
		{[]string{"--expires", "90s", "--auto-sandbox"}, "/_sim/sandboxes", 200, `"expires": "never"`}, // the default one's
		{[]string{"--control-token", "a-token-of-a-test"}, "/_sim/sandboxes", 401, "--control-token"},
	} {
		t.Run(strings.Join(c.args, " ")+" "+c.path, func(t *testing.T) {
			p := launch(t, nil, append([]string{"--addr", "127.0.0.1:0"}, c.args...)...)
			if status, body := p.get(c.path); status != c.status || !strings.Contains(body, c.says) {
				t.Errorf("%d %.300s, want %d, %s", status, body, c.status, c.says)
			}
		})
	}
}

// TestTokenElsewhere: on an address that isn't loopback a token is made and told,
// and the control API takes no other.
func TestTokenElsewhere(t *testing.T) {
	p := launch(t, nil, "--addr", "0.0.0.0:0")
	token, ok := p.stderr.wait(`needs a token: ([0-9a-f]{32})`)
	if !ok {
		t.Fatalf("no token is told: %s", p.stderr)
	}
	for given, want := range map[string]int{"": 401, token[1:]: 401, token: 200} {
		if status, body := p.get("/_sim/sandboxes", "Authorization", "Bearer "+given); status != want {
			t.Errorf("with %q: %d %s, want %d", given, status, body, want)
		}
	}
	if status, _ := p.get(aClient); status != 200 {
		t.Errorf("the services answer %d", status)
	}
}

// TestExitCodes of commands that end by themselves.
func TestExitCodes(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, c := range []struct {
		args []string
		env  map[string]string
		code int
		says string
	}{
		{[]string{"help"}, nil, exitGood, ""},
		{[]string{"--help"}, nil, exitGood, ""},
		{[]string{"serve", "--help"}, nil, exitGood, "[SIM_CONTROL_TOKEN]"},
		{[]string{"version"}, nil, exitGood, ""},
		{[]string{"sreve"}, nil, exitUsage, `did you mean "serve"?`},
		{[]string{"--adr", ":0"}, nil, exitUsage, "no flag --adr; did you mean --addr?"},
		{[]string{"--port", "8080"}, nil, exitUsage, "no flag --port; did you mean --addr 8080?"},
		{[]string{"--clock", "fast"}, nil, exitUsage, `sim serve: invalid value "fast" for flag --clock: "fast" is not real`},
		{[]string{"--clock", "frozen@2026-01-01T00:00:00+24:00"}, nil, exitUsage, "is no instant such as"},
		{[]string{"--zone", "Local"}, nil, exitUsage, `the tz database has no zone "Local"`},
		{[]string{"--watch=perhaps"}, nil, exitUsage, "--watch"},
		{[]string{"--addr"}, nil, exitUsage, "flag needs an argument: --addr; see sim serve --help"},
		{[]string{"--max-body", "lots"}, nil, exitUsage, "max-body"},
		{nil, map[string]string{"SIM_MAX_BODY": "lots"}, exitUsage, `SIM_MAX_BODY="lots"`},
		{[]string{"--log", "xml"}, nil, exitUsage, "xml"},
		{[]string{"serve", "8080"}, nil, exitUsage, `no argument "8080"`},
		{[]string{"--addr", taken.Addr().String()}, nil, exitListen, "cannot listen on " + taken.Addr().String()},
		{[]string{"--addr", "not an address"}, nil, exitUsage, `no address such as 127.0.0.1:8080`},
		{[]string{"healthcheck", "--addr", "%zz"}, nil, exitUsage, "healthcheck"},
		{[]string{"healthcheck", "--timeout", "soon"}, nil, exitUsage, "timeout"},
	} {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			p := launch(t, c.env, c.args...)
			if code := <-p.code; code != c.code || !strings.Contains(p.stderr.String(), c.says) {
				t.Errorf("exit code %d, %s\nwant %d, %s", code, p.stderr, c.code, c.says)
			}
		})
	}
}

// TestHealthcheck of a simulator, of something else, and of nothing.
func TestHealthcheck(t *testing.T) {
	sim := launch(t, nil, "--addr", "127.0.0.1:0")
	_, port, err := net.SplitHostPort(sim.address())
	if err != nil {
		t.Fatal(err)
	}
	ill := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer ill.Close()
	mute := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer mute.Close()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free.Close()
	address := func(s *httptest.Server) string { return strings.TrimPrefix(s.URL, "http://") }
	for _, c := range []struct {
		name, addr, timeout string
		code                int
	}{
		{"a simulator", "127.0.0.1:" + port, "1m", exitGood},
		{"all addresses", "0.0.0.0:" + port, "1m", exitGood},
		{"no host", ":" + port, "1m", exitGood},
		{"one that is ill", address(ill), "1m", exitFindings},
		{"one that says nothing", address(mute), "50ms", exitFindings},
		{"nobody", free.Addr().String(), "1m", exitFindings},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := launch(t, map[string]string{"SIM_ADDR": c.addr}, "healthcheck", "--timeout", c.timeout)
			if code := <-p.code; code != c.code {
				t.Errorf("exit code %d, want %d: %s", code, c.code, p.stderr)
			}
			if (c.code == exitGood) != (p.stderr.String() == "") {
				t.Errorf("it says %q", p.stderr)
			}
		})
	}
}
