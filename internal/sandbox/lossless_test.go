package sandbox_test

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/commitlog/commitlogtest"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/store"
)

// awayStorage can be away.
type awayStorage struct {
	commitlogtest.Memory
	away atomic.Bool
}

func (s *awayStorage) Append(records [][]byte) error {
	if s.away.Load() {
		return errors.New("it is away")
	}
	return s.Memory.Append(records)
}

// keepLossless keeps a bench's sandboxes in a storage that may be away.
func (b bench) keepLossless(in commitlog.Storage) *commitlog.Writer {
	b.t.Helper()
	machine, err := clock.New(clock.Settings{})
	if err != nil {
		b.t.Fatal(err)
	}
	w := commitlog.NewWriter(commitlog.Options{
		Storage: in, Clock: machine, Sync: commitlog.Always, Log: silent, Lossless: true,
		Snapshot: func(add func([]byte) error) error { return b.Records(0, silent, add) },
	})
	b.Keep(0, b.Replay(), sandbox.Keeping{Log: w, Aside: aside(in)})
	return w
}

// TestWhatIsRefusedChangesNothing: while nothing can be kept, one change waits in vain, and those after it
// are refused, all kinds of them. When that is over the first is there, and of the others none.
func TestWhatIsRefusedChangesNothing(t *testing.T) {
	var s awayStorage
	var want []string
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		w := b.keepLossless(&s)
		b.create(sandbox.Config{ID: "a", Clock: clock.Settings{Mode: clock.Frozen, Start: noon}})
		b.put("a", "1", "one")
		a := b.get("a")
		s.away.Store(true)
		wantNotKept(t, "the first change", a.Do(putting("2", "two")), commitlog.Unsure)
		wantNotKept(t, "what is shown", a.Settle(), commitlog.Unsure)
		before := b.describeRuns()
		for name, change := range map[string]func() error{
			"a transaction": func() error { return a.Do(putting("3", "three")) },
			"a note":        func() error { return a.Run().Keep(putting("4", "four")) },
			"a reset":       func() error { _, err := a.Reset(); return err },
			"a scenario":    func() error { _, err := a.Load(nil); return err },
			"an advance":    func() error { _, err := a.Run().Advance(time.Hour); return err },
			"a clock":       func() error { return a.Run().SetClock(clock.Settings{Start: noon.Add(time.Hour)}) },
			"a sandbox":     func() error { _, err := b.Create(sandbox.Config{ID: "b"}); return err },
			"a deletion":    func() error { return b.Delete("a") },
			"a removal":     func() error { return b.Remove(a) },
		} {
			wantNotKept(t, name, change(), commitlog.Refused)
		}
		if diff := cmp.Diff(before, b.describeRuns()); diff != "" {
			t.Errorf("what was refused has changed (-before +after):\n%s", diff)
		}
		s.away.Store(false)
		a.Run().WaitUntilReady()
		want = b.describe()
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	})
	if diff := cmp.Diff(want, cameBack(t, &s).describe()); diff != "" || !strings.Contains(want[0], `"two"`) {
		t.Errorf("what comes back (-want +got):\n%s of %s", diff, want)
	}
}

// TestASandboxThatIsNotKept is none: its client was told so.
func TestASandboxThatIsNotKept(t *testing.T) {
	var s awayStorage
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		w := b.keepLossless(&s)
		s.away.Store(true)
		sb, err := b.Create(sandbox.Config{ID: "a"})
		wantNotKept(t, "the sandbox", err, commitlog.Unsure)
		if sb != nil || len(b.List()) > 0 {
			t.Errorf("there is %v", b.List())
		}
		s.away.Store(false)
		w.WaitUntilReady(t.Context())
		b.create(sandbox.Config{ID: "a", Owner: "again"})
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	})
	if back := cameBack(t, &s); back.get("a").Owner() != "again" {
		t.Errorf("what comes back: %v", back.describe())
	}
}

func putting(key, text string) func(*sandbox.Tx) error {
	return func(tx *sandbox.Tx) error {
		notes.Put(tx.Tx, key, text)
		return nil
	}
}

func wantNotKept(t *testing.T, what string, err error, want commitlog.Reason) {
	t.Helper()
	var not commitlog.NotKept
	if !errors.As(err, &not) || not.Reason != want {
		t.Errorf("%s: %v, want %q", what, err, want)
	}
}

// describeRuns is what the sandboxes hold, without a transaction.
func (b bench) describeRuns() (all []string) {
	for _, sb := range b.List() {
		r := sb.Run()
		all = append(all, sb.ID(), r.Clock.Now().String())
		_ = r.View(func(state store.Reader) error { // it has no error
			for key, text := range notes.All(state) {
				all = append(all, key, text)
			}
			return nil
		})
	}
	return all
}
