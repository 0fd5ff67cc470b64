package sandbox_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog/commitlogtest"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// asideStorage does something before it sets aside or takes up, and fails if that does.
type asideStorage struct {
	commitlogtest.Memory
	before atomic.Pointer[func() error]
}

func (s *asideStorage) first(do func() error) { s.before.Store(&do) }

func (s *asideStorage) do() error {
	if do := s.before.Load(); do != nil {
		return (*do)()
	}
	return nil
}

func (s *asideStorage) SetAside(number uint64, records [][]byte) error {
	if err := s.do(); err != nil {
		return err
	}
	return s.Memory.SetAside(number, records)
}

func (s *asideStorage) TakeUp(number uint64, each func([]byte) error) error {
	if err := s.do(); err != nil {
		return err
	}
	return s.Memory.TakeUp(number, each)
}

// TestWhatStays in memory, since something would be lost or someone is there.
func TestWhatStays(t *testing.T) {
	for name, test := range map[string]struct {
		id     string
		clock  clock.Settings                           // frozen if it is empty
		before func(b bench, sb *sandbox.Sandbox)       // it may leave
		during func(b bench, sb *sandbox.Sandbox) error // it is set aside
		leaves bool
	}{
		"one that is idle":          {leaves: true},
		"the default one":           {id: sandbox.DefaultID},
		"one that is used":          {before: func(b bench, sb *sandbox.Sandbox) { sb.Touch(b.Now()) }},
		"one with a request":        {before: func(b bench, sb *sandbox.Sandbox) { b.Enter(sb.ID()) }},
		"one whose request is over": {before: func(b bench, sb *sandbox.Sandbox) { leave, _ := b.Enter(sb.ID()); leave() }, leaves: true},
		"one that holds a request":  {before: func(_ bench, sb *sandbox.Sandbox) { _, _ = sb.Hold() }},
		"one with a snapshot": {before: func(b bench, sb *sandbox.Sandbox) {
			taken, _ := sb.Snapshot()
			_, _ = sb.Resume(taken)
		}},
		"one after a reset":                {before: func(_ bench, sb *sandbox.Sandbox) { _, _ = sb.Reset() }, leaves: true},
		"one that waits for an instant":    {clock: clock.Settings{Mode: clock.Speed, Speed: 1, Start: noon}, before: waitAnHour},
		"one whose clock doesn't go there": {before: waitAnHour, leaves: true},
		"one that works":                   {before: func(_ bench, sb *sandbox.Sandbox) { sb.Run().Clock.Worker() }},
		"one that a request enters":        {during: func(b bench, sb *sandbox.Sandbox) error { leave, _ := b.Enter(sb.ID()); leave(); return nil }},
		"one that changes":                 {during: func(_ bench, sb *sandbox.Sandbox) error { return sb.Do(putting("1", "one")) }},
		"one that notes something":         {during: func(_ bench, sb *sandbox.Sandbox) error { sb.Run().Log.Note("note", "text"); return nil }},
		"one that is reset":                {during: func(_ bench, sb *sandbox.Sandbox) error { _, err := sb.Reset(); return err }},
		"one whose database can't write":   {during: func(bench, *sandbox.Sandbox) error { return errors.New("no space") }},
	} {
		t.Run(name, func(t *testing.T) {
			var storage asideStorage
			b := newBench(t, idleAfterMinute)
			b.keepLossless(&storage)
			if test.clock.Mode == "" {
				test.clock = clock.Settings{Mode: clock.Frozen, Start: noon}
			}
			sb := b.create(sandbox.Config{ID: max(test.id, "a"), Clock: test.clock, Expires: -1})
			b.advance(time.Minute)
			if test.before != nil {
				test.before(b, sb)
			}
			if test.during != nil {
				storage.first(func() error { return test.during(b, sb) })
			}
			left, err := b.Leave(t.Context())
			if (left == 1) != test.leaves || (err != nil) != strings.Contains(name, "can't write") {
				t.Errorf("%d have left: %v", left, err)
			}
			if here, away := b.All(); len(away) != left || len(here) != 1-left {
				t.Errorf("%d are here and %d away", len(here), len(away))
			}
			if !test.leaves && sb.Do(putting("2", "goes on")) != nil {
				t.Error("it doesn't go on")
			}
		})
	}
}

