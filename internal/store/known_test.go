package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/store"
)

// asker asks one question of a store: of what a function reads.
type asker struct {
	store *store.Store
	by    any
	now   time.Time
	until time.Time
	asked int
}

// ask whether what is read is there, in a transaction that has changed something before.
func (a *asker) ask(t *testing.T, read func(*store.Tx) bool, before func(*store.Tx)) (yes bool) {
	update(t, a.store, func(tx *store.Tx) {
		before(tx)
		yes = tx.Known(a.by, a.now, 2).Ask(tx, 1, func() (bool, time.Time) {
			a.asked++
			return read(tx), a.until
		})
	})
	return yes
}

func nothing(*store.Tx) {}

// TestKnown: an answer is found once, until something changes on which it depends.
func TestKnown(t *testing.T) {
	at := time.Date(2024, 3, 1, 9, 0, 0, 0, time.UTC)
	put := func(key string) func(*asker) {
		return func(a *asker) { update(t, a.store, func(tx *store.Tx) { neighbours.Put(tx, key, "2") }) }
	}
	get := func(key string) func(*store.Tx) bool {
		return func(tx *store.Tx) bool { _, is := neighbours.Get(tx, key); return is }
	}
	scan := func(prefix string) func(*store.Tx) bool {
		return func(tx *store.Tx) bool {
			for range neighbours.Prefix(tx, prefix) {
				return true
			}
			return false
		}
	}
	many := func(count int, read func(*store.Tx, int)) func(*store.Tx) bool {
		return func(tx *store.Tx) bool {
			for i := range count {
				read(tx, i)
			}
			return false
		}
	}
	keys := func(tx *store.Tx, i int) { neighbours.Get(tx, fmt.Sprint(i)) }
	for _, test := range []struct {
		name   string
		read   func(*store.Tx) bool
		before func(*store.Tx) // in the second transaction
		change func(*asker)
		again  bool
	}{
		{"nothing", get("a"), nothing, func(*asker) {}, false},
		{"the key", get("a"), nothing, put("a"), true},
		{"a key that wasn't there", get("b"), nothing, put("b"), true},
		{"another key", get("a"), nothing, put("b"), false},
		{"the key of another collection", get("a"), nothing, func(a *asker) { update(t, a.store, func(tx *store.Tx) { items.Put(tx, "a", item{}) }) }, false},
		{"a record", get("a"), nothing, func(a *asker) { update(t, a.store, func(tx *store.Tx) { records.Put(tx, "a", item{}) }) }, false},
		{"within a prefix", scan("x"), nothing, put("xy"), true},
		{"the prefix itself", scan("x"), nothing, put("x"), true},
		{"of any key", scan(""), nothing, put("y"), true},
		{"a shorter key than a prefix", scan("xyz"), nothing, put("xy"), false},
		{"without a prefix", scan("x"), nothing, put("yx"), false},
		{"another asker", get("a"), nothing, func(a *asker) { a.by = new(int) }, true},
		{"a later instant", get("a"), nothing, func(a *asker) { a.now = at.Add(time.Hour - 1) }, false},
		{"the instant until which it holds", get("a"), nothing, func(a *asker) { a.now = at.Add(time.Hour) }, true},
		{"an earlier instant", get("a"), nothing, func(a *asker) { a.now = at.Add(-1) }, true},
		{"another zone", get("a"), nothing, func(a *asker) { a.now = a.now.In(time.FixedZone("", 3600)) }, true},
		{"its own transaction", get("a"), func(tx *store.Tx) { neighbours.Put(tx, "a", "3") }, func(*asker) {}, true},
		{"its own transaction, elsewhere", get("a"), func(tx *store.Tx) { neighbours.Put(tx, "b", "3") }, func(*asker) {}, true},
		{"what is taken back", get("a"), func(tx *store.Tx) {
			mark := tx.Mark()
			neighbours.Put(tx, "a", "3")
			tx.Rewind(mark)
		}, func(*asker) {}, false},
		{"a transaction that fails", get("a"), nothing, func(a *asker) {
			_ = a.store.Update(func(tx *store.Tx) error { neighbours.Put(tx, "a", "3"); return errOnPurpose })
		}, false},
		{"as much as is kept", many(16, keys), nothing, func(*asker) {}, false},
		{"more than is kept", many(17, keys), nothing, func(*asker) {}, true},
		{"longer and longer prefixes", many(16, func(tx *store.Tx, i int) { scan("abcdefghijklmnopq"[:i])(tx) }), nothing, func(*asker) {}, false},
	} {
		a := &asker{open(t), new(int), at, at.Add(time.Hour), 0}
		update(t, a.store, func(tx *store.Tx) { neighbours.Put(tx, "a", "1") })
		a.ask(t, test.read, func(tx *store.Tx) { neighbours.Get(tx, "a") }) // a key that is read twice is noted once
		test.change(a)
		a.ask(t, test.read, test.before)
		if again := a.asked == 2; again != test.again {
			t.Errorf("%s: found again %v, want %v", test.name, again, test.again)
		}
	}
}

