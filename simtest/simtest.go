package simtest

import (
	"sync"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/simulator"
)

// TB is what a Sim needs of a test; *testing.T, *testing.B and *testing.F have it.
type TB interface {
	Helper()
	Cleanup(func())
	Failed() bool
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Sim is a sandbox for one test. It is safe for concurrent use.
type Sim struct {
	t       TB
	process *host
	sandbox *sandbox.Sandbox
	manual  bool // nothing but Advance moves the clock
	traffic traffic
}

// host is the simulator that all sandboxes of a test binary share, with the
// machine's time.
type host struct {
	*simulator.Simulator
	clock *clock.Clock
}

var process = sync.OnceValues(func() (*host, error) {
	machine, err := clock.New(clock.Settings{})
	if err != nil {
		return nil, err
	}
	sim, err := simulator.New(simulator.Options{
		Clock: machine, NoDefault: true, States: simulator.NoBound, Limits: sandbox.Limits{State: simulator.NoBound},
	})
	return &host{sim, machine}, err
})

// New makes a sandbox, which is deleted when the test ends. An option that can't be met,
// such as a scenario with a mistake in it, ends the test by Fatalf, which says
// where the mistake is.
func New(t TB, options ...Option) *Sim {
	t.Helper()
	var set settings
	for _, option := range options {
		option(&set)
	}
	s, err := open(t, set)
	if err != nil {
		t.Fatalf("simtest: %v", err)
		return nil
	}
	t.Cleanup(s.close)
	return s
}

func open(t TB, set settings) (*Sim, error) {
	in, err := process()
	if err != nil {
		return nil, err
	}
	what, err := set.whole(in.Table)
	if err != nil {
		return nil, err
	}
	sb, err := in.CreateCalling(sandbox.Config{
		Seed: defaultSeed, Expires: -1, Scenario: what,
		Clock: clock.Settings{Mode: clock.Frozen, Start: scenario.DefaultStart()},
	}, set.targets)
	if err != nil {
		return nil, err
	}
	return &Sim{
		t: t, process: in, sandbox: sb,
		manual: set.clock != nil && set.clock.mode == ByAdvance,
	}, nil
}

// close is the end of the test.
func (s *Sim) close() {
	s.t.Helper()
	if err := s.Verdict(); err != nil {
		s.t.Errorf("simtest: %v", err)
	}
	if s.t.Failed() {
		s.t.Logf("simtest: %s", s.journal())
	}
	_ = s.process.Pool.Delete(s.sandbox.ID()) // nothing else deletes it
}

// Sandbox is the sandbox as a Target of another one in the same test process.
func (s *Sim) Sandbox() string { return "sandbox:" + s.sandbox.ID() }

// Now is the sandbox's time.
func (s *Sim) Now() time.Time { return s.sandbox.Run().Clock.Now() }

// Advance moves the sandbox's clock and returns when everything that fell due on
// the way is done. A test's client can be given it as its way to sleep.
func (s *Sim) Advance(by time.Duration) {
	s.t.Helper()
	if _, err := s.sandbox.Run().Clock.Advance(by); err != nil {
		s.t.Errorf("simtest: %v", err)
	}
}
