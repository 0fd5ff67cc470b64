package journal

import (
	"container/list"
	"strconv"
	"sync"

	"github.com/kzsim/kzsim/internal/store"
)

// DefaultCount is how many exchanges one journal keeps, and how many notes.
const DefaultCount = 10_000

// Budget is the memory that all journals of a process share. It is safe for
// concurrent use and so are the journals made of it.
type Budget struct {
	mu      sync.Mutex
	max     int64
	used    int64
	dropped uint64
	entries list.List // of *entry, all journals', oldest first
}

// NewBudget of so many bytes.
func NewBudget(bytes int64) *Budget { return &Budget{max: bytes} }

// Max is how many bytes the budget has.
func (b *Budget) Max() int64 { return b.max }

// Usage of the budget: bytes in use, and exchanges dropped so far for want of
// room, in count or in bytes.
func (b *Budget) Usage() (used int64, dropped uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.used, b.dropped
}

// entry is one event in a journal with its places in the lists.
type entry struct {
	Event
	size    int64
	journal *Journal
	shared  *list.Element // in the budget's list
	own     *list.Element // in the journal's, of exchanges or of notes
}

// flying is an exchange that isn't over yet.
type flying struct {
	*Exchange
	size int64
}

// Journal of one sandbox. It holds what the sandbox's present run has noted, by the
// run's Log.
type Journal struct {
	budget   *Budget
	count    int
	log      *Log              // of the present run
	entries  list.List         // of *entry with an exchange, oldest first
	notes    list.List         // of *entry with a note, oldest first
	inFlight map[string]flying // by id
	events   uint64            // the last one's number
	reset    uint64            // the number of the last restart; 0 if there was none
	dropped  uint64
	changed  chan struct{} // nil until it is asked for
	closed   bool
}

// New makes a journal that keeps at most count exchanges.
func (b *Budget) New(count int) *Journal {
	return &Journal{budget: b, count: count, inFlight: map[string]flying{}}
}

// Log is one run's way into the journal. Once another has begun, what a log is told
// is forgotten: a request of a run that is over is in no journal.
type Log struct {
	journal *Journal
	seq     uint64
}

// Begin the log of a run whose requests are numbered after seq. Everything that the
// journal holds is forgotten, exchanges in flight among it. From the second log on
// that is an event itself, and the numbers of events go on: a client that follows
// them goes on, too.
func (j *Journal) Begin(seq uint64) *Log {
	j.budget.mu.Lock()
	defer j.budget.mu.Unlock()
	if j.log != nil {
		j.forget()
		j.dropped = 0
		j.events++
		j.reset = j.events
	}
	j.log = &Log{journal: j, seq: seq}
	j.announce()
	return j.log
}

// Number reserves the next exchange's sequence number and id: they are given in
// the order of arrival, the exchanges are added as they end.
func (l *Log) Number() (uint64, string) {
	l.journal.budget.mu.Lock()
	defer l.journal.budget.mu.Unlock()
	l.seq++
	return l.seq, requestID(l.seq)
}

// requestID is req-000001 for 1.
func requestID(seq uint64) string {
	var room [24]byte
	id := append(room[:0], "req-"...)
	for bound := uint64(100_000); bound > 1 && seq < bound; bound /= 10 {
		id = append(id, '0')
	}
	return string(strconv.AppendUint(id, seq, 10))
}

// Numbered is the last number that was reserved.
func (l *Log) Numbered() uint64 {
	l.journal.budget.mu.Lock()
	defer l.journal.budget.mu.Unlock()
	return l.seq
}

// tell the journal something, or ask it, if this is its present log.
func (l *Log) tell(what func(*Journal)) {
	j := l.journal
	j.budget.mu.Lock()
	defer j.budget.mu.Unlock()
	if j.log == l && !j.closed {
		what(j)
	}
}

// Exchanges of the run that are kept, oldest first, and how many were dropped; none once
// another run has begun.
func (l *Log) Exchanges() (kept []*Exchange, dropped uint64) {
	l.tell(func(j *Journal) { kept, dropped = j.exchanges(), j.dropped })
	return kept, dropped
}

// Pick those of the run's exchanges that have these ids, in the order of the ids;
// those that were dropped are left out.
func (l *Log) Pick(ids []string) (found []*Exchange) {
	wanted := make(map[string]*Exchange, len(ids))
	for _, id := range ids {
		wanted[id] = nil
	}
	l.tell(func(j *Journal) {
		for el := j.entries.Front(); el != nil; el = el.Next() {
			e := el.Value.(*entry).Exchange
			if _, ok := wanted[e.ID]; ok {
				wanted[e.ID] = e
			}
		}
	})
	for _, id := range ids {
		if e := wanted[id]; e != nil {
			found = append(found, e)
		}
	}
	return found
}

