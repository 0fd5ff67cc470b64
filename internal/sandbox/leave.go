package sandbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog"
)

// leaving lets idle sandboxes leave memory until the context ends, and wakes those that another process has let leave,
// too.
func (p *Pool) leaving(ctx context.Context) {
	w := p.opts.Clock.Waiter()
	defer w.Close()
	fails := false
	for w.Until(ctx, p.Now().Add(p.period()), nil) == nil {
		err := p.wake(ctx)
		if err == nil {
			_, err = p.Leave(ctx)
		}
		switch {
		case err != nil && !fails:
			p.opts.Log.Error("idle sandboxes can't leave memory or come back now; trying again", "error", err)
		case err == nil && fails:
			p.opts.Log.Warn("idle sandboxes leave memory and come back again")
		}
		fails = err != nil
	}
}

// period between two looks for sandboxes that can leave. One with something due within two periods stays, or comes
// back before.
func (p *Pool) period() time.Duration {
	if p.opts.Idle == 0 {
		return sweep
	}
	return min(sweep, max(p.opts.Idle/2, shortest))
}

const shortest = 10 * time.Millisecond

// wake the sandboxes on whose clocks something is due soon. The first error ends it; those come back later.
func (p *Pool) wake(ctx context.Context) error {
	if p.opts.Wake == nil {
		return nil
	}
	_, away := p.All()
	soon := p.Now().Add(2 * p.period())
	for _, a := range away {
		if a.Due.IsZero() || a.Due.After(soon) || ctx.Err() != nil {
			continue
		}
		if err := p.opts.Wake(ctx, a); err != nil && !errors.Is(err, ErrMoves) {
			return err
		}
	}
	return nil
}

// Leave lets those sandboxes leave memory that have been idle for Options.Idle, one after the other, and says how many
// have left. It is for one goroutine. One that can't be set aside stays, and after some of these Leave ends.
func (p *Pool) Leave(ctx context.Context) (left int, err error) {
	var failed []error
	for _, sb := range p.idlest(p.Now()) {
		if len(failed) == mostFailed || ctx.Err() != nil {
			return left, errors.Join(failed...)
		}
		ok, err := p.leave(sb)
		if ok {
			left++
		}
		if err != nil && !errors.Is(err, commitlog.ErrLost) { // the shard of a sandbox may move
			failed = append(failed, fmt.Errorf("sandbox %s: %w", sb.ID(), err))
		}
	}
	for n := range p.shards {
		if err := p.tidy(n); err != nil {
			failed = append(failed, err)
		}
	}
	return left, errors.Join(failed...)
}

// mostFailed is how many sandboxes can't leave before it is tried again later. One alone doesn't hold up the others.
const mostFailed = 3

// idlest are the sandboxes that may leave, those first that have been idle for longest.
func (p *Pool) idlest(now time.Time) (all []*Sandbox) {
	if p.opts.Idle == 0 {
		return nil
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	for _, sb := range p.byID {
		k := p.shards[p.shardOf(sb.ID())].kept.Load()
		if _, may := p.mayLeave(sb, now); may && k != nil && k.Aside != nil {
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

// mayLeave reports whether nothing is lost if a sandbox leaves memory now, and after which time something is due on its
// clock, which happens only in memory. What a reset restores after a snapshot was loaded is only there, too.
func (p *Pool) mayLeave(sb *Sandbox, now time.Time) (due time.Duration, may bool) {
	if sb.ID() == DefaultID || sb.within.Load() > 0 || sb.Held() > 0 || now.UnixNano()-sb.used.Load() < int64(p.opts.Idle) || sb.idle(now) {
		return 0, false
	}
	sb.mu.RLock()
	defer sb.mu.RUnlock()
	due, rests := sb.run.Clock.Idle()
	return due, sb.origin.snapshot == nil && rests && (due == clock.Never || p.opts.Wake != nil && due > 2*p.period())
}

// activity shows whether anything has happened to a sandbox that is not a commit.
type activity struct{ entries, events uint64 }

func (sb *Sandbox) activity() activity { return activity{sb.entries.Load(), sb.Journal.LastEvent()} }

// leave memory, unless something happens to the sandbox meanwhile. Then its image stays aside until there is
// another one, or until tidy.
func (p *Pool) leave(sb *Sandbox) (left bool, err error) {
	s, before := &p.shards[p.shardOf(sb.ID())], sb.activity()
	k := s.kept.Load()
	if k == nil {
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
	now := p.Now()
	due, may := p.mayLeave(sb, now)
	if !may || p.byID[sb.ID()] != sb || s.kept.Load() != k || sb.Run() != i.run || sb.activity() != before || !i.run.endAt(i.Commits()) {
		s.orphans.Store(true)
		return false, nil
	}
	a := sb.away(i, now, due)
	delete(p.byID, sb.ID())
	p.put(a)
	sb.close(ErrLeft)
	k.Log.Put(entry(a.departure))
	p.left.Add(1)
	return true, nil
}

// whole is the sandbox as it is set aside: with its journal, of which an archive has the events if there is one.
func (sb *Sandbox) whole(i image) (records [][]byte, err error) {
	add := func(record []byte) error {
		records = append(records, record)
		return nil
	}
	if broken, _ := sb.records(i, add); broken != nil { // add has no error
		return nil, broken
	}
	numbers, err := appendJSON(i.record(aJournal), i.run.Log.Numbers())
	if err != nil {
		return nil, err
	}
	records = append(records, numbers)
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
