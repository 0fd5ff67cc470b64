package control_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/gorilla/mux"

	"github.com/kzsim/kzsim/internal/control"
)

// routes are all of them, each with a request that it grants and a part of the
// answer. {request} is the journal's first.
var routes = []struct {
	method, path string // as routed, below /_sim
	ask          string // the path asked; the routed one if empty
	body         string
	status       int
	says         string
}{
	{"GET", "/health", "", "", 200, `"status": "ok"`},
	{"GET", "/health/live", "", "", 200, `"status": "ok"`},
	{"GET", "/health/ready", "", "", 200, `"status": "ok"`},
	{"GET", "/version", "", "", 200, `"version": "v1.2.3"`},
	{"GET", "/contract", "", "", 200, `"id": "kyc.address.get"`},
	{"GET", "/sandboxes", "", "", 200, `"id": "one"`},
	{"POST", "/sandboxes", "", `{"id": "two"}`, 201, `"id": "two"`},

	{"GET", "/sandboxes/{sandbox}", "/sandboxes/one", "", 200, `"base_url": "http://localhost:8080/s/one"`},
	{"PUT", "/sandboxes/{sandbox}", "/sandboxes/two", "", 201, `"token": "`},
	{"DELETE", "/sandboxes/{sandbox}", "/sandboxes/one", "", 204, ""},
	{"POST", "/sandboxes/{sandbox}/reset", "/sandboxes/one/reset", "", 200, `"id": "one"`},
	{"GET", "/sandboxes/{sandbox}/clock", "/sandboxes/one/clock", "", 200, `"mode": "frozen"`},
	{"PUT", "/sandboxes/{sandbox}/clock", "/sandboxes/one/clock", `{"mode": "speed", "speed": 60}`, 200, `"speed": 60`},
	{"POST", "/sandboxes/{sandbox}/clock/advance", "/sandboxes/one/clock/advance", `{"by": "90s"}`, 200, `"now": "2024-03-01T09:01:30+05:00"`},
	{"GET", "/sandboxes/{sandbox}/profile", "/sandboxes/one/profile", "", 200, `"preset": "documents"`},
	{"PUT", "/sandboxes/{sandbox}/profile", "/sandboxes/one/profile", `{"preset": "strict"}`, 200, `"preset": "strict"`},
	{"POST", "/sandboxes/{sandbox}/subjects/{iin}/answer", "/sandboxes/one/subjects/901123300258/answer", `{"with": "approve"}`, 204, ""},
	{"GET", "/sandboxes/{sandbox}/phones", "/sandboxes/one/phones", "", 200, `"77`},
	{"GET", "/sandboxes/{sandbox}/phones/{phone}", "/sandboxes/one/phones/{phone}", "", 200, `"from": "1414"`},
	{"POST", "/sandboxes/{sandbox}/phones/{phone}/reply", "/sandboxes/one/phones/{phone}/reply", `{"text": "нет"}`, 200, `"phone": "77`},
	{"GET", "/sandboxes/{sandbox}/state", "/sandboxes/one/state", "", 200, `"kyc-address-sessions": 1`},
	{"GET", "/sandboxes/{sandbox}/state/{collection}", "/sandboxes/one/state/kyc-messages", "", 200, `"iin": "901123300258"`},
	{"GET", "/sandboxes/{sandbox}/requests", "/sandboxes/one/requests", "", 200, `"outcome": "pending"`},
	{"DELETE", "/sandboxes/{sandbox}/requests", "/sandboxes/one/requests", "", 204, ""},
	{"GET", "/sandboxes/{sandbox}/requests/{request}", "/sandboxes/one/requests/req-000001", "", 200, `"collection": "kyc-messages"`},
}

// TestEveryRoute asks every route once, in a sandbox that has had one request.
func TestEveryRoute(t *testing.T) {
	for _, route := range routes {
		t.Run(route.method+" "+route.path, func(t *testing.T) {
			d := newDesk(t, control.Access{})
			wantOutcome(t, d.do("POST", approve, subject), "pending")
			var phones []string
			d.in("GET", "/phones", "", &phones)
			path := route.ask
			if path == "" {
				path = route.path
			}
			w := d.do(route.method, "/_sim"+strings.Replace(path, "{phone}", phones[0], 1), route.body)
			if w.Code != route.status || !strings.Contains(w.Body.String(), route.says) {
				t.Errorf("%d %s\nwant %d, %s", w.Code, w.Body, route.status, route.says)
			}
			checkHead(t, w)
		})
	}
}

// checkHead checks what every answer of the control API has.
func checkHead(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	contentType := "application/json"
	if w.Code == http.StatusNoContent {
		contentType = ""
	}
	for name, want := range map[string]string{
		"Content-Type": contentType, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// TestRoutesAreTested: the table above is whole.
func TestRoutesAreTested(t *testing.T) {
	var want, got []string
	for _, route := range routes {
		want = append(want, route.method+" /_sim"+route.path)
	}
	err := newDesk(t, control.Access{}).control.Router().Walk(func(r *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		path, err := r.GetPathTemplate()
		if err != nil {
			return err
		}
		methods, err := r.GetMethods()
		for _, method := range methods {
			got = append(got, method+" "+path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(want)
	slices.Sort(got)
	diff(t, "routes", want, got)
}

// TestBelowTheSandbox: the routes of one sandbox stand below its prefix, too.
func TestBelowTheSandbox(t *testing.T) {
	d := newDesk(t, control.Access{})
	for path, want := range map[string]string{
		"/s/one/_sim":         `"id": "one"`,
		"/s/one/_sim/":        `"id": "one"`,
		"/s/one/_sim/profile": `"preset": "documents"`,
		"/s/one/_sim/clock":   `"mode": "frozen"`,
	} {
		if w := d.do("GET", path, ""); w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	if w := d.do("POST", "/s/one/_sim/clock/advance", `{"by": "1h"}`); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
