package store_test

import (
	"errors"
	"testing"

	"github.com/kzsim/kzsim/internal/store"
)

func TestATransactionSeesItsOwnChanges(t *testing.T) {
	st := open(t)
	update(t, st, func(tx *store.Tx) { counters.Put(tx, "old", 1) })
	update(t, st, func(tx *store.Tx) {
		counters.Put(tx, "new", 2)
		counters.Delete(tx, "old")
		same(t, "in the transaction", []entry[int64]{{"new", 2}}, read(tx).Counters)
		if _, ok := counters.Get(tx, "old"); ok {
			t.Error("a key that the transaction has deleted is there")
		}
		same(t, "outside of it", []entry[int64]{{"old", 1}}, present(t, st).Counters)
	})
}

func TestAFailedUpdateChangesNothing(t *testing.T) {
	st := open(t)
	update(t, st, func(tx *store.Tx) { items.Put(tx, "k", sample("k")) })
	now, then, changed := present(t, st), previous(t, st), st.Changed()
	err := st.Update(func(tx *store.Tx) error {
		items.Put(tx, "k", item{Name: "other"})
		items.Put(tx, "new", item{})
		items.Delete(tx, "k")
		counters.Put(tx, "n", 1)
		return errOnPurpose
	})
	if !errors.Is(err, errOnPurpose) {
		t.Errorf("Update: %v, want the function's error", err)
	}
	same(t, "the present state", now, present(t, st))
	same(t, "the state before", then, previous(t, st))
	if closed(changed) {
		t.Error("Changed is closed")
	}
	if err := st.View(func(store.Reader) error { return errOnPurpose }); !errors.Is(err, errOnPurpose) {
		t.Errorf("View: %v, want the function's error", err)
	}
	if err := st.Before(func(*store.Tx) error { return errOnPurpose }); !errors.Is(err, errOnPurpose) {
		t.Errorf("Before: %v, want the function's error", err)
	}
}

func TestAPanicChangesNothing(t *testing.T) {
	st := open(t)
	update(t, st, func(tx *store.Tx) { counters.Put(tx, "n", 1) })
	now, changed := present(t, st), st.Changed()
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic is gone")
			}
		}()
		_ = st.Update(func(tx *store.Tx) error {
			counters.Put(tx, "n", 2)
			panic("on purpose")
		})
	}()
	same(t, "the present state", now, present(t, st))
	if closed(changed) {
		t.Error("Changed is closed")
	}
	update(t, st, func(tx *store.Tx) { counters.Put(tx, "n", 3) })
	same(t, "after the next update", []entry[int64]{{"n", 3}}, present(t, st).Counters)
}

func TestATransactionEndsWithItsFunction(t *testing.T) {
	st := open(t)
	var kept, keptBefore *store.Tx
	update(t, st, func(tx *store.Tx) {
		counters.Put(tx, "n", 1)
		kept = tx
	})
	before(t, st, func(tx *store.Tx) { keptBefore = tx })
	for _, tx := range []*store.Tx{kept, keptBefore} {
		func() {
			defer func() { _ = recover() }() // a store may forbid it so
			counters.Put(tx, "n", 2)
			counters.Put(tx, "late", 2)
		}()
	}
	same(t, "state", []entry[int64]{{"n", 1}}, present(t, st).Counters)
	same(t, "before", state{}, previous(t, st))
	update(t, st, func(tx *store.Tx) { records.Put(tx, "r", sample("r")) })
	same(t, "after another commit", []entry[int64]{{"n", 1}}, present(t, st).Counters)
}

type changeCase struct {
	name string
	do   func(*store.Tx)
	want []store.Change
}

// changeCases start from the counter a, which is 1, and the item k.
func changeCases() []changeCase {
	added := store.Change{Collection: "counter", Key: "c", After: int64(1)}
	return []changeCase{
		{"nothing", func(*store.Tx) {}, nil},
		{"reading", func(tx *store.Tx) { read(tx) }, nil},
		{"a new key", func(tx *store.Tx) { counters.Put(tx, "c", 1) }, []store.Change{added}},
		{"a new value", func(tx *store.Tx) { counters.Put(tx, "a", 2) },
			[]store.Change{{Collection: "counter", Key: "a", Before: int64(1), After: int64(2)}}},
		{"the same value", func(tx *store.Tx) { counters.Put(tx, "a", 1) }, nil},
		{"a deleted key", func(tx *store.Tx) { counters.Delete(tx, "a") },
			[]store.Change{{Collection: "counter", Key: "a", Before: int64(1)}}},
		{"a key that isn't there", func(tx *store.Tx) { counters.Delete(tx, "c") }, nil},
		{"there and gone", func(tx *store.Tx) {
			counters.Put(tx, "c", 1)
			counters.Delete(tx, "c")
		}, nil},
		{"gone and back", func(tx *store.Tx) {
			counters.Delete(tx, "a")
			counters.Put(tx, "a", 5)
			counters.Put(tx, "a", 1)
		}, nil},
		{"gone and back as another", func(tx *store.Tx) {
			counters.Delete(tx, "a")
			counters.Put(tx, "a", 5)
		}, []store.Change{{Collection: "counter", Key: "a", Before: int64(1), After: int64(5)}}},
		{"an equal value that shares nothing", func(tx *store.Tx) { items.Put(tx, "k", sample("k")) }, nil},
		{"several, by collection and key", func(tx *store.Tx) {
			neighbours.Put(tx, "a", "x")
			counters.Put(tx, "c", 1)
			items.Delete(tx, "k")
			counters.Put(tx, "a", 9)
		}, []store.Change{
			{Collection: "counter", Key: "a", Before: int64(1), After: int64(9)}, added,
			{Collection: "item", Key: "k", Before: sample("k")},
			{Collection: "item-neighbour", Key: "a", After: "x"},
		}},
	}
}

