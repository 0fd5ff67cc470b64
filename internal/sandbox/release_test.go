package sandbox_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/commitlog/commitlogtest"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// byFirst has a shard for each first letter: a and b, others are of none that is kept here.
func byFirst(id string) int {
	switch id[0] {
	case 'a', 'b':
		return int(id[0] - 'a')
	}
	return 2
}

func inShards(o *sandbox.Options) { o.Shards, o.ShardOf = 3, byFirst }

// keepShard keeps a shard's sandboxes in a storage, and their journals if that is an archive.
func (b bench) keepShard(n int, in commitlog.Storage) {
	b.t.Helper()
	back := b.Replay()
	if err := in.Load(back.Record); err != nil {
		b.t.Fatal(err)
	}
	if failed := back.Finish(); len(failed) > 0 {
		b.t.Fatal(failed)
	}
	if archive, ok := in.(sandbox.Archive); ok {
		if err := back.Recall(archive); err != nil {
			b.t.Fatal(err)
		}
	}
	b.Keep(n, back, sandbox.Keeping{Aside: aside(in), Log: commitlog.NewWriter(commitlog.Options{
		Storage: in, Clock: b.Clock(), Sync: commitlog.Always, Log: silent, Lossless: true,
		Snapshot: func(add func([]byte) error) error { return b.Records(n, silent, add) },
	})})
}

// TestRelease: the sandboxes of a shard go, with what they have committed, and another pool goes on with
// them; those of the other shards stay.
func TestRelease(t *testing.T) {
	var logs [2]commitlogtest.Memory
	b := newBench(t, inShards)
	for n := range logs {
		b.keepShard(n, &logs[n])
	}
	for _, id := range []string{"a1", "a2", "b1"} {
		b.create(sandbox.Config{ID: id, Clock: clock.Settings{Mode: clock.Frozen, Start: noon}})
		b.put(id, "1", id)
	}
	gone := b.get("a1")
	run, want := gone.Run(), b.describe()
	if err := b.Release(0); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want[2:], b.describe()); diff != "" {
		t.Errorf("what stays (-want +got):\n%s", diff)
	}
	if err := gone.Do(putting("2", "late")); !errors.Is(err, sandbox.ErrMoved) || context.Cause(run.Ends) != sandbox.ErrMoved {
		t.Errorf("a sandbox that is released: %v, %v", err, context.Cause(run.Ends))
	}
	if _, err := gone.Reset(); !errors.As(err, new(commitlog.NotKept)) {
		t.Errorf("its reset: %v", err)
	}
	if _, err := b.Create(sandbox.Config{ID: "a3"}); !errors.Is(err, sandbox.ErrMoves) {
		t.Errorf("another one is made there: %v", err)
	}
	if sb, err := b.Create(sandbox.Config{}); err == nil {
		t.Errorf("one without an id is made, %s: its shard is not kept here", sb.ID())
	}
	b.put("b1", "3", "goes on")
	next := newBench(t, inShards)
	next.keepShard(0, &logs[0])
	if diff := cmp.Diff(want[:2], next.describe()); diff != "" {
		t.Errorf("what goes on elsewhere (-want +got):\n%s", diff)
	}
	b.keepShard(0, &logs[0]) // it comes back
	if got := b.describe(); len(got) != 3 {
		t.Errorf("it has %q", got)
	}
}
