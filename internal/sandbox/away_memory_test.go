package sandbox_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// nowhere is a storage that keeps nothing in memory.
type nowhere struct{ commitlog.Storage }

func (nowhere) Load(func([]byte) error) error         { return nil }
func (nowhere) Append([][]byte) error                 { return nil }
func (nowhere) Sync() error                           { return nil }
func (nowhere) Close() error                          { return nil }
func (nowhere) Rewrite() (commitlog.Rewriting, error) { return nowhere{}, nil }
func (nowhere) Add([]byte) error                      { return nil }
func (nowhere) Commit() error                         { return nil }
func (nowhere) Discard()                              {}

func (nowhere) SetAside(uint64, [][]byte) error                { return nil }
func (nowhere) TakeUp(uint64, func(record []byte) error) error { return nil }
func (nowhere) Retain([]uint64) error                          { return nil }

// TestThousandsLeaveMemory: of three thousand sandboxes that were used and have left no run, no state and no journal is
// held, and the heap has a fraction of what they took.
func TestThousandsLeaveMemory(t *testing.T) {
	const count = 3_000
	b := newBench(t, idleAfterMinute)
	b.keepLossless(nowhere{})
	before := heap()
	ends := make([]context.Context, count)
	for n := range ends {
		sb := b.create(sandbox.Config{ID: fmt.Sprint("job-", n), Clock: clock.Settings{Mode: clock.Frozen, Start: noon}})
		use(t, sb, b.Now())
		ends[n] = sb.Run().Ends
	}
	used := heap() - before
	b.advance(time.Minute)
	if left, err := b.Leave(t.Context()); left != count || err != nil {
		t.Fatalf("%d have left: %v", left, err)
	}
	for n, run := range ends {
		if !ended(run) {
			t.Fatalf("the run of job-%d goes on", n)
		}
	}
	ends = nil
	if states, _ := b.StateMemory(); states != 0 {
		t.Errorf("states take %d bytes", states)
	}
	if journals, _ := b.Budget().Usage(); journals != 0 {
		t.Errorf("journals take %d bytes", journals)
	}
	left := heap() - before
	t.Logf("a sandbox took %.0f bytes and takes %.0f", used/count, left/count)
	if left > used/2 {
		t.Errorf("they took %.0f bytes and take %.0f, want less than half", used, left)
	}
	if here, away := b.All(); len(here) != 0 || len(away) != count {
		t.Errorf("%d are here and %d away", len(here), len(away))
	}
	runtime.KeepAlive(b)
}
