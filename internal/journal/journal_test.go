package journal_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/store"
)

// add an exchange with a body of so many bytes, and answer its id.
// run is a journal with the log of its present run.
type run struct {
	*journal.Journal
	*journal.Log
}

func begun(b *journal.Budget, count int) *run {
	r := &run{Journal: b.New(count)}
	r.restart()
	return r
}

func (r *run) restart() { r.Log = r.Begin(0) }

// What is read is the journal's; its log answers the same while its run is present.
func (r *run) Exchanges() ([]*journal.Exchange, uint64) { return r.Journal.Exchanges() }
func (r *run) InFlight() []*journal.Exchange            { return r.Journal.InFlight() }

func add(j *run, bytes int) string {
	seq, id := j.Number()
	j.Add(&journal.Exchange{Seq: seq, ID: id, Request: journal.NewMessage(nil, make([]byte, bytes))})
	return id
}

func ids(j *run) []string {
	var all []string
	kept, _ := j.Exchanges()
	for _, e := range kept {
		all = append(all, e.ID)
	}
	return all
}

func want(t *testing.T, j *run, dropped uint64, ids ...string) {
	t.Helper()
	kept, gone := j.Exchanges()
	var have []string
	for _, e := range kept {
		have = append(have, e.ID)
	}
	if diff := cmp.Diff(ids, have); diff != "" {
		t.Errorf("what is kept (-want +got):\n%s", diff)
	}
	if gone != dropped {
		t.Errorf("%d were dropped, want %d", gone, dropped)
	}
}

func wantUsage(t *testing.T, b *journal.Budget, empty bool, dropped uint64) {
	t.Helper()
	used, gone := b.Usage()
	if (used == 0) != empty || used < 0 {
		t.Errorf("%d bytes are in use; nothing should be: %v", used, empty)
	}
	if gone != dropped {
		t.Errorf("the budget counts %d dropped, want %d", gone, dropped)
	}
}

const plenty = 1 << 30

func TestAJournalKeepsItsCountAndDropsTheOldest(t *testing.T) {
	b := journal.NewBudget(plenty)
	j, other := begun(b, 3), begun(b, 3)
	for range 3 {
		add(j, 10)
	}
	add(other, 10)
	want(t, j, 0, "req-000001", "req-000002", "req-000003")
	add(j, 10)
	add(j, 10)
	want(t, j, 2, "req-000003", "req-000004", "req-000005")
	want(t, other, 0, "req-000001")
	wantUsage(t, b, false, 2)
}

func TestTheBudgetIsSharedAndTheOldestOfAllGoes(t *testing.T) {
	const body = 40_000
	b := journal.NewBudget(4 * (body + 2000))
	first, second := begun(b, 100), begun(b, 100)
	add(first, body)
	add(second, body)
	add(first, body)
	add(second, body)
	want(t, first, 0, "req-000001", "req-000002")
	add(second, body)
	want(t, first, 1, "req-000002")
	add(second, body)
	add(second, body)
	want(t, first, 2)
	want(t, second, 1, "req-000002", "req-000003", "req-000004", "req-000005")
	wantUsage(t, b, false, 3)
	add(first, 10)
	want(t, first, 2, "req-000003")
}

// A budget may be used up to its last byte.
func TestTheBudgetIsUsedUp(t *testing.T) {
	b := journal.NewBudget(plenty)
	add(begun(b, 10), 10)
	each, _ := b.Usage()
	for spare, kept := range map[int64][]string{
		0:  {"req-000002", "req-000003"},
		-1: {"req-000003"},
	} {
		b := journal.NewBudget(2*each + spare)
		j := begun(b, 10)
		for range 3 {
			add(j, 10)
		}
		want(t, j, uint64(3-len(kept)), kept...)
		if used, _ := b.Usage(); used != int64(len(kept))*each {
			t.Errorf("%d bytes are in use of %d, want %d", used, b.Max(), int64(len(kept))*each)
		}
	}
}

