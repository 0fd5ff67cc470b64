package kyc_test

import (
	"fmt"
	"testing"

	"github.com/kzsim/kzsim/internal/contract/calltest"
)

// askers ask each operation that takes an API key, of whom nothing else is wrong.
var askers = map[string]func(b *bench, key string) calltest.Answer{
	execProc:       func(b *bench, key string) calltest.Answer { return b.proceedings(key, citizen) },
	addressApprove: func(b *bench, key string) calltest.Answer { return b.approve(key, citizen, "") },
	addressGet:     func(b *bench, key string) calltest.Answer { return b.fetch("no", key, citizen, "") },
	documentRequest: func(b *bench, key string) calltest.Answer {
		return b.Do(calltest.Request{
			Operation: documentRequest, Path: map[string]string{"document_type": "passport"},
			Body: body(b.t, map[string]any{"api_key": key, "iin": citizen, "phone": myPhone}),
		})
	},
}

// goesWell is what each operation answers to a key with a subscription.
var goesWell = map[string]string{
	execProc: "found", addressApprove: "pending", addressGet: "already-received", documentRequest: "requested",
}

var technologyOf = map[string]string{
	execProc: "kz-info", addressApprove: "address", addressGet: "address", documentRequest: "e-document",
}

func TestSubscriptions(t *testing.T) {
	outcomes := map[string]string{
		"not-started": "subscription-not-started", "none-for-technology": "no-subscription-for-technology",
		"none": "no-subscription", "no-access": "no-access",
	}
	for operation, ask := range askers {
		for state, want := range outcomes {
			t.Run(operation+"/"+state, func(t *testing.T) {
				b := newBench(t)
				expect(t, ask(&b, anyKey), goesWell[operation])
				b.give("keys", fmt.Sprintf(`{"api_key": %q, "technology": %q, "subscription": %q}`, anyKey, technologyOf[operation], state))
				if state == "no-access" && technologyOf[operation] == "address" {
					want = "no-subscription-for-technology" // Address knows no other
				}
				expect(t, ask(&b, anyKey), want)
			})
		}
	}
}

func TestKeysOnceConfigured(t *testing.T) {
	b := newBench(t)
	b.give("keys", `{"api_key": "everything"}`)
	b.give("keys", `{"api_key": "one", "technology": "kz-info", "subscription": "active"}`)
	b.give("keys", `{"api_key": "all but one"}`)
	b.give("keys", `{"api_key": "all but one", "technology": "kz-info", "subscription": "none"}`)
	for operation, ask := range askers {
		expect(t, ask(&b, "everything"), goesWell[operation])
		expect(t, ask(&b, "unknown"), "no-subscription")
		one, allButOne := "no-subscription-for-technology", goesWell[operation]
		if operation == execProc {
			one, allButOne = goesWell[operation], "no-subscription"
		}
		expect(t, ask(&b, "one"), one)
		expect(t, ask(&b, "all but one"), allButOne)
	}
}

func TestEmptyKey(t *testing.T) {
	for operation, ask := range askers {
		b := newBench(t)
		got := ask(&b, "")
		expect(t, got, goesWell[operation])
		same(t, got.Findings[0].Ledger, 10)
		b.Set("preset", "strict")
		expect(t, ask(&b, ""), "no-subscription")
	}
}

// A success by name makes the key good only for what was asked.
func TestForcedSuccessPermitsTheKey(t *testing.T) {
	b := newBench(t)
	b.give("keys", `{"api_key": "other"}`)
	session := field(t, b.approve(anyKey, citizen, "valid"), "backend_session_id")
	expect(t, b.fetch(session, anyKey, citizen, ""), "found")
	expect(t, b.proceedings(anyKey, citizen), "no-subscription-for-technology")
	expect(t, b.proceedings("unknown", citizen), "no-subscription")

	b = newBench(t)
	b.approve(anyKey, citizen, "valid")
	expect(t, b.proceedings("unknown", citizen), "found")
}