func TestChangesAreExact(t *testing.T) {
	for _, test := range changeCases() {
		t.Run(test.name, func(t *testing.T) {
			st := open(t)
			update(t, st, func(tx *store.Tx) {
				counters.Put(tx, "a", 1)
				items.Put(tx, "k", sample("k"))
			})
			changed, then := st.Changed(), previous(t, st)
			update(t, st, func(tx *store.Tx) {
				test.do(tx)
				same(t, "changes", append([]store.Change{}, test.want...), append([]store.Change{}, tx.Changes()...))
			})
			if closed(changed) != (len(test.want) > 0) {
				t.Errorf("Changed is closed: %v, after %d changes", closed(changed), len(test.want))
			}
			if len(test.want) == 0 {
				same(t, "the state before, after no change", then, previous(t, st))
			}
		})
	}
}

func TestChangedIsClosedByWhatChangesSomething(t *testing.T) {
	st := open(t)
	first := st.Changed()
	view(t, st, func(r store.Reader) { read(r) })
	before(t, st, func(tx *store.Tx) { counters.Put(tx, "n", 1) })
	if closed(first) {
		t.Fatal("Changed is closed before anything has changed")
	}
	update(t, st, func(tx *store.Tx) {
		counters.Put(tx, "n", 1)
		if closed(first) {
			t.Error("Changed is closed before the commit")
		}
	})
	second := st.Changed()
	if !closed(first) || closed(second) {
		t.Errorf("after a commit the old one is closed: %v, the new one: %v", closed(first), closed(second))
	}
	update(t, st, func(tx *store.Tx) {
		records.Put(tx, "r", sample("r"))
		tx.Counters().Next("group", "key")
	})
	if closed(second) {
		t.Error("a record or a counter closes Changed")
	}
}

func TestBeforeIsTheStateBeforeTheLastChange(t *testing.T) {
	st := open(t)
	update(t, st, func(tx *store.Tx) { counters.Put(tx, "n", 1) })
	same(t, "before the first change", state{}, previous(t, st))
	update(t, st, func(tx *store.Tx) {
		counters.Put(tx, "n", 2)
		same(t, "during the second change", state{}, previous(t, st))
	})
	same(t, "before the second change", []entry[int64]{{"n", 1}}, previous(t, st).Counters)
	update(t, st, func(tx *store.Tx) { counters.Put(tx, "n", 2) })
	update(t, st, func(tx *store.Tx) { read(tx) })
	_ = st.Update(func(tx *store.Tx) error {
		counters.Put(tx, "n", 3)
		return errOnPurpose
	})
	same(t, "after updates that changed nothing", []entry[int64]{{"n", 1}}, previous(t, st).Counters)
	update(t, st, func(tx *store.Tx) { counters.Delete(tx, "n") })
	same(t, "before it was deleted", []entry[int64]{{"n", 2}}, previous(t, st).Counters)
	same(t, "now", state{}, present(t, st))
}

func TestWhatIsDoneBeforeIsForgotten(t *testing.T) {
	st := open(t)
	update(t, st, func(tx *store.Tx) { counters.Put(tx, "n", 1) })
	update(t, st, func(tx *store.Tx) { counters.Put(tx, "n", 2) })
	now := present(t, st)
	for range 2 {
		before(t, st, func(tx *store.Tx) {
			same(t, "at first", []entry[int64]{{"n", 1}}, read(tx).Counters)
			counters.Put(tx, "n", 10)
			counters.Put(tx, "m", 10)
			same(t, "its own changes", []entry[int64]{{"m", 10}, {"n", 10}}, read(tx).Counters)
			same(t, "its list of changes", 2, len(tx.Changes()))
		})
		same(t, "the present state", now, present(t, st))
	}
}
