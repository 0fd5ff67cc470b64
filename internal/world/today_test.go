package world_test

import (
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

// TestPapersAreValidOnTheSandboxesDay, whenever that is; they are renewed on the day when
// they expire.
func TestPapersAreValidOnTheSandboxesDay(t *testing.T) {
	err := newStore().Update(func(tx *store.Tx) error {
		for _, year := range []int{2019, 2024, 2027, 2050} {
			now := time.Date(year, time.May, 5, 23, 0, 0, 0, time.FixedZone("", 5*60*60))
			policy, ok := world.Of(&contract.Call{Tx: tx, Seed: seed, Now: now}).Document(iin, "insurance_policy")
			if !ok || !policy.Expires.After(now) || year >= 2024 && policy.Issued.After(now) {
				t.Errorf("in %d the policy is valid from %s to %s", year, policy.Issued, policy.Expires)
			}
			onLastDay := &contract.Call{Tx: tx, Seed: seed, Now: policy.Expires.Add(-time.Second)}
			onNextDay := &contract.Call{Tx: tx, Seed: seed, Now: policy.Expires}
			same, _ := world.Of(onLastDay).Document(iin, "insurance_policy")
			next, _ := world.Of(onNextDay).Document(iin, "insurance_policy")
			if same.Number != policy.Number || next.Number == policy.Number || !next.Issued.Equal(policy.Expires) {
				t.Errorf("%s is followed by %s of %s", policy.Number, next.Number, next.Issued)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
