package journal_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/journal"
)

// told are the events after a number, in short, and how many were lost.
func told(j *run, after uint64) (events []string, lost uint64) {
	all, lost, _ := j.Events(after, math.MaxInt)
	for _, e := range all {
		if e.Exchange != nil {
			events = append(events, fmt.Sprint(e.ID, " ", e.Exchange.ID))
			continue
		}
		events = append(events, fmt.Sprint(e.ID, " ", e.Note.Kind, " ", e.Note.Data))
	}
	return events, lost
}

func wantTold(t *testing.T, j *run, after, lost uint64, want ...string) {
	t.Helper()
	events, missing := told(j, after)
	if diff := cmp.Diff(want, events); diff != "" || missing != lost {
		t.Errorf("after %d: %d are lost, want %d (-want +got):\n%s", after, missing, lost, diff)
	}
}

func TestEventsAreNumberedInOrder(t *testing.T) {
	b := journal.NewBudget(plenty)
	j, other := begun(b, 10), begun(b, 10)
	add(j, 10)
	j.Note(journal.Clock, 7)
	add(other, 10)
	add(j, 10)
	wantTold(t, j, 0, 0, "1 req-000001", "2 clock 7", "3 req-000002")
	wantTold(t, j, 2, 0, "3 req-000002")
	wantTold(t, j, 3, 0)
	wantTold(t, j, 99, 0, "1 req-000001", "2 clock 7", "3 req-000002") // another journal's number
	if got := j.LastEvent(); got != 3 {
		t.Errorf("the last event is %d", got)
	}
}

func TestLostEventsAreCounted(t *testing.T) {
	j := begun(journal.NewBudget(plenty), 2)
	for range 4 {
		add(j, 10)
		j.Note(journal.Clock, 0)
	}
	wantTold(t, j, 0, 4, "5 req-000003", "6 clock 0", "7 req-000004", "8 clock 0")
	wantTold(t, j, 3, 1, "5 req-000003", "6 clock 0", "7 req-000004", "8 clock 0")
	wantTold(t, j, 6, 0, "7 req-000004", "8 clock 0")
	j.Clear()
	wantTold(t, j, 4, 2, "6 clock 0", "8 clock 0")

	small := begun(journal.NewBudget(3000), 100)
	for range 10 {
		small.Note(journal.Clock, 0)
	}
	wantTold(t, small, 0, 8, "9 clock 0", "10 clock 0")
}

// A restart makes what was before void: it is neither told nor lost, and takes no
// memory. Those who wait for an event are told of the restart.
func TestRestartIsAnEvent(t *testing.T) {
	b := journal.NewBudget(plenty)
	j := begun(b, 10)
	add(j, 10)
	j.Note(journal.Clock, 7)
	changed := j.Changed()
	j.restart()
	wantUsage(t, b, true, 0)
	select {
	case <-changed:
	default:
		t.Error("the restart isn't announced")
	}
	add(j, 10)
	for _, after := range []uint64{0, 1, 2} {
		wantTold(t, j, after, 0, "3 reset {}", "4 req-000001")
	}
	wantTold(t, j, 3, 0, "4 req-000001")
}

func TestInFlight(t *testing.T) {
	j := begun(journal.NewBudget(plenty), 10)
	inFlight := func() string {
		var all []string
		for _, e := range j.InFlight() {
			all = append(all, e.ID+" "+e.Outcome)
		}
		return fmt.Sprint(all)
	}
	changed := j.Changed()
	j.Open(&journal.Exchange{ID: "b", Seq: 2})
	<-changed
	j.Open(&journal.Exchange{ID: "a", Seq: 1})
	j.Show(&journal.Exchange{ID: "b", Seq: 2, Outcome: "found"})
	if got := inFlight(); got != "[a  b found]" {
		t.Errorf("in flight are %s", got)
	}
	j.Add(&journal.Exchange{ID: "b", Seq: 2})
	if got := inFlight(); got != "[a ]" {
		t.Errorf("in flight are %s, want the one that isn't over", got)
	}
	j.restart()
	if got := inFlight(); got != "[]" {
		t.Errorf("in flight are %s, of another life", got)
	}
}

func TestNumbersResume(t *testing.T) {
	j := &run{Journal: journal.NewBudget(plenty).New(10)}
	j.Log = j.Begin(41)
	if seq, id := j.Number(); seq != 42 || id != "req-000042" || j.Numbered() != 42 {
		t.Errorf("the next is %d, %s; numbered are %d", seq, id, j.Numbered())
	}
}

// A closed journal keeps nothing, and tells those who follow it.
func TestClose(t *testing.T) {
	b := journal.NewBudget(plenty)
	j := begun(b, 10)
	add(j, 10)
	j.Note(journal.Clock, 7)
	changed := j.Changed()
	j.Close()
	<-changed
	j.Add(&journal.Exchange{ID: "late", Seq: 9})
	j.Note(journal.Clock, 0)
	kept, _ := j.Exchanges()
	if used, _ := b.Usage(); used != 0 || len(kept) != 0 || !j.Closed() {
		t.Errorf("%d bytes, %d exchanges, closed %v", used, len(kept), j.Closed())
	}
}
