package gateway_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/gateway"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
)

// bugs are behaviours that answer what the table doesn't allow, each after it has
// changed the state.
var bugs = map[string]struct {
	answer func(c *contract.Call) (contract.Reply, error)
	says   string
}{
	"a panic":            {func(*contract.Call) (contract.Reply, error) { panic("out of cheese") }, "panic: out of cheese"},
	"an error":           {func(*contract.Call) (contract.Reply, error) { return contract.Reply{}, errors.New("no cheese") }, "no cheese"},
	"no outcome":         {func(*contract.Call) (contract.Reply, error) { return contract.Reply{}, nil }, "no outcome"},
	"an unknown outcome": {func(c *contract.Call) (contract.Reply, error) { return c.Answer("fuond", nil), nil }, "no such outcome in the table"},
	"an unknown failure": {func(*contract.Call) (contract.Reply, error) { return contract.Reply{}, contract.Fail("fuond") }, "no such outcome in the table"},
	"a wrong body": {func(c *contract.Call) (contract.Reply, error) {
		return c.Answer("found", map[string]any{"status": "LOST", "text": ""}), nil
	}, "the body does not fit demo/note.json"},
	"no body": {func(c *contract.Call) (contract.Reply, error) { return c.Answer("found", nil), nil }, "no body, where demo/note.json describes one"},
	"a body that is no JSON": {func(c *contract.Call) (contract.Reply, error) {
		return c.Answer("found", map[string]any{"text": make(chan int)}), nil
	}, "unsupported type"},
}

// TestBugsOfTheSimulator: a bug is a 500 that says that it is one, in the journal,
// too. It changes nothing, and the next request is served.
func TestBugsOfTheSimulator(t *testing.T) {
	for name, bug := range bugs {
		t.Run(name, func(t *testing.T) {
			d := newBuggy(t, bug.answer)
			w := d.ask(read("1"))
			if w.Code != 500 || w.Header().Get("Content-Type") != "application/problem+json" || w.Header().Get("Sim-Outcome") != "" {
				t.Errorf("%d %v", w.Code, w.Header())
			}
			finding := w.Header().Get("Sim-Finding")
			if !strings.Contains(finding, "bug of the simulator") || !strings.Contains(finding, bug.says) {
				t.Errorf("Sim-Finding is %q, want %q", finding, bug.says)
			}
			if e := d.last(); e.Status != 500 || e.Operation != "demo.read" || len(e.Changes) > 0 {
				t.Errorf("the journal has %d of %s, changes %v", e.Status, e.Operation, e.Changes)
			}
			if left := d.stored(); len(left) > 0 {
				t.Errorf("the bug has left %v", left)
			}
			if w := d.ask(put("1", "a")); w.Code != 200 {
				t.Errorf("the next request: %d %s", w.Code, w.Body)
			}
		})
	}
}

// newBuggy is a demo whose demo.read has a bug.
func newBuggy(t *testing.T, answer func(*contract.Call) (contract.Reply, error)) *demo {
	t.Helper()
	service := demoService()
	for i, op := range service.Operations {
		if op.ID == "demo.read" {
			service.Operations[i].Handle = contract.JSON(func(c *contract.Call, _ readRequest) (contract.Reply, error) {
				notes.Put(c.Tx, "left", note{Text: "behind"})
				return answer(c)
			})
		}
	}
	table, err := contract.New(fstest.MapFS(demoSchemas), service)
	if err != nil {
		t.Fatal(err)
	}
	process, err := clock.New(clock.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	pool := sandbox.NewPool(sandbox.Options{Clock: process, Table: table})
	sb, err := pool.Create(sandbox.Config{ID: sandbox.DefaultID, Seed: 1, Clock: frozen})
	if err != nil {
		t.Fatal(err)
	}
	return &demo{t: t, gateway: gateway.New(gateway.Options{Table: table, Pool: pool}), pool: pool, sandbox: sb}
}

// resetting is a body during whose reading the sandbox is reset.
type resetting struct {
	io.Reader
	reset func()
}

func (r resetting) Read(p []byte) (int, error) {
	r.reset()
	return r.Reader.Read(p)
}

// TestResetOnTheWay: a request of the run before leaves nothing in the new one, and
// is told so.
func TestResetOnTheWay(t *testing.T) {
	event := func(c *contract.Call) error { notes.Put(c.Tx, "event", note{}); return nil }
	for name, plan := range map[string]scenario.Plan{
		"a service's write":       {},
		"an event of the world's": {Rule: "rule", Reply: &scenario.Reply{Status: 200}, OffContract: true, Before: event},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDemo(t, frozen)
			d.plan(plan)
			r := put("901123300258", "lost")
			r.Body = io.NopCloser(resetting{r.Body, func() {
				if _, err := d.sandbox.Reset(); err != nil {
					t.Error(err)
				}
			}})
			if w := d.ask(r); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "was reset or deleted") {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			if left := d.stored(); len(left) != 0 {
				t.Errorf("in the new run: %v", left)
			}
			if kept, _ := d.sandbox.Journal.Exchanges(); len(kept) != 0 || d.observed != 0 {
				t.Errorf("%d exchanges in the new run's journal, %d were told of", len(kept), d.observed)
			}
		})
	}
}
