package control_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/control"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/testsim"
)

// stream is an event stream without a network: each block that is flushed comes
// out of a channel, which is closed when the stream ends.
type stream struct {
	t      *testing.T
	header http.Header
	status int
	blocks chan string
	text   strings.Builder
	rest   []string
	left   <-chan struct{}
	leave  context.CancelFunc
}

func (s *stream) Header() http.Header         { return s.header }
func (s *stream) WriteHeader(status int)      { s.status = status }
func (s *stream) Write(p []byte) (int, error) { return s.text.Write(p) }
func (s *stream) Flush() {
	select {
	case s.blocks <- s.text.String():
	case <-s.left:
	}
	s.text.Reset()
}

// follow the default sandbox's events; the first line has been read.
func (r *rig) follow(query string, header ...string) *stream {
	r.t.Helper()
	req := testsim.Request("GET", "/_sim/sandboxes/default/events"+query, "", header...)
	ctx, leave := context.WithCancel(r.t.Context())
	s := &stream{t: r.t, header: http.Header{}, blocks: make(chan string), left: ctx.Done(), leave: leave}
	go func() {
		defer close(s.blocks)
		r.sim.Handler().ServeHTTP(s, req.WithContext(ctx))
	}()
	if first := <-s.blocks; !strings.HasPrefix(first, ": follows default\nretry: 1000\n\n") {
		r.t.Fatalf("%d %q", s.status, first)
	}
	return s
}

// event is one of a stream.
type event struct {
	ID, Kind string
	Data     map[string]any
}

func (s *stream) next() (event, bool) {
	s.t.Helper()
	for len(s.rest) == 0 {
		block, ok := <-s.blocks
		if !ok {
			return event{}, false
		}
		for part := range strings.SplitSeq(block, "\n\n") {
			if part != "" && !strings.HasPrefix(part, ":") {
				s.rest = append(s.rest, part)
			}
		}
	}
	var e event
	for line := range strings.SplitSeq(s.rest[0], "\n") {
		switch name, value, _ := strings.Cut(line, ": "); name {
		case "id":
			e.ID = value
		case "event":
			e.Kind = value
		case "data":
			if err := json.Unmarshal([]byte(value), &e.Data); err != nil {
				s.t.Fatalf("%v in %s", err, value)
			}
		}
	}
	s.rest = s.rest[1:]
	return e, true
}

// want the next event to be of a kind, with a member of this value in its data.
func (s *stream) want(kind, name string, value any) event {
	s.t.Helper()
	e, ok := s.next()
	if !ok || e.Kind != kind || name != "" && e.Data[name] != value {
		s.t.Fatalf("the next event is %+v (%v), want %s with %s %v", e, ok, kind, name, value)
	}
	return e
}

func TestEvents(t *testing.T) {
	r := newRig(t, nil)
	s := r.follow("")
	if got := s.header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("the type is %s", got)
	}
	r.ask("pending", addressApprove, of("901123300258"))
	s.want("message", "at", "2024-03-01T09:00:00+05:00")
	s.want("request", "outcome", "pending")
	r.control("POST", "/clock/advance", `{"by":"30s"}`, nil)
	s.want("clock", "now", "2024-03-01T09:00:30+05:00")
	r.control("PUT", "/scenario?keep=state", "version: 1\nscenario: slow\nrules: [{on: kyc.address.get, do: {advance: 1m}}]\n", nil)
	s.want("scenario", "name", "slow")
	r.ask("already-received", addressGet, `{"api_key":"k","iin":"901123300258","backend_session_id":"x"}`)
	s.want("clock", "now", "2024-03-01T09:01:30+05:00")
	s.want("request", "rule", "rule 1")
	r.control("POST", "/faults", `{on: abs.*, fault: reset}`, nil)
	s.want("scenario", "faults", 1.0)
	r.control("PUT", "/chaos", `{"share": 0.5}`, nil)
	s.want("scenario", "chaos", 0.5)
	r.control("PUT", "/profile", `{"preset": "strict"}`, nil)
	s.want("profile", "preset", "strict")
	r.control("POST", "/reset", "", nil)
	s.want("reset", "", nil)
	s.want("scenario", "name", "slow")
	r.ask("pending", addressApprove, of("901123300258"))
	s.want("message", "kind", "address")
	s.want("request", "outcome", "pending")
	r.control("POST", "/subjects/901123300258/answer", `{"with": "reject"}`, nil)
	s.want("answer", "with", "reject")
	s.leave()
	if e, ok := s.next(); ok {
		t.Errorf("the stream goes on with %v", e)
	}
}

