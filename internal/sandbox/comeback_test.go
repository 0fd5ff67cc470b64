package sandbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/commitlog/commitlogtest"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/store"
)

// operations that services with targets ask here.
var operations = map[string]bool{"abs.demand": true}

// rich is a sandbox with all that a user can set.
func rich(b bench, table *contract.Table) {
	b.t.Helper()
	fast, err := table.Profile(map[string]string{"preset": "strict"})
	if err != nil {
		b.t.Fatal(err)
	}
	sb := b.create(sandbox.Config{
		ID: "a1", Owner: "team", Token: "a token of sixteen or more", Seed: 9, Expires: 48 * time.Hour, Profile: fast,
		Clock:   clock.Settings{Mode: clock.Speed, Speed: 60, Start: noon, Zone: "Asia/Aqtobe"},
		Targets: operations, Calls: sandbox.Calls{Systems: map[string]string{"k2": "bank"}},
	})
	use(b.t, sb, b.Now()) // before the reset, which is an event
	load(b.t, table, sb, `seed: 7
vars: {n: {value: 3}}
profile: {kyc.error_envelope: both}
given: {subjects: [{iin: 901123300258, phone: "77011234567"}]}
rules: [{name: r, on: kyc.address.approve, do: [pending, valid]}]
`)
	change(b.t, sb, withFault(b.t, table, "fault: reset\nname: f"))
	change(b.t, sb, withChaos(b.t, table, 0.25))
	for n := range 3 {
		use(b.t, sb, b.Now())
		b.put("a1", fmt.Sprint(n), "text")
		if _, err := sb.Run().Advance(time.Hour); err != nil {
			b.t.Fatal(err)
		}
	}
	sb.Run().Log.Note("note", map[string]int{"n": 1})
	sb.Run().Number() // of a request that is in no journal
	sb.Coverage().Answered("kyc.address.approve", "valid")
}

// tell all of a sandbox.
func tell(t *testing.T, sb *sandbox.Sandbox) map[string]any {
	t.Helper()
	taken, err := sb.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	document, err := json.Marshal(taken)
	if err != nil {
		t.Fatal(err)
	}
	run := sb.Run()
	events, lost, last := sb.Journal.Events(0, math.MaxInt)
	var noted []string
	for _, e := range events {
		if e.Exchange != nil {
			noted = append(noted, fmt.Sprint(e.ID, e.Exchange.ID, e.Exchange.At.UTC(), e.Exchange.Method, e.Exchange.URL, string(e.Exchange.Request.Body)))
			continue
		}
		data, err := json.Marshal(e.Note.Data)
		if err != nil {
			t.Fatal(err)
		}
		noted = append(noted, fmt.Sprint(e.ID, e.Note.Kind, string(data)))
	}
	cfg := sb.Config()
	return map[string]any{
		"snapshot": string(document), "clock": run.Clock.Settings(), "seed": run.Seed, "numbered": run.Log.Numbered(),
		"owner": sb.Owner(), "token": sb.Token(), "expires": sb.Expires(), "created": sb.Created().UTC(), "requests": sb.Requests(),
		"targets": cfg.Targets, "calls": cfg.Calls, "profile": cfg.Profile.Map(), "own seed": cfg.Seed,
		"events": noted, "lost": lost, "last": last,
	}
}

// TestComesBackAsItWas: of two sandboxes to which the same happens one leaves again and again, also while its shard
// moves, and both are the same.
func TestComesBackAsItWas(t *testing.T) {
	for name, newStorage := range map[string]func() keptAside{
		"the journal stands aside": func() keptAside { return &commitlogtest.Memory{} },
		"the journal is archived":  func() keptAside { return newArchived() },
	} {
		t.Run(name, func(t *testing.T) { comesBackAsItWas(t, newStorage(), newStorage()) })
	}
}

// keptAside is a storage with a place aside.
type keptAside interface {
	commitlog.Storage
	commitlog.Aside
}

