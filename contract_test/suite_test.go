// Package contract_test is the contract suite. It meets the simulator as a client
// does, over HTTP, and goes through every operation and every outcome: by name, by
// its cause, and by every reserved value.
//
// What an outcome says is written down here a second time, by hand, from the
// documents (kyc_cases_test.go, k2_cases_test.go, abs_cases_test.go): the table
// of the product and the one of the suite have to agree, and every answer with
// both. An outcome without a case fails the suite.
//
// Every case has a sandbox of its own on a frozen clock, so that cases neither
// meet nor wait.
package contract_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/kzsim/kzsim/internal/contract"
	boxes "github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/simulator"
	_ "github.com/kzsim/kzsim/internal/testgc"
)

// start is the instant at which the suite's sandboxes are frozen.
const start = "2024-03-01T09:00:00+05:00"

var (
	served *simulator.Simulator
	server *httptest.Server
)

// TestMain serves one simulator for all tests.
func TestMain(m *testing.M) {
	var err error
	if served, err = simulator.New(simulator.Options{}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	server = httptest.NewServer(served.Handler())
	// As many clients at once as the tests have, none of them waiting for a port.
	server.Client().Transport.(*http.Transport).MaxIdleConnsPerHost = 64
	code := m.Run()
	server.Close()
	os.Exit(code)
}

// sandbox is one isolated copy of the services, as a client sees it.
type sandbox struct {
	t    testing.TB
	id   string
	base string // http://127.0.0.1:PORT/s/ID
}

var made atomic.Int64

// newSandbox makes a sandbox with seed 1 on a clock frozen at start. It goes with
// the test.
func newSandbox(t testing.TB) *sandbox {
	t.Helper()
	id := fmt.Sprintf("case-%04d", made.Add(1))
	s := &sandbox{t: t, id: id, base: server.URL + "/s/" + id}
	s.make(`{"clock": {"mode": "frozen", "start": "` + start + `"}}`)
	t.Cleanup(func() { s.control("DELETE", "", "") })
	return s
}

// make the sandbox as a client does, by PUT.
func (s *sandbox) make(spec string) {
	s.t.Helper()
	a := send(s.t, "PUT", server.URL+"/_sim/sandboxes/"+s.id, spec)
	if a.status != http.StatusCreated {
		s.t.Fatalf("sandbox %s: %d %s", s.id, a.status, a.body)
	}
}

// control asks the sandbox's control API; a path such as /clock/advance.
func (s *sandbox) control(method, path, body string) answer {
	s.t.Helper()
	a := send(s.t, method, s.base+"/_sim"+path, body)
	if a.status >= http.StatusBadRequest {
		s.t.Fatalf("%s _sim%s: %d %s", method, path, a.status, a.body)
	}
	return a
}

// given makes something true in the sandbox's state, as a scenario's `given`
// does: for what no client of the services can bring about.
func (s *sandbox) given(fixture, item string) {
	s.t.Helper()
	sb, err := served.Pool.Get(s.id)
	if err != nil {
		s.t.Fatal(err)
	}
	f, ok := fixtureNamed(fixture)
	if !ok {
		s.t.Fatalf("no fixture %q", fixture)
	}
	if problems := served.Table.Schemas.CheckValue(f.Schema, []byte(item)); len(problems) > 0 {
		s.t.Fatalf("fixture %s: %v", fixture, problems)
	}
	err = sb.Do(func(tx *boxes.Tx) error { return f.Apply(tx.Call(), decoded(s.t, []byte(item))) })
	if err != nil {
		s.t.Fatalf("fixture %s: %v", fixture, err)
	}
}

func fixtureNamed(name string) (contract.Fixture, bool) {
	for _, service := range served.Table.Services {
		for _, f := range service.Fixtures {
			if f.Name == name {
				return f, true
			}
		}
	}
	return contract.Fixture{}, false
}

// state is everything that the sandbox knows, collection by collection, as the
// control API shows it.
func (s *sandbox) state() map[string]string {
	s.t.Helper()
	counts := map[string]int{}
	s.control("GET", "/state", "").decode(s.t, &counts)
	state := map[string]string{}
	for collection, n := range counts {
		if n > 0 {
			state[collection] = string(s.control("GET", "/state/"+url.PathEscape(collection), "").body)
		}
	}
	return state
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) outcome() string  { return a.header.Get("Sim-Outcome") }
func (a answer) findings() string { return strings.Join(a.header.Values("Sim-Finding"), "\n") }

func (a answer) decode(t testing.TB, into any) {
	t.Helper()
	if err := json.Unmarshal(a.body, into); err != nil {
		t.Fatalf("%v in %q", err, a.body)
	}
}

// send a request with a JSON body; header pairs name and value.
func send(t testing.TB, method, address, body string, header ...string) answer {
	t.Helper()
	a, err := try(method, address, body, header...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// try is send for a goroutine that mustn't end the test.
func try(method, address, body string, header ...string) (answer, error) {
	req, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host
	}
	resp, err := server.Client().Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	return answer{status: resp.StatusCode, header: resp.Header, body: content}, err
}

// decoded keeps numbers as they are written.
func decoded(t testing.TB, raw []byte) any {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("%v in %q", err, raw)
	}
	return v
}
