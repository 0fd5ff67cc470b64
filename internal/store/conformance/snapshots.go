package conformance

import (
	"encoding/json"
	"testing"

	"github.com/kzsim/kzsim/internal/store"
)

// fill a store with something of every kind.
func (s suite) fill(t *testing.T) store.Store {
	t.Helper()
	st := s.open(t)
	update(t, st, func(tx store.Tx) {
		items.Put(tx, "full", sample("full"))
		items.Put(tx, "", item{})
		counters.Put(tx, "large", 1<<62+1) // no float64 holds it
		neighbours.Put(tx, "ключ/\x00", "<&>\u2028")
	})
	return st
}

func snapshotOf(t *testing.T, st store.Store) store.Snapshot {
	t.Helper()
	snapshot, err := st.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	return snapshot
}

func (s suite) snapshot(t *testing.T) {
	st := s.fill(t)
	text, err := json.Marshal(snapshotOf(t, st))
	if err != nil {
		t.Fatal(err)
	}
	var snapshot store.Snapshot
	if err := json.Unmarshal(text, &snapshot); err != nil {
		t.Fatal(err)
	}
	other := s.open(t)
	update(t, other, func(tx store.Tx) {
		items.Put(tx, "to go", sample("to go"))
		items.Put(tx, "full", item{Name: "to be replaced"})
	})
	if err := other.Restore(snapshot); err != nil {
		t.Fatal(err)
	}
	same(t, "the restored state", present(t, st), present(t, other))
	same(t, "its snapshot", snapshotOf(t, st), snapshotOf(t, other))
	update(t, other, func(tx store.Tx) {
		n, _ := counters.Get(tx, "large")
		counters.Put(tx, "large", n+1)
		same(t, "changes", []store.Change{
			{Collection: "counter", Key: "large", Before: int64(1<<62 + 1), After: int64(1<<62 + 2)},
		}, tx.Changes())
	})
}

func (s suite) snapshotDetached(t *testing.T) {
	st := s.fill(t)
	now, snapshot := present(t, st), snapshotOf(t, st)
	if err := st.Restore(snapshot); err != nil {
		t.Fatal(err)
	}
	for _, rows := range snapshot {
		for key, raw := range rows {
			clear(raw)
			delete(rows, key)
		}
	}
	same(t, "state after the snapshot was changed", now, present(t, st))
}

func (s suite) badSnapshot(t *testing.T) {
	good := map[string]json.RawMessage{"n": json.RawMessage("1")}
	for name, snapshot := range map[string]store.Snapshot{
		"unknown collection":       {"counter": good, "counters": good},
		"text for a number":        {"counter": {"n": json.RawMessage(`"1"`)}},
		"a fraction":               {"counter": good, "item-neighbour": {"n": json.RawMessage("1.5")}},
		"an object for a text":     {"item-neighbour": {"n": json.RawMessage("{}")}},
		"a text for an object":     {"item": {"k": json.RawMessage(`"k"`)}},
		"an ill-typed member":      {"item": {"k": json.RawMessage(`{"Name":"k","Tags":"one"}`)}},
		"a member that nobody has": {"item": {"k": json.RawMessage(`{"Name":"k","Colour":"red"}`)}},
		"broken JSON":              {"counter": good, "item": {"k": json.RawMessage(`{"Name":`)}},
		"nothing":                  {"item": {"k": nil}},
	} {
		t.Run(name, func(t *testing.T) {
			st := s.fill(t)
			now, then, changed := present(t, st), previous(t, st), st.Changed()
			if err := st.Restore(snapshot); err == nil {
				t.Error("Restore takes it")
			}
			same(t, "the present state", now, present(t, st))
			same(t, "the state before", then, previous(t, st))
			if closed(changed) {
				t.Error("Changed is closed")
			}
		})
	}
}

func (s suite) reset(t *testing.T) {
	st := s.fill(t)
	st.Reset()
	same(t, "the present state", state{}, present(t, st))
	same(t, "the state before", state{}, previous(t, st))
	same(t, "the snapshot", 0, len(snapshotOf(t, st)))
	update(t, st, func(tx store.Tx) {
		counters.Put(tx, "n", 1)
		same(t, "changes", []store.Change{{Collection: "counter", Key: "n", After: int64(1)}}, tx.Changes())
	})
	same(t, "after an update", []entry[int64]{{"n", 1}}, present(t, st).Counters)
	same(t, "before it", state{}, previous(t, st))
}

// What was in a store before a Restore belongs to another story: a stale read
// after it must not bring it back.
func (s suite) restoreHasNoPast(t *testing.T) {
	st := s.fill(t)
	err := st.Restore(store.Snapshot{"counter": {"n": json.RawMessage("1")}})
	if err != nil {
		t.Fatal(err)
	}
	want := state{Counters: []entry[int64]{{"n", 1}}}
	same(t, "the state before", want, previous(t, st))
	update(t, st, func(tx store.Tx) { counters.Put(tx, "n", 2) })
	same(t, "the state before an update", want, previous(t, st))
}
