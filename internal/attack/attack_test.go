// Package attack sends mutated requests to everything that a process serves, in JSON and
// in HTTP itself, and holds that it stands: no panic, no error that isn't declared, no
// change by a refusal, nothing left open.
//
// How many requests there are is in ATTACKS (.ci/run sends 200,000), and ATTACK_SEED
// repeats a run.
package attack_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/simulator"
)

const (
	usual     = 10_000 // requests where ATTACKS does not say how many
	workers   = 4
	checkEach = 40   // requests of which one is looked at more closely: whether a refusal changes the state
	freshEach = 2000 // requests after which a worker's sandbox is made anew
)

func setting(t *testing.T, name string, usual uint64) uint64 {
	given := os.Getenv(name)
	if given == "" {
		return usual
	}
	n, err := strconv.ParseUint(given, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// alarms are the log's errors: a panic is one.
type alarms struct {
	slog.Handler
	mu   sync.Mutex
	told []string
}

func (a *alarms) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelError }
func (a *alarms) Handle(_ context.Context, r slog.Record) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	var b strings.Builder
	b.WriteString(r.Message)
	r.Attrs(func(at slog.Attr) bool { fmt.Fprintf(&b, " %s", at); return true })
	a.told = append(a.told, b.String())
	return nil
}

// target is a process under attack.
type target struct {
	*simulator.Simulator
	t                 *testing.T
	address           string
	alarms            *alarms
	answers, refusals atomic.Int64
}

func TestAttack(t *testing.T) {
	requests, seed := setting(t, "ATTACKS", usual), setting(t, "ATTACK_SEED", rand.Uint64())
	t.Logf("%d requests, ATTACK_SEED=%d", requests, seed)
	if first, err := net.Listen("unix", filepath.Join(t.TempDir(), "first")); err == nil {
		_ = first.Close() // the descriptors of the runtime's poller come with it, and stay
	}
	goroutines, descriptors := runtime.NumGoroutine(), openDescriptors()
	x := &target{t: t, alarms: &alarms{Handler: slog.DiscardHandler}, address: filepath.Join(t.TempDir(), "sim")}
	var err error
	if x.Simulator, err = simulator.New(simulator.Options{Log: slog.New(x.alarms), NoDefault: true}); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", x.address) // ports would run out
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	over := make(chan error)
	go func() { over <- x.Serve(ctx, listener) }()
	var all sync.WaitGroup
	for id := range workers {
		all.Go(func() { x.attack(id, rand.New(rand.NewPCG(seed, uint64(id))), int(requests/workers)) })
	}
	all.Wait()
	for _, sb := range x.Pool.List() {
		_ = x.Pool.Delete(sb.ID())
	}
	end()
	if err := <-over; err != nil {
		t.Error(err)
	}
	for _, told := range x.alarms.told {
		t.Errorf("the log says: %s", told)
	}
	t.Logf("%d were answered, %d refusals were compared", x.answers.Load(), x.refusals.Load())
	if x.answers.Load() < int64(requests)/2 || x.refusals.Load() < int64(requests)/(4*checkEach) {
		t.Error("that is too few")
	}
	if used, _ := x.Pool.StateMemory(); used != 0 {
		t.Errorf("%d bytes of state are left", used)
	}
	wantLeft(t, "goroutines", goroutines, runtime.NumGoroutine)
	wantLeft(t, "descriptors", descriptors, openDescriptors)
}

