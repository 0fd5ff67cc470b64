package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/kzsim/kzsim/internal/store"
)

// words are values whose owners are "", a, b, "a\x00", "1:a".
var (
	words   = store.IndexedBy(store.Define[string]("words"), "owner", ownerOf)
	owners  = []string{"", "a", "b", "a\x00", "1:a"}
	ordinal = store.Define[int64]("words-behind") // a collection next to it
)

func ownerOf(word string) string { return word[1:] }

// scanned are the keys of an owner in a part of the collection, found by going through it.
func scanned(tx *store.Tx, owner *string, from, to string) (keys []string) {
	for key, word := range words.All(tx) {
		if key >= from && key < to && (owner == nil || ownerOf(word) == *owner) {
			keys = append(keys, key)
		}
	}
	return keys
}

func keysOf(s store.Span[string]) (keys []string) {
	for n := range s.Len() {
		key, _ := s.At(n)
		keys = append(keys, key)
	}
	return keys
}

// lookUp compares spans and the index with what going through the collection finds.
func lookUp(t *testing.T, tx *store.Tx, random *rand.Rand) (indexed bool) {
	t.Helper()
	from, to := fmt.Sprintf("%02d", random.IntN(50)), fmt.Sprintf("%02d", random.IntN(50))
	if random.IntN(2) == 0 {
		from, to = "", "\xff"
	}
	same(t, "a span", scanned(tx, nil, from, to), keysOf(store.SpanOf(words, tx, from, to)))
	for _, owner := range owners {
		span, ok := store.Where(words, tx, "owner", owner, from, to)
		if ok {
			indexed = true
			same(t, "of "+owner, scanned(tx, &owner, from, to), keysOf(span))
		}
	}
	return indexed
}

// TestAnIndexSaysWhatIsThere after any mix of changes, failures, rewinds and restores.
func TestAnIndexSaysWhatIsThere(t *testing.T) {
	schema := store.NewSchema(words.Definition(), ordinal.Definition())
	s, random := schema.New(), rand.New(rand.NewPCG(3, 4))
	step := func(tx *store.Tx) {
		key := fmt.Sprintf("%02d", random.IntN(50))
		if random.IntN(3) == 0 {
			words.Delete(tx, key)
		} else {
			words.Put(tx, key, fmt.Sprint(random.IntN(3))+owners[random.IntN(len(owners))])
		}
		ordinal.Put(tx, key, random.Int64N(9))
	}
	for round := range 300 {
		_ = s.Update(func(tx *store.Tx) error {
			if !lookUp(t, tx, random) {
				t.Fatalf("round %d: no index", round)
			}
			lookUp(t, tx.Before(), random)
			step(tx)
			mark := tx.Mark()
			step(tx)
			lookUp(t, tx, random)
			if random.IntN(2) == 0 {
				tx.Rewind(mark)
				lookUp(t, tx, random)
			}
			if random.IntN(3) == 0 {
				return errors.New("failed")
			}
			return nil
		})
		if round%50 == 49 {
			snapshot, err := s.Image().Encode()
			if err != nil {
				t.Fatal(err)
			}
			size := s.Size()
			if s, err = schema.Restore(snapshot); err != nil {
				t.Fatal(err)
			}
			same(t, "size", size, s.Size())
		}
	}
}
