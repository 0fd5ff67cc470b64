package sandbox_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// waitAnHour by the sandbox's clock.
func waitAnHour(_ bench, sb *sandbox.Sandbox) {
	waitUntil(sb, sb.Run().Clock.Now().Add(time.Hour), func() {})
}

// waitUntil an instant by the sandbox's clock, and do something then.
func waitUntil(sb *sandbox.Sandbox, at time.Time, do func()) {
	c := sb.Run().Clock
	w := c.Worker()
	go func() {
		defer w.Close()
		if w.Until(sb.Run().Ends, at, nil) == nil {
			do()
		}
	}()
	for _, waits := c.Next(); !waits; _, waits = c.Next() {
		runtime.Gosched()
	}
}

// TestWake: a sandbox on whose clock something is due leaves, is back before, and leaves again.
func TestWake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var storage asideStorage
		begins, done := time.Now(), 0
		due := func(sb *sandbox.Sandbox) { waitUntil(sb, begins.Add(time.Hour), func() { done++ }) }
		var b bench
		b = newBench(t, func(o *sandbox.Options) {
			o.Clock, _ = clock.New(clock.Settings{})
			o.Idle = time.Minute
			o.Wake = func(ctx context.Context, a *sandbox.Away) error {
				if !begins.Add(time.Hour).Equal(a.Due) {
					t.Errorf("it is due at %s", a.Due)
				}
				return b.Open(ctx, a, resolve, due)
			}
		})
		w := b.keepLossless(&storage)
		defer w.Close()
		ctx, cancel := context.WithCancel(t.Context())
		defer synctest.Wait()
		defer cancel()
		go b.Run(ctx)
		due(b.create(sandbox.Config{ID: "a", Expires: -1}))
		for _, want := range []struct {
			after time.Duration
			here  bool
		}{{30 * time.Second, true}, {2 * time.Minute, false}, {58 * time.Minute, false}, {59*time.Minute + time.Second, true}, {62 * time.Minute, false}} {
			<-time.After(time.Until(begins.Add(want.after)))
			synctest.Wait()
			if here := len(b.List()) == 1; here != want.here {
				t.Errorf("after %s it is in memory: %v", want.after, here)
			}
		}
		if left, opened := b.Left(); left != 2 || opened != 1 || done != 1 {
			t.Errorf("it has left %d times, come back %d times, and done %d times what was due", left, opened, done)
		}
	})
}

// TestWakeForAnother: a process whose own sandboxes stay wakes those that another process has let leave.
func TestWakeForAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var storage asideStorage
		var b bench
		machine := func(o *sandbox.Options) {
			inShards(o)
			o.Clock, _ = clock.New(clock.Settings{})
			o.Wake = func(ctx context.Context, a *sandbox.Away) error {
				return b.Open(ctx, a, resolve, func(*sandbox.Sandbox) {})
			}
		}
		b = newBench(t, machine, idleAfterMinute)
		b.keepShard(0, &storage)
		waitAnHour(b, b.create(sandbox.Config{ID: "a1", Expires: -1}))
		<-time.After(2 * time.Minute)
		left, err := b.Leave(t.Context())
		if err := errors.Join(err, b.Release(0)); left != 1 || err != nil {
			t.Fatalf("%d have left: %v", left, err)
		}
		b = newBench(t, machine)
		b.keepShard(0, &storage)
		ctx, cancel := context.WithCancel(t.Context())
		defer synctest.Wait()
		defer cancel()
		go b.Run(ctx)
		<-time.After(30 * time.Minute)
		b.wantIDs()
		<-time.After(30 * time.Minute)
		b.wantIDs("a1")
		wantAside(t, &storage.Memory)
		if err := b.Release(0); err != nil {
			t.Fatal(err)
		}
	})
}
