package shards

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
)

// Options of a Balance.
type Options struct {
	Table   *Table
	Self    int64                    // this process's Member.ID
	Members func() ([]Member, error) // the processes that are alive, this one among them
	// Open takes a shard and makes its sandboxes ready for requests; it is false if another process was faster.
	Open func(shard int) (here bool, err error)
	// Release a shard, which has no new requests any more.
	Release func(shard int) error
	// StopTaking tells the others that this process takes no shard any more.
	StopTaking func() error
	Lease      time.Duration // of the processes
	Clock      *clock.Clock  // the machine's time
	Log        *slog.Logger
}

// The times of a Balance.
const (
	soon    = 250 * time.Millisecond // between two looks while something moves, but at most Lease/20
	unhurt  = time.Second            // for which requests of a shard may go on that is handed over
	tooLong = time.Second            // for which a shard is free before a process takes it beyond its share
	again   = 5 * time.Second        // after which a shard is opened again that could not be opened
	atOnce  = 4                      // shards that are opened at the same time
)

// Balance lets a process have its share of the shards.
type Balance struct {
	opts  Options
	wake  chan struct{}
	mine  map[int]bool
	free  map[int]time.Time // since when
	keeps time.Time         // until then nothing is handed over: another process has not taken its share
	told  int               // shards, as they were last logged
	fails bool              // looking does
	calm  time.Time         // from then on others that don't renew their leases are dead: the database works for long enough
	moves bool              // so that it looks again soon
	wrong [Count]time.Time  // when a shard could not be opened; one goroutine at a time opens it
}

// NewBalance has no shard.
func NewBalance(opts Options) *Balance {
	return &Balance{opts: opts, wake: make(chan struct{}, 1), mine: map[int]bool{}, free: map[int]time.Time{}}
}

// Hurry lets the balance look again soon: an owner could not be reached.
func (b *Balance) Hurry() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// Run takes and hands over shards until the context ends.
func (b *Balance) Run(ctx context.Context) {
	for b.wait(ctx); ctx.Err() == nil; b.wait(ctx) {
		b.Step()
	}
}

// Leave hands over all shards. It is called after Run. The error says that what was changed lately is lost.
func (b *Balance) Leave() error {
	if err := b.opts.StopTaking(); err != nil {
		b.opts.Log.Warn("the other processes can't be told that this one ends", "error", err)
	}
	var failed [Count]error
	b.each(slices.Collect(maps.Keys(b.mine)), Count, func(shard int) bool {
		failed[shard] = b.handOver(shard)
		return false
	})
	return cmp.Or(failed[:]...) // they are all the same
}

// Watch goes on to look who has the shards until the context ends. It is called after Leave.
func (b *Balance) Watch(ctx context.Context) {
	for ; ctx.Err() == nil; b.wait(ctx) {
		b.look()
	}
}

// wait until it is time to look again.
func (b *Balance) wait(ctx context.Context) {
	waiter := b.opts.Clock.Waiter()
	defer waiter.Close()
	quick := min(soon, b.opts.Lease/20)
	if waiter.Until(ctx, b.opts.Clock.Now().Add(quick), nil) != nil || b.moves {
		return
	}
	_ = waiter.Until(ctx, b.opts.Clock.Now().Add(b.opts.Lease/5-quick), b.wake) // the caller looks at the context
}

// Step looks once, and takes or hands over what it should.
func (b *Balance) Step() {
	members, ok := b.look()
	if !ok {
		return
	}
	counts := b.counts(members)
	if len(counts) == 0 {
		return // this process ends
	}
	free := b.isFree(members)
	wanted := b.wanted(free, counts)
	b.each(wanted, atOnce, b.take)
	least := slices.Min(counts)
	switch {
	case len(free) > 0 || len(b.mine) < Count/len(counts):
		b.moves = true
	case len(b.mine)-least >= 2 && !b.opts.Clock.Now().Before(b.keeps):
		b.moves = true
		b.each([]int{b.any()}, 1, func(shard int) bool {
			if err := b.handOver(shard); err != nil {
				b.opts.Log.Error("a shard was not handed over well", "shard", shard, "error", err)
			}
			return false
		})
	}
	if here := len(b.mine); here != b.told && !b.moves {
		b.told = here
		b.opts.Log.Info("this process has sandboxes", "shards", here, "of", Count, "processes", len(counts))
	}
}

