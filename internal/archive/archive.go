// Package archive keeps what journals note in a storage, behind the requests: no request waits for
// it. What the storage doesn't take in time is lost, the oldest first, and counted.
package archive

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/journal"
)

// Options of an Archive.
type Options struct {
	Storage  commitlog.Events
	Keep     time.Duration // for which an event is kept
	Interval time.Duration // for which events are collected that are written together
	Memory   int64         // bytes of the events that come back at once
	Clock    *clock.Clock  // the machine's time
	Log      *slog.Logger
}

// The bounds of what waits to be written, and of what is written at once. Bytes are those of the journals'
// memory, of which an event takes 1 KiB or more. What isn't dropped goes when it has been kept for long enough.
const (
	mostBytes  = 8 << 20
	mostDrops  = 100_000
	batchBytes = 1 << 20
)

// retry is the time between two tries to write where writing fails.
const retry = time.Second

// dropKey is whose events are dropped.
type dropKey struct {
	journal string
	notes   bool
}

// waiting is an event that isn't written yet.
type waiting struct {
	journal string
	event   journal.Archived
}

// Archive is a journal.Archive. It writes until Close. It is safe for concurrent use.
type Archive struct {
	opts   Options
	closes context.Context
	close  context.CancelFunc
	done   chan struct{}

	mu      sync.Mutex
	changed *sync.Cond // on mu: something was written, or could not be
	queue   []waiting  // oldest first
	bytes   int64      // of the queue
	drops   map[dropKey]uint64
	wake    chan struct{} // closed when there is something to write
	busy    bool          // something is being written
	writing int           // events of it
	failing bool
	put     uint64 // events
	lost    uint64
	told    uint64 // of those lost, in the log
}

// New archive. What was written longer ago than it is kept is removed now and then.
func New(opts Options) *Archive {
	a := &Archive{opts: opts, done: make(chan struct{}), drops: map[dropKey]uint64{}, wake: make(chan struct{})}
	a.changed = sync.NewCond(&a.mu)
	a.closes, a.close = context.WithCancel(context.Background())
	go a.run()
	return a
}

// Put implements journal.Archive.
func (a *Archive) Put(journal string, e journal.Archived) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.queue = append(a.queue, waiting{journal, e})
	a.bytes += e.Size()
	a.put++
	a.bound()
	a.stir()
}

// Drop implements journal.Archive.
func (a *Archive) Drop(journal string, notes bool, upTo uint64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	key := dropKey{journal, notes}
	if _, known := a.drops[key]; known || len(a.drops) < mostDrops {
		a.drops[key] = max(a.drops[key], upTo)
	}
	a.stir()
}

// bound what waits.
func (a *Archive) bound() {
	for a.bytes > mostBytes {
		a.bytes -= a.queue[0].event.Size()
		a.queue[0] = waiting{}
		a.queue = a.queue[1:]
		a.lost++
	}
}

func (a *Archive) stir() {
	select {
	case <-a.wake:
	default:
		close(a.wake)
	}
}

// Counts are how many events are not written yet, and how many were lost so far.
func (a *Archive) Counts() (waits int, lost uint64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.queue) + a.writing, a.lost
}

// Recall the events of journals. Of more than Options.Memory the latest are recalled.
func (a *Archive) Recall(journals []string) (map[string][]journal.Past, error) {
	type recalled struct {
		journal string
		past    journal.Past
	}
	var all []recalled
	var bytes int64
	unread := 0
	err := a.opts.Storage.Read(journals, func(name string, packed []byte) {
		past, err := journal.ReadPast(packed)
		if err != nil {
			unread++
			return
		}
		all = append(all, recalled{name, past})
		for bytes += past.Size(); bytes > a.opts.Memory; all = all[1:] {
			bytes -= all[0].past.Size()
			all[0] = recalled{}
		}
	})
	if err != nil {
		return nil, fmt.Errorf("the journals can't be read: %w", err)
	}
	if unread > 0 {
		a.opts.Log.Warn("what the journals had noted can't be read by this version of sim", "events", unread)
	}
	byName := make(map[string][]journal.Past, len(journals))
	for _, r := range all {
		byName[r.journal] = append(byName[r.journal], r.past)
	}
	return byName, nil
}