func comesBackAsItWas(t *testing.T, storage, other keptAside) {
	table, _ := withServices(t)
	synctest.Test(t, func(t *testing.T) {
		options := func(o *sandbox.Options) {
			inShards(o)
			o.Clock, _ = clock.New(clock.Settings{})
			o.Table = table
			o.Idle = time.Minute
		}
		leaves, stays := newBench(t, options), newBench(t, options)
		leaves.keepShard(0, storage)
		stays.keepShard(0, other)
		defer func() { _ = stays.Release(0) }()
		rich(leaves, table)
		rich(stays, table)
		for round, change := range []func(b bench) error{
			func(bench) error { return nil },
			func(b bench) error { use(t, b.get("a1"), b.Now()); return nil },
			func(b bench) error { _, err := b.get("a1").Reset(); return err },
			func(b bench) error { use(t, b.get("a1"), b.Now()); return nil },
			func(b bench) error { return b.get("a1").Run().SetClock(clock.Settings{Mode: clock.Frozen}) },
			func(b bench) error { _, err := b.get("a1").Run().Advance(time.Hour); return err },
		} {
			<-time.After(2 * time.Minute)
			if left, err := leaves.Leave(t.Context()); left != 1 || err != nil {
				t.Fatalf("round %d: %d leave: %v", round, left, err)
			}
			wantListed(t, leaves, stays.get("a1"))
			afterKill(t, storage, options, func(b bench) {
				wantListed(t, b, stays.get("a1"))
				same(t, round, b, stays)
			})
			<-time.After(time.Hour)
			wantListed(t, leaves, stays.get("a1"))
			if round == 3 {
				if err := leaves.Release(0); err != nil {
					t.Fatal(err)
				}
				leaves = newBench(t, options)
				leaves.keepShard(0, storage)
				wantListed(t, leaves, stays.get("a1"))
			}
			same(t, round, leaves, stays)
			if n := leaves.get("a1").Coverage().Count("kyc.address.approve", "valid"); (n == 1) != (round < 3) {
				t.Errorf("round %d: the coverage of this process is %d", round, n)
			}
			for _, b := range []bench{leaves, stays} {
				if err := change(b); err != nil {
					t.Fatal(err)
				}
			}
			same(t, round, leaves, stays)
			afterKill(t, storage, options, func(b bench) {
				if diff := cmp.Diff(allNotes(stays.get("a1")), allNotes(b.opened("a1"))); diff != "" {
					t.Errorf("round %d, after a kill (-stays +comes back):\n%s", round, diff)
				}
			})
		}
		_ = leaves.Release(0)
	})
}

// afterKill tries what another process finds if this one is killed.
func afterKill(t *testing.T, storage keptAside, options func(*sandbox.Options), try func(bench)) {
	t.Helper()
	found := &commitlogtest.Memory{}
	copied := func(into *[][]byte) func([]byte) error {
		return func(record []byte) error {
			*into = append(*into, bytes.Clone(record))
			return nil
		}
	}
	var records [][]byte
	if err := errors.Join(storage.Load(copied(&records)), found.Append(records)); err != nil {
		t.Fatal(err)
	}
	for number := range uint64(10) {
		var aside [][]byte
		if err := errors.Join(storage.TakeUp(number, copied(&aside)), found.SetAside(number, aside)); err != nil {
			t.Fatal(err)
		}
	}
	b := newBench(t, options)
	if archived, ok := storage.(archivedStorage); ok {
		b.keepShard(0, archivedStorage{found, archived.packedJournals})
	} else {
		b.keepShard(0, found)
	}
	try(b)
	if err := b.Release(0); err != nil {
		t.Fatal(err)
	}
}

// behind is a bench whose log is written only when it has to be.
func behind(t *testing.T, storage keptAside) (bench, *commitlog.Writer) {
	b := newBench(t, inShards, idleAfterMinute)
	w := commitlog.NewWriter(commitlog.Options{
		Storage: storage, Clock: b.Clock(), Sync: commitlog.Group, Interval: 100 * time.Hour, Log: silent, Lossless: true,
		Snapshot: func(add func([]byte) error) error { return b.Records(0, silent, add) },
	})
	b.Keep(0, b.Replay(), sandbox.Keeping{Log: w, Aside: storage})
	return b, w
}

