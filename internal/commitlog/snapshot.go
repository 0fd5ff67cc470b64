package commitlog

import "errors"

// startRewriting in the background, unless that is going on. It is called with mu held.
func (w *Writer) startRewriting() {
	if !w.rewriting && w.closes.Err() == nil {
		w.rewriting = true
		go w.rewrite()
	}
}

// rewrite the storage; where writing fails, again and again until that works.
func (w *Writer) rewrite() {
	waiter := w.opts.Clock.Waiter()
	defer waiter.Close()
	for w.rewriteOnce() {
		if waiter.Until(w.closes, w.opts.Clock.Now().Add(retry), nil) != nil {
			w.endRewriting()
			return
		}
	}
}

func (w *Writer) endRewriting() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rewriting = false
	w.changed.Broadcast()
}

// rewriteOnce reports whether it has to be tried again. If not, the rewriting is over.
func (w *Writer) rewriteOnce() (again bool) {
	w.mu.Lock()
	failing := !w.failing.IsZero() && !w.opts.Lossless
	w.holding = failing
	replaced := w.grown
	w.mu.Unlock()
	size, err := w.snapshot(func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.committing = w.holding
		return w.holding == failing
	})
	w.mu.Lock()
	defer w.mu.Unlock()
	w.committing = false
	defer w.changed.Broadcast()
	switch {
	case err == nil:
		w.base, w.grown, w.recovered = size, w.grown-replaced, failing
	case failing:
		w.holding, w.held = false, nil
	default:
		w.base = w.grown // so that it isn't tried with every group
		w.opts.Log.Warn("the log of commits can't be made smaller", "error", err)
	}
	w.rewriting = !w.failing.IsZero() && !w.recovered && !w.opts.Lossless
	return w.rewriting
}

// errTooMuch is the error of a snapshot during which too much was changed.
var errTooMuch = errors.New("too much was changed during the snapshot")

// snapshot takes the place of what the storage had, unless it may not, and answers how
// large it is.
func (w *Writer) snapshot(may func() bool) (size int64, err error) {
	to, err := w.opts.Storage.Rewrite()
	if err != nil {
		return 0, err
	}
	err = w.opts.Snapshot(func(record []byte) error {
		size += headerSize + int64(len(record))
		return to.Add(record)
	})
	if err == nil && !may() {
		err = errTooMuch
	}
	if err != nil {
		to.Discard()
		return 0, err
	}
	return size, to.Commit()
}
