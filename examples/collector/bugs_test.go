package collector_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kzsim/kzsim/examples/collector"
)

// bugs are mistakes that clients of these services really make. Each is a policy
// with one decision that is wrong, and a scenario of the library shows it.
var bugs = []struct {
	name     string
	plant    func(*collector.Policy)
	scenario string
	job      job
	complain []string // what the test says
}{
	{
		name: "no retry after 503",
		plant: func(p *collector.Policy) {
			right := p.Retry
			p.Retry = func(attempt int, met collector.Trouble) (time.Duration, bool) {
				wait, again := right(attempt, met)
				return wait, again && met.Status != http.StatusServiceUnavailable
			}
		},
		scenario: "proceedings-unavailable",
		job:      collects,
		complain: []string{"refused with 503"},
	},
	{
		name: "a retry that pays twice",
		plant: func(p *collector.Policy) {
			p.Transaction = func(p collector.Payment, attempt int) int64 { return p.Transaction + int64(attempt) }
		},
		scenario: "payment-lost-reply",
		job:      pays,
		complain: []string{
			"the demand is paid with 4000.00, the debtor has paid 2000.00",
			"expected 1 of k2.k2extreq_pay_from_eko with the outcome duplicate-trn-id; there were 0",
		},
	},
	{
		name: "a poll that never ends",
		plant: func(p *collector.Policy) {
			p.Poll = func(int, string) (time.Duration, bool) { return 5 * time.Second, true }
		},
		scenario: "address-ignored",
		job:      givesUp,
		complain: []string{
			"still at it after 15m0s",
			"expected 1 of kyc.address.approve with the outcome timeout; there were 7",
		},
	},
}

// TestPlantedBugsAreFound, each by its scenario; a careful collector is not
// complained of.
func TestPlantedBugsAreFound(t *testing.T) {
	for _, bug := range bugs {
		t.Run(bug.name, func(t *testing.T) {
			t.Parallel()
			if complaints := finds(bug.scenario, collector.Careful(), bug.job); len(complaints) > 0 {
				t.Errorf("of a careful collector the test complains: %s", strings.Join(complaints, "\n"))
			}
			policy := collector.Careful()
			bug.plant(&policy)
			found := strings.Join(finds(bug.scenario, policy, bug.job), "\n")
			for _, want := range bug.complain {
				if !strings.Contains(found, want) {
					t.Errorf("the test does not say %q, it says:\n%s", want, found)
				}
			}
		})
	}
}