// TestOneThatCannotLeave holds up no others, and some that can't end the try.
func TestOneThatCannotLeave(t *testing.T) {
	for fails, stay := range map[int]int{1: 1, 2: 2, 3: 10, 8: 10} {
		var storage asideStorage
		b := newBench(t, idleAfterMinute)
		b.keepLossless(&storage)
		for n := range 10 {
			b.create(sandbox.Config{ID: fmt.Sprint("a", n)})
		}
		b.advance(time.Minute)
		tries := 0
		storage.first(func() error {
			if tries++; tries <= fails {
				return errors.New("too large")
			}
			return nil
		})
		left, err := b.Leave(t.Context())
		if left != 10-stay || err == nil || !strings.Contains(err.Error(), "sandbox a") || tries > 10 {
			t.Errorf("%d can't leave: after %d tries %d have left: %v", fails, tries, left, err)
		}
	}
}

// TestRunLetsThemLeave when they have been idle for long enough, and not before.
func TestRunLetsThemLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var storage asideStorage
		b := newBench(t, idleAfterMinute)
		w := b.keepLossless(&storage)
		defer w.Close()
		ctx, cancel := context.WithCancel(t.Context())
		defer synctest.Wait()
		defer cancel()
		go b.Run(ctx)
		synctest.Wait()
		for n := range 3 {
			b.create(sandbox.Config{ID: fmt.Sprint("a", n)})
		}
		b.advance(time.Minute - 1)
		b.wantIDs("a0", "a1", "a2")
		b.get("a1").Touch(b.Now())
		b.advance(31 * time.Second)
		b.wantIDs("a1")
		storage.first(func() error { return errors.New("no space") })
		b.advance(time.Minute)
		b.wantIDs("a1")
		storage.first(func() error { return nil })
		b.advance(time.Minute)
		b.wantIDs()
		if left, opened := b.Left(); left != 3 || opened != 0 {
			t.Errorf("%d have left and %d come back", left, opened)
		}
		b.advance(time.Hour) // they expire as others do
		if _, away := b.All(); len(away) != 0 {
			t.Errorf("%d are away", len(away))
		}
	})
}

// TestOpenOnce: requests that come together read an image once, all have its error, and the next one tries again.
func TestOpenOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var storage asideStorage
		b := newBench(t, idleAfterMinute)
		w := b.keepLossless(&storage)
		defer w.Close()
		b.create(sandbox.Config{ID: "a"})
		b.leaves()
		reads := 0
		goesOn := make(chan error)
		storage.first(func() error { reads++; return <-goesOn })
		for try, fails := range []error{errors.New("no database"), nil} {
			errs := make(chan error, 10)
			for range cap(errs) {
				go func() { _, err := b.enter("a"); errs <- err }()
			}
			impatient, cancel := context.WithCancel(t.Context())
			cancel()
			_, away := b.Enter("a")
			if err := b.Open(impatient, away, func(*sandbox.Replay) {}, func(*sandbox.Sandbox) {}); !errors.Is(err, sandbox.ErrQueue) {
				t.Errorf("one that doesn't wait: %v", err)
			}
			synctest.Wait()
			goesOn <- fails
			for range cap(errs) {
				if err := <-errs; !errors.Is(err, fails) || (fails != nil) != errors.Is(err, sandbox.ErrAside) {
					t.Errorf("try %d: %v, want %v", try, err, fails)
				}
			}
			if reads != try+1 {
				t.Errorf("try %d: it is read %d times", try, reads)
			}
		}
	})
}