// InFlight are the run's exchanges that aren't over yet, in the order of their arrival;
// none once another run has begun.
func (l *Log) InFlight() (all []*Exchange) {
	l.tell(func(j *Journal) { all = j.flying() })
	return all
}

// Open puts an exchange that isn't over yet among those in flight, or another
// version of it in its place: what isn't known of it yet is empty. Add ends it.
func (l *Log) Open(e *Exchange) {
	l.tell(func(j *Journal) {
		j.land(e.ID)
		f := flying{e, e.size()}
		j.inFlight[e.ID] = f
		j.budget.take(f.size)
		j.announce()
	})
}

// Add an exchange, and make room for it.
func (l *Log) Add(e *Exchange) {
	l.tell(func(j *Journal) {
		j.land(e.ID)
		j.put(&j.entries, Event{Exchange: e}, e.size())
	})
}

// Note something beside the exchanges.
func (l *Log) Note(kind string, data any) {
	l.tell(func(j *Journal) {
		j.put(&j.notes, Event{Note: &Note{Kind: kind, Data: data}}, noteSize+store.SizeOf(data))
	})
}

// put is called with the budget's lock held, as everything below is.
func (j *Journal) put(into *list.List, event Event, size int64) {
	b := j.budget
	j.events++
	event.ID = j.events
	x := &entry{Event: event, size: size, journal: j}
	x.shared, x.own = b.entries.PushBack(x), into.PushBack(x)
	if into.Len() > j.count {
		b.drop(into.Front().Value.(*entry))
	}
	b.take(size)
	j.announce()
}

// take bytes of the budget, and make room for them. What isn't over yet is not dropped.
func (b *Budget) take(size int64) {
	b.used += size
	for b.used > b.max && b.entries.Len() > 0 {
		b.drop(b.entries.Front().Value.(*entry))
	}
}

// land an exchange: it isn't in flight any more.
func (j *Journal) land(id string) {
	j.budget.used -= j.inFlight[id].size
	delete(j.inFlight, id)
}

func (j *Journal) announce() {
	if j.changed != nil {
		close(j.changed)
		j.changed = nil
	}
}

// drop what there is no room for. A lost note is told by the gap in the events.
func (b *Budget) drop(x *entry) {
	b.remove(x)
	if x.Exchange != nil {
		b.dropped++
		x.journal.dropped++
	}
}

func (b *Budget) remove(x *entry) {
	b.entries.Remove(x.shared)
	// The other list doesn't hold the element and leaves it alone.
	x.journal.entries.Remove(x.own)
	x.journal.notes.Remove(x.own)
	b.used -= x.size
}

// Clear forgets all exchanges; the numbers go on, and the notes stay.
func (j *Journal) Clear() {
	j.budget.mu.Lock()
	defer j.budget.mu.Unlock()
	j.clear(&j.entries)
}

func (j *Journal) clear(all *list.List) {
	for all.Len() > 0 {
		j.budget.remove(all.Front().Value.(*entry))
	}
}

func (j *Journal) forget() {
	j.clear(&j.entries)
	j.clear(&j.notes)
	for id := range j.inFlight {
		j.land(id)
	}
}

// Close removes everything for good. A request that ends after its sandbox was deleted
// would otherwise take memory for an entry that can't be read.
func (j *Journal) Close() {
	j.budget.mu.Lock()
	defer j.budget.mu.Unlock()
	j.forget()
	j.closed = true
	j.announce()
}

// Closed reports whether the journal has been closed.
func (j *Journal) Closed() bool {
	j.budget.mu.Lock()
	defer j.budget.mu.Unlock()
	return j.closed
}

// Exchanges that are kept, oldest first; and how many were dropped.
func (j *Journal) Exchanges() (kept []*Exchange, dropped uint64) {
	j.budget.mu.Lock()
	defer j.budget.mu.Unlock()
	return j.exchanges(), j.dropped
}

func (j *Journal) exchanges() []*Exchange {
	kept := make([]*Exchange, 0, j.entries.Len())
	for el := j.entries.Front(); el != nil; el = el.Next() {
		kept = append(kept, el.Value.(*entry).Exchange)
	}
	return kept
}

// Find an exchange by its id.
func (j *Journal) Find(id string) (*Exchange, bool) {
	j.budget.mu.Lock()
	defer j.budget.mu.Unlock()
	for el := j.entries.Back(); el != nil; el = el.Prev() {
		if e := el.Value.(*entry).Exchange; e.ID == id {
			return e, true
		}
	}
	return nil, false
}

// Changed is closed by the next exchange that is opened or added, by the next
// note, and by Close.
func (j *Journal) Changed() <-chan struct{} {
	j.budget.mu.Lock()
	defer j.budget.mu.Unlock()
	if j.changed == nil {
		j.changed = make(chan struct{})
	}
	return j.changed
}
