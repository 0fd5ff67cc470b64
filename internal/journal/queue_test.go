package journal_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/store"
)

// model is what journals of one budget should hold: all entries of all journals in one list, oldest first.
type model struct {
	max, count int
	entries    []modelled
}

type modelled struct {
	journal, size int
	id            string // of an exchange; empty for a note
}

func (m *model) add(e modelled) {
	m.entries = append(m.entries, e)
	own := 0
	for _, other := range m.entries {
		if other.journal == e.journal && (other.id == "") == (e.id == "") {
			own++
		}
	}
	if own > m.count {
		m.drop(func(other modelled) bool { return other.journal == e.journal && (other.id == "") == (e.id == "") })
	}
	for m.used() > m.max {
		m.drop(func(modelled) bool { return true })
	}
}

// drop the first entry that fits.
func (m *model) drop(fits func(modelled) bool) {
	for i, e := range m.entries {
		if fits(e) {
			m.entries = append(m.entries[:i], m.entries[i+1:]...)
			return
		}
	}
}

func (m *model) used() (bytes int) {
	for _, e := range m.entries {
		bytes += e.size
	}
	return bytes
}

func (m *model) exchanges(journal int) (ids []string) {
	for _, e := range m.entries {
		if e.journal == journal && e.id != "" {
			ids = append(ids, e.id)
		}
	}
	return ids
}

// TestJournalsKeepWhatAModelKeeps, whatever their counts, the budget and what is cleared.
func TestJournalsKeepWhatAModelKeeps(t *testing.T) {
	const journals, steps = 5, 2_000
	for seed := range uint64(6) {
		random := rand.New(rand.NewPCG(seed, 1))
		m := &model{max: 20_000 + random.IntN(300_000), count: 1 + random.IntN(100)}
		b := journal.NewBudget(int64(m.max))
		var all []*run
		for range journals {
			all = append(all, begun(b, m.count))
		}
		for step := range steps {
			n := random.IntN(journals)
			switch random.IntN(40) {
			case 0:
				all[n].Clear()
				for len(m.exchanges(n)) > 0 {
					m.drop(func(e modelled) bool { return e.journal == n && e.id != "" })
				}
			case 1, 2, 3, 4:
				all[n].Note(journal.Clock, step)
				m.add(modelled{journal: n, size: sizeOf(func(j *run) { j.Note(journal.Clock, step) })})
			default:
				body := random.IntN(4_000)
				id := add(all[n], body)
				m.add(modelled{n, sizeOf(func(j *run) { add(j, body) }), id})
			}
			if used, _ := b.Usage(); int(used) != m.used() {
				t.Fatalf("seed %d, step %d: %d bytes are in use, the model has %d", seed, step, used, m.used())
			}
			if diff := cmp.Diff(m.exchanges(n), ids(all[n])); diff != "" {
				t.Fatalf("seed %d, step %d (-model +journal):\n%s", seed, step, diff)
			}
			if after := random.Uint64N(all[n].LastEvent() + 1); step%16 == 0 {
				if diff := cmp.Diff(eventsAfter(all[n], 0, after), eventsAfter(all[n], after, after)); diff != "" {
					t.Fatalf("seed %d, step %d: events after %d (-of all +asked for):\n%s", seed, step, after, diff)
				}
				if diff := cmp.Diff(eventsAfter(all[n], after, after), eventsInParts(t, all[n], after)); diff != "" {
					t.Fatalf("seed %d, step %d: events after %d (-at once +in parts):\n%s", seed, step, after, diff)
				}
			}
		}
	}
}

// eventsAfter one of those that are asked for: their numbers.
func eventsAfter(j *run, asked, after uint64) (numbers []uint64) {
	events, _, _ := j.Events(asked, math.MaxInt)
	for _, e := range events {
		if e.ID > after {
			numbers = append(numbers, e.ID)
		}
	}
	return numbers
}

// eventsInParts are those after one, a few at a time: their numbers.
func eventsInParts(t *testing.T, j *run, after uint64) (numbers []uint64) {
	t.Helper()
	_, all, _ := j.Events(after, math.MaxInt)
	var missing uint64
	for {
		events, lost, last := j.Events(after, 3)
		if len(events) > 4 { // the reset is one
			t.Fatalf("%d events are told at once", len(events))
		}
		for _, e := range events {
			numbers = append(numbers, e.ID)
		}
		if missing += lost; len(events) == 0 || last == j.LastEvent() {
			if missing != all {
				t.Fatalf("%d events are missing in parts, %d at once", missing, all)
			}
			return numbers
		}
		after = last
	}
}

// sizeOf what is done to a journal.
func sizeOf(do func(*run)) int {
	b := journal.NewBudget(plenty)
	do(begun(b, 10))
	used, _ := b.Usage()
	return int(used)
}

// TestAJournalCopiesWhatARequestUsesAgain: short bodies, headers and changes, of an exchange in flight too.
func TestAJournalCopiesWhatARequestUsesAgain(t *testing.T) {
	j := begun(journal.NewBudget(plenty), 10)
	var room journal.Room
	body, changes := make([]byte, journal.ShortBody), make([]store.Change, 1)
	made := func(n int) *journal.Exchange {
		header := http.Header{"Content-Type": {fmt.Sprint("text/", n)}, "X-Other": {fmt.Sprint(n)}}
		copy(body, bytes.Repeat([]byte{byte('a' + n)}, len(body)))
		changes[0] = store.Change{Collection: "loans", Key: fmt.Sprint(n), Before: n, After: n + 1}
		return &journal.Exchange{
			ID: fmt.Sprint("req-", n), Changes: changes,
			Request: room.Request(header, body), Response: room.Response(header, body),
		}
	}
	said := func(e *journal.Exchange) string {
		return fmt.Sprintf("%v %s %v %v", e.Request.Header(), e.Request.Body, e.Changes, e.Response.Header())
	}
	first := made(0)
	want := said(first)
	j.Open(first)
	shown := j.InFlight()[0]
	j.Add(first)
	j.Add(made(1))
	kept, _ := j.Exchanges()
	for what, e := range map[string]*journal.Exchange{"in flight": shown, "kept": kept[0]} {
		if got := said(e); got != want {
			t.Errorf("%s it is\n%s, want\n%s", what, got, want)
		}
	}
}

// TestJournalsThatWereBusyKeepNoRoom: hundreds of journals that had many exchanges, and lost them to others.
func TestJournalsThatWereBusyKeepNoRoom(t *testing.T) {
	const journals, exchanges, most = 500, 500, 4 << 20
	b := journal.NewBudget(1 << 20)
	inUse := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := inUse()
	var all []*run
	for range journals {
		j := begun(b, exchanges)
		all = append(all, j)
		for range exchanges {
			add(j, 600)
		}
	}
	if more := inUse() - before; more > most {
		t.Errorf("the journals take %d bytes more, at most %d are expected", more, most)
	}
	runtime.KeepAlive(all)
}
