package gateway_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/gateway"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
)

// A service that has nothing but what a fault may meet: a write that can be a
// duplicate, a read, a file, and an answer that waits for the write.

type note struct {
	Text string `json:"text"`
}

var notes = store.Define[note]("demo.notes")

type putRequest struct {
	IIN  string `json:"iin"`
	Text string `json:"text"`
}

func putNote(c *contract.Call, in putRequest) (contract.Reply, error) {
	if _, known := notes.Get(c.Tx, in.IIN); known {
		return contract.Reply{}, contract.Fail("duplicate")
	}
	notes.Put(c.Tx, in.IIN, note{Text: in.Text})
	return c.Answer("stored", map[string]any{"status": "STORED", "text": in.Text}), nil
}

type readRequest struct {
	IIN string `json:"iin"`
}

func readNote(c *contract.Call, in readRequest) (contract.Reply, error) {
	n, ok := notes.Get(c.Tx, in.IIN)
	if !ok {
		return c.Answer("none", map[string]any{"status": "NONE"}), nil
	}
	return c.Answer("found", map[string]any{"status": "FOUND", "text": n.Text}), nil
}

// asked is how often waitForNote was, in all tests.
var asked atomic.Int64

// waitForNote holds the request until there is a note, for a minute at most.
func waitForNote(c *contract.Call, in readRequest) (contract.Reply, error) {
	asked.Add(1)
	reply, err := readNote(c, in)
	if reply.Outcome.Name == "none" && c.Now.Before(start.Add(time.Minute)) {
		reply.Again = start.Add(time.Minute)
	}
	return reply, err
}

const fileContent = "%PDF-1.4 one hundred bytes or so of a scan, which nobody will ever look at but this test. The end!.\n"

func getFile(c *contract.Call, _ struct{}) (contract.Reply, error) {
	reply := c.Answer("file", nil)
	reply.File = &contract.File{Name: "scan.pdf", Type: "application/pdf", Disposition: "attachment", Content: []byte(fileContent), ModTime: start}
	return reply, nil
}

var start = time.Date(2024, 3, 1, 9, 0, 0, 0, time.UTC)

const reservedIIN = "991231000007"

func demoService() *contract.Service {
	found := contract.Outcome{Name: "found", Status: 200, Schema: "demo/note.json", Arrange: contract.Arrange(
		func(c *contract.Call, in *readRequest) error {
			notes.Put(c.Tx, in.IIN, note{Text: "arranged"})
			return nil
		})}
	none := contract.Outcome{Name: "none", Status: 200, Schema: "demo/none.json", Fixed: map[string]any{"status": "NONE"}}
	broken := contract.Outcome{Name: "unavailable", Status: 503, Schema: "demo/error.json", Text: "Service unavailable"}
	return &contract.Service{
		Name: "demo", Prefix: "/demo/", Collections: []store.Definition{notes.Definition()},
		Reserved: []contract.Reserved{{On: []string{"demo.read"}, Field: "iin", Value: reservedIIN, Outcome: "unavailable"}},
		Dialect: contract.Dialect{
			Malformed:    contract.Outcome{Name: "malformed", Status: 400, Schema: "demo/error.json"},
			Envelope:     contract.Envelope{Texts: []string{"detail"}},
			SayMalformed: func(_ *contract.Call, p contract.Problem) any { return map[string]any{"detail": p.String()} },
			SayError: func(_ *contract.Call, o contract.Outcome, _ []contract.RowError) any {
				return map[string]any{"detail": o.Text}
			},
			SayTransport: func(status int, text string) (int, any) { return status, map[string]any{"detail": text} },
		},
		Operations: []contract.Operation{
			{
				ID: "demo.put", Method: "POST", Path: "/demo/put", Request: "demo/put.json", Handle: contract.JSON(putNote),
				Outcomes: []contract.Outcome{
					{Name: "stored", Status: 200, Schema: "demo/note.json"},
					{Name: "duplicate", Status: 409, Schema: "demo/error.json", Text: "Duplicate"}, broken,
				},
			},
			{ID: "demo.read", Method: "GET", Path: "/demo/read", Handle: contract.JSON(readNote), Outcomes: []contract.Outcome{found, none, broken}},
			{ID: "demo.wait", Method: "GET", Path: "/demo/wait", Handle: contract.JSON(waitForNote), Outcomes: []contract.Outcome{found, none}},
			{ID: "demo.file", Method: "GET", Path: "/demo/file", Handle: contract.JSON(getFile), Outcomes: []contract.Outcome{{Name: "file", Status: 200}}},
		},
	}
}

var demoSchemas = fstest.MapFS{
	"demo/put.json": {Data: []byte(`{"type": "object", "required": ["iin", "text"], "properties": {"iin": {"type": "string"}, "text": {"type": "string"}}}`)},
	"demo/note.json": {Data: []byte(`{"type": "object", "required": ["status", "text"], "additionalProperties": false,
		"properties": {"status": {"enum": ["STORED", "FOUND"]}, "text": {"type": "string"}}}`)},
	"demo/none.json":  {Data: []byte(`{"type": "object", "required": ["status"], "additionalProperties": false, "properties": {"status": {"const": "NONE"}}}`)},
	"demo/error.json": {Data: []byte(`{"type": "object", "required": ["detail"], "properties": {"detail": {"type": "string"}}}`)},
}

// script decides by a function, as a scenario would by its rules; nil decides nothing.
type script func(c *contract.Call) scenario.Plan

