package store_test

import (
	"runtime"
	"strconv"
	"sync"
	"testing"

	"github.com/kzsim/kzsim/internal/store"
)

func TestAViewDoesNotChangeWhileItIsUsed(t *testing.T) {
	st := open(t)
	update(t, st, func(tx *store.Tx) { counters.Put(tx, "n", 1) })
	write := func(n int64) {
		var wg sync.WaitGroup
		wg.Go(func() { update(t, st, func(tx *store.Tx) { counters.Put(tx, "n", n) }) })
		wg.Wait()
	}
	view(t, st, func(r store.Reader) {
		write(2)
		write(3)
		same(t, "what the view sees", []entry[int64]{{"n", 1}}, read(r).Counters)
	})
	before(t, st, func(tx *store.Tx) {
		write(4)
		same(t, "what was before", []entry[int64]{{"n", 2}}, read(tx).Counters)
	})
}

// Every transaction writes one number to all rows and spreads it over two
// collections; a reader that sees two numbers has seen half a transaction.
func TestReadersSeeWholeStates(t *testing.T) {
	const rows, writes, readers = 50, 200, 4
	st := open(t)
	whole := func(r store.Reader) {
		_, wants := counters.Get(r, "00")
		n, _ := counters.Get(r, "00")
		seen := 0
		for _, have := range counters.All(r) {
			if seen++; have != n {
				t.Errorf("rows of %d and %d in one state", n, have)
			}
		}
		if wants && seen != rows {
			t.Errorf("%d rows, want %d", seen, rows)
		}
		if text, ok := neighbours.Get(r, "n"); ok && text != strconv.FormatInt(n, 10) {
			t.Errorf("the other collection has %s, the rows have %d", text, n)
		}
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range readers {
		wg.Go(func() {
			for !closed(done) {
				view(t, st, whole)
				before(t, st, func(tx *store.Tx) { whole(tx) })
				if _, err := st.Image().Encode(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for n := range int64(writes) {
		update(t, st, func(tx *store.Tx) {
			for row := range rows {
				counters.Put(tx, string([]byte{'0' + byte(row/10), '0' + byte(row%10)}), n)
			}
			neighbours.Put(tx, "n", strconv.FormatInt(n, 10))
		})
	}
	close(done)
	wg.Wait()
}

// TestManyReadersAndWriters: each transaction moves something from one row to another, so that the
// sum is the same in each state. Some fail, some rewind, and in some there is a reader.
func TestManyReadersAndWriters(t *testing.T) {
	const clients, rounds, rows, each = 64, 30, 100, 1000
	st := open(t)
	update(t, st, func(tx *store.Tx) {
		for row := range rows {
			counters.Put(tx, strconv.Itoa(row), each)
		}
	})
	move := func(tx *store.Tx, from, to int) {
		for row, by := range map[int]int64{from % rows: -1, to % rows: 1} {
			n, _ := counters.Get(tx, strconv.Itoa(row))
			counters.Put(tx, strconv.Itoa(row), n+by)
		}
	}
	update(t, st, func(tx *store.Tx) { move(tx, 0, 1) }) // so that the state before has the rows, too
	look := func(r store.Reader) {
		first, sum := read(r), int64(0)
		for _, row := range first.Counters {
			sum += row.Value
		}
		if len(first.Counters) != rows || sum != rows*each {
			t.Errorf("a state of %d rows has the sum %d", len(first.Counters), sum)
		}
		runtime.Gosched()
		same(t, "a later look at the same state", first, read(r))
	}
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() {
			for n := range rounds {
				_ = st.Update(func(tx *store.Tx) error {
					move(tx, client, client+n+1)
					mark := tx.Mark()
					counters.Put(tx, "more", 1)
					if n%7 == 0 {
						view(t, st, look)
					}
					tx.Rewind(mark)
					if n%3 == 0 {
						counters.Delete(tx, strconv.Itoa(n))
						return errOnPurpose
					}
					return nil
				})
				view(t, st, look)
				before(t, st, func(tx *store.Tx) { look(tx) })
			}
		})
	}
	wg.Wait()
	view(t, st, look)
}

func TestCountersLoseNothing(t *testing.T) {
	const goroutines, keys = 1000, 7
	st := open(t)
	var wg sync.WaitGroup
	for i := range goroutines {
		wg.Go(func() {
			err := st.Update(func(tx *store.Tx) error {
				for _, key := range []string{"all", "part " + strconv.Itoa(i%keys)} {
					n, _ := counters.Get(tx, key)
					counters.Put(tx, key, n+1)
				}
				if i%10 == 0 {
					return errOnPurpose
				}
				return nil
			})
			if (err != nil) != (i%10 == 0) {
				t.Errorf("update %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	var sum int64
	for _, c := range present(t, st).Counters {
		sum += c.Value
	}
	same(t, "sum of all counters", int64(2*goroutines*9/10), sum)
}
