package sandbox

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/commitlog"
)

// leaving lets idle sandboxes leave memory until the context ends.
func (p *Pool) leaving(ctx context.Context) {
	w := p.opts.Clock.Waiter()
	defer w.Close()
	fails := false
	for w.Until(ctx, p.Now().Add(min(sweep, max(p.opts.Idle/2, shortest))), nil) == nil {
		_, err := p.Leave(ctx)
		switch {
		case err != nil && !fails:
			p.opts.Log.Error("idle sandboxes can't leave memory now and stay there; trying again", "error", err)
		case err == nil && fails:
			p.opts.Log.Warn("idle sandboxes leave memory again")
		}
		fails = err != nil
	}
}

// shortest time between two looks for sandboxes that can leave.
const shortest = 10 * time.Millisecond

// Leave lets those sandboxes leave memory that have been idle for Options.Idle, one after the other, and says how many
// have left. It is for one goroutine. The first error ends it: the storage can't be written. That sandbox stays, and
// those after it.
func (p *Pool) Leave(ctx context.Context) (left int, err error) {
	now := p.Now()
	for _, sb := range p.idlest(now) {
		if ctx.Err() != nil {
			return left, nil
		}
		ok, err := p.leave(sb, now)
		if err != nil && !errors.Is(err, commitlog.ErrLost) { // the shard of a sandbox may move
			return left, err
		}
		if ok {
			left++
		}
	}
	for n := range p.shards {
		if err := p.tidy(n); err != nil {
			return left, err
		}
	}
	return left, nil
}

// idlest are the sandboxes that may leave, those first that have been idle for longest.
func (p *Pool) idlest(now time.Time) (all []*Sandbox) {
	if p.opts.Idle == 0 {
		return nil
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	for _, sb := range p.byID {
		if k := p.shards[p.shardOf(sb.ID())].kept.Load(); k != nil && k.Aside != nil && p.mayLeave(sb, now) {
			all = append(all, sb)
		}
	}
	used := map[*Sandbox]int64{} // it changes meanwhile
	for _, sb := range all {
		used[sb] = sb.used.Load()
	}
	slices.SortFunc(all, func(a, b *Sandbox) int { return cmp.Compare(used[a], used[b]) })
	return all
}

// mayLeave reports whether nothing is lost if a sandbox leaves memory now: the log doesn't have what a reset restores
// after a snapshot was loaded, and what is due on a clock is due only in memory.
func (p *Pool) mayLeave(sb *Sandbox, now time.Time) bool {
	if sb.ID() == DefaultID || sb.within.Load() > 0 || sb.Held() > 0 || now.UnixNano()-sb.used.Load() < int64(p.opts.Idle) || sb.idle(now) {
		return false
	}
	sb.mu.RLock()
	defer sb.mu.RUnlock()
	return sb.origin.snapshot == nil && sb.run.Clock.Rests()
}

// activity shows whether anything has happened to a sandbox that is not a commit.
type activity struct{ entries, events uint64 }

func (sb *Sandbox) activity() activity { return activity{sb.entries.Load(), sb.Journal.LastEvent()} }

// leave memory, unless something happens to the sandbox meanwhile. Then its image stays aside until there is
// another one, or until tidy.
func (p *Pool) leave(sb *Sandbox, now time.Time) (left bool, err error) {
	s := &p.shards[p.shardOf(sb.ID())]
	k, before := s.kept.Load(), sb.activity()
	if k == nil || !p.mayLeave(sb, now) {
		return false, nil
	}
	i := sb.Run().image()
	records, err := sb.whole(i)
	if err != nil {
		return false, nil // the log has reported it
	}
	if err := k.Aside.SetAside(sb.born, records); err != nil {
		return false, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byID[sb.ID()] != sb || s.kept.Load() != k || sb.Run() != i.run ||
		!p.mayLeave(sb, now) || sb.activity() != before || !i.run.endAt(i.Commits()) {
		s.orphans.Store(true)
		return false, nil
	}
	a := sb.away(i, now)
	delete(p.byID, sb.ID())
	p.away[sb.ID()] = a
	sb.close(ErrLeft)
	k.Log.Put(departure{a})
	p.left.Add(1)
	return true, nil
}

// whole is the sandbox as it is set aside: with its journal, unless an archive has that.
func (sb *Sandbox) whole(i image) (records [][]byte, err error) {
	add := func(record []byte) error {
		records = append(records, record)
		return nil
	}
	if broken, _ := sb.records(i, add); broken != nil { // add has no error
		return nil, broken
	}
	if sb.pool.Archive() == nil {
		for _, event := range i.run.Log.Pack() {
			records = append(records, append(i.record(aNoted), event...))
		}
	}
	return records, nil
}

// tidy drops what stands aside of a shard for sandboxes that are not away: they came back, or are gone. The log has
// to have that before.
func (p *Pool) tidy(n int) (err error) {
	s := &p.shards[n]
	k := s.kept.Load()
	if k == nil || k.Aside == nil || !s.orphans.Swap(false) {
		return nil
	}
	defer func() {
		if err != nil {
			s.orphans.Store(true)
		}
	}()
	_, away := p.allOf(n)
	numbers := make([]uint64, len(away))
	for i, a := range away {
		numbers[i] = a.born
	}
	if err := k.Log.Kept(); err != nil {
		return err
	}
	return k.Aside.Retain(numbers)
}

// Left is how many sandboxes have left memory since the start of the process, and how many have come back.
func (p *Pool) Left() (left, opened uint64) { return p.left.Load(), p.opened.Load() }
