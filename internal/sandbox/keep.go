package sandbox

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
)

// Keeping is how the sandboxes of a shard are kept.
type Keeping struct {
	Log    *commitlog.Writer // whose Snapshot is made of the shard's Records
	Unread [][]byte          // records that stay in the log: those of sandboxes that can't come back
	Aside  commitlog.Aside   // of the log, for sandboxes that leave memory; nil for none: they stay
}

// Keep the sandboxes of a shard by a log of commits from now on: those that come back, and
// those that are there already. It is called before there are requests to the shard.
func (p *Pool) Keep(n int, back *Replay, k Keeping) {
	s, log := &p.shards[n], k.Log
	s.keeping.Lock()
	defer s.keeping.Unlock()
	s.unread = k.Unread
	s.born.Store(back.lastBorn)
	if back.archive != nil {
		p.archive.Store(&back.archive)
	}
	s.kept.Store(&k)
	s.orphans.Store(true)
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range back.ready {
		p.bring(c, log)
	}
	for _, a := range back.away {
		p.put(a)
	}
	for _, sb := range p.byID {
		if sb.born == 0 && p.shardOf(sb.ID()) == n {
			sb.keep(log)
			sb.runs = 1
			log.Put(sb.Run().follow(log, sb, 1))
			sb.Run().archive(nil)
		}
	}
}

// shardOf a sandbox.
func (p *Pool) shardOf(id string) int {
	if p.opts.ShardOf == nil {
		return 0
	}
	return p.opts.ShardOf(id)
}

// logOf a sandbox that is to be made; nil for none.
func (p *Pool) logOf(id string) (*commitlog.Writer, error) {
	log := p.shards[p.shardOf(id)].log()
	if log == nil && p.opts.ShardOf != nil && id != DefaultID {
		return nil, ErrMoves
	}
	return log, nil
}

// keep a sandbox that was made.
func (sb *Sandbox) keep(log *commitlog.Writer) {
	sb.born = sb.pool.shards[sb.pool.shardOf(sb.ID())].born.Add(1)
	sb.log.Store(log)
	log.Put(entry(sb.birth))
}

// bring a sandbox back. One of its id that is there goes on from it.
func (p *Pool) bring(c *cameBack, log *commitlog.Writer) *Sandbox {
	sb := p.byID[c.made.ID]
	if sb == nil {
		sb = p.open(c.config, p.Now())
		p.byID[c.made.ID] = sb
	}
	sb.born = c.born
	sb.log.Store(log)
	c.begun.follow(log, sb, c.run)
	sb.replace(c.begun, c.present.Requests, origin{})
	sb.runs = c.run
	c.begun.archive(c.past)
	return sb
}

// Release the sandboxes of a shard: their runs end, the log is closed with all that they have committed,
// and the pool forgets them. In the log they stay.
func (p *Pool) Release(n int) error {
	k := p.shards[n].kept.Swap(nil)
	if k == nil {
		return nil
	}
	p.touchClocks(n)
	all, _ := p.allOf(n)
	for _, sb := range all {
		sb.close(ErrMoved)
		sb.Run().Look(func(*scenario.Settings, *store.Counters) {}) // a transaction that had begun is in the log now
	}
	if a := p.Archive(); a != nil {
		a.Flush() // before another process recalls the journals
	}
	err := k.Log.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, sb := range all {
		if p.byID[sb.ID()] == sb {
			delete(p.byID, sb.ID())
		}
	}
	for id := range p.away {
		if p.shardOf(id) == n {
			delete(p.away, id)
		}
	}
	return err
}

// allOf a shard at one instant: those in memory, and those that have left it, the expired ones among them.
func (p *Pool) allOf(n int) (here []*Sandbox, away []*Away) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	for id, sb := range p.byID {
		if p.shardOf(id) == n {
			here = append(here, sb)
		}
	}
	for id, a := range p.away {
		if p.shardOf(id) == n {
			away = append(away, a)
		}
	}
	return here, away
}

