package store_test

import (
	"fmt"
	"testing"

	"github.com/kzsim/kzsim/internal/store"
)

func TestAnEmptyStore(t *testing.T) {
	st := open(t)
	same(t, "the present state", state{}, present(t, st))
	same(t, "the state before", state{}, previous(t, st))
	view(t, st, func(r store.Reader) {
		if v, ok := items.Get(r, "a"); ok {
			t.Errorf("there is a value %v", v)
		}
	})
	same(t, "the snapshot", store.Snapshot{
		State: store.Rows{}, Records: store.Rows{}, Before: store.Rows{}, Counters: map[string]map[string]int{},
	}, snapshotOf(t, st))
}

func TestValuesComeOutAsTheyWentIn(t *testing.T) {
	st := open(t)
	update(t, st, func(tx *store.Tx) {
		items.Put(tx, "full", sample("full"))
		items.Put(tx, "zero", item{})
		items.Put(tx, "", item{Name: "an empty key"})
		counters.Put(tx, "zero", 0)
		neighbours.Put(tx, "gone", "value")
		neighbours.Put(tx, "replaced", "first")
	})
	update(t, st, func(tx *store.Tx) {
		neighbours.Delete(tx, "gone")
		neighbours.Delete(tx, "never there")
		neighbours.Put(tx, "replaced", "second")
	})
	same(t, "state", state{
		Items:      []entry[item]{{"", item{Name: "an empty key"}}, {"full", sample("full")}, {"zero", item{}}},
		Counters:   []entry[int64]{{"zero", 0}},
		Neighbours: []entry[string]{{"replaced", "second"}},
	}, present(t, st))
	view(t, st, func(r store.Reader) {
		if v, ok := counters.Get(r, "zero"); v != 0 || !ok {
			t.Errorf("a zero value: %v, %v", v, ok)
		}
		if v, ok := neighbours.Get(r, "gone"); v != "" || ok {
			t.Errorf("a deleted value: %q, %v", v, ok)
		}
	})
}

// The names and keys are such that a store which puts them together carelessly
// would mix them up.
func TestCollectionsAreApart(t *testing.T) {
	st := open(t)
	keys := []string{"", "-neighbour", "\x00", "a\x00b", "item", "ключ", "\xff"}
	update(t, st, func(tx *store.Tx) {
		for i, key := range keys {
			items.Put(tx, key, item{Name: "item " + key})
			neighbours.Put(tx, key, "neighbour "+key)
			counters.Put(tx, key, int64(i))
		}
		items.Delete(tx, "item")
	})
	view(t, st, func(r store.Reader) {
		for i, key := range keys {
			n, _ := counters.Get(r, key)
			same(t, fmt.Sprintf("counter %q", key), int64(i), n)
			text, _ := neighbours.Get(r, key)
			same(t, fmt.Sprintf("neighbour %q", key), "neighbour "+key, text)
		}
		same(t, "items", len(keys)-1, len(list(r, items)))
		same(t, "neighbours", len(keys), len(list(r, neighbours)))
	})
}

// spoil changes what a value shares with its copies.
func spoil(i item) {
	i.Tags[0], i.Marks["a"] = "spoilt", 666
	i.Next.Name = "spoilt"
}

func TestValuesAreCopies(t *testing.T) {
	st := open(t)
	intact := func(after string) {
		t.Helper()
		same(t, "after "+after, []entry[item]{{"k", sample("k")}}, present(t, st).Items)
	}
	update(t, st, func(tx *store.Tx) {
		v := sample("k")
		items.Put(tx, "k", v)
		spoil(v)
	})
	intact("a change of what was put")
	take := func(r store.Reader) {
		v, _ := items.Get(r, "k")
		spoil(v)
		for _, v := range items.All(r) {
			spoil(v)
		}
	}
	view(t, st, take)
	intact("a change of what a view gave")
	update(t, st, func(tx *store.Tx) { take(tx) })
	intact("a change of what a transaction gave")
	update(t, st, func(tx *store.Tx) { counters.Put(tx, "n", 1) })
	before(t, st, func(tx *store.Tx) { take(tx) })
	intact("a change of what was before")
	same(t, "before", []entry[item]{{"k", sample("k")}}, previous(t, st).Items)
}

