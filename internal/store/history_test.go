package store_test

import (
	"maps"
	"strconv"
	"testing"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/store"
)

// history is what a store of counters should hold, and what its readers have seen of it.
type history struct {
	t           *testing.T
	st          *store.Store
	now, before map[string]int64
	seen        []seen
}

// seen is a reader with what it is to see, also later.
type seen struct {
	reader store.Reader
	want   map[string]int64
}

// look keeps a reader of the present state and one of the state before.
func (h *history) look() {
	view(h.t, h.st, func(r store.Reader) { h.seen = append(h.seen, seen{r, h.now}) })
	before(h.t, h.st, func(tx *store.Tx) { h.seen = append(h.seen, seen{tx, h.before}) })
}

// TestReadersKeepWhatTheySaw: no change, failure or rewind that comes after a reader is seen by it,
// and none that is not committed by another.
func TestReadersKeepWhatTheySaw(t *testing.T) {
	const seeds, transactions = 8, 30
	for seed := range chance.Seed(seeds) {
		h := &history{t: t, st: open(t), now: map[string]int64{}, before: map[string]int64{}}
		for n := range transactions {
			h.transaction(seed, n)
			if seed.Intn(2, "look", "", n) == 0 {
				h.look()
			}
		}
		h.look()
		for _, s := range h.seen {
			same(t, "what a reader saw", sorted(s.want, ""), list(s.reader, counters))
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// point is a mark with the state at it.
type point struct {
	mark  store.Mark
	state map[string]int64
}

func (h *history) transaction(seed chance.Seed, n int) {
	next := maps.Clone(h.now)
	fails := seed.Intn(4, "fails", "", n) == 0
	_ = h.st.Update(func(tx *store.Tx) error {
		marks := []point{{tx.Mark(), h.now}}
		for i := range seed.Intn(60, "steps", "", n) {
			draw := func(limit int, purpose string) int { return seed.Intn(limit, purpose, strconv.Itoa(n), i) }
			switch draw(12, "step") {
			case 0:
				marks = append(marks, point{tx.Mark(), maps.Clone(next)})
			case 1:
				marks = marks[:1+draw(len(marks), "mark")]
				to := marks[len(marks)-1]
				tx.Rewind(to.mark)
				next = maps.Clone(to.state)
			case 2:
				h.look()
			case 3:
				h.goThrough(tx, next)
			default:
				change(tx, next, strconv.Itoa(draw(300, "key")), int64(draw(5, "value")))
			}
		}
		same(h.t, "changes", differences(h.now, next), append([]store.Change{}, tx.Changes()...))
		same(h.t, "in the transaction", sorted(next, ""), list(tx, counters))
		earlier := h.now
		if maps.Equal(h.now, next) {
			earlier = h.before
		}
		same(h.t, "before it", sorted(earlier, ""), list(tx.Before(), counters))
		if fails {
			return errOnPurpose
		}
		return nil
	})
	if !fails && !maps.Equal(h.now, next) {
		h.before, h.now = h.now, next
	}
}

// change a key; 0 deletes it.
func change(tx *store.Tx, next map[string]int64, key string, to int64) {
	if to == 0 {
		counters.Delete(tx, key)
		delete(next, key)
		return
	}
	counters.Put(tx, key, to)
	next[key] = to
}

// goThrough the counters and change them meanwhile: what is gone through is what there was.
func (h *history) goThrough(tx *store.Tx, next map[string]int64) {
	want, mark := sorted(next, ""), tx.Mark()
	undone := maps.Clone(next)
	var got []entry[int64]
	for key, value := range counters.All(tx) {
		got = append(got, entry[int64]{key, value})
		change(tx, next, "9"+key, value+1)
		change(tx, next, key, 0)
	}
	same(h.t, "what is gone through", want, got)
	if len(want)%2 == 0 {
		tx.Rewind(mark)
		clear(next)
		maps.Copy(next, undone)
	}
}
