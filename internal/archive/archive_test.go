package archive_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/archive"
	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/journal"
)

// storage is one in memory that can be away, and can hang.
type storage struct {
	mu      sync.Mutex
	err     error
	hangs   chan struct{} // Write waits until it is closed; nil for not at all
	began   chan struct{} // a value for each Write that has begun
	events  []commitlog.Event
	drops   []commitlog.Drop
	expired []time.Duration
	closed  bool
}

func newStorage() *storage { return &storage{began: make(chan struct{}, 1<<16)} }

func (s *storage) Write(events []commitlog.Event, drops []commitlog.Drop) error {
	s.mu.Lock()
	hangs := s.hangs
	s.mu.Unlock()
	s.began <- struct{}{}
	if hangs != nil {
		<-hangs
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.events, s.drops = append(s.events, events...), append(s.drops, drops...)
	}
	return s.err
}

func (s *storage) Read(journals []string, each func(string, []byte)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.events {
		each(e.Journal, e.Packed)
	}
	return s.err
}

func (s *storage) Expire(age time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expired = append(s.expired, age)
	return nil
}

func (s *storage) Close() { s.closed = true }

// away makes writing fail, or work again.
func (s *storage) away(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

// ids of the events that are written.
func (s *storage) ids() (all []uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.events {
		all = append(all, e.ID)
	}
	return all
}

// noted is a journal with its archive.
type noted struct {
	t       *testing.T
	storage *storage
	archive *archive.Archive
	journal *journal.Journal
	log     *journal.Log
	said    lockedBuffer
}

// lockedBuffer is written by the archive while the test reads it.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func begin(t *testing.T, s *storage, memory int64) *noted {
	t.Helper()
	machine, err := clock.New(clock.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	n := &noted{t: t, storage: s}
	n.archive = archive.New(archive.Options{
		Storage: s, Keep: time.Hour, Interval: time.Millisecond, Memory: memory, Clock: machine,
		Log: slog.New(slog.NewTextHandler(&n.said, nil)),
	})
	n.journal = journal.NewBudget(1 << 30).New(1 << 20)
	n.log = n.journal.Begin(0)
	n.log.Keep(n.archive, "a", nil)
	return n
}

func (n *noted) add(body int) {
	seq, id := n.log.Number()
	n.log.Add(&journal.Exchange{Seq: seq, ID: id, Request: journal.NewMessage(nil, make([]byte, body))})
}

func (n *noted) wantWritten(from, to uint64) {
	n.t.Helper()
	var want []uint64
	for id := from; id <= to; id++ {
		want = append(want, id)
	}
	if diff := cmp.Diff(want, n.storage.ids()); diff != "" {
		n.t.Errorf("written (-want +got):\n%s", diff)
	}
}

// TestEventsAreWrittenBehind, in their order, and what the journal drops is dropped.
func TestEventsAreWrittenBehind(t *testing.T) {
	n := begin(t, newStorage(), 1<<20)
	n.add(1)
	n.add(1)
	n.log.Note(journal.Clock, 1)
	n.archive.Flush()
	n.wantWritten(1, 3)
	n.journal.Clear()
	n.archive.Flush()
	if diff := cmp.Diff([]commitlog.Drop{{Journal: "a", UpTo: 3}}, n.storage.drops); diff != "" {
		t.Errorf("dropped (-want +got):\n%s", diff)
	}
	n.add(1)
	n.archive.Close()
	n.wantWritten(1, 4)
	if !n.storage.closed || len(n.storage.expired) == 0 || n.storage.expired[0] != time.Hour {
		t.Errorf("closed: %v, expired: %v", n.storage.closed, n.storage.expired)
	}
}

// TestFlushWaitsForWhatWasPut, and not for what others put meanwhile.
func TestFlushWaitsForWhatWasPut(t *testing.T) {
	n := begin(t, newStorage(), 1<<20)
	n.add(1)
	var others sync.WaitGroup
	over := make(chan struct{})
	others.Go(func() {
		for {
			select {
			case <-over:
				return
			default:
				n.add(1)
			}
		}
	})
	n.archive.Flush()
	if len(n.storage.ids()) == 0 {
		t.Error("nothing is written")
	}
	close(over)
	others.Wait()
	n.archive.Close()
}

// TestNothingWaitsForTheStorage: while it hangs, requests go on, and of what waits the oldest goes. The counts
// are those of the events that the storage doesn't get.
func TestNothingWaitsForTheStorage(t *testing.T) {
	for _, c := range []struct {
		name         string
		events, body int
		atMost       int // events that wait
	}{
		{"small events", 15_000, 0, 8 << 10},
		{"large ones", 300, 64 << 10, 130},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStorage()
			s.hangs = make(chan struct{})
			n := begin(t, s, 1<<20)
			n.add(c.body)
			<-s.began // with the first event
			for range c.events {
				n.add(c.body)
			}
			waits, lost := n.archive.Counts()
			if waits > c.atMost+1 || waits < c.atMost*9/10 || waits+int(lost) != c.events+1 {
				t.Errorf("of %d events %d wait, at most %d may, and %d are lost", c.events+1, waits, c.atMost+1, lost)
			}
			close(s.hangs)
			n.archive.Close()
			written := n.storage.ids()
			if last := written[len(written)-1]; last != uint64(c.events)+1 || len(written) != waits {
				t.Errorf("%d are written, and the last is %d", len(written), last)
			}
			if !strings.Contains(n.said.String(), fmt.Sprint("lost_events=", lost)) {
				t.Errorf("the log: %s", &n.said)
			}
		})
	}
}