// TestKilledAfterItCameBack: what stands aside goes only when the log has the sandbox.
func TestKilledAfterItCameBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var storage asideStorage
		b, w := behind(t, &storage)
		defer w.Close()
		b.create(sandbox.Config{ID: "a1", Expires: -1, Clock: clock.Settings{Mode: clock.Frozen, Start: noon}})
		b.put("a1", "1", "one")
		b.leaves()
		want := allNotes(b.opened("a1"))
		found := func(what string) {
			afterKill(t, &storage.Memory, inShards, func(next bench) {
				if diff := cmp.Diff(want, allNotes(next.opened("a1"))); diff != "" {
					t.Errorf("%s (-want +got):\n%s", what, diff)
				}
			})
		}
		found("before it is tidied")
		b.get("a1").Touch(b.Now())
		if left, err := b.Leave(t.Context()); left != 0 || err != nil {
			t.Fatalf("%d leave: %v", left, err)
		}
		wantAside(t, &storage.Memory)
		found("after it is tidied")
	})
}

// TestKilledWhileItLeaves: what stands aside may be of a later run than the last that the log has. It is all that was
// done.
func TestKilledWhileItLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var storage asideStorage
		b, w := behind(t, &storage)
		defer w.Close()
		for _, id := range []string{"a1", "a2"} {
			b.create(sandbox.Config{ID: id, Expires: -1, Clock: clock.Settings{Mode: clock.Frozen, Start: noon}})
		}
		b.leaves() // the log has that; from now on nothing is written
		sb := b.opened("a1")
		if _, err := sb.Reset(); err != nil {
			t.Fatal(err)
		}
		b.put("a1", "1", "one")
		want := tell(t, sb)
		b.opened("a2").Touch(b.Now().Add(time.Second)) // so that it is the second, and stays
		b.advance(2 * time.Minute)
		ctx, end := context.WithCancel(t.Context())
		storage.first(func() error { end(); return nil })
		if left, err := b.Leave(ctx); left != 1 || err != nil {
			t.Fatalf("%d leave: %v", left, err)
		}
		afterKill(t, &storage.Memory, func(o *sandbox.Options) { inShards(o); idleAfterMinute(o) }, func(next bench) {
			if here := next.List(); len(here) != 0 {
				t.Errorf("%d are in memory: the log has more than the test wants", len(here))
			}
			if diff := cmp.Diff(want, tell(t, next.opened("a1"))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if _, err := next.get("a1").Reset(); err != nil {
				t.Error(err)
			}
		})
	})
}

func allNotes(sb *sandbox.Sandbox) map[string]string {
	all := map[string]string{}
	_ = sb.Run().View(func(r store.Reader) error {
		maps.Insert(all, notes.All(r))
		return nil
	})
	return all
}

func same(t *testing.T, round int, leaves, stays bench) {
	t.Helper()
	want, got := tell(t, stays.get("a1")), tell(t, leaves.opened("a1"))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("round %d (-stays +leaves):\n%s", round, diff)
	}
}

// wantListed is what is known of a sandbox that is away: what one shows that stays.
func wantListed(t *testing.T, b bench, stays *sandbox.Sandbox) {
	t.Helper()
	_, away := b.All()
	if len(away) != 1 {
		t.Fatalf("%d are away", len(away))
	}
	a, run := away[0], stays.Run()
	in := run.Settings()
	now := b.Now()
	want := []any{stays.ID(), stays.Owner(), stays.Expires(), stays.Created().UTC(), uint64(run.Seed), run.Clock.Settings(),
		in.Profile.Map(), in.Scenario.Name, len(in.Faults), in.Chaos.Level(run.Clock.Now()), run.Log.Numbered(), stays.Requests()}
	got := []any{a.ID(), a.Owner(), a.Expires(), a.Created.UTC(), a.Seed, a.Clock(now),
		a.Profile, a.Scenario, a.Faults, a.Chaos(now), a.RequestsInRun, a.Requests}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what is known of it (-want +got):\n%s", diff)
	}
}
