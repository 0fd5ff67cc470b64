package store_test

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/store"
)

func open(t *testing.T) *store.Store {
	t.Helper()
	return store.New(definitions...)
}

// item is a value that shares memory with its copies unless it is cloned.
type item struct {
	Name  string
	Tags  []string
	Marks map[string]int
	At    time.Time
	Next  *item           `json:",omitempty"`
	Raw   json.RawMessage `json:",omitempty"`
}

func (i item) Clone() item {
	i.Tags, i.Marks, i.Raw = slices.Clone(i.Tags), maps.Clone(i.Marks), slices.Clone(i.Raw)
	if i.Next != nil {
		next := i.Next.Clone()
		i.Next = &next
	}
	return i
}

var (
	items    = store.Define[item]("item")
	counters = store.Define[int64]("counter")
	// neighbours has a name that begins with another collection's.
	neighbours = store.Define[string]("item-neighbour")
	records    = store.DefineRecord[item]("record")

	definitions = []store.Definition{items.Definition(), counters.Definition(), neighbours.Definition(), records.Definition()}
)

func sample(name string) item {
	return item{
		Name: name, Tags: []string{"один", "two"}, Marks: map[string]int{"a": 1},
		At: time.Date(2024, 3, 1, 9, 0, 0, 1, time.UTC), Next: &item{Name: "next", Tags: []string{}}, Raw: json.RawMessage(`{"a":[1,"<"]}`),
	}
}

var errOnPurpose = errors.New("on purpose")

// update runs a transaction that must succeed.
func update(t *testing.T, s *store.Store, fn func(*store.Tx)) {
	t.Helper()
	err := s.Update(func(tx *store.Tx) error {
		fn(tx)
		return nil
	})
	if err != nil {
		t.Fatalf("Update: %v", err)
	}
}

// view reads the present state.
func view(t *testing.T, s *store.Store, fn func(store.Reader)) {
	t.Helper()
	err := s.View(func(r store.Reader) error {
		fn(r)
		return nil
	})
	if err != nil {
		t.Fatalf("View: %v", err)
	}
}

func before(t *testing.T, s *store.Store, fn func(*store.Tx)) {
	t.Helper()
	err := s.Before(func(tx *store.Tx) error {
		fn(tx)
		return nil
	})
	if err != nil {
		t.Fatalf("Before: %v", err)
	}
}

// state is all that a reader sees, in the order in which it sees it.
type state struct {
	Items      []entry[item]
	Counters   []entry[int64]
	Neighbours []entry[string]
}

type entry[T any] struct {
	Key   string
	Value T
}

func list[T any](r store.Reader, c store.Collection[T]) []entry[T] {
	var all []entry[T]
	for key, value := range c.All(r) {
		all = append(all, entry[T]{key, value})
	}
	return all
}

func read(r store.Reader) state {
	return state{list(r, items), list(r, counters), list(r, neighbours)}
}

func present(t *testing.T, s *store.Store) state {
	t.Helper()
	var now state
	view(t, s, func(r store.Reader) { now = read(r) })
	return now
}

func previous(t *testing.T, s *store.Store) state {
	t.Helper()
	var then state
	before(t, s, func(tx *store.Tx) { then = read(tx) })
	return then
}

func same(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := difference(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// difference is empty for what is the same. That is most, and cmp takes ten times as long to find it.
func difference(want, got any) string {
	if reflect.DeepEqual(want, got) {
		return ""
	}
	return cmp.Diff(want, got)
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
