package sandbox_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/commitlog/commitlogtest"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// aside of a storage; nil if it has no such place.
func aside(in commitlog.Storage) commitlog.Aside {
	a, _ := in.(commitlog.Aside)
	return a
}

func idleAfterMinute(o *sandbox.Options) { o.Idle = time.Minute }

// enter a sandbox, which is opened if it is away.
func (b bench) enter(id string) (leave func(), err error) {
	for {
		leave, away := b.Enter(id)
		if away == nil {
			return leave, nil
		}
		if err := b.Open(b.t.Context(), away, resolve, func(*sandbox.Sandbox) {}); err != nil {
			return nil, err
		}
	}
}

// opened is a sandbox in memory.
func (b bench) opened(id string) *sandbox.Sandbox {
	b.t.Helper()
	leave, err := b.enter(id)
	if err != nil {
		b.t.Fatal(err)
	}
	defer leave()
	return b.get(id)
}

func resolve(back *sandbox.Replay) {
	back.Resolve(func(_ string, to sandbox.Calls) map[string]bool {
		if len(to.Systems) == 0 {
			return nil
		}
		return operations
	})
}

// leaves lets the sandboxes that are idle leave memory; the answer is how many remain.
func (b bench) leaves() int {
	b.t.Helper()
	b.advance(time.Minute)
	if _, err := b.Leave(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	return len(b.List())
}

// TestLeave: an idle sandbox leaves memory, and comes back as it was: in the same process, after another one has its
// log, and from a log that was rewritten.
func TestLeave(t *testing.T) {
	memory := &commitlogtest.Memory{}
	b := newBench(t, inShards, idleAfterMinute)
	b.keepShard(0, memory)
	for n := range 3 {
		id := fmt.Sprintf("a%d", n)
		b.create(sandbox.Config{ID: id, Owner: "team", Seed: 7, Clock: clock.Settings{Mode: clock.Frozen, Start: noon}})
		b.put(id, "1", "one")
	}
	want := b.describe()
	back := func(what string, b bench) {
		t.Helper()
		if here := b.leaves(); here != 0 {
			t.Fatalf("%s: %d sandboxes stay in memory", what, here)
		}
		if states, _ := b.StateMemory(); states != 0 {
			t.Errorf("%s: their states take %d bytes", what, states)
		}
		for n := range 3 {
			b.opened(fmt.Sprintf("a%d", n))
		}
		if diff := cmp.Diff(want, b.describe()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	back("the same process", b)
	back("once more", b)
	b.leaves()
	if err := b.Release(0); err != nil {
		t.Fatal(err)
	}
	next := newBench(t, inShards, idleAfterMinute)
	next.keepShard(0, memory)
	if here := len(next.List()); here != 0 {
		t.Errorf("another process has %d in memory", here)
	}
	back("another process", next)
	rewriting, err := memory.Rewrite()
	if err != nil {
		t.Fatal(err)
	}
	next.leaves()
	if err := errors.Join(next.Records(0, silent, rewriting.Add), rewriting.Commit(), next.Release(0)); err != nil {
		t.Fatal(err)
	}
	last := newBench(t, inShards, idleAfterMinute)
	last.keepShard(0, memory)
	back("from a log that was rewritten", last)
}

// TestRewrittenWhileTheyLeave: a log that is rewritten at any moment leads to the same sandboxes.
func TestRewrittenWhileTheyLeave(t *testing.T) {
	create := func(id string) func(b bench) {
		return func(b bench) {
			b.create(sandbox.Config{ID: id, Expires: -1, Clock: clock.Settings{Mode: clock.Frozen, Start: noon}})
		}
	}
	leave := func(b bench) { b.leaves() }
	rewrittenAtAnyMoment(t, []func(b bench){
		create("a"), create("b"),
		func(b bench) { b.put("a", "1", "one") },
		leave,
		func(b bench) { b.opened("a") },
		func(b bench) { b.put("a", "1", "eins") },
		leave,
		func(b bench) { _, _ = b.opened("a").Reset() },
		func(b bench) { b.put("a", "2", "two") },
		leave,
		func(b bench) { _ = b.Delete("b") },
		create("b"),
		func(b bench) { b.opened("a"); b.put("a", "3", "three") },
	})
}

// TestOpenWithoutItsJournal: while the archive can't be read the sandbox doesn't come back.
func TestOpenWithoutItsJournal(t *testing.T) {
	storage := newArchived()
	b := newBench(t, inShards, idleAfterMinute)
	b.keepShard(0, storage)
	use(t, b.create(sandbox.Config{ID: "a1"}), b.Now())
	b.leaves()
	storage.fails = true
	if _, err := b.enter("a1"); !errors.Is(err, sandbox.ErrAside) || !strings.Contains(err.Error(), "archive can't be read") {
		t.Errorf("it is opened: %v", err)
	}
	if states, _ := b.StateMemory(); states != 0 {
		t.Errorf("states take %d bytes", states)
	}
	storage.fails = false
	if kept, _ := b.opened("a1").Journal.Exchanges(); len(kept) != 1 {
		t.Errorf("it comes back with %d requests", len(kept))
	}
}

// TestLeaveWhileClientsAsk: each change is there that a client has made, once, and a request finds its sandbox.
func TestLeaveWhileClientsAsk(t *testing.T) {
	memory := &commitlogtest.Memory{}
	b := newBench(t, inShards, func(o *sandbox.Options) { o.Idle = 1 })
	b.keepShard(0, memory)
	b.create(sandbox.Config{ID: "a1", Clock: clock.Settings{Mode: clock.Frozen, Start: noon}})
	const requests = 500
	var clients, underWay sync.WaitGroup
	put := func(n int) error {
		defer underWay.Done()
		leave, err := b.enter("a1")
		if err != nil {
			return err
		}
		defer leave()
		sb, err := b.Get("a1")
		if err != nil {
			return err
		}
		return sb.Do(putting(fmt.Sprint(n), "text"))
	}
	turns := make(chan int)
	for range 4 {
		clients.Go(func() {
			for n := range turns {
				if err := put(n); err != nil {
					t.Error(err)
				}
			}
		})
	}
	left := 0
	for n := range requests { // the last requests are still on their way when it may leave, but for each tenth time
		underWay.Add(1)
		turns <- n
		if n%10 == 9 {
			underWay.Wait()
		}
		b.advance(time.Second)
		one, err := b.Leave(b.t.Context())
		if left += one; err != nil {
			t.Error(err)
		}
	}
	close(turns)
	clients.Wait()
	if left < requests/10 {
		t.Errorf("it has left %d times", left)
	}
	if err := b.Release(0); err != nil {
		t.Fatal(err)
	}
	next := newBench(t, inShards, idleAfterMinute)
	next.keepShard(0, memory)
	if _, err := next.enter("a1"); err != nil {
		t.Fatal(err)
	}
	if n := len(next.describeRuns()); n != 2+2*requests {
		t.Errorf("%d texts are there, want %d", n, 2+2*requests)
	}
}