// What a client can make long counts, wherever it puts it.
func TestTheBudgetBoundsWhatClientsSend(t *testing.T) {
	long := strings.Repeat("x", 10_000)
	for name, e := range map[string]journal.Exchange{
		"url":              {URL: long},
		"request body":     {Request: journal.Message{Body: []byte(long)}},
		"request header":   {Request: journal.NewMessage(http.Header{"A": {"", long}}, nil)},
		"header's name":    {Request: journal.NewMessage(http.Header{long: {""}}, nil)},
		"response body":    {Response: journal.Message{Body: []byte(long)}},
		"response header":  {Response: journal.NewMessage(http.Header{"Sim-Finding": {long}}, nil)},
		"finding":          {Findings: findings(1, long)},
		"findings":         {Findings: findings(40, "")},
		"explanation":      {Why: []string{long}},
		"subject":          {Subjects: []string{long}},
		"subjects":         {Subjects: make([]string, 400)},
		"room in the body": {Request: journal.Message{Body: make([]byte, journal.ShortBody+1, 10_000)}},
	} {
		t.Run(name, func(t *testing.T) {
			b := journal.NewBudget(plenty)
			begun(b, 10).Add(&e)
			if used, _ := b.Usage(); used < 10_000 {
				t.Errorf("it counts for %d bytes", used)
			}
		})
	}
}

func TestAnExchangeThatIsTooLargeForTheBudget(t *testing.T) {
	b := journal.NewBudget(10_000)
	j := begun(b, 10)
	add(j, 100)
	changed := j.Changed()
	add(j, 20_000)
	want(t, j, 2)
	wantUsage(t, b, true, 2)
	select {
	case <-changed:
	default:
		t.Error("who waits is not told of it")
	}
}

func TestClearForgetsAndGoesOnCounting(t *testing.T) {
	b := journal.NewBudget(plenty)
	j, other := begun(b, 2), begun(b, 2)
	for range 3 {
		add(j, 10)
	}
	add(other, 10)
	j.Clear()
	want(t, j, 1)
	want(t, other, 0, "req-000001")
	other.Clear()
	wantUsage(t, b, true, 1)
	add(j, 10)
	want(t, j, 1, "req-000004")
}

func TestRestartBeginsAnew(t *testing.T) {
	b := journal.NewBudget(plenty)
	j := begun(b, 2)
	for range 3 {
		add(j, 10)
	}
	j.restart()
	want(t, j, 0)
	wantUsage(t, b, true, 1)
	add(j, 10)
	want(t, j, 0, "req-000001")
}

func TestAClosedJournalTakesNothing(t *testing.T) {
	b := journal.NewBudget(plenty)
	j := begun(b, 2)
	add(j, 10)
	j.Close()
	want(t, j, 0)
	add(j, 10)
	want(t, j, 0)
	wantUsage(t, b, true, 0)
}

// Exchanges are numbered as they arrive and added as they end.
func TestNumbersAreGivenInTheOrderOfArrival(t *testing.T) {
	j := begun(journal.NewBudget(plenty), 10)
	seq1, id1 := j.Number()
	seq2, id2 := j.Number()
	j.Add(&journal.Exchange{ID: id2, Seq: seq2})
	j.Add(&journal.Exchange{ID: id1, Seq: seq1})
	want(t, j, 0, "req-000002", "req-000001")
	if seq1 != 1 || seq2 != 2 {
		t.Errorf("numbers %d and %d, want 1 and 2", seq1, seq2)
	}
}

func TestFind(t *testing.T) {
	j := begun(journal.NewBudget(plenty), 2)
	for range 3 {
		add(j, 10)
	}
	for id, there := range map[string]bool{
		"req-000001": false, // dropped
		"req-000002": true,
		"req-000003": true,
		"req-000004": false,
		"":           false,
	} {
		e, ok := j.Find(id)
		if ok != there || ok && e.ID != id {
			t.Errorf("Find(%q): %v, %v", id, e, ok)
		}
	}
}

func TestChangedIsClosedByTheNextExchangeOfItsOwn(t *testing.T) {
	b := journal.NewBudget(plenty)
	j, other := begun(b, 10), begun(b, 10)
	first := j.Changed()
	add(other, 10)
	j.Clear()
	select {
	case <-first:
		t.Fatal("it is closed before an exchange was added")
	default:
	}
	add(j, 10)
	<-first
	select {
	case <-j.Changed():
		t.Error("the next one is closed already")
	default:
	}
}

