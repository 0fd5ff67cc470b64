package simulator_test

import (
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/archive"
	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/commitlog/commitlogtest"
	"github.com/kzsim/kzsim/internal/simulator"
)

// keptEvents are a storage in memory.
type keptEvents struct {
	mu  sync.Mutex
	all []commitlog.Event
}

func (k *keptEvents) Write(events []commitlog.Event, drops []commitlog.Drop) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.all = append(k.all, events...)
	for _, d := range drops {
		k.all = slices.DeleteFunc(k.all, func(e commitlog.Event) bool {
			return e.Journal == d.Journal && e.Note == d.Notes && e.ID <= d.UpTo
		})
	}
	return nil
}

func (k *keptEvents) Read(journals []string, each func(string, []byte)) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, e := range k.all {
		if slices.Contains(journals, e.Journal) {
			each(e.Journal, e.Packed)
		}
	}
	return nil
}

func (k *keptEvents) Expire(time.Duration) error { return nil }
func (k *keptEvents) Close()                     {}

// sandboxes of the events, each with how many it has.
func (k *keptEvents) sandboxes() map[string]int {
	k.mu.Lock()
	defer k.mu.Unlock()
	all := map[string]int{}
	for _, e := range k.all {
		name, _, _ := strings.Cut(e.Journal, "/")
		all[name]++
	}
	return all
}

// archived is a simulator whose journals are kept.
type archived struct {
	t       *testing.T
	sim     *simulator.Simulator
	archive *archive.Archive
}

func newArchived(t *testing.T, log commitlog.Storage, events commitlog.Events) archived {
	t.Helper()
	sim, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	a := archived{t, sim, archive.New(archive.Options{
		Storage: events, Keep: time.Hour, Interval: time.Millisecond, Memory: 1 << 20, Clock: sim.Pool.Clock(), Log: slog.New(slog.DiscardHandler),
	})}
	found, err := sim.Keep(simulator.Keeping{Storage: log, Archive: a.archive})
	if err != nil || len(found.Failed) > 0 {
		t.Fatalf("%v: %v", err, found.Failed)
	}
	return a
}

func (a archived) end() {
	a.t.Helper()
	if err := a.sim.StopKeeping(); err != nil {
		a.t.Error(err)
	}
	a.archive.Close()
}

func (a archived) ask(method, path string) string {
	a.t.Helper()
	return ask(a.t, a.sim, method, path, "")
}

// ids of the requests in a sandbox's journal, the newest first.
func (a archived) ids(sandbox string) (ids []string) {
	a.t.Helper()
	var list struct{ Requests []struct{ ID string } }
	if err := json.Unmarshal([]byte(a.ask("GET", "/_sim/sandboxes/"+sandbox+"/requests")), &list); err != nil {
		a.t.Fatal(err)
	}
	for _, r := range list.Requests {
		ids = append(ids, r.ID)
	}
	return ids
}

// TestJournalsComeBack of each sandbox for itself. What is deleted or reset is not kept, and one that is made
// anew under an old id has no past.
func TestJournalsComeBack(t *testing.T) {
	log, events := new(commitlogtest.Memory), new(keptEvents)
	a := newArchived(t, log, events)
	const one, two, question = "/s/one", "/s/two", "/abs/get_cli?iinbin=901123300258"
	a.ask("PUT", "/_sim/sandboxes/one")
	a.ask("PUT", "/_sim/sandboxes/two")
	a.ask("GET", question)
	a.ask("GET", one+question)
	a.ask("GET", one+question)
	a.ask("GET", two+question)
	a.ask("DELETE", "/_sim/sandboxes/two")
	a.archive.Flush()
	if diff := cmp.Diff(map[string]int{"default": 1, "one": 2}, events.sandboxes()); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	a.ask("PUT", "/_sim/sandboxes/two")
	a.end()

	a = newArchived(t, log, events)
	a.ask("GET", one+question)
	for sandbox, want := range map[string][]string{
		"default": {"req-000001"}, "one": {"req-000003", "req-000002", "req-000001"}, "two": nil,
	} {
		if diff := cmp.Diff(want, a.ids(sandbox)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", sandbox, diff)
		}
	}
	a.ask("POST", "/_sim/sandboxes/one/reset")
	a.ask("GET", one+question)
	a.end()

	a = newArchived(t, log, events)
	defer a.end()
	if diff := cmp.Diff([]string{"req-000001"}, a.ids("one")); diff != "" {
		t.Errorf("after the reset (-want +got):\n%s", diff)
	}
}
