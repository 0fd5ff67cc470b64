package gateway_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/mux"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/gateway"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/simulator"
)

// newRoad is a gateway before the three services, without a sandbox.
func newRoad(t *testing.T, opts gateway.Options) (*gateway.Gateway, *sandbox.Pool) {
	t.Helper()
	table, err := simulator.Table()
	if err != nil {
		t.Fatal(err)
	}
	process, err := clock.New(clock.Settings{Mode: clock.Frozen, Start: start})
	if err != nil {
		t.Fatal(err)
	}
	opts.Table = table
	opts.Pool = sandbox.NewPool(sandbox.Options{Clock: process, Table: table, Limits: sandbox.Limits{Rate: 3}})
	return gateway.New(opts), opts.Pool
}

func newRoadSandbox(t *testing.T, pool *sandbox.Pool, id string) {
	t.Helper()
	if _, err := pool.Create(sandbox.Config{ID: id, Seed: 1, Clock: clock.Settings{Mode: clock.Frozen, Start: start}}); err != nil {
		t.Fatal(err)
	}
}

// get an address; header pairs name and value, Host among them.
func get(g http.Handler, target string, header ...string) *httptest.ResponseRecorder {
	return ask(g, httptest.NewRequest("GET", target, nil), header...)
}

func ask(g http.Handler, r *http.Request, header ...string) *httptest.ResponseRecorder {
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	if host := r.Header.Get("Host"); host != "" {
		r.Host = host
	}
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	return w
}

// TestRoutesAreTheTable: the router knows the table's operations and nothing else.
func TestRoutesAreTheTable(t *testing.T) {
	g, _ := newRoad(t, gateway.Options{})
	type route struct {
		Path    string
		Methods []string
	}
	routed := map[string]route{}
	err := g.Router().Walk(func(r *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		path, err := r.GetPathTemplate()
		if err != nil {
			return err
		}
		methods, err := r.GetMethods()
		routed[r.GetName()] = route{path, methods}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	table, err := simulator.Table()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]route{}
	for _, op := range table.Operations() {
		want[op.ID] = route{op.Path, []string{op.Method}}
		if op.Method == "GET" {
			want[op.ID] = route{op.Path, []string{"GET", "HEAD"}}
		}
	}
	if diff := cmp.Diff(want, routed); diff != "" {
		t.Errorf("routes (-table +router):\n%s", diff)
	}
}

const aClient = "/abs/get_cli?iinbin=901123300258"

// TestWhichSandbox: the path prefix wins over the header, the header over the
// host; a request that names none is the default sandbox's.
func TestWhichSandbox(t *testing.T) {
	g, pool := newRoad(t, gateway.Options{})
	for _, id := range []string{"default", "by-path", "by-header", "by-host"} {
		newRoadSandbox(t, pool, id)
	}
	for _, c := range []struct {
		name, target string
		header       []string
		want         string
	}{
		{"nothing", aClient, nil, "default"},
		{"host", aClient, []string{"Host", "by-host.localhost:8080"}, "by-host"},
		{"host without a port", aClient, []string{"Host", "by-host.localhost"}, "by-host"},
		{"another host", aClient, []string{"Host", "by-host.example.com"}, "default"},
		{"header", aClient, []string{"Sim-Sandbox", "by-header", "Host", "by-host.localhost"}, "by-header"},
		{"path", "/s/by-path" + aClient, []string{"Sim-Sandbox", "by-header", "Host", "by-host.localhost"}, "by-path"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := get(g, c.target, c.header...)
			if w.Code != 200 || w.Header().Get("Sim-Sandbox") != c.want || w.Header().Get("Sim-Outcome") != "found" {
				t.Errorf("%d from %q: %s", w.Code, w.Header().Get("Sim-Sandbox"), w.Body)
			}
		})
	}
}

