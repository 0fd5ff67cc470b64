package store_test

import (
	"fmt"
	"testing"

	"github.com/kzsim/kzsim/internal/store"
)

// holding is a store with so many items.
func holding(t testing.TB, keys int) *store.Store {
	t.Helper()
	st := store.New(definitions...)
	if err := st.Update(func(tx *store.Tx) error {
		for i := range keys {
			items.Put(tx, keyOf(i), item{Name: "begun"})
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return st
}

func keyOf(i int) string { return fmt.Sprintf("%07d", i) }

// changing answers a function that changes one key in a transaction, each time to another value.
func changing(t testing.TB, st *store.Store, keys int) func() {
	n, names := 0, []string{"one", "another"}
	return func() {
		n++
		if err := st.Update(func(tx *store.Tx) error {
			items.Put(tx, keyOf(keys/2), item{Name: names[n%2]})
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAChangeCostsTheSameAmongMany: its allocations are those of the transaction, of the value
// and of the list of changes, and no copy of a part of the tree.
func TestAChangeCostsTheSameAmongMany(t *testing.T) {
	const few, many = 1_000, 100_000
	among := func(keys int) float64 {
		st := holding(t, keys)
		view(t, st, func(store.Reader) {}) // the first change copies what a reader has
		return testing.AllocsPerRun(200, changing(t, st, keys))
	}
	if least, most := among(few), among(many); most > 1.1*least {
		t.Errorf("a change makes %.0f allocations among %d keys, and %.0f among %d", least, few, most, many)
	}
}

// TestReadersShareACopy: without a change between them, a reader costs the same however many
// collections there are.
func TestReadersShareACopy(t *testing.T) {
	st := filled(t)
	view(t, st, func(store.Reader) {})
	const most = 3 // the reader, and the test's functions
	got := testing.AllocsPerRun(100, func() { view(t, st, func(store.Reader) {}) })
	if got > most {
		t.Errorf("a reader makes %.0f allocations, want at most %d", got, most)
	}
}

// BenchmarkChange is a change of one key among others.
func BenchmarkChange(b *testing.B) {
	for _, keys := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprint("keys=", keys), func(b *testing.B) {
			change := changing(b, holding(b, keys), keys)
			b.ReportAllocs()
			for b.Loop() {
				change()
			}
		})
	}
}
