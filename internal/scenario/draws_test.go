package scenario_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRulesDrawIndependently: what one rule draws says nothing about another, not even where
// both say the same, and its share says nothing about its probability.
func TestRulesDrawIndependently(t *testing.T) {
	const clients, share = 4000, 0.3
	for _, test := range []struct {
		first, second string
		want          [2]float64
	}{
		{"name: a, per: subject, share: 30%", "name: b, per: subject, share: 30%", [2]float64{share, (1 - share) * share}},
		{"per: subject, share: 30%", "per: subject, share: 30%", [2]float64{share, (1 - share) * share}},
		{"name: a, probability: 0.3", "name: b, probability: 0.3", [2]float64{share, (1 - share) * share}},
		{"probability: 0.3", "probability: 0.3", [2]float64{share, (1 - share) * share}},
		{"per: subject, share: 30%", "probability: 0.3", [2]float64{share, (1 - share) * share}},
		{"per: subject, share: 30%, probability: 0.3", "per: subject, over: 1/1h, share: 30%, probability: 0.3", [2]float64{share * share, 0}},
	} {
		r := runtimeOf(t, fmt.Sprintf("rules: [{on: kyc.address.approve, %s, do: 504}, {on: kyc.address.approve, %s, do: 504}]\n", test.first, test.second))
		for i := range clients {
			r.Decide(approve(t, fmt.Sprintf("%012d", i)))
		}
		for at, want := range test.want {
			got, limit := r.decided()[at], 4*math.Sqrt(clients*want*(1-want))
			if math.Abs(float64(got)-clients*want) > limit {
				t.Errorf("%s; %s: rule %d decided %d of %d, want %.0f more or less %.0f", test.first, test.second, at+1, got, clients, clients*want, limit)
			}
		}
	}
}

// drawing is a rule with a probability.
const drawing = `{name: mine, on: kyc.address.approve, for: {api_key: mine}, probability: 0.5, do: 504}`

// mine is what the rule decides of requests of one subject, every other of which is for it.
func mine(t *testing.T, r *force, requests int) (all []string) {
	for i := range requests {
		key := []string{"mine", "other"}[i%2]
		if one := met(r.Decide(asked(t, zarina, key))); key == "mine" {
			all = append(all, one)
		}
	}
	return all
}

// TestOtherRulesShiftNoDraws: neither what they decide nor what they draw.
func TestOtherRulesShiftNoDraws(t *testing.T) {
	want := mine(t, runtimeOf(t, "rules: ["+drawing+"]\n"), 100)
	if all := strings.Join(want, " "); !strings.Contains(all, "nothing") || !strings.Contains(all, "504") {
		t.Fatalf("%s: want both", all)
	}
	for _, other := range []string{
		"for: {api_key: other}", "for: {api_key: other}, probability: 0.5", "probability: 0.000001",
		"for: {api_key: mine}, times: 10", "for: {api_key: mine}, probability: 0.5", "per: api_key, over: 3/1h, probability: 0.5",
	} {
		got := mine(t, runtimeOf(t, "rules: [{on: kyc.address.approve, "+other+", do: 503}, "+drawing+"]\n"), 100)
		for i, one := range got {
			if one == "reply 503" { // which is the other rule's
				got[i] = want[i]
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("before it %s (-alone +together):\n%s", other, diff)
		}
	}
}

// TestDrawsBeginAnew with a scenario in which no rule goes on that draws; where one does, they
// go on.
func TestDrawsBeginAnew(t *testing.T) {
	const requests = 40
	whole := mine(t, runtimeOf(t, "rules: ["+drawing+"]\n"), 2*requests)
	begun, later := whole[:requests/2], whole[requests/2:]
	for name, test := range map[string]struct {
		between []string // the rules of scenarios
		want    []string
	}{
		"the same":              {[]string{drawing}, later},
		"another before it":     {[]string{"{on: kyc.*, for: {api_key: x}, do: 503}, " + drawing}, later},
		"none between":          {[]string{"", drawing}, begun},
		"another draws between": {[]string{"{on: kyc.address.approve, probability: 0.5, do: 503}", drawing}, begun},
	} {
		r := runtimeOf(t, "rules: ["+drawing+"]\n")
		mine(t, r, requests)
		for _, rules := range test.between {
			r.become(r.settings.WithScenario(parse(t, head+"rules: ["+rules+"]\n")))
		}
		if diff := cmp.Diff(test.want, mine(t, r, requests)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
