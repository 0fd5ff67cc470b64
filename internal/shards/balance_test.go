package shards_test

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/shards"
)

// fleet is processes that share the shards of a database that is a table in memory.
type fleet struct {
	t     *testing.T
	clock *clock.Clock
	away  bool // the database

	mu  sync.Mutex // guards what processes have
	all []*process
}

type process struct {
	id      int64
	table   *shards.Table
	balance *shards.Balance
	takes   bool
	dead    bool
	has     map[int]bool
}

func newFleet(t *testing.T, processes int) *fleet {
	t.Helper()
	frozen, err := clock.New(clock.Settings{Mode: clock.Frozen})
	if err != nil {
		t.Fatal(err)
	}
	f := &fleet{t: t, clock: frozen}
	for range processes {
		f.join()
	}
	return f
}

func (f *fleet) join() *process {
	p := &process{id: int64(len(f.all) + 1), table: shards.NewTable(), takes: true, has: map[int]bool{}}
	p.balance = shards.NewBalance(shards.Options{
		Table: p.table, Self: p.id, Lease: 10 * time.Second, Clock: f.clock, Log: slog.New(slog.DiscardHandler),
		Members:    f.members,
		Open:       func(shard int) (bool, error) { return f.open(p, shard), nil },
		Release:    func(shard int) error { return f.release(p, shard) },
		StopTaking: func() error { p.takes = false; return nil },
	})
	f.all = append(f.all, p)
	return p
}

func (f *fleet) members() (all []shards.Member, err error) {
	if f.away {
		return nil, errors.New("the database is away")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, p := range f.all {
		if p.dead {
			continue
		}
		m := shards.Member{ID: p.id, Address: fmt.Sprintf("sim-%d:8080", p.id), Takes: p.takes}
		for shard := range shards.Count {
			if p.has[shard] {
				m.Shards = append(m.Shards, shard)
			}
		}
		all = append(all, m)
	}
	return all, nil
}

func (f *fleet) open(p *process, shard int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, other := range f.all {
		if other.has[shard] && !other.dead {
			return false
		}
	}
	p.has[shard] = true
	return true
}

func (f *fleet) release(p *process, shard int) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(p.has, shard)
	return nil
}

// rounds in which each process that is alive looks once, a quarter of a second apart.
func (f *fleet) rounds(n int) {
	f.t.Helper()
	for range n {
		for _, p := range f.all {
			if !p.dead && p.takes {
				p.balance.Step()
			}
		}
		f.pass(250 * time.Millisecond)
	}
}

func (f *fleet) pass(d time.Duration) {
	f.t.Helper()
	if _, err := f.clock.Advance(d); err != nil {
		f.t.Fatal(err)
	}
}

// want so many shards of each process; each has one process at most.
func (f *fleet) want(want ...int) {
	f.t.Helper()
	var got []int
	for _, p := range f.all {
		here, _ := p.table.Counts()
		if got = append(got, here); here != len(p.has) && !p.dead {
			f.t.Errorf("process %d has %d shards open and %d in the database", p.id, here, len(p.has))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		f.t.Errorf("shards of each process (-want +got):\n%s", diff)
	}
}

// TestOneProcess takes all shards at once.
func TestOneProcess(t *testing.T) {
	f := newFleet(t, 1)
	f.rounds(1)
	f.want(32)
	if here, known := f.all[0].table.Counts(); here != 32 || known != 32 {
		t.Errorf("%d are here, %d are known", here, known)
	}
}

// TestShares: each process gets its share, one that joins too, and one that ends leaves it to the others.
func TestShares(t *testing.T) {
	f := newFleet(t, 2)
	f.rounds(3)
	f.want(16, 16)
	f.join()
	f.rounds(20)
	f.want(10, 11, 11)
	f.rounds(20) // and it stays so
	f.want(10, 11, 11)
	if err := f.all[0].balance.Leave(); err != nil {
		t.Fatal(err)
	}
	f.rounds(2)
	f.want(0, 16, 16)
}

// TestADeadProcess: the others take what it had, also beyond their shares.
func TestADeadProcess(t *testing.T) {
	f := newFleet(t, 3)
	f.rounds(30)
	f.all[0].dead, f.all[0].has = true, map[int]bool{}
	f.all[1].dead = true
	f.rounds(1)
	if here, _ := f.all[2].table.Counts(); here != 32 {
		t.Errorf("the last one has %d", here)
	}
}

// TestAShardThatStaysFree is taken in the end, also where the process whose share it is doesn't take it.
func TestAShardThatStaysFree(t *testing.T) {
	f := newFleet(t, 2)
	for range 10 { // the second one hangs
		f.all[0].balance.Step()
		f.pass(250 * time.Millisecond)
	}
	f.want(32, 0)
}

// TestTheDatabaseWasAway: nothing is taken before the others can have renewed their leases.
func TestTheDatabaseWasAway(t *testing.T) {
	f := newFleet(t, 2)
	f.rounds(3)
	f.away = true
	f.rounds(1)
	f.want(16, 16)
	f.away, f.all[1].dead = false, true // its lease has ended meanwhile
	f.all[0].balance.Step()
	f.want(16, 16)
	f.all[1].dead = false // it has renewed it
	f.rounds(3)
	f.want(16, 16)
	f.all[1].dead = true
	f.pass(10 * time.Second)
	f.rounds(1)
	if here, _ := f.all[0].table.Counts(); here != 32 {
		t.Errorf("when it is dead the other one has %d", here)
	}
}

// TestHandingOver waits for the requests that are under way, and lets no new one in.
func TestHandingOver(t *testing.T) {
	f := newFleet(t, 1)
	f.rounds(1)
	p := f.all[0]
	if !p.table.Enter(7) {
		t.Fatal("a request to a shard that is here is not let in")
	}
	left := make(chan error)
	go func() { left <- p.balance.Leave() }()
	for p.table.Here(7) { // until it is handed over
	}
	if p.table.Enter(7) {
		t.Error("a request is let in")
	}
	f.mu.Lock()
	if !p.has[7] {
		t.Error("it is released before the request has ended")
	}
	f.mu.Unlock()
	p.table.Leave(7)
	if err := <-left; err != nil {
		t.Error(err)
	}
	f.want(0)
}

// TestOwners: a process knows who has the shards that it hasn't.
func TestOwners(t *testing.T) {
	f := newFleet(t, 2)
	changed := f.all[0].table.Changed()
	f.rounds(3)
	<-changed
	for shard := range shards.Count {
		owner, elsewhere := f.all[0].table.Owner(shard)
		if elsewhere == f.all[0].table.Here(shard) || elsewhere && owner.Address != "sim-2:8080" {
			t.Errorf("shard %d: %+v", shard, owner)
		}
	}
}

// TestShardsNeverChange: the logs in databases have the sandboxes of their shards.
func TestShardsNeverChange(t *testing.T) {
	var got []int
	for _, id := range []string{"default", "a", "bank", "sb-5244a1de"} {
		got = append(got, shards.Of(id))
	}
	if diff := cmp.Diff([]int{30, 12, 23, 29}, got); diff != "" {
		t.Error(diff)
	}
}