// What is kept goes on agreeing with what is counted while everything happens at
// once.
func TestJournalsAreSafeForConcurrentUse(t *testing.T) {
	const journals, adders, exchanges = 4, 4, 200
	b := journal.NewBudget(journals * 50_000)
	var wg sync.WaitGroup
	all := make([]*run, journals)
	for i := range all {
		j := begun(b, 30)
		all[i] = j
		for range adders {
			wg.Go(func() {
				for n := range exchanges {
					changed := j.Changed()
					id := add(j, 100*(n%50))
					<-changed
					j.Find(id)
					b.Usage()
					if kept := ids(j); len(kept) > 30 {
						t.Errorf("%d exchanges are kept, of 30", len(kept))
					}
				}
			})
		}
		wg.Go(func() {
			for range 20 {
				j.Clear()
			}
		})
	}
	wg.Wait()
	var numbered []string
	total := 0
	for _, j := range all {
		kept, dropped := j.Exchanges()
		if total += len(kept); dropped == 0 {
			t.Error("none was dropped, want some")
		}
		_, next := j.Number()
		numbered = append(numbered, next)
	}
	if total == 0 {
		t.Error("none is kept, want some of those that came last")
	}
	if each := fmt.Sprintf("req-%06d", adders*exchanges+1); slices.ContainsFunc(numbered, func(id string) bool { return id != each }) {
		t.Errorf("the next ids are %q, want all %s", numbered, each)
	}
	for _, j := range all {
		j.restart()
	}
	if used, _ := b.Usage(); used != 0 {
		t.Errorf("%d bytes are in use after all is cleared", used)
	}
}

// TestALogThatIsOver: what a run is told after another has begun is in no journal.
func TestALogThatIsOver(t *testing.T) {
	j := begun(journal.NewBudget(plenty), 10)
	add(j, 10)
	old := *j
	j.restart()
	changed := j.Changed()
	old.Open(&journal.Exchange{ID: "late", Seq: 7})
	old.Add(&journal.Exchange{ID: "late", Seq: 8})
	old.Note(journal.Clock, 0)
	want(t, j, 0)
	wantTold(t, j, 1, 0, "2 reset {}")
	select {
	case <-changed:
		t.Error("the journal tells of it")
	default:
	}
	add(j, 10)
	want(t, j, 0, "req-000001")
	j.Open(&journal.Exchange{ID: "req-000002", Seq: 2})
	for log, n := range map[*journal.Log]int{old.Log: 0, j.Log: 1} {
		if kept, _ := log.Exchanges(); len(kept) != n || len(log.InFlight()) != n {
			t.Errorf("a log has %d exchanges and %d in flight, want %d of each", len(kept), len(log.InFlight()), n)
		}
	}
}

// TestEverythingKeptIsCounted: what is in flight, what a change holds and what a note
// tells count as the bodies do, and are given back.
func TestEverythingKeptIsCounted(t *testing.T) {
	const large = 100 << 10
	long := strings.Repeat("x", large)
	b := journal.NewBudget(10 * large)
	j := begun(b, 100)
	used := func() int64 { n, _ := b.Usage(); return n }
	wantUsed := func(what string, least, most int64) {
		t.Helper()
		if n := used(); n < least || n > most {
			t.Errorf("%s: %d bytes are in use, want %d to %d", what, n, least, most)
		}
	}
	e := &journal.Exchange{Seq: 1, ID: "req-000001", Request: journal.NewMessage(nil, make([]byte, journal.MaxBody))}
	j.Open(e)
	j.Show(e) // another version of it
	wantUsed("in flight", journal.MaxBody, journal.MaxBody+2000)
	j.Add(e)
	wantUsed("over", journal.MaxBody, journal.MaxBody+2000)
	j.restart()
	wantUsed("forgotten", 0, 0)
	j.Add(&journal.Exchange{Seq: 2, Changes: []store.Change{{Before: long, After: []string{long}}}})
	wantUsed("changes", 2*large, 2*large+3000)
	j.Note(journal.Delivery, map[string]string{"body": long})
	wantUsed("a note", 3*large, 3*large+5000)
	for seq := range uint64(20) {
		j.Open(&journal.Exchange{ID: fmt.Sprint(seq), URL: long})
	}
	if kept, dropped := j.Exchanges(); len(kept) != 0 || dropped != 1 {
		t.Errorf("%d are kept and %d dropped beside what is in flight", len(kept), dropped)
	}
	j.Close()
	wantUsed("closed", 0, 0)
}

// TestPick: those that are there in the order that was asked for, without the others.
func TestPick(t *testing.T) {
	j := begun(journal.NewBudget(plenty), 3)
	for range 5 {
		add(j, 10)
	}
	var got []string
	for _, e := range j.Pick([]string{"req-000005", "req-000001", "req-000004", "req-000009", "req-000003"}) {
		got = append(got, e.ID)
	}
	if diff := cmp.Diff([]string{"req-000005", "req-000004", "req-000003"}, got); diff != "" {
		t.Error(diff)
	}
}
