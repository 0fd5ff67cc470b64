package sandbox_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/testsim"
)

func served(t *testing.T) (*simulator.Simulator, *sandbox.Sandbox) {
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

// TestSnapshotCarriesWhatIsUsed: a scenario of several files goes on in a
// process that doesn't have the files.
func TestSnapshotCarriesWhatIsUsed(t *testing.T) {
	beside := fstest.MapFS{
		"base/all.yaml":  {Data: []byte("version: 1\nscenario: all\nuse: [base/more.yaml]\n")},
		"base/more.yaml": {Data: []byte("version: 1\nscenario: more\nrules: [{on: abs.get_cli, do: [not-found, found]}]\n")},
	}
	s, sb := served(t)
	parsed, findings := scenario.Parse("own.yaml", []byte("version: 1\nscenario: own\nuse: [base/all.yaml]\n"),
		scenario.Options{Table: s.Table, Beside: beside})
	if parsed == nil {
		t.Fatal(findings)
	}
	if _, err := sb.Load(parsed); err != nil {
		t.Fatal(err)
	}
	ask := func(s *simulator.Simulator) string {
		return testsim.Ask(s.Handler(), "GET", "/abs/get_cli?iinbin=901123300258", "").Header().Get("Sim-Outcome")
	}
	if got := ask(s); got != "not-found" {
		t.Fatalf("the first answer is %s", got)
	}
	taken, err := sb.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	document, err := json.Marshal(taken)
	if err != nil {
		t.Fatal(err)
	}
	read, err := sandbox.ReadSnapshot(document)
	if err != nil {
		t.Fatal(err)
	}
	fresh, there := served(t)
	if _, err := there.Resume(read); err != nil {
		t.Fatal(err)
	}
	if got := ask(fresh); got != "found" {
		t.Errorf("it goes on with %s, want found", got)
	}

	settings := read.Records["settings"]
	for key, raw := range settings {
		settings[key] = bytes.ReplaceAll(raw, []byte(`"base/more.yaml":`), []byte(`"base/other.yaml":`))
	}
	if _, err := there.Resume(read); err == nil || !strings.Contains(err.Error(), "base/more.yaml") {
		t.Errorf("without one of its files: %v", err)
	}
	if got := ask(fresh); got != "found" {
		t.Errorf("a snapshot that can't be read has changed something: %s", got)
	}
}
