package control_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/control"
	"github.com/kzsim/kzsim/internal/gateway"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/simulator"
)

// desk is a control API with its services behind a gateway, and the sandbox `one`
// on a clock frozen at nine in the morning.
type desk struct {
	t       *testing.T
	control *control.Control
	gateway *gateway.Gateway
	pool    *sandbox.Pool
	token   string // of the sandbox `one`
	clock   *clock.Clock
}

// sharedTable is the same for all desks: nobody changes it.
var sharedTable = sync.OnceValues(simulator.Table)

const nine = "2024-03-01T09:00:00+05:00"

// newDesk with an access rule; a control token is sent with every request of ask.
func newDesk(t *testing.T, access control.Access) *desk {
	t.Helper()
	table, err := sharedTable()
	if err != nil {
		t.Fatal(err)
	}
	process, err := clock.New(clock.Settings{Mode: clock.Frozen, Start: time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	pool := sandbox.NewPool(sandbox.Options{Clock: process, Table: table, Max: 3})
	c := control.New(control.Options{
		Table: table, Pool: pool, Access: access, Version: control.Version{Version: "v1.2.3", Go: "go1.26"},
		Metrics: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			_, _ = io.WriteString(w, "metrics of the desk")
		}),
	})
	d := &desk{t: t, control: c, pool: pool, clock: process, gateway: gateway.New(gateway.Options{Table: table, Pool: pool, Control: c})}
	var made struct{ Token string }
	w := d.do("PUT", "/_sim/sandboxes/one", `{"clock": {"mode": "frozen", "start": "`+nine+`"}}`, "Authorization", "Bearer "+access.Token)
	if w.Code != http.StatusCreated || json.Unmarshal(w.Body.Bytes(), &made) != nil || made.Token == "" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	d.token = made.Token
	return d
}

// do a request by way of the gateway, from 127.0.0.1 to localhost; header pairs
// name and value, Host among them.
func (d *desk) do(method, target, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host = "localhost:8080"
	if strings.HasPrefix(target, "/s/") && body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
			continue
		}
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	d.gateway.ServeHTTP(w, r)
	return w
}

// in the sandbox `one`, a control request that has to succeed; what it answers is
// decoded.
func (d *desk) in(method, path, body string, into any) {
	d.t.Helper()
	w := d.do(method, "/_sim/sandboxes/one"+path, body)
	if w.Code >= http.StatusBadRequest {
		d.t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
		d.t.Fatalf("%s %s: %v in %s", method, path, err, w.Body)
	}
}

const (
	approve = "/s/one/api/v1/backend/address/approve/"
	subject = `{"api_key": "any key", "iin": "901123300258"}`
)

// wantOutcome of a service's answer.
func wantOutcome(t *testing.T, w *httptest.ResponseRecorder, want string) {
	t.Helper()
	if got := w.Header().Get("Sim-Outcome"); got != want {
		t.Errorf("outcome %q, want %s: %d %s", got, want, w.Code, w.Body)
	}
}

func diff(t *testing.T, what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}
