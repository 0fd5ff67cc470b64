package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/simulator"
)

// TestTour walks the whole tour in a sandbox of its own, without a token and with one,
// and in a sandbox that is there.
func TestTour(t *testing.T) {
	open := serveTour(t, simulator.Options{})
	closed := serveTour(t, simulator.Options{Token: "the control token"})
	if _, err := closed.sim.Pool.Create(sandbox.Config{ID: "team", Token: "token of the team"}); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, url, token string
		want             string // in the error; empty for a tour that comes to its end
	}{
		{"on loopback", open.URL, "", ""},
		{"twice", open.URL + "/", "", ""},
		{"an address alone", strings.TrimPrefix(open.URL, "http://"), "", ""},
		{"with a token", closed.URL, "the control token", ""},
		{"in a sandbox, with its token", closed.URL + "/s/team", "token of the team", ""},
		{"without the token", closed.URL, "", "--control-token"},
		{"with a sandbox's token", closed.URL, "token of the team", "/s/ID"},
		{"in a sandbox, without its token", closed.URL + "/s/team", "", "--control-token"},
		{"in no sandbox", open.URL + "/s/nowhere", "", "step 1"},
		{"at a service's address", open.URL + "/abs", "", "first line of sim serve"},
		{"at another server", other(t), "", "first line of sim serve"},
		{"at nothing", "127.0.0.1:1", "", "sim serve"},
		{"at no address", "somewhere", "", `"somewhere" is no address`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			code, stdout, stderr := sim(t, nil, "tour", "--url", tc.url, "--control-token", tc.token)
			if tc.want == "" {
				if code != exitGood || !strings.Contains(stdout, "\n15. ") || strings.Contains(stdout, "\n16. ") ||
					!strings.Contains(stdout, "These requests in the console") {
					t.Errorf("exit code %d: %s\n%s", code, stderr, stdout)
				}
				return
			}
			if code == exitGood || !strings.Contains(stderr, tc.want) {
				t.Errorf("exit code %d, want an error with %q: %s", code, tc.want, stderr)
			}
		})
	}
	if got := len(open.sim.Pool.List()); got != 4 {
		t.Errorf("%d sandboxes, want the default one and three of tours", got)
	}
}

type tourServer struct {
	*httptest.Server
	sim *simulator.Simulator
}

func serveTour(t *testing.T, opts simulator.Options) tourServer {
	t.Helper()
	s, err := simulator.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s.Handler())
	t.Cleanup(server.Close)
	return tourServer{server, s}
}

// other is the address of a server that is no simulator.
func other(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	return server.URL
}