// wantLeft waits until there are no more than before.
func wantLeft(t *testing.T, what string, before int, now func() int) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); now() > before; runtime.Gosched() {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d %s are left of %d\n%s", now(), what, before, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

// openDescriptors of the process; 0 where that can't be known.
func openDescriptors() int {
	all, _ := os.ReadDir("/proc/self/fd")
	return len(all)
}

// attack with so many requests.
func (x *target) attack(id int, random *rand.Rand, requests int) {
	m := &mutator{Rand: random, sandbox: fmt.Sprintf("attacked-%d", id)}
	m.corpus(x.t)
	line := &line{address: x.address}
	defer line.close()
	for n := range requests {
		if n%freshEach == 0 {
			x.renew(m.sandbox)
		}
		request := m.request()
		var before string
		compare := random.IntN(checkEach) == 0
		if compare {
			before = x.state(m.sandbox)
		}
		answer := line.send(request)
		if answer == nil {
			continue
		}
		x.answers.Add(1)
		if why := undeclared(answer); why != "" {
			x.t.Errorf("%s:\n%.600q\nis answered %d %v\n%.600s", why, request.raw, answer.status, answer.header, answer.body)
			return
		}
		if !compare || !answer.isRefusal() {
			continue
		}
		x.refusals.Add(1)
		if after := x.state(m.sandbox); before != after {
			x.t.Errorf("a refusal (%d) changed the state:\n%.600q\n%s", answer.status, request.raw, cmp.Diff(before, after))
			return
		}
	}
}

// renew a worker's sandbox, and remove those that its requests have made.
func (x *target) renew(id string) {
	for _, sb := range x.Pool.List() {
		if name := sb.ID(); name == id || !strings.HasPrefix(name, "attacked-") {
			_ = x.Pool.Delete(name)
		}
	}
	_, err := x.Pool.Create(sandbox.Config{ID: id, Clock: clock.Settings{Mode: clock.Frozen, Start: time.Date(2024, 3, 1, 9, 0, 0, 0, time.UTC)}})
	if err != nil {
		x.t.Error(err)
	}
}

// state of a sandbox with its settings; empty if it is gone.
func (x *target) state(id string) string {
	sb, err := x.Pool.Get(id)
	if err != nil {
		return ""
	}
	s, err := sb.Snapshot()
	if err != nil {
		x.t.Error(err)
	}
	text, _ := json.Marshal([]any{s.State, s.Records, s.Seed, s.Clock}) // counters count refusals, too
	return string(text)
}

// answer as far as it is judged.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// isRefusal reports whether the request reached no service, or wasn't of its shape.
func (a *answer) isRefusal() bool {
	outcome := a.header.Get("Sim-Outcome")
	return outcome == "malformed" || outcome == "" && a.status >= 400
}

// undeclared says what is wrong with an answer that the contract does not have; empty if
// nothing is.
func undeclared(a *answer) string {
	outcome, problem := a.header.Get("Sim-Outcome"), strings.HasPrefix(a.header.Get("Content-Type"), "application/problem+json")
	switch {
	case a.status < 500 || outcome != "" || a.header.Get("Sim-Fault") != "":
		return ""
	case a.status == http.StatusNotImplemented || a.status == http.StatusHTTPVersionNotSupported: // net/http's, of HTTP itself
		return ""
	case problem && (a.status == http.StatusServiceUnavailable || a.status == http.StatusInsufficientStorage):
		return ""
	case a.header.Get("Sim-Rule") != "": // a rule that a mutated scenario has made
		return ""
	}
	return "an error that isn't declared"
}

// line is a connection to the target, made anew when it breaks.
type line struct {
	address string
	conn    net.Conn
	reader  *bufio.Reader
}

func (l *line) close() {
	if l.conn != nil {
		l.conn.Close()
		l.conn = nil
	}
}

// send a request; nil if nothing came back.
func (l *line) send(r request) *answer {
	if r.own || l.conn == nil {
		l.close()
		conn, err := net.Dial("unix", l.address)
		if err != nil {
			return nil
		}
		l.conn, l.reader = conn, bufio.NewReader(conn)
	}
	_ = l.conn.SetDeadline(time.Now().Add(20 * time.Second)) // a bound; nothing depends on it
	_, _ = l.conn.Write(r.raw)
	if r.own { // its end is not where it says
		_ = l.conn.(*net.UnixConn).CloseWrite()
	}
	got, err := http.ReadResponse(l.reader, &http.Request{Method: r.method})
	if err != nil {
		l.close()
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(got.Body, 8<<20))
	if err != nil || r.own || got.Close {
		l.close()
	}
	return &answer{got.StatusCode, got.Header, bytes.Clone(body[:min(len(body), 1000)])}
}

var methods = []string{"GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"}

// routeOf is a route with the bodies that are right for it.
type routeOf struct {
	method, path string
	bodies       []string
}

// sorted so that a seed gives the same requests.
func sortedRoutes(all []routeOf) []routeOf {
	slices.SortFunc(all, func(a, b routeOf) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return all
}
