package k2

import (
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
)

// asker is a thing about which a process asks the bank, one question after another.
type asker interface {
	dueAt() time.Time // of the next question; zero while one is asked
	ask(*contract.Call) (contract.Question, bool)
}

// dueIndex leads from the instants of next questions to the names of what they are about.
type dueIndex struct{ store.Collection[string] }

func defineDue(name string) *dueIndex { return &dueIndex{store.Define[string](name)} }

// move what is due to another instant; zero for none.
func (in *dueIndex) move(c *contract.Call, name string, before, due time.Time) {
	if !before.IsZero() {
		in.Delete(c.Tx, dueKey(before, name))
	}
	if !due.IsZero() {
		in.Put(c.Tx, dueKey(due, name), name)
	}
}

func dueKey(at time.Time, name string) string { return store.InstantKey(at) + " " + name }

// nextQuestions are those that are due, at most so many, and when the next one is.
func nextQuestions[T asker](c *contract.Call, in *dueIndex, all *store.Collection[T], most int) (due []contract.Question, next time.Time) {
	for len(due) < most {
		key, name, ok := firstOf(c, &in.Collection)
		first, known := all.Get(c.Tx, name)
		switch {
		case !ok:
			return due, time.Time{}
		case known && first.dueAt().After(c.Now):
			return due, first.dueAt()
		}
		in.Delete(c.Tx, key) // in a snapshot that was changed by hand it may not be the key of what is asked about
		if !known {
			continue
		}
		if q, asks := first.ask(c); asks {
			due = append(due, q)
		}
	}
	return due, c.Now
}

// firstOf a collection by its keys; false if it is empty.
func firstOf[T any](c *contract.Call, all *store.Collection[T]) (key string, first T, ok bool) {
	for key, first := range all.All(c.Tx) {
		return key, first, true
	}
	return "", first, false
}
