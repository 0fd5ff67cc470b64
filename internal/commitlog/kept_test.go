package commitlog_test

import (
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/commitlog/commitlogtest"
)

// awayStorage answers an error while it is away. What it was given is kept all the same: the answer
// may have been lost on its way.
type awayStorage struct {
	commitlogtest.Memory
	away   atomic.Pointer[error]
	closed atomic.Bool
}

func (s *awayStorage) Append(records [][]byte) error {
	if err := s.Memory.Append(records); err != nil {
		return err
	}
	if away := s.away.Load(); away != nil {
		return *away
	}
	return nil
}

func (s *awayStorage) Close() error {
	s.closed.Store(true)
	return nil
}

func (s *awayStorage) is(err error) { s.away.Store(&err) }

// lossless writes a tally to a storage.
func (c *tally) lossless(t *testing.T, s commitlog.Storage, sync commitlog.Sync, holds func() error) *commitlog.Writer {
	t.Helper()
	machine, err := clock.New(clock.Settings{})
	must(t, err)
	return commitlog.NewWriter(commitlog.Options{
		Storage: s, Clock: machine, Sync: sync, Interval: 50 * time.Millisecond, Snapshot: c.snapshot, Log: silent,
		Lossless: true, Holds: holds,
	})
}

func wantReason(t *testing.T, what string, err error, want commitlog.Reason) {
	t.Helper()
	var not commitlog.NotKept
	if !errors.As(err, &not) || not.Reason != want {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

// TestNothingIsLostWhileTheStorageIsAway: who waits is told, who comes is refused, and when it is back
// everything is written in its order.
func TestNothingIsLostWhileTheStorageIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s awayStorage
		var c tally
		w := c.lossless(t, &s, commitlog.Always, nil)
		c.add(w, 1)
		must(t, w.WaitForAll())
		must(t, w.Ready())
		s.is(errFull)
		c.add(w, 2)
		wantReason(t, "the wait", w.WaitForAll(), commitlog.Unsure)
		wantReason(t, "what comes", w.Ready(), commitlog.Refused)
		c.add(w, 3)
		wantReason(t, "another wait", w.WaitForAll(), commitlog.Unsure)
		must(t, w.Wait(1)) // that is kept
		if _, failing := w.Failing(); !failing {
			t.Error("it is not failing")
		}
		s.away.Store(nil)
		w.WaitUntilReady(t.Context())
		must(t, w.WaitForAll())
		must(t, w.Close())
		if got := total(t, &s); got != 6 {
			t.Errorf("it leads to %d, want 6", got)
		}
	})
}

// TestClosedWhileTheStorageIsAway: what is missing is told, and nothing comes behind it.
func TestClosedWhileTheStorageIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fussy{}
		var c tally
		w := c.lossless(t, s, commitlog.Always, nil)
		c.add(w, 1)
		must(t, w.WaitForAll())
		s.refuses.Store(2)
		c.add(w, 2)
		wantReason(t, "the wait", w.WaitForAll(), commitlog.Unsure)
		c.add(w, 3)
		if err := w.Close(); err == nil {
			t.Error("nothing is told of what is missing")
		}
		if got := total(t, s); got != 1 {
			t.Errorf("it leads to %d, want 1", got)
		}
	})
}

// fussy refuses some appends, and takes those after them.
type fussy struct {
	commitlogtest.Memory
	refuses atomic.Int64
}

func (s *fussy) Append(records [][]byte) error {
	if s.refuses.Add(-1) >= 0 {
		return errFull
	}
	return s.Memory.Append(records)
}

// TestTakenOver: nothing is answered any more, and the end says so.
func TestTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s awayStorage
		var c tally
		w := c.lossless(t, &s, commitlog.Always, nil)
		c.add(w, 1)
		must(t, w.WaitForAll())
		s.is(commitlog.ErrLost)
		c.add(w, 2)
		wantReason(t, "the wait", w.WaitForAll(), commitlog.TakenOver)
		wantReason(t, "what comes", w.Ready(), commitlog.TakenOver)
		wantReason(t, "what is kept", w.Wait(1), commitlog.TakenOver)
		if err := w.Close(); !errors.Is(err, commitlog.ErrLost) || !s.closed.Load() {
			t.Errorf("the end: %v", err)
		}
	})
}

// TestNoLease: while the process may not answer for what it has, it does not, whatever is kept.
func TestNoLease(t *testing.T) {
	for _, sync := range []commitlog.Sync{commitlog.Always, commitlog.Group} {
		synctest.Test(t, func(t *testing.T) {
			var s awayStorage
			var c tally
			var ended atomic.Bool
			w := c.lossless(t, &s, sync, func() error {
				if ended.Load() {
					return commitlog.NotKept{Reason: commitlog.NoLease}
				}
				return nil
			})
			c.add(w, 1)
			must(t, w.WaitForAll())
			must(t, w.Ready())
			ended.Store(true)
			wantReason(t, "what is kept", w.Wait(1), commitlog.NoLease)
			wantReason(t, "what comes", w.Ready(), commitlog.NoLease)
			ended.Store(false)
			must(t, w.Wait(1))
			must(t, w.Close())
		})
	}
}

// TestLosslessIsMadeSmaller as any other log is.
func TestLosslessIsMadeSmaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s awayStorage
		var c tally
		w := c.lossless(t, &s, commitlog.Group, nil)
		for range 200_000 {
			c.add(w, 1)
		}
		w.Flush()
		synctest.Wait()
		must(t, w.Close())
		if n := len(contents(t, &s)); n > 150_000 {
			t.Errorf("%d records are left", n)
		}
		if got := total(t, &s); got != 200_000 {
			t.Errorf("it leads to %d", got)
		}
	})
}
