package sandbox_test

import (
	"runtime"
	"sync"
	"testing"

	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/store"
)

// TestTransactionsAskARestartingSandbox: whoever is within a transaction may ask
// the sandbox for its time, seed and profile while somebody restarts it. Where the
// one waited for the other both would wait for ever.
func TestTransactionsAskARestartingSandbox(t *testing.T) {
	b := newBench(t)
	sb := b.create(sandbox.Config{ID: "a"})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 300 {
				err := sb.Store.Update(func(store.Tx) error {
					runtime.Gosched()
					_, _, _ = sb.Clock(), sb.Seed(), sb.Profile()
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 300 {
		if err := sb.Reset(); err != nil {
			t.Fatal(err)
		}
		runtime.Gosched()
	}
	wg.Wait()
}

// TestResetAfterDelete: a life that begins when the sandbox is gone is over at
// once, so a request that still has the sandbox isn't held for ever.
func TestResetAfterDelete(t *testing.T) {
	b := newBench(t)
	sb := b.create(sandbox.Config{ID: "a"})
	if err := b.Delete("a"); err != nil {
		t.Fatal(err)
	}
	if err := sb.Reset(); err != nil {
		t.Fatal(err)
	}
	if sb.Life().Err() == nil {
		t.Error("the life of a deleted sandbox goes on")
	}
}

// TestTheOldStateIsGoneWhenTheNewLifeBegins: a request of the new life never sees
// what was stored in the old one.
func TestTheOldStateIsGoneWhenTheNewLifeBegins(t *testing.T) {
	b := newBench(t)
	sb := b.create(sandbox.Config{ID: "a"})
	for range 100 {
		use(t, sb, b.Now())
		ended, found := sb.Life(), make(chan string)
		go func() {
			<-ended.Done()
			found <- note(sb)
		}()
		if err := sb.Reset(); err != nil {
			t.Fatal(err)
		}
		if old := <-found; old != "" {
			t.Fatalf("the new life has the old note %q", old)
		}
	}
}
