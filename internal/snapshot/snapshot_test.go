package snapshot_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/snapshot"
)

func start(t *testing.T) (*simulator.Simulator, *sandbox.Sandbox) {
	t.Helper()
	s, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	sb, err := s.Pool.Get(sandbox.DefaultID)
	if err != nil {
		t.Fatal(err)
	}
	return s, sb
}

// TestSnapshotCarriesWhatIsUsed: a scenario of several files goes on where nobody
// has them.
func TestSnapshotCarriesWhatIsUsed(t *testing.T) {
	beside := fstest.MapFS{
		"base/all.yaml":  {Data: []byte("version: 1\nscenario: all\nuse: [base/more.yaml]\n")},
		"base/more.yaml": {Data: []byte("version: 1\nscenario: more\nrules: [{on: abs.get_cli, do: [not-found, found]}]\n")},
	}
	s, sb := start(t)
	parsed, findings := scenario.Parse("own.yaml", []byte("version: 1\nscenario: own\nuse: [base/all.yaml]\n"),
		scenario.Options{Table: s.Table, Beside: beside})
	if parsed == nil {
		t.Fatal(findings)
	}
	if _, err := scenario.Load(sb, parsed, scenario.LoadOptions{Table: s.Table}); err != nil {
		t.Fatal(err)
	}
	ask := func(s *simulator.Simulator) string {
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/abs/get_cli?iinbin=901123300258", nil))
		return w.Header().Get("Sim-Outcome")
	}
	if got := ask(s); got != "not-found" {
		t.Fatalf("the first answer is %s", got)
	}
	opts := snapshot.Options{Table: s.Table, Parse: scenario.Options{Table: s.Table}}
	taken, err := snapshot.Take(sb, opts)
	if err != nil {
		t.Fatal(err)
	}
	document, err := json.Marshal(taken)
	if err != nil {
		t.Fatal(err)
	}
	read, err := snapshot.Read(document)
	if err != nil {
		t.Fatal(err)
	}
	fresh, there := start(t)
	if err := read.Load(there, opts); err != nil {
		t.Fatal(err)
	}
	if got := ask(fresh); got != "found" {
		t.Errorf("it goes on with %s, want found", got)
	}

	delete(read.Rules.Used, "base/more.yaml")
	if err := read.Load(there, opts); err == nil || !strings.Contains(err.Error(), "base/more.yaml") {
		t.Errorf("without one of its files: %v", err)
	}
}
