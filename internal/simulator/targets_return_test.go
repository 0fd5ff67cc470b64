package simulator_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/commitlog/commitlogtest"
	"github.com/kzsim/kzsim/internal/delivery"
	"github.com/kzsim/kzsim/internal/simulator"
)

// silentABS answers nothing but 503, and writes down the ids of the calls by sandbox.
type silentABS struct {
	*httptest.Server
	mu  sync.Mutex
	got []string
}

func newSilentABS(t *testing.T) *silentABS {
	a := &silentABS{}
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.got = append(a.got, strings.Join([]string{r.Header.Get("Sim-Sandbox"), r.URL.Path, r.Header.Get("Sim-Delivery"), r.Header.Get("Authorization")}, " "))
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	t.Cleanup(a.Close)
	return a
}

// take what was asked since the last time, sorted.
func (a *silentABS) take() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	got := a.got
	a.got = nil
	slices.Sort(got)
	return got
}

// keptSim is a simulator whose sandboxes are kept in a storage.
func keptSim(t *testing.T, in *commitlogtest.Memory, systems map[string]delivery.System) (*simulator.Simulator, simulator.Kept) {
	t.Helper()
	sim, err := simulator.New(simulator.Options{Systems: systems})
	if err != nil {
		t.Fatal(err)
	}
	found, err := sim.Keep(simulator.Keeping{Storage: in})
	if err != nil {
		t.Fatal(err)
	}
	return sim, found
}

// stop a simulator as the end of its process does: nothing of it goes on.
func stop(t *testing.T, sim *simulator.Simulator) {
	t.Helper()
	if err := sim.StopKeeping(); err != nil {
		t.Error(err)
	}
	for _, sb := range sim.Pool.List() {
		_ = sim.Pool.Delete(sb.ID()) // it is not kept any more
	}
}

// TestSandboxesGoOnCalling: after the end of the process a sandbox calls the targets that it
// was made with, under the same ids: by URL, and by a name with this process's credentials.
// Where the process doesn't know the name any more, the sandbox comes back and calls nothing,
// and the next process that knows it goes on.
func TestSandboxesGoOnCalling(t *testing.T) {
	abs, kept := newSilentABS(t), &commitlogtest.Memory{}
	named := func(key string) map[string]delivery.System {
		return map[string]delivery.System{"core": {URL: abs.URL + "/core", Authorization: key}}
	}
	sim, _ := keptSim(t, kept, named("first"))
	for id, target := range map[string]string{"by-url": abs.URL + "/abs", "by-name": "core"} {
		ask(t, sim, "PUT", "/_sim/sandboxes/"+id, fmt.Sprintf(`{"clock":{"mode":"frozen","start":"2024-03-01T09:00:00+05:00"},"targets":{"abs":%q}}`, target))
		ask(t, sim, "POST", "/s/"+id+"/restapi/services/run/k2loan_from_eko", `[{"contract_number":"KD7","dbz_dt":"2020-02-08","iinbin":"901123300258","debt":5}]`)
		ask(t, sim, "GET", "/_sim/sandboxes/"+id+"/deliveries?within=1m", "")
	}
	want := []string{"by-name /core/get_cli del-000001 first", "by-url /abs/get_cli del-000001 "}
	if diff := cmp.Diff(want, abs.take()); diff != "" {
		t.Fatalf("the first process (-want +got):\n%s", diff)
	}
	stop(t, sim)
	for _, process := range []struct {
		systems map[string]delivery.System
		advance string // until the next try
		want    []string
	}{
		{nil, "6s", []string{"by-url /abs/get_cli del-000001 "}},
		{named("second"), "40s", []string{"by-name /core/get_cli del-000001 second", "by-url /abs/get_cli del-000001 "}},
	} {
		sim, found := keptSim(t, kept, process.systems)
		if why := found.Uncalled["by-name"]; (why == nil) != (process.systems != nil) || len(found.Failed) > 0 {
			t.Errorf("sandboxes that call nothing: %v, that failed: %v", found.Uncalled, found.Failed)
		}
		for _, id := range []string{"by-url", "by-name"} {
			ask(t, sim, "POST", "/_sim/sandboxes/"+id+"/clock/advance", fmt.Sprintf(`{"by":%q}`, process.advance))
		}
		if diff := cmp.Diff(process.want, slices.Compact(abs.take())); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		stop(t, sim)
	}
}
