package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/store"
)

// TestSizeIsKept: after any mix of puts, deletes, counts, rewinds and failures a store
// has the size of one that is made of its snapshot.
func TestSizeIsKept(t *testing.T) {
	texts, notes := store.Define[string]("texts"), store.DefineRecord[string]("notes")
	schema := store.NewSchema(texts.Definition(), notes.Definition())
	s := schema.New()
	random := rand.New(rand.NewPCG(1, 2))
	step := func(tx *store.Tx) {
		key, value := fmt.Sprint(random.IntN(40)), strings.Repeat("x", random.IntN(100))
		switch random.IntN(6) {
		case 0, 1:
			texts.Put(tx, key, value)
		case 2:
			notes.Put(tx, key, value)
		case 3:
			texts.Delete(tx, key)
		case 4:
			tx.Counters().Next("group "+fmt.Sprint(random.IntN(3)), key)
		case 5:
			if random.IntN(20) == 0 {
				tx.Counters().Drop("group 1")
			}
		}
	}
	for round := range 500 {
		before := s.Size()
		var growth int64
		err := s.Update(func(tx *store.Tx) error {
			for range random.IntN(6) {
				step(tx)
			}
			mark := tx.Mark()
			if random.IntN(3) == 0 {
				step(tx)
				tx.Rewind(mark)
			}
			growth = tx.Growth()
			if random.IntN(4) == 0 {
				growth = 0
				return errors.New("failed")
			}
			return nil
		})
		if got := s.Size(); got != before+growth {
			t.Fatalf("round %d (%v): the size is %d, and was %d before a growth of %d", round, err, got, before, growth)
		}
	}
	snapshot, err := s.Image().Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := schema.Restore(snapshot)
	if err != nil {
		t.Fatal(err)
	}
	if s.Size() != again.Size() || s.Size() < 1000 {
		t.Errorf("the size is %d, and %d of what is restored", s.Size(), again.Size())
	}
}

type sized struct{ bytes int64 }

func (s sized) Size() int64 { return s.bytes }

// TestSizeOf: what a value holds is counted wherever it is, a zone that all share is not.
func TestSizeOf(t *testing.T) {
	long := strings.Repeat("x", 1000)
	for _, test := range []struct {
		name        string
		value       any
		least, most int64
	}{
		{"nothing", nil, 0, 0},
		{"a text", long, 1000, 1100},
		{"bytes with room for more", make([]byte, 10, 1000), 1000, 1100},
		{"a struct", struct{ A, B string }{long, long}, 2000, 2100},
		{"a list of structs", []struct{ A string }{{long}, {long}}, 2000, 2150},
		{"a map", map[string]any{"a": long, "b": []string{long}}, 2000, 2400},
		{"a pointer", &struct{ A string }{long}, 1000, 1100},
		{"an instant", time.Now(), 20, 40},
		{"one that says it itself", sized{5000}, 5000, 5000},
		{"one within another", []any{sized{5000}}, 5000, 5100},
	} {
		if got := store.SizeOf(test.value); got < test.least || got > test.most {
			t.Errorf("%s: %d, want %d to %d", test.name, got, test.least, test.most)
		}
	}
}
