package gateway_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/kzsim/kzsim/internal/gateway"
)

const asBrowsersDo = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

// TestWayToTheConsole: a person who opens a sandbox's address comes to its page, a
// program gets what the control API has there.
func TestWayToTheConsole(t *testing.T) {
	echo := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Method, " ", r.URL.Path) })
	g, pool := newRoad(t, gateway.Options{Control: echo})
	newRoadSandbox(t, pool, "default")
	newRoadSandbox(t, pool, "one")
	for _, c := range []struct {
		method, path, accept string
		location             string // empty: what the control API is asked
		says                 string
	}{
		{"GET", "/s/one/_sim/", asBrowsersDo, "/_sim/#/one/live", ""},
		{"GET", "/s/one/_sim", asBrowsersDo, "/_sim/#/one/live", ""},
		{"HEAD", "/s/one/_sim/", asBrowsersDo, "/_sim/#/one/live", ""},
		{"GET", "/s/no body/_sim/", asBrowsersDo, "/_sim/#/no%20body/live", ""},
		{"GET", "/s/one/_sim/", "", "", "GET /_sim/sandboxes/one"},
		{"GET", "/s/one/_sim/", "*/*", "", "GET /_sim/sandboxes/one"},
		{"GET", "/s/one/_sim/", "application/json", "", "GET /_sim/sandboxes/one"},
		{"PUT", "/s/one/_sim", asBrowsersDo, "", "PUT /_sim/sandboxes/one"},
		{"DELETE", "/s/one/_sim/", asBrowsersDo, "", "DELETE /_sim/sandboxes/one"},
		{"GET", "/s/one/_sim/clock", asBrowsersDo, "", "GET /_sim/sandboxes/one/clock"},
		{"GET", "/_sim/", asBrowsersDo, "", "GET /_sim/"},
		{"GET", "/", asBrowsersDo, "/_sim/", ""},
		{"GET", "/s/one/", asBrowsersDo, "/_sim/#/one/live", ""},
	} {
		t.Run(c.method+" "+c.path+" "+c.accept, func(t *testing.T) {
			r := httptest.NewRequest(c.method, "http://127.0.0.1:8080/", nil)
			r.URL.Path = c.path
			r.Header.Set("Accept", c.accept)
			w := httptest.NewRecorder()
			g.ServeHTTP(w, r)
			if got := w.Header().Get("Location"); got != c.location {
				t.Errorf("sent to %q, want %q: %d %s", got, c.location, w.Code, w.Body)
			}
			if c.location == "" && w.Body.String() != c.says {
				t.Errorf("%s, want %s", w.Body, c.says)
			}
			if c.location != "" && (w.Code != http.StatusFound || w.Header().Get("Vary") != "Accept") {
				t.Errorf("%d, Vary %q", w.Code, w.Header().Get("Vary"))
			}
		})
	}
	if w := get(g, "/"); w.Code != http.StatusNotFound {
		t.Errorf("a program at the root: %d %s", w.Code, w.Body)
	}
}
