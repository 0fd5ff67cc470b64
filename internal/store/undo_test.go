package store_test

import (
	"fmt"
	"testing"

	"github.com/kzsim/kzsim/internal/store"
)

// whole is all that can be seen of a store of words.
type whole struct {
	Snapshot store.Snapshot // with the state before
	Size     int64
	Growth   int64 // of a transaction that does nothing
	Spans    map[string][]string
}

func wholeOf(t *testing.T, st *store.Store) whole {
	t.Helper()
	w := whole{Snapshot: snapshotOf(t, st), Size: st.Size(), Spans: map[string][]string{}}
	update(t, st, func(tx *store.Tx) {
		w.Growth = tx.Growth()
		agreeWithIndex(t, tx, w.Spans)
	})
	return w
}

// agreeWithIndex compares the index with what going through the collection finds.
func agreeWithIndex(t *testing.T, tx *store.Tx, spans map[string][]string) {
	t.Helper()
	for _, owner := range owners {
		span, ok := store.Where(words, tx, "owner", owner, "", "\xff")
		if !ok {
			t.Fatal("there is no index")
		}
		spans[owner] = keysOf(span)
		same(t, "of "+owner, scanned(tx, &owner, "", "\xff"), spans[owner])
	}
}

// aHundred changes of words, of the collection next to it, and of records.
func aHundred(tx *store.Tx) {
	for i := range 100 {
		key := fmt.Sprintf("%03d", i*7%30)
		switch i % 4 {
		case 0:
			words.Delete(tx, key)
		case 1:
			ordinal.Put(tx, key, int64(i))
		case 2:
			records.Put(tx, key, sample(key))
		default:
			words.Put(tx, key, fmt.Sprint(i/10)+owners[i%len(owners)])
		}
	}
}

// TestWhatIsUndoneLeavesNothing: whatever way a transaction takes its changes back.
func TestWhatIsUndoneLeavesNothing(t *testing.T) {
	for _, test := range []struct {
		name string
		do   func(*store.Tx) error
	}{
		{"it fails", func(tx *store.Tx) error {
			aHundred(tx)
			tx.Counters().Next("group", "key")
			return errOnPurpose
		}},
		{"it panics", func(tx *store.Tx) error {
			aHundred(tx)
			panic("on purpose")
		}},
		{"it panics while it goes through what it changes", func(tx *store.Tx) error {
			for key := range words.All(tx) {
				aHundred(tx)
				panic(key)
			}
			return nil
		}},
		{"it rewinds twice to one mark", func(tx *store.Tx) error {
			mark := tx.Mark()
			aHundred(tx)
			tx.Rewind(mark)
			ordinal.Put(tx, "late", 1)
			tx.Rewind(mark)
			return nil
		}},
		{"it rewinds to the last mark and then to the first", func(tx *store.Tx) error {
			first := tx.Mark()
			aHundred(tx)
			growth, last := tx.Growth(), tx.Mark()
			aHundred(tx)
			words.Put(tx, "late", "1a")
			tx.Rewind(last)
			same(t, "the growth as of the last mark", growth, tx.Growth())
			agreeWithIndex(t, tx, map[string][]string{})
			tx.Rewind(first)
			return nil
		}},
		{"it rewinds while it goes through what it changes", func(tx *store.Tx) error {
			mark, seen := tx.Mark(), 0
			for range words.All(tx) {
				aHundred(tx)
				if seen++; seen%2 == 0 {
					tx.Rewind(mark)
				}
			}
			same(t, "what it goes through", 60, seen)
			return nil
		}},
	} {
		t.Run(test.name, func(t *testing.T) { undone(t, test.do) })
	}
}

func undone(t *testing.T, do func(*store.Tx) error) {
	st := store.New(words.Definition(), ordinal.Definition(), records.Definition())
	update(t, st, func(tx *store.Tx) {
		for i := range 60 {
			words.Put(tx, fmt.Sprintf("%03d", i), "1"+owners[i%len(owners)])
		}
		records.Put(tx, "014", sample("r"))
		tx.Counters().Next("group", "key")
	})
	update(t, st, func(tx *store.Tx) { words.Put(tx, "007", "2a") })
	before, changed := wholeOf(t, st), st.Changed()
	func() {
		defer func() { _ = recover() }()
		_ = st.Update(func(tx *store.Tx) error {
			err := do(tx)
			if err == nil {
				same(t, "changes", 0, len(tx.Changes()))
				same(t, "growth", int64(0), tx.Growth())
				agreeWithIndex(t, tx, map[string][]string{})
			}
			return err
		})
	}()
	same(t, "the store", before, wholeOf(t, st))
	if closed(changed) {
		t.Error("Changed is closed")
	}
}
