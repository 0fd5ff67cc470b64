package scenario_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
)

func liveFault(t testing.TB, source string) scenario.LiveFault {
	t.Helper()
	f, findings := scenario.ParseFault([]byte(source), options())
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	return f
}

// kinds of the faults that a request meets, in their order.
func kinds(r *force, t testing.TB, iin string) string {
	var all []string
	for _, f := range r.Decide(approve(t, iin)).Faults {
		all = append(all, f.Kind())
	}
	return strings.Join(all, " ")
}

func TestLiveFaultsComeAfterTheRulesFaults(t *testing.T) {
	r := runtimeOf(t, "rules: [{on: kyc.address.approve, for: {iin: 901123300258}, do: {outcome: pending, fault: {delay: 1s}}}]\n")
	first := r.add(liveFault(t, `{"fault": "reset", "on": "kyc.*"}`))
	second := r.add(liveFault(t, "fault: [truncate, {dribble: }]\ntimes: 1\nfor: {iin: 901123300258}\n"))
	if got := kinds(r, t, arman); got != "reset" {
		t.Errorf("whom no rule meets: %s", got)
	}
	if got := kinds(r, t, zarina); got != "delay reset truncate dribble" {
		t.Errorf("whom a rule meets: %s", got)
	}
	if got := kinds(r, t, zarina); got != "delay reset" {
		t.Errorf("after its only time: %s", got)
	}
	var met []int
	list := r.settings.Faults
	r.count(func(counters *store.Counters) { met = r.settings.Met(counters) })
	if len(list) != 2 || list[0].ID != first || list[1].ID != second || met[0] != 3 || met[1] != 1 {
		t.Errorf("listed %v, met %v", list, met)
	}
	less, ok := r.settings.WithoutFault(first)
	if _, again := less.WithoutFault(first); !ok || again || len(r.settings.Faults) != 2 {
		t.Error("a fault is taken off once, and the settings before stay as they are")
	}
	r.become(less.WithoutFaults())
	if got := kinds(r, t, arman); got != "" {
		t.Errorf("with all taken off: %s", got)
	}
}

func TestALiveFaultIsNoRule(t *testing.T) {
	r := runtimeOf(t, "rules: []\n")
	r.add(liveFault(t, "fault: reset\n"))
	plan := r.Decide(approve(t, zarina))
	if plan.Rule != "" || plan.Outcome != nil {
		t.Errorf("it decided %q %v", plan.Rule, plan.Outcome)
	}
	if diff := cmp.Diff([]string{"live fault-1: decided: reset"}, plan.Why); diff != "" {
		t.Error(diff)
	}
}

func TestBrokenLiveFaults(t *testing.T) {
	for source, want := range map[string]string{
		"on: kyc.*":                       `fault:1:1: found no fault, expected the key fault: what goes wrong, such as reset or {delay: 2s}`,
		"fault: rest":                     `fault:1:8: fault: found "rest", expected a fault: {faults}; did you mean "reset"?`,
		"{fault: reset, do: found}":       `fault:1:16: found "do", expected one of the keys fault, on, direction, for, when, between, per, times, over, share, probability, name, until`,
		"{fault: reset, on: kyc.adres.*}": `fault:1:20: on: found "kyc.adres.*", expected an operation, or a pattern such as kyc.address.*; did you mean "kyc.address.*"?`,
	} {
		_, findings := scenario.ParseFault([]byte(source), options())
		if got, want := findings.Error(), spelledOut(want)[0]; got != want {
			t.Errorf("%s:\n got %s\nwant %s", source, got, want)
		}
	}
}

