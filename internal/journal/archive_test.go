package journal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/brianvoe/gofakeit/v7"
	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/store"
)

// memoryArchive keeps events at once.
type memoryArchive struct {
	t      *testing.T
	events map[string][]memoryEvent // by journal
}

type memoryEvent struct {
	id     uint64
	note   bool
	packed []byte
}

func newArchive(t *testing.T) *memoryArchive {
	return &memoryArchive{t: t, events: map[string][]memoryEvent{}}
}

func (m *memoryArchive) Put(name string, e journal.Archived) {
	packed, err := e.Pack()
	if err != nil {
		m.t.Error(err)
	}
	m.events[name] = append(m.events[name], memoryEvent{e.Event(), e.IsNote(), packed})
}

func (m *memoryArchive) Drop(name string, notes bool, upTo uint64) {
	m.events[name] = slices.DeleteFunc(m.events[name], func(e memoryEvent) bool { return e.note == notes && e.id <= upTo })
}

// recalled is a journal that goes on from what the archive has, in another process.
func (m *memoryArchive) recalled(name string, bytes int64, count int) *run {
	m.t.Helper()
	var past []journal.Past
	for _, e := range m.events[name] {
		p, err := journal.ReadPast(e.packed)
		if err != nil {
			m.t.Fatal(err)
		}
		past = append(past, p)
	}
	j := begun(journal.NewBudget(bytes), count)
	j.Keep(newArchive(m.t), name, past)
	return j
}

// wantRecalled compares a journal with that which the archive has of it.
func (m *memoryArchive) wantRecalled(what, name string, j *run, bytes int64, count int) {
	m.t.Helper()
	back := m.recalled(name, bytes, count)
	type seen struct {
		Events, All   []string
		Lost, LostAll uint64
		Dropped, Last uint64
		Next          string
	}
	look := func(j *run) (s seen) {
		_, s.Dropped = j.Exchanges()
		s.Events, s.Lost = told(j, j.LastEvent()/2)
		s.All, s.LostAll = told(j, 0)
		s.Last = j.LastEvent()
		return s
	}
	if diff := cmp.Diff(look(j), look(back)); diff != "" {
		m.t.Errorf("%s (-journal +from the archive):\n%s", what, diff)
	}
}

// TestAnArchiveHasWhatTheJournalHas, whatever happens to that.
func TestAnArchiveHasWhatTheJournalHas(t *testing.T) {
	const count, memory = 5, 12 << 10
	j := begun(journal.NewBudget(memory), count)
	m := newArchive(t)
	name := "default/1/1"
	j.Keep(m, name, nil)
	note := func(n int) { j.Note(journal.Clock, json.RawMessage(fmt.Sprint(n))) }
	for _, step := range []struct {
		what string
		do   func()
	}{
		{"nothing", func() {}},
		{"an exchange", func() { add(j, 10) }},
		{"a note", func() { note(1) }},
		{"more exchanges than the journal keeps", func() {
			for range 7 {
				add(j, 10)
			}
		}},
		{"exchanges that the budget has no room for", func() { add(j, 3<<10); add(j, 3<<10); add(j, 3<<10) }},
		{"one that is larger than the budget, and others", func() { add(j, 13<<10); note(2); add(j, 10); note(3) }},
		{"it is cleared, and goes on", func() { j.Clear(); note(4) }},
		{"another one", func() { add(j, 10) }},
		{"another run", func() {
			j.restart()
			if name = "default/1/2"; len(m.events["default/1/1"]) > 0 {
				t.Error("what was before the reset is still there")
			}
			j.Keep(m, name, nil)
			note(4)
			add(j, 10)
		}},
		{"erased", func() {
			j.Erase()
			add(j, 10)
			if len(m.events[name]) > 0 {
				t.Error("it is still there")
			}
			j.restart()
			name = "default/1/3"
			j.Keep(m, name, nil)
			note(5)
		}},
	} {
		step.do()
		m.wantRecalled(step.what, name, j, memory, count)
	}
}

// TestNumbersGoOnAfterARecall: those of exchanges and of events.
func TestNumbersGoOnAfterARecall(t *testing.T) {
	j := begun(journal.NewBudget(plenty), 10)
	m := newArchive(t)
	j.Keep(m, "a", nil)
	add(j, 10)
	add(j, 10)
	back := m.recalled("a", plenty, 10)
	if id := add(back, 10); id != "req-000003" {
		t.Errorf("the next exchange is %s", id)
	}
	wantTold(t, back, 2, 0, "3 req-000003")
}

// TestAnArchivedExchangeIsReadAsItWas, with every field filled; only values of the state are JSON.
func TestAnArchivedExchangeIsReadAsItWas(t *testing.T) {
	e, packed := archived(t, journal.MaxBody+1)
	past, err := journal.ReadPast(packed)
	if err != nil {
		t.Fatal(err)
	}
	j := begun(journal.NewBudget(plenty), 1)
	j.Keep(newArchive(t), "a", []journal.Past{past})
	got, ok := j.Find(e.ID)
	if !ok {
		t.Fatal("it is not there")
	}
	e.Changes[0].After = json.RawMessage(`{"text":"<&>"}`)
	e.At, e.Started = e.At.UTC(), e.Started.UTC()
	got.At, got.Started = got.At.UTC(), got.Started.UTC()
	if diff := cmp.Diff(e, got); diff != "" {
		t.Errorf("(-told +read):\n%s", diff)
	}
}

// archived is an exchange with every field filled and an answer of so many bytes, and what an archive has of it.
func archived(t *testing.T, answer int) (*journal.Exchange, []byte) {
	t.Helper()
	var e journal.Exchange
	if err := gofakeit.New(1).Struct(&e); err != nil {
		t.Fatal(err)
	}
	e.Request, e.Response = journal.NewMessage(http.Header{"A": {"b", "c"}}, []byte("a")), journal.NewMessage(http.Header{"D": {""}}, bytes.Repeat([]byte("b"), answer))
	e.Within, e.Arrived, e.Status = true, true, 200
	e.Took, e.Held = 1, 2
	e.Changes = []store.Change{{Collection: "loans", Key: "1", Before: nil, After: map[string]string{"text": "<&>"}}}
	m := newArchive(t)
	j := begun(journal.NewBudget(plenty), 1)
	j.Keep(m, "a", nil)
	j.Add(&e)
	return &e, m.events["a"][0].packed
}

// TestDamagedEvents are errors: whatever stands in the database, the process goes on.
func TestDamagedEvents(t *testing.T) {
	_, packed := archived(t, 10)
	read := func(b []byte) error {
		past, err := journal.ReadPast(b)
		if err == nil {
			j := begun(journal.NewBudget(plenty), 1)
			j.Keep(newArchive(t), "a", []journal.Past{past})
			for _, e := range first(j.Exchanges()) {
				_, _ = e.Request.Header(), e.Response.Header()
			}
		} else if !errors.Is(err, journal.ErrPacked) {
			t.Errorf("the error is %v", err)
		}
		return err
	}
	for n := range len(packed) - 1 { // a line's end is the last byte
		if read(packed[:n]) == nil {
			t.Errorf("the first %d bytes are an event", n)
		}
		for _, flip := range []byte{1, 0x80, 0xff} {
			damaged := bytes.Clone(packed)
			damaged[n] ^= flip
			_ = read(damaged) // it may mean something else
		}
	}
	newer := bytes.Clone(packed)
	newer[0]++
	if read(newer) == nil {
		t.Error("an event of another version is read")
	}
}

func first[A, B any](a A, _ B) A { return a }
