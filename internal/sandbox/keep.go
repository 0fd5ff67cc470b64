package sandbox

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/store"
)

// Keep the pool's sandboxes by a log of commits from now on: those that come back, and
// those that are there already. The log's Snapshot is made of the pool's Records, and
// unread records stay in it: those of sandboxes that can't come back. It is for the start of
// a process.
func (p *Pool) Keep(log *commitlog.Writer, back *Replay, unread [][]byte) {
	p.keeping.Lock()
	defer p.keeping.Unlock()
	p.unread = unread
	p.log.Store(log)
	p.born.Store(back.lastBorn)
	if back.archive != nil {
		p.archive.Store(&back.archive)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range back.ready {
		p.bring(c)
	}
	for _, sb := range p.byID {
		if sb.born == 0 {
			sb.keep(log)
			sb.runs = 1
			log.Put(sb.Run().follow(log, sb, 1))
			sb.Run().archive(nil)
		}
	}
}

// keep a sandbox that was made.
func (sb *Sandbox) keep(log *commitlog.Writer) {
	sb.born = sb.pool.born.Add(1)
	log.Put(birth{sb})
}

// bring a sandbox back. One of its id that is there goes on from it.
func (p *Pool) bring(c *cameBack) {
	sb := p.byID[c.made.ID]
	if sb == nil {
		sb = p.open(c.config, p.Now())
		p.byID[c.made.ID] = sb
	}
	sb.born = c.born
	c.begun.follow(p.log.Load(), sb, c.run)
	sb.replace(c.begun, c.present.Requests, origin{})
	sb.runs = c.run
	c.begun.archive(c.past)
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
		begun.end()
		return err
	}
	c.begun = begun
	return nil
}

// clockAt is the clock after the process was stopped until now. On a real clock that time has
// passed; on any other it hasn't. No clock goes back to before the last commit.
func (c *cameBack) clockAt(now time.Time) clock.Settings {
	s := c.present.Clock
	if away := now.Sub(c.present.At); s.Mode == clock.Real && away > 0 {
		s.Start = s.Start.Add(away)
	}
	if s.Start.Before(c.last) {
		s.Start = c.last.In(s.Start.Location())
	}
	return s
}

// Records adds what a log of commits begins with that is rewritten now: all sandboxes. One that
// can't be encoded is left out, and the process's log reports it.
func (p *Pool) Records(to *slog.Logger, add func(record []byte) error) error {
	p.keeping.Lock() // sandboxes are still coming back
	p.keeping.Unlock()
	for _, record := range p.unread {
		if err := add(record); err != nil {
			return err
		}
	}
	for _, sb := range p.List() {
		broken, err := sb.records(add)
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
func (sb *Sandbox) records(add func([]byte) error) (broken, err error) {
	first, broken := birth{sb}.record()
	if broken != nil {
		return broken, nil
	}
	if err := add(first); err != nil {
		return nil, err
	}
	broken = sb.Run().image().write(func(record []byte) error {
		err = add(record)
		return err
	})
	if err != nil {
		return nil, err
	}
	return broken, nil
}

// TouchClocks writes the clocks to the log at the end of the process: a fast clock has moved
// without a commit.
func (p *Pool) TouchClocks() {
	for _, sb := range p.List() {
		if r := sb.Run(); r.Clock.Settings().Mode == clock.Speed {
			r.touch()
		}
	}
}