// Flush returns when what was put so far is written, or can't be.
func (a *Archive) Flush() {
	a.mu.Lock()
	defer a.mu.Unlock()
	gone := func() uint64 { return a.put - uint64(len(a.queue)+a.writing) } // written, or lost
	for put := a.put; gone() < put || a.put == put && (a.busy || len(a.drops) > 0); a.changed.Wait() {
		if a.failing {
			return
		}
	}
}

// Close writes what waits, if that works, and closes the storage.
func (a *Archive) Close() {
	a.close()
	<-a.done
	if waits, _ := a.Counts(); waits > 0 {
		a.opts.Log.Error("the last events of journals are lost", "events", waits)
	}
	a.opts.Storage.Close()
}

// next is what is to be written now: events of about batchBytes, and all drops.
func (a *Archive) next() (events []waiting, drops map[dropKey]uint64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := 0
	for bytes := int64(0); n < len(a.queue) && bytes < batchBytes; n++ {
		bytes += a.queue[n].event.Size()
		a.bytes -= a.queue[n].event.Size()
	}
	events, a.queue = a.queue[:n:n], a.queue[n:]
	if len(a.queue) == 0 {
		a.queue = nil
		drops, a.drops = a.drops, map[dropKey]uint64{} // of events that are all written then
		select {
		case <-a.wake:
			a.wake = make(chan struct{})
		default:
		}
	}
	a.busy, a.writing = len(events)+len(drops) > 0, len(events)
	return events, drops
}

// back puts what could not be written before what waits.
func (a *Archive) back(events []waiting, drops map[dropKey]uint64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, w := range events {
		a.bytes += w.event.Size()
	}
	a.queue, a.writing = append(events, a.queue...), 0
	for key, upTo := range drops {
		a.drops[key] = max(a.drops[key], upTo)
	}
	a.bound()
	a.stir()
}

// run writes until the archive is closed and nothing waits, or can't be written.
func (a *Archive) run() {
	defer close(a.done)
	waiter := a.opts.Clock.Waiter()
	defer waiter.Close()
	for expire := a.opts.Clock.Now(); ; {
		now := a.opts.Clock.Now()
		var err error
		if !now.Before(expire) {
			expire = now.Add(max(min(a.opts.Keep, time.Hour)/10, time.Second))
			err = a.opts.Storage.Expire(a.opts.Keep)
		}
		if err == nil {
			err = a.flush()
		}
		a.tell(err)
		if a.closes.Err() != nil {
			return
		}
		if err != nil {
			_ = waiter.Until(a.closes, now.Add(retry), nil) // at the end it tries once more
			continue
		}
		a.mu.Lock()
		wake := a.wake
		a.mu.Unlock()
		_ = waiter.Until(a.closes, expire, wake)
		_ = waiter.Until(a.closes, a.opts.Clock.Now().Add(a.opts.Interval), nil)
	}
}

// tell the log when writing fails, and when it works again.
func (a *Archive) tell(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case err != nil && !a.failing:
		a.opts.Log.Error("journals are not kept; trying again", "error", err)
	case err == nil && (a.failing || a.lost > a.told):
		a.opts.Log.Warn("journals are kept again", "lost_events", a.lost-a.told)
		a.told = a.lost
	}
	a.failing, a.busy = err != nil, false
	a.changed.Broadcast()
}

// flush writes until nothing waits.
func (a *Archive) flush() error {
	for {
		events, drops := a.next()
		if len(events) == 0 && len(drops) == 0 {
			return nil
		}
		if err := a.opts.Storage.Write(a.packed(events), listed(drops)); err != nil {
			a.back(events, drops)
			return err
		}
		a.wrote()
	}
}

func (a *Archive) wrote() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.writing = 0
	a.changed.Broadcast()
}

// packed events. One that can't be packed is lost.
func (a *Archive) packed(events []waiting) []commitlog.Event {
	all := make([]commitlog.Event, 0, len(events))
	for _, w := range events {
		packed, err := w.event.Pack()
		if err != nil {
			a.opts.Log.Error("an event of a journal is not kept", "journal", w.journal, "error", err)
			continue
		}
		all = append(all, commitlog.Event{Journal: w.journal, ID: w.event.Event(), Note: w.event.IsNote(), Packed: packed})
	}
	return all
}

func listed(drops map[dropKey]uint64) []commitlog.Drop {
	all := make([]commitlog.Drop, 0, len(drops))
	for key, upTo := range drops {
		all = append(all, commitlog.Drop{Journal: key.journal, Notes: key.notes, UpTo: upTo})
	}
	return all
}
