package kyc

import (
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
)

// technology is what an organisation subscribes to.
type technology string

const (
	kzInfo    technology = "kz-info"
	address   technology = "address"
	edocument technology = "e-document"
)

var technologies = []technology{kzInfo, address, edocument}

// The states of a subscription, as a scenario's `keys` spell them.
const (
	subscriptionActive            = "active"
	subscriptionNotStarted        = "not-started"
	subscriptionNoneForTechnology = "none-for-technology"
	subscriptionNone              = "none"
	subscriptionNoAccess          = "no-access"
)

// subscriptions holds the states that a scenario has given, by technology and
// API key's digest.
var subscriptions = store.Define[string]("kyc-subscriptions")

func subscriptionKey(t technology, key string) string { return string(t) + "/" + key }

// subscriptionState of an API key: any key is active until a scenario names keys,
// unknown ones have no subscription from then on (ledger 10).
func subscriptionState(c *contract.Call, t technology, key string) string {
	if subscriptions.IsEmpty(c.Tx) {
		if key == "" && c.Profile.Preset() == contract.PresetStrict {
			return subscriptionNone
		}
		return subscriptionActive
	}
	if state, ok := subscriptions.Get(c.Tx, subscriptionKey(t, key)); ok {
		return state
	}
	for _, other := range technologies {
		if _, ok := subscriptions.Get(c.Tx, subscriptionKey(other, key)); ok {
			return subscriptionNoneForTechnology
		}
	}
	return subscriptionNone
}

// checkSubscription fails with the error that the state of a subscription calls for.
func checkSubscription(c *contract.Call, t technology, key string) error {
	switch subscriptionState(c, t, key) {
	case subscriptionNotStarted:
		return contract.Fail(notStarted)
	case subscriptionNoneForTechnology:
		return contract.Fail(noneForTechnology)
	case subscriptionNone:
		return contract.Fail(noSubscription)
	case subscriptionNoAccess:
		if _, ok := c.Operation.Outcome(noAccess); ok {
			return contract.Fail(noAccess)
		}
		// Address has no line about access; of the reasons that the other two
		// documents give for it (no subscription, an expired one, a technology that
		// is not active) this is the nearest.
		return contract.Fail(noneForTechnology)
	}
	if key == "" {
		c.Find(10, "/api_key", "an empty key is taken for a key with subscriptions; real keys have 47 characters and more")
	}
	return nil
}

// permit removes what a scenario has put in the way of a success that is asked
// for by name.
func permit(c *contract.Call, t technology, key, iin string) {
	if subscriptionState(c, t, key) != subscriptionActive {
		subscriptions.Put(c.Tx, subscriptionKey(t, key), subscriptionActive)
	}
	failures.Delete(c.Tx, iin)
}
