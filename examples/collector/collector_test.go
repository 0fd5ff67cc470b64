package collector_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/kzsim/kzsim/examples/collector"
	"github.com/kzsim/kzsim/simtest"
)

// TestGetsThrough: what goes wrong for a while is nothing that the collector's
// users hear of.
func TestGetsThrough(t *testing.T) {
	tests := []struct {
		scenario string
		job      job
	}{
		{"address-approved", collects},
		{"address-slow-subject", collects},
		{"address-service-down", collects},
		{"proceedings-unavailable", collects},
		{"rate-limited", collects},
		{"answer-broken", collects},
		{"service-slow", collects},
		{"payment-lost-reply", pays},
		{"payment-duplicate", pays},
	}
	for _, test := range tests {
		t.Run(test.scenario, func(t *testing.T) {
			t.Parallel()
			sim := simtest.New(t, simtest.Scenario(test.scenario))
			test.job(t, sim, newCollector(sim, collector.Careful()))
		})
	}
}

// TestGivesUp: what stays as it is the collector's users are told, and soon.
func TestGivesUp(t *testing.T) {
	tests := []struct {
		scenario string
		want     string
	}{
		{"address-rejected", "no consent after 3 polls: INVALID"},
		{"address-ignored", "no consent after 25 polls: TIMEOUT"},
		{"address-not-found", "no consent after 1 polls: NOT_FOUND"},
		{"proceedings-none", collector.ErrNoProceedings.Error()},
		{"proceedings-none-as-list", collector.ErrNoProceedings.Error()},
		{"service-dead", "after 6 attempts: "},
	}
	for _, test := range tests {
		t.Run(test.scenario, func(t *testing.T) {
			t.Parallel()
			sim := simtest.New(t, simtest.Scenario(test.scenario))
			_, err := newCollector(sim, collector.Careful()).Address(t.Context(), debtor)
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("the error is %v, want %s", err, test.want)
			}
			if took := sim.Now().Sub(simtest.New(t).Now()); took > endless/2 {
				t.Errorf("that took %s", took)
			}
		})
	}
}

// TestAServiceThatHangs: the client's time-out, six times, and no more.
func TestAServiceThatHangs(t *testing.T) {
	sim := simtest.New(t, simtest.ScenarioText(`{version: 1, scenario: hangs, about: Nothing comes., rules: [{on: "*", do: hang}]}`))
	err := newCollector(sim, collector.Careful()).Pay(t.Context(), payment)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the error is %v, want a time-out", err)
	}
	sim.Expect(simtest.Call{On: "k2.k2extreq_pay_from_eko", Count: simtest.Exactly(6)})
}

// TestPaysAgain: a payment that was stored in an earlier run is paid, another with
// its number is not told apart, and one that K2 refuses is not repeated.
func TestPaysAgain(t *testing.T) {
	sim := simtest.New(t, simtest.Scenario("payment-duplicate"))
	c := newCollector(sim, collector.Careful())
	for range 2 {
		pays(t, sim, c)
	}
	strict := simtest.New(t, simtest.Scenario("payment-unknown-demand"))
	err := newCollector(strict, collector.Careful()).Pay(t.Context(), payment)
	if refused := (collector.Refusal{}); !errors.As(err, &refused) || refused.Code == 0 {
		t.Errorf("the error is %v, want a refusal", err)
	}
	strict.Expect(simtest.Call{On: "k2.*", Count: simtest.Exactly(1)})
}

// TestStopsWhenItIsToldTo: while it waits for the debtor, or between two attempts.
func TestStopsWhenItIsToldTo(t *testing.T) {
	for _, scenario := range []string{"address-ignored", "proceedings-unavailable"} {
		t.Run(scenario, func(t *testing.T) {
			sim := simtest.New(t, simtest.Scenario(scenario))
			c := newCollector(sim, collector.Careful())
			ctx, stop := context.WithCancel(t.Context())
			sleep := c.Sleep
			c.Sleep = func(ctx context.Context, d time.Duration) error {
				stop()
				return sleep(ctx, d)
			}
			if _, err := c.Address(ctx, debtor); !errors.Is(err, context.Canceled) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

// TestEveryAmountIsExact: tiyn in, tenge with two decimals out.
func TestEveryAmountIsExact(t *testing.T) {
	for tiyn, want := range map[int64]string{1: "0.01", 10: "0.10", 2000_00: "2000.00", 90071992547409_93: "90071992547409.93"} {
		sim := simtest.New(t, simtest.Scenario("payment-duplicate"))
		due := payment
		due.Tiyn = tiyn
		if err := newCollector(sim, collector.Careful()).Pay(t.Context(), due); err != nil {
			t.Error(err)
		}
		if got := paid(t, sim); got != want {
			t.Errorf("%d tiyn are paid with %s, want %s", tiyn, got, want)
		}
	}
}
