package control_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/kzsim/kzsim/internal/control"
)

// TestAccessOnLoopback: nobody needs a token, but the Host must be loopback and a
// browser's writes must come from our own page.
func TestAccessOnLoopback(t *testing.T) {
	for _, c := range []struct {
		name, method string
		header       []string
		status       int
	}{
		{"a client of this machine", "PUT", nil, 200},
		{"by the address", "PUT", []string{"Host", "127.0.0.1:8080"}, 200},
		{"by another loopback address", "PUT", []string{"Host", "127.8.8.8"}, 200},
		{"by the IPv6 address", "PUT", []string{"Host", "[::1]:8080"}, 200},
		{"by a sandbox's host", "PUT", []string{"Host", "one.localhost:8080"}, 200},
		{"a name that was rebound to us", "GET", []string{"Host", "evil.example.com"}, 403},
		{"a name that looks like ours", "GET", []string{"Host", "localhost.example.com"}, 403},
		{"another name that looks like ours", "GET", []string{"Host", "notlocalhost"}, 403},
		{"an address of the network", "GET", []string{"Host", "192.168.1.5:8080"}, 403},
		{"no Host", "GET", []string{"Host", ""}, 403},
		{"our own page", "PUT", []string{"Origin", "http://localhost:8080", "Sec-Fetch-Site", "same-origin"}, 200},
		{"an address typed in", "PUT", []string{"Sec-Fetch-Site", "none"}, 200},
		{"another site's page", "PUT", []string{"Origin", "https://evil.example.com"}, 403},
		{"another port's page", "PUT", []string{"Origin", "http://localhost:3000"}, 403},
		{"a page without an origin", "PUT", []string{"Origin", "null"}, 403},
		{"a cross-site write", "PUT", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"a write of a sister site", "PUT", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"a link on another site", "GET", []string{"Sec-Fetch-Site", "cross-site"}, 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, control.Access{})
			path := "/_sim/sandboxes/one"
			if w := d.do(c.method, path, "", c.header...); w.Code != c.status {
				t.Errorf("%d %s, want %d", w.Code, w.Body, c.status)
			}
		})
	}
}

// TestServicesNeedNoToken: access is to the control API; the services are open to
// everybody who reaches them, by whatever name.
func TestServicesNeedNoToken(t *testing.T) {
	d := newDesk(t, control.Access{Token: "secret"})
	wantOutcome(t, d.do("POST", approve, subject, "Host", "sim.example.kz"), "pending")
}

// The tokens that a request may come with.
const (
	noToken      = "no token"
	wrongToken   = "a wrong token"
	ownToken     = "the sandbox's token"
	controlToken = "the control token"
)

// TestAccessByToken: elsewhere the control token opens everything, a sandbox's
// token that sandbox, and nothing but a probe is open to others.
func TestAccessByToken(t *testing.T) {
	everybody := []string{noToken, wrongToken, ownToken, controlToken}
	itsOwn, alone := []string{ownToken, controlToken}, []string{controlToken}
	for _, c := range []struct {
		method, path string
		opens        []string // the others are refused
		status       int      // once open
	}{
		{"GET", "/_sim/health", everybody, 200},
		{"GET", "/_sim/health/ready", everybody, 200},
		{"GET", "/_sim/version", everybody, 200},
		{"GET", "/_sim/contract", itsOwn, 200},
		{"GET", "/_sim/contract/openapi.json", itsOwn, 200},
		{"GET", "/_sim/openapi.json", itsOwn, 200},
		{"GET", "/_sim/scenarios", itsOwn, 200},
		{"GET", "/_sim/scenarios/address-approved", itsOwn, 200},
		{"POST", "/_sim/scenarios/check", itsOwn, 200},
		{"GET", "/_sim/coverage", alone, 200},
		{"GET", "/_sim/metrics", alone, 200},
		{"GET", "/_sim/sandboxes", alone, 200},
		{"POST", "/_sim/sandboxes", alone, 201},
		{"PUT", "/_sim/sandboxes/three", alone, 201},
		{"GET", "/_sim/sandboxes/one", itsOwn, 200},
		{"GET", "/_sim/sandboxes/one/requests", itsOwn, 200},
		{"GET", "/s/one/_sim/state", itsOwn, 200},
		{"POST", "/_sim/sandboxes/one/reset", itsOwn, 200},
		{"DELETE", "/s/one/_sim", itsOwn, 204},
		{"GET", "/_sim/sandboxes/two", alone, 200},
		{"GET", "/_sim/sandboxes/two/state", alone, 200},
		{"DELETE", "/s/two/_sim", alone, 204},
		{"GET", "/_sim/sandboxes/nobody", alone, 404},
	} {
		for _, whose := range everybody {
			t.Run(c.method+" "+c.path+" with "+whose, func(t *testing.T) {
				want := http.StatusUnauthorized
				if slices.Contains(c.opens, whose) {
					want = c.status
				}
				if w := newGuardedDesk(t).with(whose, c.method, c.path); w.Code != want {
					t.Errorf("%d %s, want %d", w.Code, w.Body, want)
				}
			})
		}
	}
}

