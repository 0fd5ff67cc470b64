package control_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/metrics"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/simulator"
	_ "github.com/kzsim/kzsim/internal/testgc"
	"github.com/kzsim/kzsim/internal/testsim"
)

// rig is a whole simulator in the process, its default sandbox on a clock that
// stands at nine in the morning, as does the machine's.
type rig struct {
	t    *testing.T
	sim  *simulator.Simulator
	base string // of the sandbox that is asked: empty, or /s/ID
}

func newRig(t *testing.T, change func(*simulator.Options)) *rig {
	t.Helper()
	at, err := time.Parse(time.RFC3339, nine)
	if err != nil {
		t.Fatal(err)
	}
	frozen := clock.Settings{Mode: clock.Frozen, Start: at}
	process, err := clock.New(frozen)
	if err != nil {
		t.Fatal(err)
	}
	opts := simulator.Options{Clock: process, Default: sandbox.Config{Clock: frozen}, Metrics: counted}
	if change != nil {
		change(&opts)
	}
	sim, err := simulator.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	return &rig{t: t, sim: sim}
}

func counted(pool *sandbox.Pool, build map[string]string) simulator.Metrics {
	return metrics.New(pool, build)
}

// do a request; header pairs name and value.
func (r *rig) do(method, path, body string, header ...string) *httptest.ResponseRecorder {
	return testsim.Ask(r.sim.Handler(), method, path, body, header...)
}

// record what a request is answered.
func record(r *rig, req *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r.sim.Handler().ServeHTTP(w, req)
	return w
}

// ask a service and answer the body; the outcome has to be this one.
func (r *rig) ask(outcome, path, body string, header ...string) string {
	r.t.Helper()
	method := http.MethodPost
	if body == "" {
		method = http.MethodGet
	}
	w := r.do(method, r.base+path, body, header...)
	if got := w.Header().Get("Sim-Outcome"); got != outcome {
		r.t.Fatalf("%s %s is %q, want %q: %d %s", path, body, got, outcome, w.Code, w.Body)
	}
	return w.Body.String()
}

// control does a control request of the sandbox that has to succeed; what it
// answers is decoded.
func (r *rig) control(method, path, body string, into any) {
	r.t.Helper()
	below := r.base + "/_sim"
	if r.base == "" {
		below = "/_sim/sandboxes/default"
	}
	w := r.do(method, below+path, body)
	if w.Code >= http.StatusBadRequest {
		r.t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
		r.t.Fatalf("%s %s: %v in %s", method, path, err, w.Body)
	}
}

// The operations that these tests ask.
const (
	addressApprove = "/api/v1/backend/address/approve/"
	addressGet     = "/api/v1/backend/address/"
	execProc       = "/api/v1/backend/info/kz/exec_proc_info/"
	documentAsk    = "/api/v1/backend/e-document/online-access/request/identity_card/"
	documentGet    = "/api/v1/backend/e-document/online-access/approve/"
)

// aKey is as long as a real one.
const aKey = "a-very-secret-key-of-forty-seven-characters-0001"

func of(iin string) string { return `{"api_key":"` + aKey + `","iin":"` + iin + `"}` }

// member of a JSON object.
func member(t *testing.T, body, name string) string {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(body), &object); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	value, ok := object[name].(string)
	if !ok {
		t.Fatalf("no text %s in %s", name, body)
	}
	return value
}
