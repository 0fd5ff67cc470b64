package collector_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/kzsim/kzsim/examples/collector"
	"github.com/kzsim/kzsim/simtest"
)

// TestMain lets the tests fail that have met less than nine tenths of what the
// services can answer to the collector.
func TestMain(m *testing.M) {
	os.Exit(simtest.Main(m, simtest.Gate{
		Percent: 90,
		Of:      []string{"kyc.info.exec_proc", "kyc.address.*", "k2.k2extreq_pay_from_eko"},
		Except: []simtest.Exception{
			{On: "*", Outcome: "malformed", Reason: "the requests are built from types"},
			{On: "k2.*", Outcome: "bad-row", Reason: "amounts are positive"},
		},
	}))
}

// TestEveryAnswer: whatever a service says once, the collector gets through where
// that passes and says what it was where it doesn't.
func TestEveryAnswer(t *testing.T) {
	subscriptions := []string{"subscription-not-started", "no-subscription-for-technology", "no-subscription"}
	tests := []struct {
		on            string
		passes, stays []string
	}{
		{"kyc.info.exec_proc", []string{"unavailable"}, append([]string{"not-found", "no-access"}, subscriptions...)},
		{"kyc.address.approve", []string{"upstream-down", "pending"}, append([]string{"invalid", "not-found", "timeout"}, subscriptions...)},
		{"kyc.address.get", []string{"upstream-down"}, append([]string{"already-received", "token-expired"}, subscriptions...)},
	}
	for _, test := range tests {
		for _, outcome := range slices.Concat(test.passes, test.stays) {
			t.Run(test.on+" "+outcome, func(t *testing.T) {
				t.Parallel()
				sim := simtest.New(t, simtest.ScenarioText(fmt.Sprintf(
					"{version: 1, scenario: once, about: One answer., rules: [{on: %s, do: [%s, pass]}]}", test.on, outcome)))
				_, err := newCollector(sim, collector.Careful()).Address(t.Context(), debtor)
				passes := slices.Contains(test.passes, outcome)
				if passes != (err == nil) || errors.Is(err, errEndless) {
					t.Errorf("the error is %v", err)
				}
				sim.Expect(simtest.Call{On: test.on, Outcome: outcome, Count: simtest.Exactly(1)})
			})
		}
	}
}