// TestDetoursToAnotherSandbox: a path that begins with one's own sandbox and ends
// in another's opens nothing.
func TestDetoursToAnotherSandbox(t *testing.T) {
	for _, path := range []string{
		"/_sim/sandboxes/one/../two/state", "/s/one/_sim/../two/state", "/_sim/sandboxes/one%2F..%2Ftwo/state", "/s/one/_sim/..%2Ftwo/state",
		"/_sim//sandboxes/two/state", "/s/one/../../_sim/sandboxes/two/state",
		"/_sim/scenarios/../sandboxes/two/state", "/_sim/scenarios/..%2Fsandboxes%2Ftwo%2Fstate",
	} {
		t.Run(path, func(t *testing.T) {
			d := newGuardedDesk(t)
			w := d.with(ownToken, "GET", path)
			for range 3 { // the router sends clients to the clean path
				if to := w.Header().Get("Location"); to != "" {
					w = d.with(ownToken, "GET", to)
				}
			}
			if w.Code != http.StatusUnauthorized && w.Code != http.StatusNotFound {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
}

// newGuardedDesk has a control token, and a sandbox `two` beside `one`.
func newGuardedDesk(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t, control.Access{Token: "secret"})
	if w := d.with(controlToken, "PUT", "/_sim/sandboxes/two"); w.Code != http.StatusCreated {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return d
}

// with a token, from somewhere on the network.
func (d *desk) with(whose, method, path string) *httptest.ResponseRecorder {
	header := []string{"Host", "sim.example.kz"}
	switch whose {
	case controlToken:
		header = append(header, "Authorization", "Bearer secret")
	case ownToken:
		header = append(header, "Authorization", "Bearer "+d.token)
	case wrongToken:
		header = append(header, "Authorization", "Bearer secre")
	}
	return d.do(method, path, "", header...)
}

// TestWaysToSendAToken: as a bearer, in a header of ours, or as the console's
// cookie. A browser's write from another site isn't taken even with one.
func TestWaysToSendAToken(t *testing.T) {
	for _, header := range [][]string{
		{"Authorization", "Bearer secret"}, {"Sim-Token", "secret"}, {"Cookie", "sim-token=secret"},
	} {
		d := newDesk(t, control.Access{Token: "secret"})
		if w := d.do("POST", "/_sim/sandboxes", "", header...); w.Code != http.StatusCreated {
			t.Errorf("%v: %d %s", header, w.Code, w.Body)
		}
		if w := d.do("POST", "/_sim/sandboxes", "", append(header, "Origin", "https://evil.example.com")...); w.Code != http.StatusForbidden {
			t.Errorf("%v from another site: %d %s", header, w.Code, w.Body)
		}
	}
}