// TestOpeningsAtOnce are few, however many sandboxes are asked for; all come back.
func TestOpeningsAtOnce(t *testing.T) {
	const count = 100
	var storage asideStorage
	b := newBench(t, idleAfterMinute)
	w := b.keepLossless(&storage)
	defer w.Close()
	for n := range count {
		b.create(sandbox.Config{ID: fmt.Sprint("a", n)})
	}
	b.leaves()
	var now, most atomic.Int64
	storage.first(func() error {
		if n := now.Add(1); n > most.Load() {
			most.Store(n)
		}
		runtime.Gosched()
		now.Add(-1)
		return nil
	})
	var all sync.WaitGroup
	for n := range count {
		all.Go(func() {
			if _, err := b.enter(fmt.Sprint("a", n)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if here, away := b.All(); len(here) != count || len(away) != 0 || most.Load() > 4 {
		t.Errorf("%d are here and %d away; %d came back at once", len(here), len(away), most.Load())
	}
}

// TestGoneWhileAway: a sandbox that is away is deleted, expires, and is made again, without being opened. What stood
// aside goes, and only that.
func TestGoneWhileAway(t *testing.T) {
	for name, goes := range map[string]func(b bench){
		"deleted": func(b bench) {
			if err := b.Delete("a1"); err != nil {
				b.t.Error(err)
			}
		},
		"expired": func(b bench) { b.advance(time.Hour); b.Expire() },
		"made again": func(b bench) {
			_, err := b.Create(sandbox.Config{ID: "a1"})
			if !errors.Is(err, sandbox.ErrExists) {
				b.t.Errorf("a second one: %v", err)
			}
			b.advance(time.Hour)
			b.create(sandbox.Config{ID: "a1", Owner: "the second", Expires: -1})
		},
	} {
		t.Run(name, func(t *testing.T) {
			storage := newArchived()
			b := newBench(t, inShards, idleAfterMinute)
			b.keepShard(0, storage)
			use(t, b.create(sandbox.Config{ID: "a1", Token: "a token of the first"}), b.Now())
			use(t, b.create(sandbox.Config{ID: "a2", Expires: -1}), b.Now())
			b.leaves()
			if !b.Has("a1") || !b.Has("a2") || b.Has("a3") {
				t.Error("not those are there that should be")
			}
			if id, ok := b.ByToken("a token of the first"); id != "a1" || !ok {
				t.Errorf("the token opens %q", id)
			}
			goes(b)
			if _, away := b.Enter("a1"); away != nil || errors.Is(b.Delete("a1"), nil) != (name == "made again") {
				t.Errorf("it is there: %v", away)
			}
			b.leaves()
			wantAside(t, storage, 2)
			if names := slices.Collect(maps.Keys(storage.all)); !slices.Equal(names, []string{"a2/2/1"}) {
				t.Errorf("archived are %s", names)
			}
			if name == "made again" {
				return
			}
			wantOnly := func(b bench) {
				t.Helper()
				if _, away := b.All(); len(away) != 1 || away[0].ID() != "a2" || b.Has("a1") {
					t.Errorf("another process has %d away", len(away))
				}
			}
			afterKill(t, storage, func(o *sandbox.Options) { inShards(o); idleAfterMinute(o) }, wantOnly)
			if err := b.Release(0); err != nil {
				t.Fatal(err)
			}
			next := newBench(t, inShards, idleAfterMinute)
			next.keepShard(0, storage)
			wantOnly(next)
		})
	}
}

// wantAside is under which numbers something stands aside.
func wantAside(t *testing.T, in keptAside, want ...uint64) {
	t.Helper()
	var stands []uint64
	for n := range uint64(5) {
		_ = in.TakeUp(n, func([]byte) error { stands = append(stands, n); return errors.New("stop") })
	}
	if diff := cmp.Diff(want, stands); diff != "" {
		t.Errorf("aside stand (-want +got):\n%s", diff)
	}
}
