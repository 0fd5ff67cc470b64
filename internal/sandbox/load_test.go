package sandbox_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/world"
)

// noon is when the clock of these sandboxes stands still.
var noon = time.Date(2024, time.March, 1, 12, 0, 0, 0, time.FixedZone("", 5*60*60))

const zarina = "901123300258"

// withServices is a sandbox of the three services, frozen at noon.
func withServices(t testing.TB) (*contract.Table, *sandbox.Sandbox) {
	t.Helper()
	sim, err := simulator.New(simulator.Options{NoDefault: true})
	if err != nil {
		t.Fatal(err)
	}
	sb, err := sim.Pool.Create(sandbox.Config{ID: "test", Seed: 3, Clock: clock.Settings{Mode: clock.Frozen, Start: noon}})
	if err != nil {
		t.Fatal(err)
	}
	return sim.Table, sb
}

func parsed(t testing.TB, table *contract.Table, source string) *scenario.Scenario {
	t.Helper()
	s, findings := scenario.Parse("test.yaml", []byte("version: 1\nscenario: test\n"+source), scenario.Options{Table: table})
	if s == nil {
		t.Fatal(findings)
	}
	return s
}

func load(t testing.TB, table *contract.Table, sb *sandbox.Sandbox, source string) *sandbox.Run {
	t.Helper()
	run, err := sb.Load(parsed(t, table, source))
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func change(t testing.TB, sb *sandbox.Sandbox, to func(*scenario.Settings) *scenario.Settings) {
	t.Helper()
	told := 0
	err := sb.Change(func(s *scenario.Settings) (*scenario.Settings, error) { return to(s), nil }, func(*sandbox.Run) { told++ })
	if err != nil || told != 1 {
		t.Fatalf("told %d times: %v", told, err)
	}
}

func withFault(t testing.TB, table *contract.Table, source string) func(*scenario.Settings) *scenario.Settings {
	f, findings := scenario.ParseFault([]byte(source), scenario.Options{Table: table})
	if findings.Broken() {
		t.Fatal(findings)
	}
	return func(s *scenario.Settings) *scenario.Settings {
		next, _, err := s.WithFault(f)
		if err != nil {
			t.Error(err)
			return s
		}
		return next
	}
}

func withChaos(t testing.TB, table *contract.Table, share float64) func(*scenario.Settings) *scenario.Settings {
	return func(s *scenario.Settings) *scenario.Settings {
		chaos, err := scenario.ChaosOf(share, scenario.Options{Table: table})
		if err != nil {
			t.Error(err)
		}
		return s.WithChaos(chaos)
	}
}

// phoneOf a person as the state has it; empty if nothing was said of it.
func phoneOf(t testing.TB, sb *sandbox.Sandbox, iin string) string {
	t.Helper()
	phone := ""
	err := sb.Do(func(tx *sandbox.Tx) error {
		if s := world.Of(tx.Call()).Subject(iin); s.Phone != nil {
			phone = *s.Phone
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return phone
}

const starting = `seed: 7
clock: {start: "2024-05-01T09:00:00+05:00"}
profile: {kyc.error_envelope: both}
given: {subjects: [{iin: 901123300258, phone: "77011234567"}]}
rules: [{name: r, on: kyc.address.approve, do: [pending, valid]}]
`

func TestLoadBeginsAnotherRun(t *testing.T) {
	table, sb := withServices(t)
	old := load(t, table, sb, "rules: []\n")
	change(t, sb, withFault(t, table, "fault: reset"))
	change(t, sb, withChaos(t, table, 0.5))
	run := load(t, table, sb, starting)
	if sb.Run() != run || old.Ends.Err() == nil {
		t.Error("the next run is not in the old one's place")
	}
	want := clock.Settings{Mode: clock.Frozen, Start: time.Date(2024, time.May, 1, 9, 0, 0, 0, noon.Location()), Zone: clock.DefaultZone}
	if diff := cmp.Diff(want, run.Clock.Settings()); diff != "" {
		t.Errorf("the clock, whose mode is the sandbox's own (-want +got):\n%s", diff)
	}
	in := run.Settings()
	if run.Seed != 7 || in.Profile.Map()["kyc.error_envelope"] != "both" || !in.Start.Equal(want.Start) {
		t.Errorf("seed %d, profile %v, start %s", run.Seed, in.Profile.Map(), in.Start)
	}
	if phone := phoneOf(t, sb, zarina); phone != "77011234567" {
		t.Errorf("the fixture's phone is %q", phone)
	}
	if len(in.Faults) > 0 || in.Chaos.Level(noon) != 0.5 {
		t.Errorf("live faults %v, chaos %g: want none, and the dial as it was", in.Faults, in.Chaos.Level(noon))
	}
}

// TestWhatEachMakesIsCounted against the memory that a sandbox's state may take, however
// short the document is.
func TestWhatEachMakesIsCounted(t *testing.T) {
	sim, err := simulator.New(simulator.Options{NoDefault: true, Limits: sandbox.Limits{State: 4 << 20}})
	if err != nil {
		t.Fatal(err)
	}
	sb, err := sim.Pool.Create(sandbox.Config{ID: "test"})
	if err != nil {
		t.Fatal(err)
	}
	before, _ := sim.Pool.StateMemory()
	for n, fits := range map[int]bool{10: true, 5000: false} {
		in := parsed(t, sim.Table, fmt.Sprintf("rules: [{each: 1..%d, item: {on: kyc.address.get, for: {iin: '${pad(i, 12)}'}, do: 503}}]\n", n))
		_, err := sb.Load(in)
		var full sandbox.NoRoom
		if errors.As(err, &full) == fits || !fits && !strings.Contains(err.Error(), "4194304 bytes (--max-state)") || fits && err != nil {
			t.Errorf("%d rules: %v", n, err)
		}
	}
	if used, _ := sim.Pool.StateMemory(); used > before+64<<10 {
		t.Errorf("what was refused takes %d bytes, before it were %d", used, before)
	}
}

func TestWhatAScenarioDoesNotSayIsTheSandboxesOwn(t *testing.T) {
	table, sb := withServices(t)
	load(t, table, sb, starting)
	run := load(t, table, sb, "rules: []\n")
	if run.Seed != 3 || !run.Clock.Now().Equal(noon) || phoneOf(t, sb, zarina) != "" {
		t.Errorf("seed %d, clock %s, phone %q: an earlier scenario's", run.Seed, run.Clock.Now(), phoneOf(t, sb, zarina))
	}
}

// TestAChangeOfSettingsChangesNothingElse, and a reset begins from the scenario that
// was in force last.
func TestAChangeOfSettingsChangesNothingElse(t *testing.T) {
	table, sb := withServices(t)
	run := load(t, table, sb, starting)
	change(t, sb, withFault(t, table, "fault: reset\non: k2.*"))
	if _, err := run.Clock.Advance(time.Hour); err != nil {
		t.Fatal(err)
	}
	other := parsed(t, table, `seed: 9
given: {subjects: [{iin: 901123300258, phone: "77771234567"}]}
`)
	change(t, sb, func(s *scenario.Settings) *scenario.Settings { return s.WithScenario(other) })
	if in := run.Settings(); in.Scenario != other || len(in.Faults) != 1 || !in.Start.Equal(run.Clock.Now().Add(-time.Hour)) {
		t.Errorf("in force are %s with %d live faults from %s", in.Scenario.Name, len(in.Faults), in.Start)
	}
	if sb.Run() != run || run.Seed != 7 || phoneOf(t, sb, zarina) != "77011234567" || run.Clock.Now().Hour() != 10 {
		t.Error("the state is another")
	}
	next, err := sb.Reset()
	if err != nil || next.Seed != 9 || phoneOf(t, sb, zarina) != "77771234567" || len(next.Settings().Faults) > 0 {
		t.Errorf("after a reset: %v, seed %d, phone %s", err, next.Seed, phoneOf(t, sb, zarina))
	}
}

// TestABrokenFixtureChangesNothing: a scenario whose fixtures can't be made true
// leaves everything as it was.
func TestABrokenFixtureChangesNothing(t *testing.T) {
	table, sb := withServices(t)
	run := load(t, table, sb, starting)
	broken := *parsed(t, table, starting)
	broken.Given = append(broken.Given[:0:0], broken.Given...)
	broken.Given[0].Item = map[string]any{"iin": zarina, "after": "soon"}
	if _, err := sb.Load(&broken); err == nil {
		t.Fatal("it was loaded")
	}
	if sb.Run() != run || phoneOf(t, sb, zarina) != "77011234567" {
		t.Error("something changed")
	}
}

// TestSettingsCountFromWhenTheyArePutOn: relative windows of what is put in force later
// begin then, and stay as they are while something is in force.
func TestSettingsCountFromWhenTheyArePutOn(t *testing.T) {
	table, sb := withServices(t)
	run := sb.Run()
	later := func() {
		t.Helper()
		if _, err := run.Clock.Advance(time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	later()
	change(t, sb, withFault(t, table, "{fault: reset, between: [0s, 10m]}"))
	later()
	change(t, sb, withChaos(t, table, 0.1))
	if start := run.Settings().Start; !start.Equal(noon.Add(time.Hour)) {
		t.Errorf("the fault's window begins at %s", start)
	}
	change(t, sb, func(s *scenario.Settings) *scenario.Settings {
		return s.WithoutFaults().WithChaos(scenario.Chaos{})
	})
	change(t, sb, func(s *scenario.Settings) *scenario.Settings { return s.WithScenario(parsed(t, table, "rules: []\n")) })
	if start := run.Settings().Start; !start.Equal(noon.Add(2 * time.Hour)) {
		t.Errorf("the scenario's windows begin at %s", start)
	}
}
