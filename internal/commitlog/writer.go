package commitlog

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
)

// Sync says from when on a failure of the machine can't lose what was committed.
type Sync string

// The values of Sync.
const (
	Always Sync = "always" // when the answer is sent: it waits for that
	Group  Sync = "group"  // after Options.Interval
	Never  Sync = "never"  // when the operating system writes it
)

// Entry is something that was committed. It is encoded later, so what it holds doesn't
// change any more.
type Entry interface {
	// Encode calls add with one record after the other, which belong to add from then on.
	// An error loses this entry alone.
	Encode(add func(record []byte)) error
	// Weight is about how many values the entry holds in memory.
	Weight() int
}

// Options of a Writer.
type Options struct {
	Storage  Storage
	Clock    *clock.Clock  // the machine's time
	Interval time.Duration // for which a group is collected; without effect under Always
	Sync     Sync
	// Snapshot adds the records that take the place of all that were put before the call.
	Snapshot func(add func(record []byte) error) error
	Log      *slog.Logger
	// Lossless: what can't be written is written later, in its order, and until then Ready and Wait
	// return errors. Otherwise the state changes without being kept, and a later snapshot includes it.
	Lossless bool
	// Holds is a NotKept while the process may not answer for what it has; nil if it always may.
	Holds func() error
	// What the storage has at the start: bytes of the last snapshot, and bytes behind it.
	Base, Grown int64
}

// Growth is how many times the size of its last snapshot a log grows before it is
// rewritten, and smallest the bytes below which that isn't worth it.
const (
	growth   = 2
	smallest = 4 << 20
)

// heaviest bounds the weight of what waits to be written; beyond it Put waits.
const heaviest = 100_000

// mostHeld is how many bytes wait for a snapshot that ends a failure.
const mostHeld = 64 << 20

// retry is the time between two tries to write where writing fails.
const retry = time.Second

// Writer writes entries in the order of Put, until Close. It is safe for concurrent use.
type Writer struct {
	opts   Options
	closes context.Context
	close  context.CancelFunc
	done   chan struct{} // closed when the last group was written

	mu      sync.Mutex
	changed *sync.Cond // on mu: one of the fields below changed
	queue   []Entry
	weight  int
	urgent  chan struct{} // closed when the group is written before its time; nil if it is
	put     uint64        // entries
	written uint64        // entries that are kept, or given up
	ended   bool          // nothing is written any more
	lost    bool          // the storage is another process's

	base, grown int64
	failing     time.Time // since then; zero while writing works
	rewriting   bool
	holding     bool     // a snapshot is on its way that ends the failure
	held        [][]byte // records for behind that snapshot
	committing  bool     // it is being put in force
	recovered   bool     // it is in force
}

// NewWriter starts a writer.
func NewWriter(opts Options) *Writer {
	w := &Writer{opts: opts, done: make(chan struct{}), base: opts.Base, grown: opts.Grown, urgent: make(chan struct{})}
	w.changed = sync.NewCond(&w.mu)
	w.closes, w.close = context.WithCancel(context.Background())
	go w.run()
	return w
}

// Put an entry behind those that were put before, and answer its position. It waits while too
// much is to be written, but not while writing fails: Ready keeps most away then.
func (w *Writer) Put(e Entry) (position uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.weight >= heaviest && w.closes.Err() == nil && w.trouble(Refused) == nil {
		w.changed.Wait()
	}
	w.queue = append(w.queue, e)
	w.weight += 1 + e.Weight()
	w.put++
	if w.weight >= heaviest/2 {
		w.hurry()
	}
	w.changed.Broadcast()
	return w.put
}

func (w *Writer) hurry() {
	if w.urgent != nil {
		close(w.urgent)
		w.urgent = nil
	}
}

// Wait until the entry at a position is kept, if answers wait for that (Always). While
// nothing can be written it doesn't wait. The error is a NotKept.
func (w *Writer) Wait(position uint64) error {
	if w.opts.Sync != Always {
		return w.holds()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.settle(position)
	return w.outcome(position)
}

// WaitForAll is Wait for what was put so far.
func (w *Writer) WaitForAll() error {
	w.mu.Lock()
	position := w.put
	w.mu.Unlock()
	return w.Wait(position)
}

// WaitUntilReady returns when something can be kept again, or when the context or the writer ends.
func (w *Writer) WaitUntilReady(ctx context.Context) {
	waiter := w.opts.Clock.Waiter()
	defer waiter.Close()
	for w.Ready() != nil && w.closes.Err() == nil {
		if waiter.Until(ctx, w.opts.Clock.Now().Add(retry), nil) != nil {
			return
		}
	}
}

// Flush writes what was put so far, and returns when that is done or fails.
func (w *Writer) Flush() { _ = w.Kept() }

// Kept is Flush with a NotKept if that has failed, also if answers don't wait for it.
func (w *Writer) Kept() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	position := w.put
	w.hurry()
	w.settle(position)
	return w.outcome(position)
}

