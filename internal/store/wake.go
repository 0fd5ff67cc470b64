package store

import (
	"slices"
	"sync"
)

// Wake waits for the first commit that changes what a transaction has read or written
// of the services' collections. Stop it when the wait is over.
type Wake struct {
	C <-chan struct{} // is closed by that commit

	fire     chan struct{}
	fired    bool
	keys     []path
	prefixes []path
	wakes    *wakes
}

// wakes of a store. A commit looks only at those that wait for what it changes, and at
// those that wait for a prefix.
type wakes struct {
	mu       sync.Mutex
	byKey    map[path][]*Wake
	byPrefix []*Wake
}

// Wake is for what the transaction has read and written so far. It is made after the commit (see
// After), so that the transaction's own commit doesn't close it.
func (t *Tx) Wake() *Wake {
	all := &t.store.wakes
	w := &Wake{fire: make(chan struct{}), keys: slices.Clone(t.keys), prefixes: slices.Clone(t.prefixes), wakes: all}
	w.C = w.fire
	all.mu.Lock()
	defer all.mu.Unlock()
	if all.byKey == nil {
		all.byKey = map[path][]*Wake{}
	}
	for _, key := range w.keys {
		all.byKey[key] = append(all.byKey[key], w)
	}
	if len(w.prefixes) > 0 {
		all.byPrefix = append(all.byPrefix, w)
	}
	return w
}

// Unwaited runs fn, and Wake doesn't wait for what it reads: these keys, and all keys with these prefixes.
func (t *Tx) Unwaited(fn func()) (keys, prefixes []path) {
	waited, below := t.keys, t.prefixes
	t.keys, t.prefixes = waited[len(waited):], below[len(below):]
	fn()
	keys, prefixes = t.keys, t.prefixes
	t.keys, t.prefixes = waited, below
	return keys, prefixes
}

// Stop waiting.
func (w *Wake) Stop() {
	w.wakes.mu.Lock()
	defer w.wakes.mu.Unlock()
	w.stop()
}

func (w *Wake) stop() {
	isThis := func(other *Wake) bool { return other == w }
	for _, key := range w.keys {
		if rest := slices.DeleteFunc(w.wakes.byKey[key], isThis); len(rest) > 0 {
			w.wakes.byKey[key] = rest
		} else {
			delete(w.wakes.byKey, key)
		}
	}
	if len(w.prefixes) > 0 {
		w.wakes.byPrefix = slices.DeleteFunc(w.wakes.byPrefix, isThis)
	}
	w.keys, w.prefixes = nil, nil
}

// changed notifies those that wait for one of these changes.
func (all *wakes) changed(changes []Change) {
	all.mu.Lock()
	defer all.mu.Unlock()
	if len(all.byKey) == 0 && len(all.byPrefix) == 0 {
		return
	}
	var woken []*Wake
	for _, c := range changes {
		at := c.path()
		woken = append(woken, all.byKey[at]...)
		for _, w := range all.byPrefix {
			if slices.ContainsFunc(w.prefixes, at.hasPrefix) {
				woken = append(woken, w)
			}
		}
	}
	for _, w := range woken {
		if !w.fired {
			w.fired = true
			w.stop()
			close(w.fire)
		}
	}
}