// finish completes a sandbox that was read from a log, so that it can be brought back.
func (p *Pool) finish(c *cameBack) error {
	profile, err := p.opts.Table.Profile(c.made.Profile)
	if err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	c.config = Config{
		ID: c.made.ID, Owner: c.made.Owner, Token: c.made.Token, Expires: c.made.Expires,
		Seed: chance.Seed(c.made.Seed), Clock: c.made.Clock, Profile: profile, Calls: c.made.Calls,
	}
	state, err := c.state.Store()
	if err != nil {
		return err
	}
	begun, err := p.build(Config{Seed: chance.Seed(c.seed), Clock: c.clockAt(p.Now())}, state)
	if err != nil {
		return err
	}
	err = begun.View(func(state store.Reader) error {
		in, ok := settings.Get(state, inForce)
		if !ok {
			if in, err = p.parsing().ReadSettings(c.settings); err == nil {
				err = begun.share.take(in.Size())
			}
		}
		begun.inForce.Store(in)
		return err
	})
	if err != nil {
		begun.end(ErrEnded)
		return err
	}
	c.begun = begun
	return nil
}

// clockAt is the clock after the process was stopped until now. On a real clock that time has
// passed; on any other it hasn't, unless the sandbox was away: it goes on as if it had stayed. No clock goes back to before the last commit.
func (c *cameBack) clockAt(now time.Time) clock.Settings {
	s := c.present.Clock
	if s.Mode == clock.Real || c.away {
		s = s.After(now.Sub(c.present.At))
	}
	if s.Start.Before(c.last) {
		s.Start = c.last.In(s.Start.Location())
	}
	return s
}

// Records adds what a shard's log of commits begins with that is rewritten now: all its sandboxes. One that
// can't be encoded is left out, and the process's log reports it.
func (p *Pool) Records(n int, to *slog.Logger, add func(record []byte) error) error {
	s := &p.shards[n]
	s.keeping.Lock() // sandboxes are still coming back
	s.keeping.Unlock()
	for _, record := range s.unread {
		if err := add(record); err != nil {
			return err
		}
	}
	now := p.Now()
	here, away := p.allOf(n)
	for _, a := range away {
		if err := a.records(add); err != nil {
			return err
		}
	}
	for _, sb := range here {
		if sb.idle(now) {
			continue
		}
		broken, err := sb.records(sb.Run().image(), add)
		if err != nil {
			return err
		}
		if broken != nil {
			to.Error("a sandbox is not kept", "error", broken)
		}
	}
	return add([]byte{anEnd, 0})
}

// records of a sandbox. It is broken if it can't be encoded; err is add's.
func (sb *Sandbox) records(i image, add func([]byte) error) (broken, err error) {
	first, broken := sb.birth()
	if broken != nil {
		return broken, nil
	}
	if err := add(first); err != nil {
		return nil, err
	}
	broken = i.write(func(record []byte) error {
		err = add(record)
		return err
	})
	if err != nil {
		return nil, err
	}
	return broken, nil
}

// Logs of the shards that are kept here.
func (p *Pool) Logs() (all []*commitlog.Writer) {
	for n := range p.shards {
		if log := p.shards[n].log(); log != nil {
			all = append(all, log)
		}
	}
	return all
}

// StopKeeping closes the log of a shard with all that was committed, and its sandboxes stay in memory. The error
// says that what was changed lately is lost.
func (p *Pool) StopKeeping(n int) error {
	log := p.shards[n].log()
	if log == nil {
		return nil
	}
	p.touchClocks(n)
	return log.Close()
}

// touchClocks writes the clocks of a shard to its log before that is closed: a fast clock has moved
// without a commit.
func (p *Pool) touchClocks(n int) {
	here, _ := p.allOf(n)
	for _, sb := range here {
		if r := sb.Run(); r.Clock.Settings().Mode == clock.Speed {
			r.touch()
		}
	}
}
