package store_test

import (
	"testing"

	"github.com/kzsim/kzsim/internal/store"
)

// TestRecordsAreNoChangeOfAService: no request waits for them, and none reads them
// stale.
func TestRecordsAreNoChangeOfAService(t *testing.T) {
	st := open(t)
	update(t, st, func(tx *store.Tx) { counters.Put(tx, "n", 1) })
	update(t, st, func(tx *store.Tx) { counters.Put(tx, "n", 2) })
	changed := st.Changed()
	update(t, st, func(tx *store.Tx) {
		records.Put(tx, "r", sample("r"))
		records.Delete(tx, "never there")
		same(t, "changes", 0, len(tx.Changes()))
	})
	if closed(changed) {
		t.Error("Changed is closed")
	}
	same(t, "before", []entry[int64]{{"n", 1}}, previous(t, st).Counters)
	view(t, st, func(r store.Reader) {
		got, ok := records.Get(r, "r")
		same(t, "the record", sample("r"), got)
		same(t, "it is there", true, ok)
	})
	update(t, st, func(tx *store.Tx) { counters.Put(tx, "n", 3) })
	if !closed(changed) {
		t.Error("Changed is not closed by a service's change")
	}
	_ = st.Update(func(tx *store.Tx) error {
		records.Delete(tx, "r")
		return errOnPurpose
	})
	view(t, st, func(r store.Reader) {
		if _, ok := records.Get(r, "r"); !ok {
			t.Error("a failed transaction has deleted the record")
		}
	})
}

func TestCounters(t *testing.T) {
	st := open(t)
	update(t, st, func(tx *store.Tx) {
		c := tx.Counters()
		same(t, "before the first", 0, c.Next("group", "a"))
		same(t, "before the second", 1, c.Next("group", "a"))
		same(t, "another key", 0, c.Next("group", "b"))
		same(t, "another group", 0, c.Next("other", "a"))
	})
	fail := func(do func(*store.Counters)) {
		err := st.Update(func(tx *store.Tx) error {
			do(tx.Counters())
			return errOnPurpose
		})
		same(t, "the error", errOnPurpose.Error(), err.Error())
	}
	for name, do := range map[string]func(*store.Counters){
		"counting":        func(c *store.Counters) { c.Next("group", "a"); c.Next("group", "new"); c.Next("third", "x") },
		"dropping":        func(c *store.Counters) { c.Drop("group"); c.Drop("never there") },
		"counting anew":   func(c *store.Counters) { c.Next("group", "a"); c.Drop("group"); c.Next("group", "a") },
		"dropping a new":  func(c *store.Counters) { c.Next("third", "x"); c.Drop("third"); c.Next("third", "x") },
		"dropping of two": func(c *store.Counters) { c.Drop("group"); c.Next("group", "z"); c.Drop("group"); c.Drop("other") },
	} {
		fail(do)
		want := map[string]map[string]int{"group": {"a": 2, "b": 1}, "other": {"a": 1}}
		same(t, "after "+name+" in vain", want, snapshotOf(t, st).Counters)
	}
	update(t, st, func(tx *store.Tx) {
		tx.Counters().Drop("group")
		same(t, "keys", 0, tx.Counters().Size("group"))
		same(t, "a dropped key", 0, tx.Counters().Get("group", "a"))
	})
	same(t, "in the end", map[string]map[string]int{"other": {"a": 1}}, snapshotOf(t, st).Counters)
}

// TestRewind: the services' changes since the mark go, and records with them; what
// was counted stays.
func TestRewind(t *testing.T) {
	for _, test := range []struct {
		name   string
		before func(*store.Tx)
		want   []entry[int64]
	}{
		{"to the beginning", func(*store.Tx) {}, []entry[int64]{{"a", 1}}},
		{"to a change", func(tx *store.Tx) { counters.Put(tx, "b", 2) }, []entry[int64]{{"a", 1}, {"b", 2}}},
		{"to a deletion", func(tx *store.Tx) { counters.Delete(tx, "a") }, nil},
		{"to a record", func(tx *store.Tx) { records.Put(tx, "r", item{}) }, []entry[int64]{{"a", 1}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			st := open(t)
			update(t, st, func(tx *store.Tx) { counters.Put(tx, "a", 1) })
			var changes []store.Change
			update(t, st, func(tx *store.Tx) {
				test.before(tx)
				changes = tx.Changes()
				mark := tx.Mark()
				for range 2 {
					counters.Put(tx, "a", 9)
					counters.Put(tx, "c", 9)
					records.Put(tx, "late", item{})
					tx.Counters().Next("group", "key")
					tx.Rewind(mark)
					same(t, "in the transaction", test.want, read(tx).Counters)
					same(t, "changes", len(changes), len(tx.Changes()))
				}
			})
			same(t, "after it", test.want, present(t, st).Counters)
			view(t, st, func(r store.Reader) {
				if _, ok := records.Get(r, "late"); ok {
					t.Error("a record stays")
				}
			})
			same(t, "counted", 2, snapshotOf(t, st).Counters["group"]["key"])
		})
	}
}

// TestAfter: what is registered is done once, after the commit and before the next
// transaction, and not at all if the transaction fails.
func TestAfter(t *testing.T) {
	st := open(t)
	var changed <-chan struct{}
	update(t, st, func(tx *store.Tx) {
		counters.Put(tx, "n", 1)
		tx.After(func() {
			same(t, "the committed state", []entry[int64]{{"n", 1}}, present(t, st).Counters)
			changed = st.Changed()
		})
	})
	if changed == nil || closed(changed) {
		t.Error("it was not done, or its own commit comes after it")
	}
	_ = st.Update(func(tx *store.Tx) error {
		tx.After(func() { t.Error("it is done though the transaction fails") })
		return errOnPurpose
	})
}

// TestBeforeWithinATransaction is what a stale read sees.
func TestBeforeWithinATransaction(t *testing.T) {
	st := open(t)
	update(t, st, func(tx *store.Tx) { counters.Put(tx, "n", 1) })
	update(t, st, func(tx *store.Tx) { counters.Put(tx, "n", 2) })
	update(t, st, func(tx *store.Tx) {
		stale := tx.Before()
		counters.Put(stale, "m", 9)
		same(t, "stale", []entry[int64]{{"m", 9}, {"n", 1}}, read(stale).Counters)
		counters.Put(tx, "n", 3)
		same(t, "before its own change", []entry[int64]{{"n", 2}}, read(tx.Before()).Counters)
		same(t, "its own", []entry[int64]{{"n", 3}}, read(tx).Counters)
	})
	same(t, "after it", []entry[int64]{{"n", 3}}, present(t, st).Counters)
}
