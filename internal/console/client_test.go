package console_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/simulator"
)

// served is a simulator behind an address.
type served struct {
	*simulator.Simulator
	t   *testing.T
	URL string
}

// serve a simulator whose default sandbox stands still on a working morning, so
// that are not answered before the test lets them be.
func serve(t *testing.T, opts simulator.Options) *served {
	t.Helper()
	opts.Default = sandbox.Config{Clock: clock.Settings{
		Mode: clock.Frozen, Start: time.Date(2024, 3, 1, 9, 0, 0, 0, time.FixedZone("", 5*60*60)),
	}}
	s, err := simulator.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s.Handler())
	t.Cleanup(server.Close)
	t.Cleanup(server.CloseClientConnections) // event streams don't end by themselves
	return &served{s, t, server.URL}
}

// answer is what a client got.
type answer struct {
	*http.Response
	body string
}

// field of a JSON body.
func (a answer) field(t *testing.T, name string) string {
	t.Helper()
	var fields map[string]any
	if err := json.Unmarshal([]byte(a.body), &fields); err != nil {
		t.Fatalf("%s: %v", a.body, err)
	}
	text, _ := fields[name].(string)
	return text
}

// do sends a request as a client under test or a tester's script would; header
// holds names and values.
func (s *served) do(method, path, body string, header ...string) answer {
	s.t.Helper()
	r, err := http.NewRequest(method, s.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
			continue
		}
		r.Header.Set(header[i], header[i+1])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{response, string(read)}
}

// wants fails the test unless the answer has an outcome.
func (a answer) wants(t *testing.T, outcome string) answer {
	t.Helper()
	if got := a.Header.Get("Sim-Outcome"); got != outcome {
		t.Fatalf("outcome %q, want %q: %d %s", got, outcome, a.StatusCode, a.body)
	}
	return a
}

// The paths and the person of the flows.
const (
	approvePath  = "/api/v1/backend/address/approve/"
	addressPath  = "/api/v1/backend/address/"
	documentPath = "/api/v1/backend/e-document/online-access/request/identity_card/"
	codePath     = "/api/v1/backend/e-document/online-access/approve/"
	somebody     = `{"api_key":"my key","iin":"901123300258"}`
)

func (s *served) askForAddress() answer { s.t.Helper(); return s.do("POST", approvePath, somebody) }

func (s *served) fetchAddress(session string) answer {
	s.t.Helper()
	return s.do("POST", addressPath, `{"api_key":"my key","iin":"901123300258","backend_session_id":"`+session+`"}`)
}
