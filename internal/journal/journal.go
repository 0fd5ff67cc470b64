package journal

import (
	"slices"
	"strconv"
	"sync"
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
	noted   uint64 // the order of the last entry
	queues  queues
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
	log      *Log  // of the present run
	entries  queue // exchanges
	notes    queue
	slab     []byte   // where the next exchange is packed, as far as it is free
	values   []any    // likewise, of changes
	roomy    int      // how many exchanges there were when the last of these was made
	zones    *zones   // of the last exchange
	inFlight []flying // the last one mostly ends first
	events   uint64   // the last one's number
	reset    uint64   // the number of the last restart; 0 if there was none
	dropped  uint64
	changed  chan struct{} // nil until it is asked for
	closed   bool
	archive  Archive // of the present run; nil for none
	archived string  // its name there
}

// New makes a journal that keeps at most count exchanges.
func (b *Budget) New(count int) *Journal {
	j := &Journal{budget: b, count: count}
	j.entries, j.notes = queue{journal: j}, queue{journal: j, notes: true}
	return j
}

// Log is one run's way into the journal. Once another has begun, what is written to a log
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
		j.erase()
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

// do something with the journal, if this is its present log.
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
	var entries []entry
	l.tell(func(j *Journal) { entries, dropped = j.entries.from(0), j.dropped })
	return exchanges(entries), dropped
}

// Pick those of the run's exchanges that have these ids, in the order of the ids;
// those that were dropped are left out.
func (l *Log) Pick(ids []string) (found []*Exchange) {
	wanted := make(map[string]*Exchange, len(ids))
	for _, id := range ids {
		wanted[id] = nil
	}
	l.tell(func(j *Journal) {
		for n := range j.entries.length {
			x := j.entries.at(n)
			id := x.kept.id()
			if _, ok := wanted[id]; ok {
				wanted[id] = x.kept.exchange()
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

// Open puts an exchange that isn't over yet among those in flight: what isn't known of it yet is empty. Add ends it; e is
// not changed before that.
func (l *Log) Open(e *Exchange) { l.tell(func(j *Journal) { j.fly(e) }) }

// Show puts another version of an exchange that isn't over yet in its place.
func (l *Log) Show(e *Exchange) {
	l.tell(func(j *Journal) {
		j.land(e.ID)
		j.fly(e)
	})
}

// Add an exchange, and make room for it.
func (l *Log) Add(e *Exchange) {
	l.tell(func(j *Journal) {
		j.land(e.ID)
		j.put(entry{kept: j.keep(e), size: e.size()})
	})
}

// Note something beside the exchanges.
func (l *Log) Note(kind string, data any) {
	l.tell(func(j *Journal) {
		note := &Note{Kind: kind, Data: data}
		j.put(entry{note: note, size: sizeOfNote(note)})
	})
}

// put is called with the budget's lock held, as everything below is.
func (j *Journal) put(x entry) {
	j.events++
	x.id = j.events
	if j.archive != nil {
		j.toArchive(x)
	}
	j.add(x)
	j.announce()
}

// add an entry behind the others, and make room for it.
func (j *Journal) add(x entry) {
	q := &j.entries
	if x.note != nil {
		q = &j.notes
	}
	j.budget.push(q, x)
	if q.length > j.count {
		j.budget.drop(q)
	}
	j.budget.take(x.size)
}

func (j *Journal) fly(e *Exchange) {
	f := flying{e, e.size()}
	j.inFlight = append(j.inFlight, f)
	j.budget.take(f.size)
	j.announce()
}

// land an exchange: it isn't in flight any more. They have no order; the last one takes its place.
func (j *Journal) land(id string) {
	for n, f := range slices.Backward(j.inFlight) {
		if f.ID == id {
			last := len(j.inFlight) - 1
			j.budget.used -= f.size
			j.inFlight[n], j.inFlight[last] = j.inFlight[last], flying{}
			j.inFlight = j.inFlight[:last]
			return
		}
	}
}

func (j *Journal) announce() {
	if j.changed != nil {
		close(j.changed)
		j.changed = nil
	}
}

// Clear forgets all exchanges; the numbers go on, and the notes stay.
func (j *Journal) Clear() {
	j.budget.mu.Lock()
	defer j.budget.mu.Unlock()
	j.clear(&j.entries)
	if j.archive != nil {
		j.archive.Drop(j.archived, false, j.events)
	}
}

func (j *Journal) clear(all *queue) {
	for all.length > 0 {
		j.budget.remove(all)
	}
}

func (j *Journal) forget() {
	j.clear(&j.entries)
	j.clear(&j.notes)
	for _, f := range j.inFlight {
		j.budget.used -= f.size
	}
	j.inFlight = nil
}

// Close removes everything and keeps nothing from then on: a request that ends after its
// sandbox was deleted would take memory for an entry that can't be read.
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
	entries, dropped := j.entries.from(0), j.dropped
	j.budget.mu.Unlock()
	return exchanges(entries), dropped
}

// exchanges are made without the budget's lock, on which all requests wait.
func exchanges(entries []entry) []*Exchange {
	all := make([]*Exchange, len(entries))
	for i := range entries {
		all[i] = entries[i].kept.exchange()
	}
	return all
}

// Find an exchange by its id.
func (j *Journal) Find(id string) (*Exchange, bool) {
	j.budget.mu.Lock()
	defer j.budget.mu.Unlock()
	for n := j.entries.length - 1; n >= 0; n-- {
		if x := j.entries.at(n); x.kept.id() == id {
			return x.kept.exchange(), true
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