func (w *Writer) settle(position uint64) {
	for w.written < position && !w.ended && (!w.opts.Lossless || w.trouble(Unsure) == nil) {
		w.changed.Wait()
	}
}

// Failing reports since when nothing can be written; false while writing works.
func (w *Writer) Failing() (since time.Time, failing bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.failing, !w.failing.IsZero()
}

func (w *Writer) run() {
	defer close(w.done)
	for group, ok := w.next(); ok; group, ok = w.next() {
		w.write(group)
	}
	w.end()
}

// end of writing: what is not written by now is not written any more.
func (w *Writer) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	w.changed.Broadcast()
}

// next group of entries; false when the writer is closed and all are written.
func (w *Writer) next() ([]Entry, bool) {
	w.mu.Lock()
	for len(w.queue) == 0 && !w.recovered && w.closes.Err() == nil {
		w.changed.Wait()
	}
	urgent := w.urgent
	w.mu.Unlock()
	if w.opts.Sync != Always && urgent != nil {
		waiter := w.opts.Clock.Waiter()
		_ = waiter.Until(w.closes, w.opts.Clock.Now().Add(w.opts.Interval), urgent)
		defer waiter.Close()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	group := w.queue
	w.queue, w.weight, w.urgent = nil, 0, make(chan struct{})
	w.changed.Broadcast()
	return group, len(group) > 0 || w.recovered || w.closes.Err() == nil
}

// write a group.
func (w *Writer) write(group []Entry) {
	var records [][]byte
	for _, e := range group {
		err := e.Encode(func(record []byte) { records = append(records, record) })
		if err != nil {
			w.opts.Log.Error("a change is not kept", "error", err)
		}
	}
	if w.opts.Lossless {
		w.insist(len(group), records)
		return
	}
	w.mu.Lock()
	for w.committing && sizeOf(w.held) > mostHeld {
		w.changed.Wait()
	}
	if w.recovered {
		records = append(w.held, records...)
		w.held, w.holding, w.recovered = nil, false, false
		w.opts.Log.Warn("state is kept again, as a whole", "lost_since", w.failing)
		w.failing = time.Time{}
	}
	failing := !w.failing.IsZero()
	if failing && w.holding {
		w.hold(records)
	}
	w.mu.Unlock()
	var err error
	if !failing && len(records) > 0 {
		err = w.append(records)
	}
	w.wrote(len(group), sizeOf(records), err)
}

// hold keeps records that come after the snapshot that is being made. If they are too many the
// snapshot is given up. The loop never waits for the snapshot: that would be a deadlock.
func (w *Writer) hold(records [][]byte) {
	w.held = append(w.held, records...)
	if !w.committing && sizeOf(w.held) > mostHeld {
		w.holding, w.held = false, nil
	}
}

func (w *Writer) append(records [][]byte) error {
	if err := w.opts.Storage.Append(records); err != nil {
		return err
	}
	if w.opts.Sync == Never {
		return nil
	}
	return w.opts.Storage.Sync()
}

// wrote a group of so many entries and bytes.
func (w *Writer) wrote(entries int, bytes int64, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.written += uint64(entries)
	w.changed.Broadcast()
	if err != nil {
		w.failing = w.opts.Clock.Now()
		w.opts.Log.Error("state is not kept: what changes from now on would be lost; trying again", "error", err)
	}
	w.grown += bytes
	if !w.failing.IsZero() || w.large() {
		w.startRewriting()
	}
}

// large reports whether the log has grown so much that it is rewritten.
func (w *Writer) large() bool { return w.grown > max(growth*w.base, smallest) }

func sizeOf(records [][]byte) (n int64) {
	for _, r := range records {
		n += headerSize + int64(len(r))
	}
	return n
}

// Close writes what was put, and rewrites the storage if it has more behind its last
// snapshot than in it. The error says that the state isn't kept.
func (w *Writer) Close() error {
	w.close()
	w.mu.Lock()
	w.changed.Broadcast()
	for w.rewriting {
		w.changed.Wait()
	}
	w.mu.Unlock()
	<-w.done
	w.mu.Lock()
	failing, large := !w.failing.IsZero(), w.grown > w.base
	for w.rewriting {
		w.changed.Wait()
	}
	w.mu.Unlock()
	if w.opts.Lossless {
		if err := w.unwritten(); err != nil {
			return errors.Join(err, w.opts.Storage.Close())
		}
	}
	if !failing && !large {
		return w.opts.Storage.Close()
	}
	_, err := w.snapshot(func() bool { return true })
	if err != nil && !failing {
		w.opts.Log.Warn("the log of commits can't be made smaller", "error", err)
		err = nil
	}
	if closed := w.opts.Storage.Close(); err == nil {
		err = closed
	}
	return err
}