// look who has the shards; false where that can't be found out.
func (b *Balance) look() (members []Member, ok bool) {
	members, err := b.opts.Members()
	if err != nil {
		if !b.fails {
			b.opts.Log.Error("it can't be found out which process has which sandboxes; trying again", "error", err)
		}
		b.fails, b.moves = true, true
		return nil, false
	}
	if b.fails {
		b.calm = b.opts.Clock.Now().Add(b.opts.Lease)
	}
	b.fails, b.moves = false, false
	b.opts.Table.update(slices.DeleteFunc(slices.Clone(members), func(m Member) bool { return m.ID == b.opts.Self }))
	return members, true
}

// counts of the shards of each process that takes shards, this one first.
func (b *Balance) counts(members []Member) []int {
	counts := []int{len(b.mine)}
	for _, m := range members {
		if m.ID != b.opts.Self && m.Takes {
			counts = append(counts, len(m.Shards))
		}
	}
	return counts
}

// isFree are the shards that no process has.
func (b *Balance) isFree(members []Member) (free []int) {
	var owned [Count]bool
	for _, m := range members {
		for _, shard := range m.Shards {
			owned[shard] = owned[shard] || m.ID != b.opts.Self
		}
	}
	now := b.opts.Clock.Now()
	for i := range Count {
		shard := (i + int(b.opts.Self)*Count/3) % Count // so that two processes begin at different ones
		if owned[shard] || b.mine[shard] {
			delete(b.free, shard)
			continue
		}
		if b.free[shard].IsZero() {
			b.free[shard] = now
		}
		free = append(free, shard)
	}
	return free
}

// wanted are those free shards that this process should take: up to its share, and what stays free for too long.
// When the database comes back the others get the time to renew their leases.
func (b *Balance) wanted(free, counts []int) (wanted []int) {
	now, have := b.opts.Clock.Now(), len(b.mine)
	for _, shard := range free {
		if now.Before(b.calm) || now.Sub(b.wrong[shard]) < again {
			continue
		}
		others := Count
		if len(counts) > 1 {
			others = slices.Min(counts[1:])
		}
		share := have < Count/len(counts) || have <= others
		if !share && now.Sub(b.free[shard]) <= tooLong {
			continue
		}
		if !share {
			b.keeps = now.Add(b.opts.Lease)
		}
		wanted = append(wanted, shard)
		have++
	}
	return wanted
}

// any of the shards that are here.
func (b *Balance) any() int {
	for shard := range b.mine {
		return shard
	}
	return 0
}

// each does something to shards, to so many at the same time; it is true for those that are here afterwards.
func (b *Balance) each(shards []int, most int, do func(shard int) (here bool)) {
	var group sync.WaitGroup
	var mu sync.Mutex
	slots := make(chan struct{}, most)
	for _, shard := range shards {
		slots <- struct{}{}
		group.Go(func() {
			here := do(shard)
			<-slots
			mu.Lock()
			defer mu.Unlock()
			if delete(b.mine, shard); here {
				b.mine[shard] = true
			}
		})
	}
	group.Wait()
}

func (b *Balance) take(shard int) (here bool) {
	here, err := b.opts.Open(shard)
	if err != nil {
		b.opts.Log.Error("a shard can't be opened; trying again", "shard", shard, "error", err)
		b.wrong[shard] = b.opts.Clock.Now()
	}
	if here {
		b.opts.Table.open(shard)
	}
	return here
}

// handOver a shard: requests to it wait from now on, and those under way may end for a while.
func (b *Balance) handOver(shard int) error {
	left := b.opts.Table.shut(shard)
	waiter := b.opts.Clock.Waiter()
	defer waiter.Close()
	_ = waiter.Until(context.Background(), b.opts.Clock.Now().Add(unhurt), left) // what goes on is ended
	return b.opts.Release(shard)
}
