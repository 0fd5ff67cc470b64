package sandbox

import (
	"cmp"
	"context"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
)

// origin is what a reset restores.
type origin struct {
	snapshot *Snapshot // nil: the scenario in force, from its beginning
}

// build a run over a state; it isn't in place yet.
func (p *Pool) build(cfg Config, state *store.Store) (*Run, error) {
	c, err := clock.New(cfg.Clock)
	if err != nil {
		return nil, err
	}
	r := &Run{Clock: c, Seed: cfg.Seed, store: state, targets: cfg.Targets, share: &share{room: &p.room}}
	r.Ends, r.cancel = context.WithCancelCause(context.Background())
	return r, r.share.take(runRoom + state.Size())
}

// fromScenario is a run that begins from a configuration and a scenario, nil for none: with
// the scenario's seed, clock and profile where it has them, its fixtures, all
// counters at zero and no live faults.
func (p *Pool) fromScenario(cfg Config, in *scenario.Scenario, chaos scenario.Chaos) (*Run, error) {
	r, err := p.build(cfg.under(in), p.schema.New())
	if err != nil {
		return nil, err
	}
	if err := p.start(r, cfg, in, chaos); err != nil {
		r.end(ErrEnded)
		return nil, err
	}
	return r, nil
}

func (p *Pool) start(r *Run, cfg Config, in *scenario.Scenario, chaos scenario.Chaos) error {
	begun := scenario.NewSettings(cfg.under(in).Profile, in, r.Clock.Now()).WithChaos(chaos)
	r.inForce.Store(begun)
	if err := r.share.take(begun.Size()); err != nil || in == nil {
		return err
	}
	return r.Do(func(tx *Tx) error { return in.Apply(p.opts.Table, tx.Call()) })
}

// under is the configuration with the settings that a scenario has for it.
func (cfg Config) under(in *scenario.Scenario) Config {
	if in == nil {
		return cfg
	}
	if in.Seed != nil {
		cfg.Seed = *in.Seed
	}
	if in.Profile != nil {
		cfg.Profile = *in.Profile
	}
	if in.Clock != nil {
		given := *in.Clock
		if given.Mode == "" {
			given.Mode, given.Speed = cfg.Clock.Mode, cfg.Clock.Speed
		}
		if given.Start.IsZero() {
			given.Start = cfg.Clock.Start
		}
		given.Zone = cmp.Or(given.Zone, cfg.Clock.Zone)
		cfg.Clock = given
	}
	return cfg
}

// fromSnapshot is a run that goes on from a snapshot.
func (p *Pool) fromSnapshot(s Snapshot) (*Run, error) {
	state, err := p.schema.Restore(s.Snapshot)
	if err != nil {
		return nil, err
	}
	r, err := p.build(Config{Seed: chance.Seed(s.Seed), Clock: s.Clock}, state)
	if err != nil {
		return nil, err
	}
	err = r.View(func(state store.Reader) error {
		stored, ok := settings.Get(state, inForce)
		if !ok {
			return ErrNoSnapshot
		}
		r.inForce.Store(stored)
		return nil
	})
	if err != nil {
		r.end(ErrEnded)
		return nil, err
	}
	return r, nil
}

// Load begins a run with a scenario, nil for none; chaos goes on. If a fixture can't
// be made true nothing changes.
func (sb *Sandbox) Load(in *scenario.Scenario) (*Run, error) {
	return sb.begin(func() (*Run, error) { return sb.load(in) })
}

// begin a run, and wait until the log has it, if answers wait for that.
func (sb *Sandbox) begin(next func() (*Run, error)) (r *Run, err error) {
	err = kept(sb.log.Load(), func() error {
		sb.beginning.Lock()
		defer sb.beginning.Unlock()
		r, err = next()
		return err
	})
	return r, err
}

func (sb *Sandbox) load(in *scenario.Scenario) (*Run, error) {
	r, err := sb.pool.fromScenario(sb.config, in, sb.Run().Settings().Chaos)
	if err != nil {
		return nil, err
	}
	sb.replace(r, 0, origin{})
	return r, nil
}

// Resume begins a run that goes on from a snapshot; a reset restores it. If it can't be
// read nothing changes.
func (sb *Sandbox) Resume(s Snapshot) (*Run, error) {
	return sb.begin(func() (*Run, error) { return sb.resume(s, origin{snapshot: &s}) })
}

func (sb *Sandbox) resume(s Snapshot, from origin) (*Run, error) {
	r, err := sb.pool.fromSnapshot(s)
	if err != nil {
		return nil, err
	}
	if err := r.share.take(from.size()); err != nil {
		r.end(ErrEnded)
		return nil, err
	}
	sb.replace(r, s.Requests, from)
	return r, nil
}

// Reset begins a run from what the last one began with: its snapshot, or else the
// scenario in force, from its beginning. Without a snapshot chaos stays, and live
// faults, a profile that was replaced and changes of the clock are lost.
func (sb *Sandbox) Reset() (*Run, error) {
	return sb.begin(func() (*Run, error) {
		if s := sb.origin.snapshot; s != nil {
			return sb.resume(*s, sb.origin)
		}
		return sb.load(sb.Run().Settings().Scenario)
	})
}

// replace the present run by another, in one step. The first request of the next run
// gets the number after last. It waits for no transaction: one that has started commits
// to the old store, and its client gets the answer.
func (sb *Sandbox) replace(next *Run, last uint64, from origin) {
	sb.mu.Lock()
	defer sb.mu.Unlock()
	next.Log, next.targets = sb.Journal.Begin(last), sb.config.Targets
	if log := sb.log.Load(); log != nil && next.trail.Load() == nil {
		sb.runs++
		log.Put(next.follow(log, sb, sb.runs))
		next.archive(nil)
	}
	if sb.run != nil {
		sb.run.end(ErrEnded)
	}
	sb.run, sb.origin = next, from
	if sb.closed {
		next.end(ErrEnded) // it came too late: nothing can delete this run any more
	}
}

// Change replaces the settings in force in a transaction, and calls tell right after it. A reset
// or another new run comes before or after both.
func (sb *Sandbox) Change(to func(*scenario.Settings) (*scenario.Settings, error), tell func(*Run)) error {
	sb.beginning.Lock()
	defer sb.beginning.Unlock()
	return sb.Run().Do(func(tx *Tx) error {
		next, err := to(tx.Settings().From(tx.Now))
		if err != nil {
			return err
		}
		tx.setSettings(next)
		tx.After(func() { tell(tx.Run) })
		return nil
	})
}
