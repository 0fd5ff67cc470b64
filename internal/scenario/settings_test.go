package scenario_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
)

// again is what a snapshot brings back.
func (f *force) again(t *testing.T) *force {
	t.Helper()
	raw, err := json.Marshal(f.settings)
	if err != nil {
		t.Fatal(err)
	}
	settings, err := options().ReadSettings(raw)
	if err != nil {
		t.Fatal(err)
	}
	snapshot, err := f.store.Image().Encode()
	if err != nil {
		t.Fatal(err)
	}
	state, err := store.NewSchema().Restore(snapshot)
	if err != nil {
		t.Fatal(err)
	}
	return &force{state, settings}
}

func TestSettingsSurviveASnapshot(t *testing.T) {
	before := runtimeOf(t, `rules:
  - {on: kyc.address.approve, times: 5, probability: 0.99, do: [pending, pending, valid]}
  - {on: kyc.address.approve, do: 504}
`)
	before.add(liveFault(t, "fault: hang\ntimes: 1"))
	gone := before.add(liveFault(t, "fault: close"))
	less, _ := before.settings.WithoutFault(gone)
	before.become(less)
	before.add(liveFault(t, "fault: reset\ntimes: 2"))
	_ = before.setChaos(0.5)
	for range 4 {
		before.Decide(approve(t, zarina))
	}
	after := before.again(t)
	for n := range 8 {
		if n == 4 { // ids go on, too
			if a, b := before.add(liveFault(t, "fault: close")), after.add(liveFault(t, "fault: close")); a != b || a != "fault-4" {
				t.Errorf("the next faults are %s and %s", a, b)
			}
		}
		if diff := cmp.Diff(before.Decide(approve(t, zarina)).Why, after.Decide(approve(t, zarina)).Why); diff != "" {
			t.Fatalf("(-before +after):\n%s", diff)
		}
	}
	if diff := cmp.Diff(before.decided(), after.decided()); diff != "" {
		t.Errorf("decided (-before +after):\n%s", diff)
	}
}

// TestAnotherScenario: what it still says, by its name or by its words, goes on
// counting; what it says no more and says again later begins at zero.
func TestAnotherScenario(t *testing.T) {
	const first = "rules: [{name: r, on: kyc.address.approve, do: [pending, valid]}]\nmust: [{on: kyc.address.approve, count: 2}]\n"
	f := runtimeOf(t, first)
	answered := scenario.Answered{Operation: "kyc.address.approve", At: noon}
	count := func() {
		f.Decide(approve(t, zarina))
		f.count(func(c *store.Counters) { f.settings.CountMust(answered, c) })
	}
	want := func(when string, decided, met []int) {
		t.Helper()
		if got := musts(f); !cmp.Equal(met, got) || !cmp.Equal(decided, f.decided()) {
			t.Errorf("%s: decided %v, met %v; want %v, %v", when, f.decided(), got, decided, met)
		}
	}
	count()
	f.become(f.settings.WithScenario(parse(t, head+`rules:
  - {name: new, on: kyc.address.get, do: 503}
  - {name: r, on: kyc.address.approve, do: [pending, timeout]}
must: [{on: kyc.address.get}, {on: kyc.address.approve, count: 2}]
`)))
	want("kept", []int{0, 1}, []int{0, 1})
	if got := met(f.Decide(approve(t, zarina))); got != "timeout" {
		t.Errorf("the rule of the same name went on with %s, want its second step", got)
	}
	f.become(f.settings.WithScenario(nil))
	f.become(f.settings.WithScenario(parse(t, head+first)))
	want("gone and back", []int{0}, []int{0})
}

// musts is how often each expectation was met.
func musts(f *force) (all []int) {
	f.count(func(c *store.Counters) {
		for _, m := range f.settings.Musts(c) {
			all = append(all, m.Met)
		}
	})
	return all
}

// TestWhatSaysTheSameCountsForItself: two expectations of the same words are two.
func TestWhatSaysTheSameCountsForItself(t *testing.T) {
	f := runtimeOf(t, "must: [{on: kyc.*, count: 1}, {on: kyc.*, count: 1}]\n")
	f.count(func(c *store.Counters) {
		f.settings.CountMust(scenario.Answered{Operation: "kyc.address.get", At: noon}, c)
	})
	if diff := cmp.Diff([]int{1, 1}, musts(f)); diff != "" {
		t.Errorf("met (-want +got):\n%s", diff)
	}
}