func TestScanGoesInOrder(t *testing.T) {
	st := open(t)
	update(t, st, func(tx *store.Tx) {
		for _, key := range []string{"b", "a/2", "а", "a/10", "a", "B", "a/", "a0", "a/\xff", "a/1", "\x00", "", "z"} {
			neighbours.Put(tx, key, key)
		}
	})
	update(t, st, func(r *store.Tx) {
		for prefix, want := range map[string][]string{
			"":     {"", "\x00", "B", "a", "a/", "a/1", "a/10", "a/2", "a/\xff", "a0", "b", "z", "а"},
			"a":    {"a", "a/", "a/1", "a/10", "a/2", "a/\xff", "a0"},
			"a/":   {"a/", "a/1", "a/10", "a/2", "a/\xff"},
			"a/1":  {"a/1", "a/10"},
			"c":    nil,
			"zz":   nil,
			"\xff": nil,
		} {
			var got []string
			for key, value := range neighbours.Prefix(r, prefix) {
				same(t, "value of "+key, key, value)
				got = append(got, key)
			}
			same(t, fmt.Sprintf("keys with the prefix %q", prefix), want, got)
			same(t, "emptiness", false, neighbours.IsEmpty(r))
			same(t, fmt.Sprintf("values below %q", prefix), want, neighbours.Below(r, prefix, nil))
		}
		var first []string
		for key := range neighbours.All(r) {
			if first = append(first, key); len(first) == 3 {
				break
			}
		}
		same(t, "a scan that is left early", []string{"", "\x00", "B"}, first)
	})
}

// A transaction may change the very keys that it goes through, those that it has
// written itself among them.
func TestScanSeesTheStateThatItBeganWith(t *testing.T) {
	const rows = 300
	key := func(i int) string { return fmt.Sprintf("%03d", i) }
	fill := func(tx *store.Tx) {
		for i := range rows {
			counters.Put(tx, key(i), int64(i))
		}
	}
	change := func(tx *store.Tx) {
		seen := 0
		for k, n := range counters.All(tx) {
			if k != key(seen) || n != int64(seen) {
				t.Fatalf("row %d of the scan is %s: %d", seen, k, n)
			}
			seen++
			counters.Delete(tx, k)
			counters.Put(tx, k+"+", n)
			counters.Put(tx, key(rows-1), -1)
			counters.Delete(tx, key(seen+5))
		}
		same(t, "rows seen", rows, seen)
		same(t, "rows after", rows+1, len(read(tx).Counters))
	}
	committed := open(t)
	update(t, committed, fill)
	update(t, committed, change)
	update(t, open(t), func(tx *store.Tx) {
		fill(tx)
		change(tx)
	})
}

// A transaction that puts what is there already copies nothing of the tree.
func TestAWriteOfTheSameValueIsNone(t *testing.T) {
	st := open(t)
	update(t, st, func(tx *store.Tx) {
		counters.Put(tx, "n", 1)
		items.Put(tx, "full", sample("full"))
	})
	changed := st.Changed()
	update(t, st, func(tx *store.Tx) {
		counters.Put(tx, "n", 1)
		items.Put(tx, "full", sample("full"))
		same(t, "growth", int64(0), tx.Growth())
		same(t, "changes", 0, len(tx.Changes()))
	})
	if closed(changed) {
		t.Error("Changed is closed")
	}
	same := testing.AllocsPerRun(100, func() { update(t, st, func(tx *store.Tx) { counters.Put(tx, "n", 1) }) })
	n := int64(1)
	other := testing.AllocsPerRun(100, func() { n++; update(t, st, func(tx *store.Tx) { counters.Put(tx, "n", n) }) })
	if same > other/2 {
		t.Errorf("the same value costs %v allocations, another %v", same, other)
	}
}
