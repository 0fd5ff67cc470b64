package scenario

import (
	"fmt"
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/store"
)

// conditions are what fixtures are made true under.
type conditions struct {
	now     time.Time
	seed    chance.Seed
	profile contract.Profile
}

// DefaultStart is the instant at which the clock of a try starts unless the
// scenario says otherwise: a working morning in Astana.
func DefaultStart() time.Time {
	return time.Date(2024, time.March, 1, 9, 0, 0, 0, time.FixedZone("", 5*60*60))
}

func checkConditions(s *Scenario) conditions {
	c := conditions{now: DefaultStart(), seed: 1}
	if s.Clock != nil && !s.Clock.Start.IsZero() {
		c.now = s.Clock.Start
	}
	if s.Seed != nil {
		c.seed = *s.Seed
	}
	if s.Profile != nil {
		c.profile = *s.Profile
	}
	return c
}

func scratch(table *contract.Table) store.Store { return store.NewMemory(table.Collections()...) }

// givenError is a fixture's item that couldn't be made true.
type givenError struct {
	given Given
	err   error
}

func (e givenError) Error() string {
	return fmt.Sprintf("%s: %s: %v", e.given.Position, e.given.Path, e.err)
}

func (e givenError) Unwrap() error { return e.err }

// applyGiven makes the fixtures true in one transaction, in the order of the
// table: people before their loans, loans before their demands.
func applyGiven(s store.Store, table *contract.Table, from *Scenario, under conditions) error {
	order := fixtures(table)
	position := func(g Given) int {
		return slices.IndexFunc(order, func(f contract.Fixture) bool { return f.Name == g.Fixture.Name })
	}
	given := slices.SortedStableFunc(slices.Values(from.Given), func(a, b Given) int { return position(a) - position(b) })
	return s.Update(func(tx store.Tx) error {
		for _, g := range given {
			call := &contract.Call{Now: under.now, Tx: tx, Seed: under.seed, Profile: under.profile}
			if err := g.Fixture.Apply(call, g.Item); err != nil {
				return givenError{g, err}
			}
		}
		return nil
	})
}

// Config is what a sandbox with this scenario starts from: what the scenario says,
// else what base says.
func (s *Scenario) Config(base sandbox.Config) sandbox.Config {
	if s.Seed != nil {
		base.Seed = *s.Seed
	}
	if s.Profile != nil {
		base.Profile = *s.Profile
	}
	if s.Clock != nil {
		settings := *s.Clock
		if settings.Mode == "" {
			settings.Mode = base.Clock.Mode
			settings.Speed = base.Clock.Speed
		}
		if settings.Start.IsZero() {
			settings.Start = base.Clock.Start
		}
		base.Clock = settings
	}
	return base
}

// LoadOptions of Load.
type LoadOptions struct {
	Table *contract.Table
	// KeepState puts the rules in force and leaves the state, the clock, the
	// profile, live faults and the counters of rules that are the same as they are.
	KeepState bool
}

// Load puts a scenario in force in a sandbox. Unless the state is kept the sandbox
// starts anew: with the scenario's seed, clock and profile, its fixtures, counters
// at zero and no live faults. If a fixture can't be made true nothing changes. A
// nil scenario stands for one without rules.
func Load(sb *sandbox.Sandbox, s *Scenario, opts LoadOptions) (*Runtime, error) {
	if s == nil {
		s = &Scenario{}
	}
	old, _ := sb.Script().(*Runtime)
	if opts.KeepState && old != nil {
		old.Replace(s)
		return old, nil
	}
	if opts.KeepState {
		r := New(s, opts.Table, sb.Clock().Now())
		sb.SetScript(r)
		return r, nil
	}
	config := s.Config(sb.Config())
	under := conditions{now: config.Clock.Start, seed: config.Seed, profile: config.Profile}
	if under.now.IsZero() {
		under.now = sb.Clock().Now()
	}
	if err := applyGiven(scratch(opts.Table), opts.Table, s, under); err != nil {
		return nil, err
	}
	if err := sb.Restart(config); err != nil {
		return nil, err
	}
	under.now = sb.Clock().Now()
	r := New(s, opts.Table, under.now)
	if old != nil {
		r.chaos.set(old.Chaos())
	}
	sb.SetScript(r)
	return r, applyGiven(sb.Store, opts.Table, s, under)
}
