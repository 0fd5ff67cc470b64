package snapshot

import (
	"fmt"
	"strings"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
)

// Load makes a sandbox go on from a snapshot. If that can't be nothing changes.
func (s Snapshot) Load(sb *sandbox.Sandbox, opts Options) error {
	config := sb.Config()
	config.Seed, config.Clock = chance.Seed(s.Seed), s.Clock
	var err error
	if config.Profile, err = opts.Table.Profile(s.Profile); err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	runtime, err := s.runtime(opts)
	if err != nil {
		return err
	}
	states, err := s.states(opts)
	if err != nil {
		return err
	}
	if err := sb.Restart(config); err != nil {
		return err
	}
	sb.Journal.Resume(s.Requests)
	sb.Ordinals().Resume(s.Drawn)
	sb.SetScript(nil)
	if runtime != nil {
		sb.SetScript(runtime)
	}
	if len(states) == 1 { // nothing was before it but itself, as after a restore
		return sb.Store.Restore(s.State)
	}
	for _, state := range states {
		if err := become(sb.Store, state, opts.Table.Collections()); err != nil {
			return err
		}
	}
	return nil
}

// states that the sandbox goes through: the one before the last change, if there
// was any, and the last.
func (s Snapshot) states(opts Options) ([]store.Store, error) {
	all := []store.Snapshot{s.State}
	if len(s.Before) > 0 {
		all = []store.Snapshot{s.Before.appliedTo(s.State), s.State}
	}
	var states []store.Store
	for _, one := range all {
		m := store.NewMemory(opts.Table.Collections()...)
		if err := m.Restore(one); err != nil {
			return nil, err
		}
		states = append(states, m)
	}
	return states, nil
}

// maxFaults bounds the live faults of a snapshot: each is read as a scenario is.
const maxFaults = 500

// runtime is what the rules come to; nil if there are none.
func (s Snapshot) runtime(opts Options) (*scenario.Runtime, error) {
	if s.Rules == nil {
		return nil, nil
	}
	in, err := s.Rules.scenario(opts.Parse)
	if err != nil {
		return nil, err
	}
	r := scenario.New(in, opts.Table, s.Rules.Start)
	if n := len(s.Rules.Faults); n > maxFaults {
		return nil, fmt.Errorf("%d live faults, at most %d are put on", n, maxFaults)
	}
	for _, f := range s.Rules.Faults {
		if err := f.putOn(r, opts.Parse); err != nil {
			return nil, err
		}
	}
	if err := r.SetChaos(s.Rules.Chaos); err != nil {
		return nil, err
	}
	r.Restore(s.Rules.Counters)
	return r, nil
}

// scenario that the rules are of, or the case of one.
func (r *Rules) scenario(opts scenario.Options) (*scenario.Scenario, error) {
	if r.Source == "" {
		return &scenario.Scenario{}, nil
	}
	opts.Beside = files(r.Used)
	whole, findings := scenario.Parse(r.File, []byte(r.Source), opts)
	if whole == nil {
		return nil, Unreadable{r.Scenario, findings}
	}
	if _, name, isCase := strings.Cut(r.Scenario, "/"); isCase {
		one, ok := whole.Case(name)
		if !ok {
			return nil, fmt.Errorf("the scenario %s has no case %s", whole.Name, name)
		}
		return one, nil
	}
	return whole, nil
}

// Unreadable is the error of a scenario that can't be read again.
type Unreadable struct {
	Name     string
	Findings []scenario.Finding
}

func (u Unreadable) Error() string {
	lines := []string{"the scenario " + u.Name + " can't be read here:"}
	for _, f := range u.Findings {
		lines = append(lines, f.String())
	}
	return strings.Join(lines, "\n")
}

// putOn puts the fault on under its id, by which its draws go.
func (f Fault) putOn(r *scenario.Runtime, opts scenario.Options) error {
	fault, findings := scenario.ParseFault([]byte(f.Source), opts)
	if scenario.Broken(findings) {
		return Unreadable{"of the live fault " + f.ID, findings}
	}
	if !r.ResumeFault(f.ID, fault) {
		return fmt.Errorf("%q is no id of a live fault, or out of order", f.ID)
	}
	return nil
}
