package store_test

import (
	"math"
	"strconv"
	"testing"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/store"
)

// told is what a follower was told of a store: an image, and the commits after it.
type told struct {
	t       *testing.T
	image   [][]byte
	first   uint64 // commits that led to the image
	commits []encoded
}

type encoded struct {
	number uint64
	rows   []byte
}

func follow(t *testing.T, st *store.Store) *told {
	t.Helper()
	to := &told{t: t}
	image := st.Follow(func(c store.Commit) {
		rows, err := c.Append(nil)
		if err != nil {
			t.Error(err)
		}
		to.commits = append(to.commits, encoded{c.Number, rows})
	})
	to.first = image.Commits()
	if err := image.Chunks(func(part []byte) error { to.image = append(to.image, part); return nil }); err != nil {
		t.Fatal(err)
	}
	return to
}

// replayed is the store that comes out of what was told.
func (to *told) replayed() *store.Store {
	to.t.Helper()
	replay := store.NewSchema(definitions...).Replay()
	for _, part := range to.image {
		if err := replay.Image(part); err != nil {
			to.t.Fatal(err)
		}
	}
	replay.Begin(to.first)
	for _, c := range to.commits {
		if err := replay.Commit(c.number, c.rows); err != nil {
			to.t.Fatal(err)
		}
	}
	st, err := replay.Store()
	if err != nil {
		to.t.Fatal(err)
	}
	return st
}

// TestReplayAgrees: what is replayed is the store as it is after each transaction, one of
// which may fail or be rewound, from an image of whatever moment.
func TestReplayAgrees(t *testing.T) {
	const seeds, transactions = 20, 40
	for seed := range chance.Seed(seeds) {
		st := filled(t)
		to := follow(t, st)
		for n := range transactions {
			if seed.Intn(10, "follow", "", n) == 0 {
				to = follow(t, st)
			}
			_ = st.Update(func(tx *store.Tx) error { return anything(tx, seed, n) })
			if diff := difference(snapshotOf(t, st), snapshotOf(t, to.replayed())); diff != "" {
				t.Fatalf("seed %d, transaction %d (-want +got):\n%s", seed, n, diff)
			}
		}
	}
}

// anything that a transaction can do, to a few keys.
func anything(tx *store.Tx, seed chance.Seed, n int) error {
	mark := tx.Mark()
	for i := range seed.Intn(8, "operations", "", n) {
		draw := func(limit int, purpose string) int { return seed.Intn(limit, purpose, strconv.Itoa(n), i) }
		key := strconv.Itoa(draw(4, "key"))
		switch draw(9, "operation") {
		case 0:
			counters.Put(tx, key, int64(draw(3, "value")))
		case 1:
			counters.Delete(tx, key)
		case 2:
			items.Put(tx, key, sample(key))
		case 3:
			records.Put(tx, key, sample(strconv.Itoa(draw(3, "value"))))
		case 4:
			records.Delete(tx, key)
		case 5:
			tx.Counters().Next("group"+strconv.Itoa(draw(2, "group")), key)
		case 6:
			tx.Counters().Drop("group" + strconv.Itoa(draw(2, "group")))
		case 7:
			mark = tx.Mark()
		case 8:
			tx.Rewind(mark)
		}
	}
	if seed.Intn(5, "fails", "", n) == 0 {
		return errOnPurpose
	}
	return nil
}

// TestReplayGoesOn: the store that comes out counts its commits on.
func TestReplayGoesOn(t *testing.T) {
	st := filled(t)
	to := follow(t, st)
	update(t, st, func(tx *store.Tx) { counters.Put(tx, "a", 1) })
	again := to.replayed()
	after := follow(t, again)
	update(t, again, func(tx *store.Tx) { counters.Put(tx, "b", 1) })
	if after.first != 1 || len(after.commits) != 1 || after.commits[0].number != 2 {
		t.Errorf("after one commit comes %+v", after)
	}
}

// TestNothingIsToldOfNothing: reads, failures and writes of the same value are no commits.
func TestNothingIsToldOfNothing(t *testing.T) {
	st := filled(t)
	to := follow(t, st)
	update(t, st, func(tx *store.Tx) { counters.Get(tx, "large") })
	update(t, st, func(tx *store.Tx) { counters.Put(tx, "large", 1<<62+1) })
	_ = st.Update(func(tx *store.Tx) error { counters.Put(tx, "large", 2); return errOnPurpose })
	if len(to.commits) != 0 {
		t.Errorf("%d commits are told", len(to.commits))
	}
}

// TestReplayRefuses what was not told in this way.
func TestReplayRefuses(t *testing.T) {
	replay := store.NewSchema(definitions...).Replay()
	replay.Begin(5)
	for name, err := range map[string]error{
		"a gap":                 replay.Commit(7, nil),
		"an unknown kind":       replay.Image([]byte("x\x00\x00")),
		"an unknown collection": replay.Image([]byte("s\x02no\x01a\x01\x31")),
		"a value that is none":  replay.Image([]byte("s\x07counter\x01a\x01{")),
		"half a row":            replay.Image([]byte("s\x07coun")),
	} {
		if err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// TestWhatIsNoJSON is an error of the commit that has it.
func TestWhatIsNoJSON(t *testing.T) {
	floats := store.Define[float64]("float")
	st := store.New(floats.Definition())
	var errs []error
	st.Follow(func(c store.Commit) {
		_, err := c.Append(nil)
		errs = append(errs, err)
	})
	update(t, st, func(tx *store.Tx) { floats.Put(tx, "a", math.NaN()) })
	update(t, st, func(tx *store.Tx) { floats.Put(tx, "a", 1) })
	if len(errs) != 2 || errs[0] == nil || errs[1] != nil {
		t.Errorf("%v", errs)
	}
}
