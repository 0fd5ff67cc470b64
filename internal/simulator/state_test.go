package simulator_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/store"
)

// threeSandboxes are the default one, good and bad, and what the simulator logs.
func threeSandboxes(t *testing.T) (*simulator.Simulator, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	sim, err := simulator.New(simulator.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"bad", "good"} {
		if _, err := sim.Pool.Create(sandbox.Config{ID: id}); err != nil {
			t.Fatal(err)
		}
	}
	return sim, &log
}

func ids(sim *simulator.Simulator) (all []string) {
	for _, sb := range sim.Pool.List() {
		all = append(all, sb.ID())
	}
	return all
}

// TestASandboxThatCannotBeWritten costs the others nothing.
func TestASandboxThatCannotBeWritten(t *testing.T) {
	sim, log := threeSandboxes(t)
	bad, err := sim.Pool.Get("bad")
	if err != nil {
		t.Fatal(err)
	}
	if err := bad.Do(func(tx *sandbox.Tx) error {
		store.Define[float64]("k2.files").Put(tx.Tx, "x", math.NaN())
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	data, skipped, err := sim.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"bad"}, skipped); diff != "" || !strings.Contains(log.String(), "sandbox=bad") {
		t.Errorf("skipped (-want +got):\n%slog: %s", diff, log)
	}
	fresh, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if skipped, err := fresh.Restore(data); err != nil || len(skipped) > 0 {
		t.Fatal(skipped, err)
	}
	if diff := cmp.Diff([]string{"default", "good"}, ids(fresh)); diff != "" {
		t.Errorf("sandboxes (-want +got):\n%s", diff)
	}
}

// TestASandboxThatCannotBeRead costs the others nothing, whatever is wrong with it.
func TestASandboxThatCannotBeRead(t *testing.T) {
	sim, _ := threeSandboxes(t)
	data, _, err := sim.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Version   int
		Saved     json.RawMessage
		Sandboxes []json.RawMessage
	}
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	whole := string(all.Sandboxes[0]) // of bad
	for name, broken := range map[string]string{
		"an offset":      strings.Replace(whole, `"mode": ""`, `"mode": "frozen", "start": "2026-01-01T00:00:00+24:00"`, 1),
		"a member":       strings.Replace(whole, `"seed"`, `"sead"`, 1),
		"a collection":   strings.Replace(whole, `"state": {}`, `"state": {"no-such": {"a": 1}}`, 1),
		"a kind":         strings.Replace(whole, `"seed": 0`, `"seed": "one"`, 1),
		"another member": strings.Replace(whole, `"profile": {`, `"profile": {"no.such": "x", `, 1),
	} {
		t.Run(name, func(t *testing.T) {
			if broken == whole {
				t.Fatalf("nothing is broken in %s", whole)
			}
			all.Sandboxes[0] = json.RawMessage(broken)
			document, err := json.Marshal(map[string]any{"version": all.Version, "saved": all.Saved, "sandboxes": all.Sandboxes})
			if err != nil {
				t.Fatal(err)
			}
			var log bytes.Buffer
			fresh, err := simulator.New(simulator.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
			if err != nil {
				t.Fatal(err)
			}
			skipped, err := fresh.Restore(document)
			if err != nil || !slices.Equal(skipped, []string{"bad"}) || !strings.Contains(log.String(), "sandbox=bad") {
				t.Errorf("skipped %v, %v\n%s", skipped, err, &log)
			}
			if diff := cmp.Diff([]string{"default", "good"}, ids(fresh)); diff != "" {
				t.Errorf("sandboxes (-want +got):\n%s", diff)
			}
		})
	}
}