// demo is a gateway before one sandbox with the demo service.
type demo struct {
	t       testing.TB
	gateway *gateway.Gateway
	pool    *sandbox.Pool
	sandbox *sandbox.Sandbox

	mu       sync.Mutex
	script   script
	observed int           // requests that were told of
	waits    chan struct{} // closed when observe may go on; nil for at once
}

func (d *demo) observe(*journal.Exchange) {
	if d.waits != nil {
		<-d.waits
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.observed++
}

// follow another script from now on.
func (d *demo) follow(s script) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.script = s
}

func (d *demo) decide(c *contract.Call, _ *sandbox.Tx) scenario.Plan {
	d.mu.Lock()
	s := d.script
	d.mu.Unlock()
	if s == nil {
		return scenario.Plan{}
	}
	return s(c)
}

var (
	frozen = clock.Settings{Mode: clock.Frozen, Start: start}
	fast   = clock.Settings{Mode: clock.Speed, Speed: clock.MaxSpeed, Start: start} // a second in a microsecond
)

func newDemo(t testing.TB, settings clock.Settings) *demo {
	t.Helper()
	return newDemoWith(t, settings, sandbox.Limits{})
}

func newDemoWith(t testing.TB, settings clock.Settings, limits sandbox.Limits) *demo {
	t.Helper()
	table, err := contract.New(demoSchemas, demoService())
	if err != nil {
		t.Fatal(err)
	}
	process, err := clock.New(clock.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	pool := sandbox.NewPool(sandbox.Options{Clock: process, Table: table, Limits: limits})
	sb, err := pool.Create(sandbox.Config{ID: sandbox.DefaultID, Seed: 1, Clock: settings})
	if err != nil {
		t.Fatal(err)
	}
	d := &demo{t: t, pool: pool, sandbox: sb}
	d.gateway = gateway.New(gateway.Options{Table: table, Pool: pool, Decide: d.decide, Observe: d.observe})
	return d
}

// plan lets every request meet the same.
func (d *demo) plan(p scenario.Plan) {
	d.follow(func(*contract.Call) scenario.Plan { return p })
}

// rule lets every request meet these faults by a rule.
func (d *demo) rule(list ...faults.Fault) { d.plan(scenario.Plan{Rule: "the rule", Faults: list}) }

// live lets every request meet these faults without a rule.
func (d *demo) live(list ...faults.Fault) { d.plan(scenario.Plan{Faults: list}) }

func fault(t testing.TB, kind string, params any) faults.Fault {
	t.Helper()
	f, err := faults.Parse(kind, params)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// errAborted is what an in-process transport makes of a connection that broke.
var errAborted = errors.New("the connection broke")

// do asks in process. The recorder holds what was sent until the connection
// broke, if it did.
func (d *demo) do(r *http.Request) (answer *httptest.ResponseRecorder, err error) {
	answer = httptest.NewRecorder()
	defer func() {
		if p := recover(); p == http.ErrAbortHandler {
			err = errAborted
		} else if p != nil {
			panic(p)
		}
	}()
	d.gateway.ServeHTTP(answer, r)
	return answer, nil
}

func put(iin, text string) *http.Request {
	r := httptest.NewRequest("POST", "/demo/put", strings.NewReader(`{"iin":"`+iin+`","text":"`+text+`"}`))
	r.Header.Set("Content-Type", "application/json")
	return r
}

func read(iin string) *http.Request { return httptest.NewRequest("GET", "/demo/read?iin="+iin, nil) }

func prefer(r *http.Request, preference string) *http.Request {
	r.Header.Set("Prefer", preference)
	return r
}

// ask is do for an answer that has to come.
func (d *demo) ask(r *http.Request) *httptest.ResponseRecorder {
	d.t.Helper()
	answer, err := d.do(r)
	if err != nil {
		d.t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	return answer
}

// stored are the notes that the sandbox keeps, by IIN.
func (d *demo) stored() map[string]string {
	all := map[string]string{}
	_ = d.sandbox.Run().View(func(r store.Reader) error {
		for iin, n := range notes.All(r) {
			all[iin] = n.Text
		}
		return nil
	})
	return all
}

// last is the newest exchange of the journal.
func (d *demo) last() *journal.Exchange {
	d.t.Helper()
	kept, _ := d.sandbox.Journal.Exchanges()
	if len(kept) == 0 {
		d.t.Fatal("the journal is empty")
	}
	return kept[len(kept)-1]
}

// background asks in a goroutine of its own; the error comes when it is over.
func (d *demo) background(r *http.Request) <-chan error {
	over := make(chan error, 1)
	go func() {
		_, err := d.do(r)
		over <- err
	}()
	return over
}

// timedWriter remembers what was written at which time of the sandbox.
type timedWriter struct {
	clock  *clock.Clock
	header http.Header
	writes []timedWrite
	status time.Time
}

type timedWrite struct {
	After time.Duration // from the start
	Text  string
}

func (w *timedWriter) Header() http.Header { return w.header }
func (w *timedWriter) WriteHeader(int)     { w.status = w.clock.Now() }
func (w *timedWriter) Write(p []byte) (int, error) {
	w.writes = append(w.writes, timedWrite{w.clock.Now().Sub(start), string(bytes.Clone(p))})
	return len(p), nil
}

func cancellable(r *http.Request) (*http.Request, context.CancelFunc) {
	ctx, cancel := context.WithCancel(r.Context())
	return r.WithContext(ctx), cancel
}
