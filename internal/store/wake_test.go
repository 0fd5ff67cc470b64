package store_test

import (
	"testing"

	"github.com/kzsim/kzsim/internal/store"
)

// TestWake: a commit wakes those that wait for what it changes, and no others.
func TestWake(t *testing.T) {
	texts, others := store.Define[string]("texts"), store.Define[string]("others")
	notes := store.DefineRecord[string]("notes")
	put := func(c store.Collection[string], key, value string) func(*store.Tx) {
		return func(tx *store.Tx) { c.Put(tx, key, value) }
	}
	get := func(key string) func(*store.Tx) { return func(tx *store.Tx) { texts.Get(tx, key) } }
	scan := func(prefix string) func(*store.Tx) {
		return func(tx *store.Tx) {
			for range texts.Prefix(tx, prefix) {
				break
			}
		}
	}
	for _, test := range []struct {
		name         string
		read, change func(*store.Tx)
		woken        bool
	}{
		{"the key", get("a"), put(texts, "a", "2"), true},
		{"the same value again", get("a"), put(texts, "a", "1"), false},
		{"a key that wasn't there", get("b"), put(texts, "b", "1"), true},
		{"the key is deleted", get("a"), func(tx *store.Tx) { texts.Delete(tx, "a") }, true},
		{"another key", get("a"), put(texts, "ab", "1"), false},
		{"the key of another collection", get("a"), put(others, "a", "1"), false},
		{"a record", get("a"), put(notes, "a", "1"), false},
		{"within a prefix", scan("a"), put(texts, "ab", "1"), true},
		{"an empty collection", func(tx *store.Tx) { others.IsEmpty(tx) }, put(others, "a", "1"), true},
		{"below a prefix", func(tx *store.Tx) { texts.Below(tx, "a", nil) }, put(texts, "ab", "1"), true},
		{"without a prefix", scan("a"), put(texts, "b", "1"), false},
		{"one of two changes", get("b"), func(tx *store.Tx) { texts.Put(tx, "x", "1"); texts.Put(tx, "b", "1") }, true},
		{"one of two keys", func(tx *store.Tx) { texts.Get(tx, "a"); texts.Get(tx, "b") }, put(texts, "b", "1"), true},
		{"what it wrote and didn't read", put(texts, "c", "1"), put(texts, "c", "2"), true},
		{"what it deleted", func(tx *store.Tx) { texts.Delete(tx, "c") }, put(texts, "c", "2"), true},
		{"what it changes itself", func(tx *store.Tx) { texts.Get(tx, "a"); texts.Put(tx, "a", "2") }, put(texts, "d", "1"), false},
	} {
		for _, stopped := range []bool{false, true} {
			s := store.New(texts.Definition(), others.Definition(), notes.Definition())
			do := func(fn func(*store.Tx)) {
				_ = s.Update(func(tx *store.Tx) error { fn(tx); return nil })
			}
			do(put(texts, "a", "1"))
			var wake *store.Wake
			do(func(tx *store.Tx) {
				test.read(tx)
				tx.After(func() { wake = tx.Wake() })
			})
			if stopped {
				wake.Stop()
			}
			do(test.change)
			do(test.change)
			if got := isClosed(wake.C); got != (test.woken && !stopped) {
				t.Errorf("%s (stopped: %v): woken %v", test.name, stopped, got)
			}
			wake.Stop()
		}
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
