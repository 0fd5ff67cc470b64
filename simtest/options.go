package simtest

import (
	"fmt"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/delivery"
	"github.com/kzsim/kzsim/internal/scenario"
)

// Option says what a sandbox starts from.
type Option func(*settings)

type settings struct {
	scenario *source
	rules    []Rule
	one      string // of the scenario's cases; empty for the scenario itself
	seed     *uint64
	clock    *clockSetting
	profile  map[string]string
	targets  delivery.Targets
}

type clockSetting struct {
	mode  Mode
	start time.Time
}

// defaultSeed is that of the simulator's sandboxes: a test sees the same people,
// references and codes as a developer who tries something by hand.
const defaultSeed = 1

// Scenario starts from one of the library by its name, such as
// "payment-lost-reply".
func Scenario(name string) Option {
	return func(s *settings) { s.scenario = &source{library: true, name: name} }
}

// ScenarioFile starts from a scenario in a file, whose path is relative to the
// test's folder.
func ScenarioFile(path string) Option {
	return func(s *settings) { s.scenario = &source{name: path} }
}

// ScenarioText starts from a scenario that is written in the test, in YAML or JSON.
// Indent it with spaces.
func ScenarioText(text string) Option {
	return func(s *settings) { s.scenario = &source{text: text} }
}

// Case starts from one of the cases of a scenario that has such.
func Case(name string) Option {
	return func(s *settings) { s.one = name }
}

// Seed decides who the people are and which references and codes are drawn: 1
// unless the scenario says otherwise. It is for a test that wants others.
func Seed(seed uint64) Option {
	return func(s *settings) { s.seed = &seed }
}

// Profile sets the preset ("preset": "strict") and single switches
// ("kyc.error_envelope": "message") that the services answer by, instead of the
// scenario's profile.
func Profile(words map[string]string) Option {
	return func(s *settings) { s.profile = words }
}

// Deliver names the client's own endpoint for what a service sends by itself, by
// the operation that it is like: K2's list of exclusions goes to
// "abs.post_all_loan_exclude_to_eko". It is given again for another operation.
func Deliver(operation, url string) Option {
	return func(s *settings) {
		if s.targets.Endpoints == nil {
			s.targets.Endpoints = map[string]string{}
		}
		s.targets.Endpoints[operation] = url
	}
}

// Target names the system that a service calls by itself, by its base URL: K2 asks the
// bank's "abs" at "http://127.0.0.1:9000/abs". "sandbox:self" is the sandbox's own ABS, and
// the address of another one is what its method Sandbox answers. It is given again for
// another service, or for one operation.
func Target(service, url string) Option {
	return func(s *settings) {
		if s.targets.Systems == nil {
			s.targets.Systems = map[string]string{}
		}
		s.targets.Systems[service] = url
	}
}

// Mode is how a sandbox's time passes.
type Mode string

// The modes.
const (
	// OnDemand stands still but for Advance and for clients that wait: an answer that
	// is two seconds late is there at once, and it is two seconds later. It is the
	// default.
	OnDemand Mode = "on-demand"
	// ByAdvance stands still but for Advance: an answer that is late or held waits
	// for the test to advance, from another goroutine than the client's.
	ByAdvance Mode = "by-advance"
	// Real passes as the machine's time does. Clients wait.
	Real Mode = "real"
)

// Clock says how time passes, and from which instant; the zero instant is the
// scenario's, else the first of March 2024, 09:00 in Astana. It stands over the
// scenario's own clock.
func Clock(mode Mode, start time.Time) Option {
	return func(s *settings) { s.clock = &clockSetting{mode, start} }
}

// whole is the scenario with the options over it.
func (s *settings) whole(table *contract.Table) (*scenario.Scenario, error) {
	what := &scenario.Scenario{}
	if s.scenario != nil {
		read, err := s.scenario.read(table, s.one)
		if err != nil {
			return nil, err
		}
		copied := *read
		what = &copied
	}
	if len(s.rules) > 0 {
		both, err := ruled(what, s.rules, table)
		if err != nil {
			return nil, err
		}
		what = both
	}
	if s.seed != nil {
		seed := chance.Seed(*s.seed)
		what.Seed = &seed
	}
	if s.clock != nil {
		passing, err := s.clock.over(what.Clock)
		if err != nil {
			return nil, err
		}
		what.Clock = &passing
	}
	if s.profile != nil {
		profile, err := table.Profile(s.profile)
		if err != nil {
			return nil, fmt.Errorf("profile: %w", err)
		}
		what.Profile = &profile
	}
	return what, nil
}

func (c clockSetting) over(own *clock.Settings) (clock.Settings, error) {
	set := clock.Settings{Mode: clock.Frozen, Start: c.start}
	switch c.mode {
	case Real:
		set.Mode = clock.Real
	case OnDemand, ByAdvance:
	default:
		return set, fmt.Errorf("clock: the mode %q is not one of %s, %s, %s", c.mode, OnDemand, ByAdvance, Real)
	}
	if own != nil {
		set.Zone = own.Zone
		if c.start.IsZero() {
			set.Start = own.Start
		}
	}
	return set, nil
}