// TestAutoSandbox makes a sandbox of a request that names it, if its id is one.
func TestAutoSandbox(t *testing.T) {
	g, pool := newRoad(t, gateway.Options{AutoSandbox: true})
	if w := get(g, "/s/new"+aClient); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if _, err := pool.Get("new"); err != nil {
		t.Error(err)
	}
	for _, id := range []string{"No", "-", "a_b", strings.Repeat("a", 64)} {
		w := get(g, "/s/"+id+aClient)
		if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "lower-case letters") || strings.Contains(w.Body.String(), "make it") {
			t.Errorf("%s: %d %s", id, w.Code, w.Body)
		}
	}
	if w := get(g, "/s/"+aClient); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "names no sandbox") {
		t.Errorf("without an id: %d %s", w.Code, w.Body)
	}
	if n := len(pool.List()); n != 1 {
		t.Errorf("there are %d sandboxes", n)
	}
}

// TestRootHasNoOperation: no path is the nearest to the root, which is like each of them.
func TestRootHasNoOperation(t *testing.T) {
	g, pool := newRoad(t, gateway.Options{})
	newRoadSandbox(t, pool, "default")
	for _, path := range []string{"/", "/s/default/", "/s/default"} {
		if w := get(g, path); w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), "nearest") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}

// TestTooManyRequests: a sandbox over its rate is told so by the simulator, and
// its neighbour isn't.
func TestTooManyRequests(t *testing.T) {
	g, pool := newRoad(t, gateway.Options{})
	newRoadSandbox(t, pool, "busy")
	newRoadSandbox(t, pool, "quiet")
	for range 3 {
		if w := get(g, "/s/busy"+aClient); w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	w := get(g, "/s/busy"+aClient)
	if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "1" || !strings.Contains(w.Body.String(), "--max-rate") {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	if w := get(g, "/s/quiet"+aClient); w.Code != 200 {
		t.Errorf("the neighbour: %d", w.Code)
	}
}

// TestAddressesLeadBack: urls in answers are built of what the client has used, or
// of the public url.
func TestAddressesLeadBack(t *testing.T) {
	for _, c := range []struct {
		public string
		target string
		header []string
		want   string
	}{
		{"", "/s/one", nil, "http://example.com/s/one/restapi/getfile"},
		{"", "", []string{"Host", "127.0.0.1:8080"}, "http://127.0.0.1:8080/restapi/getfile"},
		{"", "", []string{"Host", "one.localhost:8080"}, "http://one.localhost:8080/restapi/getfile"},
		{"", "https://example.com/s/one", nil, "https://example.com/s/one/restapi/getfile"},
		{"", "", []string{"Sim-Sandbox", "one"}, "http://example.com/s/one/restapi/getfile"},
		{"https://sim.example.kz/", "", []string{"Sim-Sandbox", "one"}, "https://sim.example.kz/s/one/restapi/getfile"},
		{"https://sim.example.kz/", "/s/one", nil, "https://sim.example.kz/s/one/restapi/getfile"},
	} {
		t.Run(c.want, func(t *testing.T) {
			g, pool := newRoad(t, gateway.Options{PublicURL: c.public})
			newRoadSandbox(t, pool, "one")
			newRoadSandbox(t, pool, "default")
			r := httptest.NewRequest("POST", c.target+"/restapi/services/run/k2inforeq_rzap_by_refer",
				strings.NewReader(`{"refer": "HSBKRX0000000001"}`))
			w := ask(g, r, append(c.header, "Content-Type", "application/json")...)
			if !strings.Contains(w.Body.String(), `"url":"`+c.want) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
}

// TestMaxBody: the bound can be set, and a body of just that size is taken.
func TestMaxBody(t *testing.T) {
	const body = `{"refer": "HSBKRX0000000001"}`
	g, pool := newRoad(t, gateway.Options{MaxBody: int64(len(body))})
	newRoadSandbox(t, pool, "default")
	for more, want := range map[string]int{"": 200, " ": 413} {
		r := httptest.NewRequest("POST", "/restapi/services/run/k2inforeq_rzap_by_refer", strings.NewReader(body+more))
		if w := ask(g, r, "Content-Type", "application/json"); w.Code != want {
			t.Errorf("%d bytes: %d, want %d", len(body+more), w.Code, want)
		}
	}
}