// TestKnownIsWhatIsFound: over random commits, marks and instants an answer that is known is the
// one that would be found.
func TestKnownIsWhatIsFound(t *testing.T) {
	const questions = 100
	now := time.Date(2024, 3, 1, 9, 0, 0, 0, time.UTC)
	for seed := range uint64(20) {
		r, s, asker, found, asked := rand.New(rand.NewPCG(seed, 0)), open(t), any(new(int)), 0, 0
		key := func(n int) string { return fmt.Sprint("key"[:n%4], n%30) }
		change := func(tx *store.Tx) {
			if of := key(r.IntN(60)); r.IntN(3) == 0 {
				neighbours.Delete(tx, of)
			} else {
				neighbours.Put(tx, of, key(r.IntN(60)))
			}
		}
		find := func(tx *store.Tx, n int) (bool, time.Time) {
			leads, _ := neighbours.Get(tx, key(n)) // to what else is read
			below := neighbours.Below(tx, leads, nil)
			return len(below)%2 == 1 && now.Minute()%(2+n%3) == 0, now.Truncate(time.Minute).Add(time.Minute)
		}
		for range 300 {
			now = now.Add(time.Duration(r.IntN(20)) * time.Second)
			fails := r.IntN(4) == 0
			_ = s.Update(func(tx *store.Tx) error {
				if r.IntN(4) == 0 {
					change(tx)
				}
				known := tx.Known(asker, now, questions)
				for range 50 {
					n := r.IntN(questions)
					want, _ := find(tx, n)
					no := known.No(n)
					got := known.Ask(tx, n, func() (bool, time.Time) { found++; return find(tx, n) })
					if asked++; got != want || no && want {
						t.Fatalf("seed %d: question %d is answered %v, no %v, want %v", seed, n, got, no, want)
					}
				}
				mark := tx.Mark()
				for range r.IntN(3) {
					change(tx)
				}
				if r.IntN(2) == 0 {
					tx.Rewind(mark)
				}
				if fails {
					return errOnPurpose
				}
				return nil
			})
		}
		if found == 0 || found > asked*9/10 {
			t.Errorf("seed %d: of %d answers %d were found anew", seed, asked, found)
		}
	}
}

// TestWhatIsUnwaited wakes no one.
func TestWhatIsUnwaited(t *testing.T) {
	s := open(t)
	var wake *store.Wake
	update(t, s, func(tx *store.Tx) {
		neighbours.Get(tx, "a")
		tx.Unwaited(func() { neighbours.Get(tx, "b"); neighbours.Below(tx, "c", nil) })
		tx.Known(nil, time.Time{}, 1).Ask(tx, 0, func() (bool, time.Time) { neighbours.Get(tx, "d"); return true, time.Time{} })
		tx.After(func() { wake = tx.Wake() })
	})
	for _, key := range slices.Backward([]string{"a", "b", "c1", "d"}) {
		update(t, s, func(tx *store.Tx) { neighbours.Put(tx, key, "1") })
		if got := isClosed(wake.C); got != (key == "a") {
			t.Errorf("a change of %s: woken %v", key, got)
		}
	}
}
