package collector_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/kzsim/kzsim/examples/collector"
	"github.com/kzsim/kzsim/simtest"
)

// The debtor and the payment of these tests; the library's scenarios know them.
const debtor = "901123300258"

var payment = collector.Payment{Transaction: 11, Demand: "PTPJ000000000001", Tiyn: 2000_00}

// clientsLimit is the time-out of the collector's requests, on the sandbox's clock.
const clientsLimit = 30 * time.Second

// endless is how long a job may take, on the sandbox's clock.
const endless = 15 * time.Minute

var errEndless = fmt.Errorf("still at it after %s", endless)

// newCollector lets a collector loose on a sandbox. When it sleeps, the sandbox's
// time passes and nobody's else; one that would never end is ended.
func newCollector(sim *simtest.Sim, policy collector.Policy) *collector.Collector {
	client, start := sim.Client(), sim.Now()
	client.Timeout = clientsLimit
	return &collector.Collector{
		KYC: sim.KYC(), K2: sim.K2(), APIKey: "my key", HTTP: client, Policy: policy,
		Sleep: func(ctx context.Context, d time.Duration) error {
			if sim.Now().Sub(start) > endless {
				return errEndless
			}
			sim.Advance(d)
			return ctx.Err()
		},
	}
}

// A job is something that the collector does for its users, and what has to be
// true afterwards.
type job func(simtest.TB, *simtest.Sim, *collector.Collector)

func collects(t simtest.TB, _ *simtest.Sim, c *collector.Collector) {
	address, err := c.Address(context.Background(), debtor)
	if err != nil || address.Street == "" {
		t.Errorf("the address: %v, %v", address, err)
	}
}

func pays(t simtest.TB, sim *simtest.Sim, c *collector.Collector) {
	if err := c.Pay(context.Background(), payment); err != nil {
		t.Errorf("the payment: %v", err)
	}
	if paid := paid(t, sim); paid != "2000.00" {
		t.Errorf("the demand is paid with %s, the debtor has paid 2000.00", paid)
	}
}

// paid is what K2 says that a demand is paid with.
func paid(t simtest.TB, sim *simtest.Sim) string {
	response, err := sim.Client().Post(sim.K2()+"/restapi/services/run/k2extreq_by_dbz", "application/json",
		strings.NewReader(`{"contract_number":"KD0000000001","dbz_dt":"2014-02-08"}`))
	if err != nil {
		t.Fatalf("the demand: %v", err)
	}
	defer response.Body.Close()
	var answer struct {
		Items []struct {
			Paid string `json:"paid_amount"`
		} `json:"items"`
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || len(answer.Items) == 0 {
		t.Fatalf("the demand: %v, %v", answer, err)
	}
	return answer.Items[0].Paid
}

// givesUp is what the collector has to do when the debtor doesn't answer: it ends,
// and hasn't bothered the debtor twice.
func givesUp(t simtest.TB, sim *simtest.Sim, c *collector.Collector) {
	_, err := c.Address(context.Background(), debtor)
	if err == nil || errors.Is(err, errEndless) {
		t.Errorf("a debtor who doesn't answer: %v", err)
	}
	sim.Expect(simtest.Call{On: "kyc.address.approve", Outcome: "timeout", Count: simtest.Exactly(1)})
}

// finds runs a job against a scenario of the library and answers what a test of it
// would say.
func finds(scenario string, policy collector.Policy, do job) (complaints []string) {
	r := &reporter{}
	over := make(chan struct{})
	go func() { // Fatalf ends the goroutine, as testing has it
		defer close(over)
		defer r.end()
		sim := simtest.New(r, simtest.Scenario(scenario))
		do(r, sim, newCollector(sim, policy))
	}()
	<-over
	return r.complaints
}

// reporter is a test that keeps its complaints.
type reporter struct {
	complaints []string
	cleanups   []func()
}

func (r *reporter) Helper()             {}
func (r *reporter) Cleanup(fn func())   { r.cleanups = append(r.cleanups, fn) }
func (r *reporter) Failed() bool        { return false } // the journal isn't asked for
func (r *reporter) Logf(string, ...any) {}

func (r *reporter) Errorf(format string, args ...any) {
	r.complaints = append(r.complaints, fmt.Sprintf(format, args...))
}

func (r *reporter) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

func (r *reporter) end() {
	for _, fn := range slices.Backward(r.cleanups) {
		fn()
	}
}
