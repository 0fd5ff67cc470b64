package histories_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/kzsim/kzsim/internal/simulator"
)

// served is one simulator for all tests of the package.
var served = sync.OnceValue(func() http.Handler {
	s, err := simulator.New(simulator.Options{})
	if err != nil {
		panic(err)
	}
	return s.Handler()
})

// answer is what came back from the simulator.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// slow is a body that lets others go on before each part of it is read.
type slow struct {
	io.Reader
	yields int
}

func (s slow) Read(p []byte) (int, error) {
	for range s.yields {
		runtime.Gosched()
	}
	return s.Reader.Read(p)
}

// ask sends one request in process.
func ask(method, path string, body io.Reader) answer {
	r := httptest.NewRequest(method, path, body)
	r.Host = "127.0.0.1:8080" // the control API answers to loopback hosts
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	served().ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.Bytes()}
}

// sandbox as its clients see it.
type sandbox struct {
	id     string
	yields int // of the bodies that are sent to it
}

var sandboxes atomic.Int64

// newSandbox makes a sandbox that starts from a scenario.
func newSandbox(document string) (sandbox, error) {
	sb := sandbox{id: fmt.Sprintf("history-%d", sandboxes.Add(1))}
	spec, err := json.Marshal(map[string]string{"id": sb.id, "scenario": document})
	if err != nil {
		return sb, err
	}
	if a := ask("POST", "/_sim/sandboxes", bytes.NewReader(spec)); a.status != http.StatusCreated {
		return sb, fmt.Errorf("new sandbox: %s", a)
	}
	return sb, nil
}

// mustSandbox makes a sandbox and deletes it after the test.
func mustSandbox(t *testing.T, document string) sandbox {
	t.Helper()
	sb, err := newSandbox(document)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sb.delete)
	return sb
}

func (sb sandbox) delete() { ask("DELETE", "/_sim/sandboxes/"+sb.id, nil) }

// post asks a service.
func (sb sandbox) post(path, body string) answer {
	return ask("POST", "/s/"+sb.id+path, slow{strings.NewReader(body), sb.yields})
}

// control asks the sandbox's part of the control API.
func (sb sandbox) control(method, path, body string) answer {
	return ask(method, "/_sim/sandboxes/"+sb.id+path, slow{strings.NewReader(body), sb.yields})
}

// ended is the answer to a request whose sandbox was reset while it was on its way.
const ended = "503, the sandbox was reset"

// outcome is the name of a service's outcome, with the scenario whose rule let the
// request pass to the service.
func (a answer) outcome() string {
	if name := a.header.Get("Sim-Outcome"); name != "" {
		return named(name, a.header.Get("Sim-Rule"))
	}
	return a.String()
}

// named is an outcome under the rules of a scenario.
func named(outcome, rules string) string { return outcome + " [" + rules + "]" }

// done is the control API's answer to a request that changes something.
func (a answer) done(success string) string {
	if a.status == http.StatusOK || a.status == http.StatusNoContent {
		return success
	}
	return a.String()
}

// String tells an answer that has no words of its own.
func (a answer) String() string {
	if a.status == http.StatusServiceUnavailable {
		return ended
	}
	return fmt.Sprintf("HTTP %d: %s", a.status, strings.TrimSpace(string(a.body)))
}

// read decodes a body.
func (a answer) read(into any) error { return json.Unmarshal(a.body, into) }
