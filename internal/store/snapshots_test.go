package store_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/store"
)

// fill a store with something of every kind.
func filled(t *testing.T) *store.Store {
	t.Helper()
	st := open(t)
	update(t, st, func(tx *store.Tx) {
		items.Put(tx, "full", sample("full"))
		items.Put(tx, "", item{})
		counters.Put(tx, "large", 1<<62+1) // no float64 holds it
		neighbours.Put(tx, "ключ/\x00", "<&>\u2028")
		records.Put(tx, "r", sample("record"))
		tx.Counters().Next("group", "key")
	})
	update(t, st, func(tx *store.Tx) {
		items.Put(tx, "full", sample("full again"))
		tx.Counters().Next("group", "key")
	})
	return st
}

func snapshotOf(t *testing.T, st *store.Store) store.Snapshot {
	t.Helper()
	snapshot, err := st.Image().Encode()
	if err != nil {
		t.Fatal(err)
	}
	return snapshot
}

func restored(t *testing.T, from store.Snapshot) *store.Store {
	t.Helper()
	st, err := store.NewSchema(definitions...).Restore(from)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func TestASnapshotRestoresIntoItsOwnTypes(t *testing.T) {
	st := filled(t)
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ") // as for people
	if err := enc.Encode(snapshotOf(t, st)); err != nil {
		t.Fatal(err)
	}
	var snapshot store.Snapshot
	if err := json.Unmarshal(text.Bytes(), &snapshot); err != nil {
		t.Fatal(err)
	}
	other := restored(t, snapshot)
	same(t, "the restored state", present(t, st), present(t, other))
	same(t, "its past", previous(t, st), previous(t, other))
	same(t, "its snapshot", snapshotOf(t, st), snapshotOf(t, other))
	update(t, other, func(tx *store.Tx) {
		n, _ := counters.Get(tx, "large")
		counters.Put(tx, "large", n+1)
		same(t, "changes", []store.Change{
			{Collection: "counter", Key: "large", Before: int64(1<<62 + 1), After: int64(1<<62 + 2)},
		}, tx.Changes())
		same(t, "counted before", 2, tx.Counters().Next("group", "key"))
	})
}

func TestASnapshotIsDetached(t *testing.T) {
	st := filled(t)
	now, snapshot := present(t, st), snapshotOf(t, st)
	other := restored(t, snapshot)
	for _, rows := range snapshot.State {
		for key, raw := range rows {
			clear(raw)
			delete(rows, key)
		}
	}
	clear(snapshot.Counters["group"])
	for _, of := range []*store.Store{st, other} {
		same(t, "state after the snapshot was changed", now, present(t, of))
		update(t, of, func(tx *store.Tx) { same(t, "counted", 2, tx.Counters().Get("group", "key")) })
	}
}

// An image is one instant, however long it takes to encode it.
func TestAnImageStandsStill(t *testing.T) {
	st := filled(t)
	want, image := snapshotOf(t, st), st.Image()
	update(t, st, func(tx *store.Tx) {
		counters.Put(tx, "late", 1)
		records.Put(tx, "r", item{Name: "late"})
		tx.Counters().Next("group", "key")
	})
	got, err := image.Encode()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "the image", want, got)
}

func TestABadSnapshotIsRefused(t *testing.T) {
	type rows = map[string]json.RawMessage
	good := rows{"n": json.RawMessage("1")}
	for name, state := range map[string]store.Rows{
		"unknown collection":       {"counter": good, "counters": good},
		"a record":                 {"record": {"r": json.RawMessage(`{}`)}},
		"text for a number":        {"counter": {"n": json.RawMessage(`"1"`)}},
		"a fraction":               {"counter": good, "item-neighbour": {"n": json.RawMessage("1.5")}},
		"an object for a text":     {"item-neighbour": {"n": json.RawMessage("{}")}},
		"a text for an object":     {"item": {"k": json.RawMessage(`"k"`)}},
		"an ill-typed member":      {"item": {"k": json.RawMessage(`{"Name":"k","Tags":"one"}`)}},
		"a member that it has not": {"item": {"k": json.RawMessage(`{"Name":"k","Colour":"red"}`)}},
		"broken JSON":              {"counter": good, "item": {"k": json.RawMessage(`{"Name":`)}},
		"nothing":                  {"item": {"k": nil}},
	} {
		for part, snapshot := range map[string]store.Snapshot{"state": {State: state}, "before": {Before: state}} {
			if _, err := store.NewSchema(definitions...).Restore(snapshot); err == nil {
				t.Errorf("%s in %s is taken", name, part)
			}
		}
	}
	if _, err := store.NewSchema(definitions...).Restore(store.Snapshot{Records: store.Rows{"counter": good}}); err == nil {
		t.Error("a service's collection among the records is taken")
	}
}

// A stale read of a restored store answers as it would have before.
func TestARestoredStoreHasThePastOfItsSnapshot(t *testing.T) {
	one := store.Rows{"counter": {"n": json.RawMessage("1"), "m": json.RawMessage("1")}}
	for _, test := range []struct {
		before store.Rows
		want   []entry[int64]
	}{
		{nil, []entry[int64]{{"m", 1}, {"n", 1}}},
		{store.Rows{"counter": {"n": json.RawMessage("7"), "m": json.RawMessage("null")}}, []entry[int64]{{"n", 7}}},
		{store.Rows{"counter": {"o": json.RawMessage("3")}}, []entry[int64]{{"m", 1}, {"n", 1}, {"o", 3}}},
	} {
		st := restored(t, store.Snapshot{State: one, Before: test.before})
		same(t, "now", []entry[int64]{{"m", 1}, {"n", 1}}, present(t, st).Counters)
		same(t, "before", test.want, previous(t, st).Counters)
		update(t, st, func(tx *store.Tx) { counters.Put(tx, "n", 2) })
		same(t, "before an update", []entry[int64]{{"m", 1}, {"n", 1}}, previous(t, st).Counters)
	}
}

// A value that is no JSON can't be in a snapshot; the error says where it is.
func TestSnapshotOfWhatIsNoJSON(t *testing.T) {
	functions := store.Define[func()]("functions")
	s := store.New(functions.Definition())
	update(t, s, func(tx *store.Tx) { functions.Put(tx, "f", func() {}) })
	if _, err := s.Image().Encode(); err == nil || !strings.Contains(err.Error(), `functions "f"`) {
		t.Errorf("%v, want an error that names the collection and the key", err)
	}
}