// TestTheStorageIsAway for a time: what could not be written is written afterwards.
func TestTheStorageIsAway(t *testing.T) {
	s := newStorage()
	s.away(errors.New("it is away"))
	n := begin(t, s, 1<<20)
	n.add(1)
	n.archive.Flush()
	n.add(1)
	n.journal.Clear()
	if waits, _ := n.archive.Counts(); waits != 2 || !strings.Contains(n.said.String(), "it is away") {
		t.Errorf("%d events wait: %s", waits, &n.said)
	}
	s.away(nil)
	n.add(1)
	n.archive.Close()
	n.wantWritten(1, 3)
	if diff := cmp.Diff([]commitlog.Drop{{Journal: "a", UpTo: 2}}, s.drops); diff != "" {
		t.Errorf("dropped (-want +got):\n%s", diff)
	}
}

// TestTheEndWhileTheStorageIsAway comes at once, and the log says what is lost.
func TestTheEndWhileTheStorageIsAway(t *testing.T) {
	s := newStorage()
	s.away(errors.New("it is away"))
	n := begin(t, s, 1<<20)
	n.add(1)
	n.archive.Close()
	if !strings.Contains(n.said.String(), "the last events of journals are lost") {
		t.Errorf("the log: %s", &n.said)
	}
}

// TestRecall: of more than there is memory for the latest events come back, and one that can't be read
// costs the others nothing.
func TestRecall(t *testing.T) {
	s := newStorage()
	n := begin(t, s, 64<<10)
	for range 10 {
		n.add(10 << 10)
	}
	n.archive.Flush()
	s.events = append(s.events, commitlog.Event{Journal: "a", ID: 11, Packed: []byte("of another version")})
	past, err := n.archive.Recall([]string{"a"})
	if err != nil {
		t.Fatal(err)
	}
	back := journal.NewBudget(1 << 20).New(100)
	back.Begin(0).Keep(n.archive, "a", past["a"])
	var ids []string
	kept, dropped := back.Exchanges()
	for _, e := range kept {
		ids = append(ids, e.ID)
	}
	if diff := cmp.Diff([]string{"req-000006", "req-000007", "req-000008", "req-000009", "req-000010"}, ids); diff != "" || dropped != 5 {
		t.Errorf("%d are missing (-want +got):\n%s", dropped, diff)
	}
	if !strings.Contains(n.said.String(), "events=1") {
		t.Errorf("the log: %s", &n.said)
	}
	s.away(errors.New("it is away"))
	if _, err := n.archive.Recall([]string{"a"}); err == nil {
		t.Error("no error while the storage is away")
	}
	n.archive.Close()
}
