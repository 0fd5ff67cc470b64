package commitlog

import (
	"errors"
	"time"
)

// ErrLost is the error of a storage that another process uses now. Nothing can be written there
// any more.
var ErrLost = errors.New("another process has taken over, since the lease of this one had ended; start it again")

// NotKept is the error of a request under Options.Lossless: what it would change, or has changed, isn't
// kept, or what it has seen may be out of date.
type NotKept struct{ Reason Reason }

// Reason of NotKept, in words for clients.
type Reason string

// The reasons.
const (
	Refused   Reason = "the database of --store can't be written now, so nothing was done; ask again"
	Unsure    Reason = "the database of --store can't be written now; what this request has changed or would show is kept when that works again, unless the process ends before, so look before you ask again"
	NoLease   Reason = "the lease of this process has ended and can't be renewed in the database of --store, so nothing is answered; ask again"
	TakenOver Reason = "another process has taken over this sandbox, so nothing is answered here; ask again"
	Moved     Reason = "the sandbox moves to another process; what the request has changed before is kept, so look before you ask again"
)

func (n NotKept) Error() string { return string(n.Reason) }

// Ready is a NotKept while nothing can be kept; nil where what can't be written is given up.
func (w *Writer) Ready() error {
	if !w.opts.Lossless {
		return nil
	}
	if err := w.holds(); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.trouble(Refused)
}

func (w *Writer) holds() error {
	if w.opts.Holds == nil {
		return nil
	}
	return w.opts.Holds()
}

// trouble is called with mu held.
func (w *Writer) trouble(reason Reason) error {
	switch {
	case w.lost:
		return NotKept{TakenOver}
	case !w.failing.IsZero():
		return NotKept{reason}
	}
	return nil
}

// outcome of a wait for the entry at a position. It is called with mu held.
func (w *Writer) outcome(position uint64) error {
	if !w.opts.Lossless {
		return nil
	}
	if w.written < position || w.lost {
		if err := w.trouble(Unsure); err != nil {
			return err
		}
		return NotKept{Unsure} // the writer has ended
	}
	return w.holds()
}

// insist writes the records of some entries until they are kept, the storage is another's, or the
// writer is closed. Then nothing comes after what is missing.
func (w *Writer) insist(entries int, records [][]byte) {
	waiter := w.opts.Clock.Waiter()
	defer waiter.Close()
	for !w.isOver() {
		var err error
		if len(records) > 0 {
			err = w.append(records)
		}
		if w.insisted(entries, records, err) {
			return
		}
		if waiter.Until(w.closes, w.opts.Clock.Now().Add(retry), nil) != nil {
			w.end()
		}
	}
}

func (w *Writer) isOver() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ended || w.lost
}

// errUnwritten is the error of a writer that was closed while nothing could be written.
var errUnwritten = errors.New("what was changed since writing failed is lost")

// unwritten is the error of a writer that was closed before everything was written.
func (w *Writer) unwritten() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var not NotKept
	switch {
	case w.lost, errors.As(w.holds(), &not) && not.Reason == TakenOver:
		return ErrLost
	case w.written < w.put:
		return errUnwritten
	}
	return nil
}

// insisted reports whether that is over.
func (w *Writer) insisted(entries int, records [][]byte, err error) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer w.changed.Broadcast()
	switch {
	case errors.Is(err, ErrLost):
		w.lost = true
		w.opts.Log.Error("nothing is kept any more", "error", err)
		return true
	case err != nil:
		if w.failing.IsZero() {
			w.failing = w.opts.Clock.Now()
			w.opts.Log.Error("the state can't be written; requests are refused until it can; trying again", "error", err)
		}
		return false
	}
	if !w.failing.IsZero() {
		w.opts.Log.Warn("the state is written again, and nothing is lost", "failing_since", w.failing)
		w.failing = time.Time{}
	}
	w.written += uint64(entries)
	w.grown += sizeOf(records)
	if w.large() {
		w.startRewriting()
	}
	return true
}
