package sandbox_test

import (
	"errors"
	"runtime"
	"sync"
	"testing"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
)

// TestTransactionsAskARestartingSandbox: a transaction may ask the sandbox for its
// run while another goroutine resets it. Where the one waited for the other both
// would wait for ever.
func TestTransactionsAskARestartingSandbox(t *testing.T) {
	b := newBench(t)
	sb := b.create(sandbox.Config{ID: "a"})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 300 {
				err := sb.Do(func(tx *sandbox.Tx) error {
					runtime.Gosched()
					_, _ = sb.Run().Settings(), sb.Run().Clock.Now()
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 300 {
		if _, err := sb.Reset(); err != nil {
			t.Fatal(err)
		}
		runtime.Gosched()
	}
	wg.Wait()
}

// TestResetAfterDelete: a run that begins when the sandbox is gone is over at once,
// so a request that still has the sandbox isn't held for ever.
func TestResetAfterDelete(t *testing.T) {
	b := newBench(t)
	sb := b.create(sandbox.Config{ID: "a"})
	if err := b.Delete("a"); err != nil {
		t.Fatal(err)
	}
	if _, err := sb.Reset(); err != nil {
		t.Fatal(err)
	}
	if sb.Run().Ends.Err() == nil {
		t.Error("the run of a deleted sandbox goes on")
	}
	wantError(t, sb.Do(func(*sandbox.Tx) error {
		t.Error("a transaction runs in a sandbox that was deleted")
		return nil
	}), sandbox.ErrEnded)
}

// TestARunThatIsOver: what is asked of it is refused, and the next run has nothing
// of it.
func TestARunThatIsOver(t *testing.T) {
	b := newBench(t)
	sb := b.create(sandbox.Config{ID: "a"})
	for range 100 {
		use(t, sb, b.Now())
		old, found := sb.Run(), make(chan string)
		go func() {
			<-old.Ends.Done()
			found <- note(sb)
		}()
		next, err := sb.Reset()
		if err != nil || next != sb.Run() {
			t.Fatal("the next run is not the present one", err)
		}
		if got := <-found; got != "" {
			t.Fatalf("the new run has the old note %q", got)
		}
		wantError(t, old.Do(func(*sandbox.Tx) error { return nil }), sandbox.ErrEnded)
	}
}

// TestDoComesToTheNextRun: a transaction that meets a reset runs once, in the run
// that is present then.
func TestDoComesToTheNextRun(t *testing.T) {
	b := newBench(t)
	sb := b.create(sandbox.Config{ID: "a"})
	first := sb.Run()
	var blocked, reset sync.WaitGroup
	times := 0
	err := first.Do(func(*sandbox.Tx) error { // keeps the other one waiting
		blocked.Go(func() {
			err := sb.Do(func(tx *sandbox.Tx) error {
				times++
				if tx.Run == first {
					return errors.New("in the run that is over")
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
		reset.Go(func() {
			if _, err := sb.Reset(); err != nil {
				t.Error(err)
			}
		})
		reset.Wait()
		return nil
	})
	blocked.Wait()
	if err != nil || times != 1 {
		t.Errorf("it ran %d times: %v", times, err)
	}
}

// TestABeginningThatFailsChangesNothing.
func TestABeginningThatFailsChangesNothing(t *testing.T) {
	b := newBench(t)
	sb := b.create(sandbox.Config{ID: "a", Seed: 7})
	use(t, sb, b.Now())
	run := sb.Run()
	sundial := &scenario.Scenario{Clock: &clock.Settings{Mode: "sundial"}}
	if _, err := sb.Load(sundial); err == nil {
		t.Error("a clock that can't be had was taken")
	}
	if _, err := sb.Resume(sandbox.Snapshot{}); err == nil {
		t.Error("an empty snapshot was taken")
	}
	if _, err := b.Create(sandbox.Config{ID: "b", Scenario: sundial}); err == nil {
		t.Error("a sandbox was made of it")
	}
	kept, _ := sb.Journal.Exchanges()
	if sb.Run() != run || run.Ends.Err() != nil || note(sb) == "" || len(kept) != 1 {
		t.Error("something has changed")
	}
	b.wantIDs("a")
}