func TestChaosIsTheShareThatWasAskedFor(t *testing.T) {
	const requests = 4000
	r := runtimeOf(t, "rules: [{on: kyc.address.approve, for: {iin: 031231500126}, do: pending}]\n")
	if err := r.setChaos(0.1); err != nil {
		t.Fatal(err)
	}
	ends := map[string]int{}
	for i := range requests {
		c := approve(t, fmt.Sprintf("%012d", i%100))
		plan := r.Decide(c)
		if !plan.Chaos {
			continue
		}
		if plan.Rule != "chaos: "+met(plan) {
			t.Fatalf("%q is called %q", met(plan), plan.Rule)
		}
		ends[met(plan)]++
		if plan.Outcome != nil && !plan.Outcome.IsError() {
			t.Fatalf("chaos answered the success %s", plan.Outcome.Name)
		}
	}
	total := 0
	for _, n := range ends {
		total += n
	}
	if share := float64(total) / requests; share < 0.08 || share > 0.12 {
		t.Errorf("%.3f of the requests ended in chaos, want 0.1", share)
	}
	// Each documented error of address.approve and each kind of fault has its turn.
	want := []string{
		"close", "garbage", "lost-reply", "no-subscription", "no-subscription-for-technology", "reset", "status",
		"subscription-not-started", "truncate", "upstream-down",
	}
	for _, word := range want {
		if ends[word] == 0 {
			t.Errorf("never %s: %v", word, ends)
		}
	}
	if plan := r.Decide(approve(t, arman)); plan.Chaos {
		t.Error("chaos came over a rule")
	}
}

func TestChaosFollowsFromTheSeedAndWhatIsAsked(t *testing.T) {
	draw := func(seed chance.Seed, disturbed bool) (all []string) {
		r := runtimeOf(t, "rules: []\n")
		_ = r.setChaos(0.3)
		for range 200 {
			if disturbed {
				r.Decide(approve(t, arman))
			}
			c := approve(t, zarina)
			c.Seed = seed
			all = append(all, met(r.Decide(c)))
		}
		return all
	}
	if diff := cmp.Diff(draw(0, false), draw(0, true)); diff != "" {
		t.Errorf("other traffic shifts it:\n%s", diff)
	}
	if cmp.Equal(draw(0, false), draw(1, false)) {
		t.Error("two seeds draw the same")
	}
}

func TestChaosBounds(t *testing.T) {
	r := runtimeOf(t, "rules: []\n")
	for _, share := range []float64{-0.1, 1.1} {
		if r.setChaos(share) == nil {
			t.Errorf("a share of %g was taken", share)
		}
	}
	if err := r.setChaos(1); err != nil || !r.Decide(approve(t, zarina)).Chaos {
		t.Errorf("chaos for everybody (%v) spared somebody", err)
	}
	if err := r.setChaos(0); err != nil || r.Decide(approve(t, zarina)).Chaos {
		t.Errorf("chaos for nobody (%v) met somebody", err)
	}
}

// TestLiveFaultsAreBounded: each request looks at all of them.
func TestLiveFaultsAreBounded(t *testing.T) {
	f := liveFault(t, "{on: kyc.*, fault: reset}")
	s := scenario.NewSettings(contract.Profile{}, nil, time.Time{})
	for i := range scenario.MaxFaults {
		var err error
		if s, _, err = s.WithFault(f); err != nil {
			t.Fatalf("fault %d: %v", i+1, err)
		}
	}
	if _, _, err := s.WithFault(f); err == nil || err.Error() != "100 live faults are on, which is the most: take some off first" {
		t.Errorf("one more: %v", err)
	}
	_, findings := scenario.ParseFault([]byte("{on: kyc.*, fault: reset} #"+strings.Repeat("x", 64<<10)), options())
	if !findings.Broken() || !strings.Contains(findings[0].String(), "a live fault of 65563 bytes, expected at most 65536") {
		t.Errorf("a long one: %v", findings)
	}
}

// TestFaultsAreToldWithTheirParameters, as they are written.
func TestFaultsAreToldWithTheirParameters(t *testing.T) {
	for fault, want := range map[string][]string{
		"reset": {"reset"}, "{status: 502}": {"status 502"}, `{status: {code: 429, "retry_after": 30s}}`: {"status {code: 429, retry_after: 30s}"},
		"[{delay: 2s}, {truncate: 10}]": {"delay 2s", "truncate 10"},
	} {
		live, findings := scenario.ParseFault([]byte("{fault: "+fault+"}"), options())
		if len(findings) > 0 {
			t.Fatal(fault, findings)
		}
		r := runtimeOf(t, "rules: [{on: kyc.*, do: {fault: "+fault+"}}]\n")
		r.add(live)
		told := []string{"rule 1: decided: fault " + strings.Join(want, ", fault "), "live fault-1: decided: " + strings.Join(want, ", ")}
		if diff := cmp.Diff(told, r.Decide(approve(t, zarina)).Why); diff != "" {
			t.Errorf("%s (-want +got):\n%s", fault, diff)
		}
	}
}
