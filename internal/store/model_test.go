package store_test

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/store"
)

// model is what a store should hold: the present state and the one before.
type model struct{ now, before map[string]int64 }

// model runs random transactions over a store and over plain maps, and compares
// after each.
func TestRandomOperationsAgreeWithAMap(t *testing.T) {
	const seeds, transactions = 10, 60
	for seed := range chance.Seed(seeds) {
		st, m := open(t), model{now: map[string]int64{}, before: map[string]int64{}}
		for n := range transactions {
			draw := func(limit int, purpose string) int { return seed.Intn(limit, purpose, "", n) }
			switch what := draw(10, "what"); what {
			case 1:
				st = restored(t, snapshotOf(t, st))
			default:
				m.transaction(t, st, seed, n, what == 2)
			}
			if !m.agrees(t, st, strings.Repeat("k", draw(3, "prefix"))) {
				t.Fatalf("seed %d, transaction %d", seed, n)
			}
		}
	}
}

// transaction writes and deletes some of a few keys, so that they meet often.
func (m *model) transaction(t *testing.T, st *store.Store, seed chance.Seed, n int, fails bool) {
	t.Helper()
	next := maps.Clone(m.now)
	err := st.Update(func(tx *store.Tx) error {
		for i := range seed.Intn(40, "operations", "", n) {
			draw := func(limit int, purpose string) int { return seed.Intn(limit, purpose, strconv.Itoa(n), i) }
			key := strings.Repeat("k", draw(3, "prefix")) + strconv.Itoa(draw(100, "key"))
			if draw(3, "operation") == 0 {
				counters.Delete(tx, key)
				delete(next, key)
			} else {
				value := int64(draw(5, "value"))
				counters.Put(tx, key, value)
				next[key] = value
			}
			if have, ok := counters.Get(tx, key); ok != contains(next, key) || have != next[key] {
				t.Errorf("%s is %d, %v within the transaction", key, have, ok)
			}
		}
		same(t, "changes", differences(m.now, next), append([]store.Change{}, tx.Changes()...))
		if fails {
			return errOnPurpose
		}
		return nil
	})
	if fails != errors.Is(err, errOnPurpose) {
		t.Fatal(err)
	}
	if !fails && !maps.Equal(m.now, next) {
		m.before, m.now = m.now, next
	}
}

func (m *model) agrees(t *testing.T, st *store.Store, prefix string) bool {
	t.Helper()
	same(t, "now", sorted(m.now, ""), present(t, st).Counters)
	same(t, "before", sorted(m.before, ""), previous(t, st).Counters)
	view(t, st, func(r store.Reader) {
		var got []entry[int64]
		for key, value := range counters.Prefix(r, prefix) {
			got = append(got, entry[int64]{key, value})
		}
		same(t, "with the prefix "+prefix, sorted(m.now, prefix), got)
	})
	return !t.Failed()
}

func contains(m map[string]int64, key string) bool {
	_, ok := m[key]
	return ok
}

func sorted(m map[string]int64, prefix string) []entry[int64] {
	var all []entry[int64]
	for key, value := range m {
		if strings.HasPrefix(key, prefix) {
			all = append(all, entry[int64]{key, value})
		}
	}
	slices.SortFunc(all, func(a, b entry[int64]) int { return cmp.Compare(a.Key, b.Key) })
	return all
}

func differences(before, after map[string]int64) []store.Change {
	changes := []store.Change{}
	add := func(key string) {
		c := store.Change{Collection: counters.Name(), Key: key}
		if v, ok := before[key]; ok {
			c.Before = v
		}
		if v, ok := after[key]; ok {
			c.After = v
		}
		if c.Before != c.After {
			changes = append(changes, c)
		}
	}
	for key := range before {
		add(key)
	}
	for key := range after {
		if !contains(before, key) {
			add(key)
		}
	}
	slices.SortFunc(changes, func(a, b store.Change) int { return cmp.Compare(a.Key, b.Key) })
	return changes
}
