package scenario_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

// newSandbox is frozen at noon.
func newSandbox(t testing.TB) *sandbox.Sandbox {
	t.Helper()
	c, err := clock.New(clock.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	pool := sandbox.NewPool(sandbox.Options{Clock: c, Collections: table().Collections()})
	sb, err := pool.Create(sandbox.Config{ID: "test", Seed: 3, Clock: clock.Settings{Mode: clock.Frozen, Start: noon}})
	if err != nil {
		t.Fatal(err)
	}
	return sb
}

func load(t testing.TB, sb *sandbox.Sandbox, source string, keep bool) *scenario.Runtime {
	t.Helper()
	r, err := scenario.Load(sb, parse(t, head+source), scenario.LoadOptions{Table: table(), KeepState: keep})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// phoneOf a person as the sandbox's state has it; empty if nothing was said of it.
func phoneOf(t testing.TB, sb *sandbox.Sandbox, iin string) string {
	t.Helper()
	phone := ""
	err := sb.Store.Update(func(tx store.Tx) error {
		if s := world.Of(&contract.Call{Tx: tx, Seed: sb.Seed()}).Subject(iin); s.Phone != nil {
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

func TestLoadStartsTheSandboxAnew(t *testing.T) {
	sb := newSandbox(t)
	old := load(t, sb, "rules: []\n", false)
	old.AddFault(liveFault(t, "fault: reset"))
	if err := old.SetChaos(0.5); err != nil {
		t.Fatal(err)
	}
	r := load(t, sb, starting, false)
	if sb.Script() != sandbox.Script(r) {
		t.Error("the rules are not in force")
	}
	want := clock.Settings{Mode: clock.Frozen, Start: time.Date(2024, time.May, 1, 9, 0, 0, 0, noon.Location())}
	if diff := cmp.Diff(want, sb.Clock().Settings()); diff != "" {
		t.Errorf("the clock, whose mode is the sandbox's own (-want +got):\n%s", diff)
	}
	if sb.Seed() != 7 || sb.Profile().Map()["kyc.error_envelope"] != "both" {
		t.Errorf("seed %d, profile %v", sb.Seed(), sb.Profile().Map())
	}
	if phone := phoneOf(t, sb, zarina); phone != "77011234567" {
		t.Errorf("the fixture's phone is %q", phone)
	}
	if faults, _ := r.LiveFaults(); len(faults) > 0 || r.Chaos() != 0.5 {
		t.Errorf("live faults %v, chaos %g: want none, and the dial as it was", faults, r.Chaos())
	}
}

func TestWhatAScenarioDoesNotSayIsTheSandboxesOwn(t *testing.T) {
	sb := newSandbox(t)
	load(t, sb, starting, false)
	load(t, sb, "rules: []\n", false)
	if sb.Seed() != 3 || !sb.Clock().Now().Equal(noon) || phoneOf(t, sb, zarina) != "" {
		t.Errorf("seed %d, clock %s, phone %q: an earlier scenario's", sb.Seed(), sb.Clock().Now(), phoneOf(t, sb, zarina))
	}
}

func TestKeepStateChangesRulesOnly(t *testing.T) {
	sb := newSandbox(t)
	r := load(t, sb, starting, false)
	r.AddFault(liveFault(t, "fault: reset\non: k2.*"))
	if _, err := sb.Clock().Advance(time.Hour); err != nil {
		t.Fatal(err)
	}
	r.Decide(approve(t, zarina))
	kept := load(t, sb, `seed: 9
given: {subjects: [{iin: 901123300258, phone: "77771234567"}]}
rules:
  - {name: first, on: kyc.address.get, do: 503}
  - {name: r, on: kyc.address.approve, do: [pending, timeout]}
`, true)
	if got := met(kept.Decide(approve(t, zarina))); got != "timeout" {
		t.Errorf("the rule of the same name went on with %s, want its second step", got)
	}
	if faults, _ := kept.LiveFaults(); len(faults) != 1 {
		t.Error("the live fault is gone")
	}
	if sb.Seed() != 7 || phoneOf(t, sb, zarina) != "77011234567" || sb.Clock().Now().Hour() != 10 {
		t.Error("the state is another")
	}
}

// A scenario whose fixtures can't be made true leaves everything as it was.
func TestABrokenLoadChangesNothing(t *testing.T) {
	sb := newSandbox(t)
	r := load(t, sb, starting, false)
	broken := *parse(t, head+starting)
	broken.Given = append(broken.Given[:0:0], broken.Given...)
	broken.Given[0].Item = map[string]any{"iin": zarina, "after": "soon"}
	if _, err := scenario.Load(sb, &broken, scenario.LoadOptions{Table: table()}); err == nil {
		t.Fatal("it was loaded")
	}
	if sb.Script() != sandbox.Script(r) || phoneOf(t, sb, zarina) != "77011234567" {
		t.Error("something changed")
	}
}

func TestCountersSurviveASnapshot(t *testing.T) {
	const rules = `rules:
  - {on: kyc.address.approve, times: 5, probability: 0.99, do: [pending, pending, valid]}
  - {on: kyc.address.approve, do: 504}
`
	before := runtimeOf(t, rules)
	before.AddFault(liveFault(t, "fault: reset\ntimes: 2"))
	_ = before.SetChaos(0.5)
	for range 4 {
		before.Decide(approve(t, zarina))
	}
	raw, err := json.Marshal(before.Counters())
	if err != nil {
		t.Fatal(err)
	}
	after := runtimeOf(t, rules)
	after.AddFault(liveFault(t, "fault: reset\ntimes: 2"))
	_ = after.SetChaos(0.5)
	var counters scenario.Counters
	if err := json.Unmarshal(raw, &counters); err != nil {
		t.Fatal(err)
	}
	after.Restore(counters)
	for range 5 {
		if diff := cmp.Diff(before.Decide(approve(t, zarina)).Why, after.Decide(approve(t, zarina)).Why); diff != "" {
			t.Fatalf("(-before +after):\n%s", diff)
		}
	}
}

func TestCasesStandAlone(t *testing.T) {
	s := parse(t, head+`profile: {preset: strict}
given: {subjects: [{iin: 901123300258, cases: 1}]}
rules: [{name: shared, on: kyc.address.*, do: 503}]
cases:
  - {name: one, seed: 4, given: {subjects: [{iin: 901123300258, cases: 2}]}, rules: [{name: own, on: kyc.address.get, do: found}]}
  - {name: two, profile: {preset: observed}}
`)
	one, ok := s.Case("one")
	if _, unknown := s.Case("three"); !ok || unknown {
		t.Fatal("cases by name")
	}
	if one.Name != "test/one" || *one.Seed != 4 || one.Profile.Preset() != contract.PresetStrict || len(one.Given) != 2 {
		t.Errorf("case one: %+v", one)
	}
	if one.Rules[0].Name != "own" || one.Rules[1].Name != "shared" {
		t.Error("a case's rules go first")
	}
	two, _ := s.Case("two")
	if two.Profile.Preset() != contract.PresetObserved || two.Seed != nil || len(two.Rules) != 1 {
		t.Errorf("case two: %+v", two)
	}
	if len(s.Variants()) != 2 || len(s.Rules) != 1 {
		t.Error("a document without a try of its own is nothing but its cases")
	}
}
