package simulator_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/testsim"
)

// narrow is a simulator with little room for state.
type narrow struct {
	t   *testing.T
	sim *simulator.Simulator
}

func newNarrow(t *testing.T, each, all int64) narrow {
	t.Helper()
	sim, err := simulator.New(simulator.Options{Limits: sandbox.Limits{State: each}, States: all, NoDefault: true})
	if err != nil {
		t.Fatal(err)
	}
	return narrow{t, sim}
}

func (h narrow) send(method, path, body string) *httptest.ResponseRecorder {
	return testsim.Ask(h.sim.Handler(), method, path, body)
}

func (h narrow) want(status int, method, path, body string) string {
	h.t.Helper()
	w := h.send(method, path, body)
	if w.Code != status {
		h.t.Fatalf("%s %s: %d, want %d: %s", method, path, w.Code, status, w.Body)
	}
	return w.Body.String()
}

// open a sandbox; the answer is the path of its services.
func (h narrow) open(id string) string {
	h.t.Helper()
	h.want(http.StatusCreated, "PUT", "/_sim/sandboxes/"+id, `{"clock": {"mode": "frozen", "start": "2024-03-01T09:00:00+05:00"}}`)
	return "/s/" + id
}

// exclude a loan that has no other exclusion, which adds one.
func exclude(n int) string {
	return fmt.Sprintf(`{"iin": "901123300258", "dbz_num": "KD%010d", "return_extreq": false, "fio": "Т"}`, n)
}

const exclusion = "/restapi/services/run/k2loan_exclude_on_by_iin_dbznum"

// fill a sandbox until it takes no more; the answers are the refusal and how many
// requests there were.
func (h narrow) fill(services string) (refused *httptest.ResponseRecorder, n int) {
	h.t.Helper()
	for n = range 10_000 {
		w := h.send("POST", services+exclusion, exclude(n))
		if w.Code != http.StatusOK {
			return w, n
		}
	}
	h.t.Fatal("it takes all of them")
	return nil, 0
}

// state of a sandbox, as a snapshot tells it.
func (h narrow) state(id string) string {
	h.t.Helper()
	var s struct{ State json.RawMessage }
	if err := json.Unmarshal([]byte(h.want(http.StatusOK, "GET", "/_sim/sandboxes/"+id+"/snapshot", "")), &s); err != nil {
		h.t.Fatal(err)
	}
	return string(s.State)
}

// TestAFullSandbox: what would add to its state is refused and changes nothing, reading
// goes on, and a reset makes room.
func TestAFullSandbox(t *testing.T) {
	h := newNarrow(t, 100<<10, 10<<20)
	services := h.open("full")
	refused, n := h.fill(services)
	if finding := strings.Join(refused.Header().Values("Sim-Finding"), "\n"); refused.Code != http.StatusInsufficientStorage ||
		!strings.Contains(finding, "--max-state") || n < 20 {
		t.Fatalf("after %d: %d, finding %q", n, refused.Code, finding)
	}
	before := h.state("full")
	for i := range 5 {
		h.want(http.StatusInsufficientStorage, "POST", services+exclusion, exclude(20_000+i))
	}
	if after := h.state("full"); after != before {
		t.Errorf("a refusal changed the state:\n%s\n%s", before, after)
	}
	h.want(http.StatusOK, "GET", services+"/abs/get_cli?iinbin=901123300258", "")
	h.want(http.StatusOK, "POST", services+"/restapi/services/run/k2extreq_by_dbz", `{"contract_number": "KD0000000001", "dbz_dt": "2014-02-08"}`)
	h.want(http.StatusInsufficientStorage, "PUT", "/_sim/sandboxes/full/scenario",
		`{"version": 1, "scenario": "large", "about": "`+strings.Repeat("x", 50<<10)+`"}`)
	h.want(http.StatusOK, "POST", "/_sim/sandboxes/full/reset", "")
	h.want(http.StatusOK, "POST", services+exclusion, exclude(1))
}

// TestAFullProcess: the bound of all sandboxes is told, and one that goes makes room for
// the others, down to the last byte.
func TestAFullProcess(t *testing.T) {
	h := newNarrow(t, 10<<20, 100<<10)
	one, two := h.open("one"), h.open("two")
	h.want(http.StatusOK, "POST", two+exclusion, exclude(1))
	refused, _ := h.fill(one)
	if finding := strings.Join(refused.Header().Values("Sim-Finding"), "\n"); refused.Code != http.StatusInsufficientStorage || !strings.Contains(finding, "--state-memory") {
		t.Fatalf("%d, finding %q", refused.Code, finding)
	}
	h.want(http.StatusInsufficientStorage, "POST", two+exclusion, exclude(2))
	h.want(http.StatusInsufficientStorage, "PUT", "/_sim/sandboxes/three", "")
	h.want(http.StatusNoContent, "DELETE", "/_sim/sandboxes/one", "")
	h.want(http.StatusOK, "POST", two+exclusion, exclude(2))
	h.want(http.StatusConflict, "POST", "/_sim/sandboxes", `{"id": "two"}`)
	h.want(http.StatusUnprocessableEntity, "PUT", "/_sim/sandboxes/two/snapshot", "{}")
	h.want(http.StatusNoContent, "DELETE", "/_sim/sandboxes/two", "")
	if used, _ := h.sim.Pool.StateMemory(); used != 0 {
		t.Errorf("%d bytes are taken by no sandbox", used)
	}
}

// slowBody is a text, and its end when that is closed. Read is closed once all of the text
// has been read and counted.
type slowBody struct {
	text      *strings.Reader
	read, end chan struct{}
}

func (b *slowBody) Read(into []byte) (int, error) {
	if b.text.Len() == 0 {
		close(b.read)
		<-b.end
		return 0, io.EOF
	}
	return b.text.Read(into)
}

// TestBodiesUnderWayAreBounded: what comes while others are still read is refused, of
// services and of the control API, and goes through once they are over.
func TestBodiesUnderWayAreBounded(t *testing.T) {
	sim, err := simulator.New(simulator.Options{Bodies: 100 << 10})
	if err != nil {
		t.Fatal(err)
	}
	h := narrow{t, sim}
	slow := &slowBody{text: strings.NewReader(strings.Repeat(" ", 80<<10)), read: make(chan struct{}), end: make(chan struct{})}
	over := make(chan struct{})
	go func() {
		defer close(over)
		r := httptest.NewRequest("POST", exclusion, slow)
		r.Host = "127.0.0.1:8080"
		r.Header.Set("Content-Type", "application/json")
		h.sim.Handler().ServeHTTP(httptest.NewRecorder(), r)
	}()
	<-slow.read
	body := `{"about": "` + strings.Repeat("x", 50<<10) + `"}`
	refused := h.send("POST", exclusion, body)
	if refused.Code != http.StatusServiceUnavailable || refused.Header().Get("Retry-After") != "1" ||
		!strings.Contains(refused.Header().Get("Sim-Finding"), "--body-memory") {
		t.Errorf("%d %v", refused.Code, refused.Header())
	}
	h.want(http.StatusServiceUnavailable, "PUT", "/_sim/sandboxes/default/scenario", body)
	h.want(http.StatusServiceUnavailable, "PUT", "/_sim/sandboxes/another", body)
	close(slow.end)
	<-over
	h.want(http.StatusOK, "POST", exclusion, body)
	h.want(http.StatusUnprocessableEntity, "PUT", "/_sim/sandboxes/default/scenario", body)
}