// TestEventsShowWhatIsHeld: a message is told of while the request that caused it
// waits for the subject's answer, or nobody could answer it from a page.
func TestEventsShowWhatIsHeld(t *testing.T) {
	r := newRig(t, nil)
	r.control("PUT", "/profile", `{"preset": "documents", "kyc.address_wait": "hold"}`, nil)
	s := r.follow("")
	answered := make(chan string)
	go func() { answered <- r.do("POST", addressApprove, of("901123300258")).Header().Get("Sim-Outcome") }()
	phone := s.want("message", "kind", "address").Data["phone"].(string)
	r.control("POST", "/phones/"+phone+"/reply", `{"text": "no"}`, nil)
	s.want("answer", "text", "no")
	s.want("request", "outcome", "invalid")
	if got := <-answered; got != "invalid" {
		t.Errorf("the answer is %s", got)
	}
}

func TestEventsResume(t *testing.T) {
	r := newRig(t, func(opts *simulator.Options) { opts.Limits = sandbox.Limits{Journal: 3} })
	ask := func() { t.Helper(); r.ask("found", "/abs/get_cli?iinbin=901123300258", "") }
	ask()
	s := r.follow("?after=0")
	first := s.want("request", "id", "req-000001")
	s.leave()
	ask()
	ask()
	s = r.follow("", "Last-Event-ID", first.ID)
	s.want("request", "id", "req-000002")
	third := s.want("request", "id", "req-000003")
	s.leave()
	for range 5 {
		ask()
	}
	s = r.follow("?after=" + third.ID)
	s.want("lost", "count", 2.0)
	s.want("request", "id", "req-000006")
	s.leave()

	r.control("POST", "/reset", "", nil)
	ask()
	s = r.follow("?after=" + third.ID)
	s.want("reset", "", nil) // what was before is void, not lost
	s.want("request", "id", "req-000001")
	s.leave()

	s = r.follow("?after=1000000") // of another process
	s.want("reset", "", nil)
	s.want("request", "id", "req-000001")
	s.leave()
}

// TestEventsInParts: what a slow client has not read yet stays in memory, so it is a few events.
func TestEventsInParts(t *testing.T) {
	r := newRig(t, nil)
	for range 100 {
		r.ask("found", "/abs/get_cli?iinbin=901123300258", "")
	}
	s := r.follow("?after=0")
	defer s.leave()
	for read := 0; read < 100; {
		block := <-s.blocks
		n := strings.Count(block, "event: request\n")
		if n == 0 || n > 20 {
			t.Fatalf("%d events are written at once after %d", n, read)
		}
		read += n
	}
}

func TestEventsEnd(t *testing.T) {
	t.Run("with the sandbox", func(t *testing.T) {
		r := newRig(t, nil)
		s := r.follow("")
		if err := r.sim.Pool.Delete("default"); err != nil {
			t.Fatal(err)
		}
		if e, ok := s.next(); ok {
			t.Errorf("the stream goes on with %v", e)
		}
	})
	t.Run("with the process", func(t *testing.T) {
		d := newDesk(t, control.Access{})
		d.control.Stop()
		w := d.do("GET", "/_sim/sandboxes/one/events", "")
		if w.Code != 200 || !strings.HasPrefix(w.Body.String(), ": follows one") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		if w := d.do("GET", "/_sim/health/ready", ""); w.Code != 503 || !strings.Contains(w.Body.String(), "stopping") {
			t.Errorf("ready: %d %s", w.Code, w.Body)
		}
		if w := d.do("GET", "/_sim/health/live", ""); w.Code != 200 {
			t.Errorf("live: %d %s", w.Code, w.Body)
		}
	})
}
