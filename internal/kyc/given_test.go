package kyc_test

import (
	"strings"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/kyc"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/world"
)

func TestGivenSubject(t *testing.T) {
	b := newBench(t)
	b.give("subjects", `{"iin": "901123300258", "phone": "8 701 123 45 67", "answers": "reject", "after": "1m30s",
		"documents": ["hunter"], "registered": false, "address": false, "cases": 2}`)
	b.give("subjects", `{"iin": "901123300258", "registered": true}`) // the rest stays
	b.Update(func(c *contract.Call) error {
		w := world.Of(c)
		p := w.Person(citizen)
		same(t,
			[]any{p.Phone, p.Answers, p.AnswerAfter, p.Registered1414, p.HasAddressData, len(w.Cases(citizen))},
			[]any{"77011234567", population.Reject, 90 * time.Second, true, false, 2})
		_, hunter := w.Document(citizen, "hunter")
		_, passport := w.Document(citizen, "passport")
		same(t, []bool{hunter, passport}, []bool{true, false})
		return nil
	})
}

func TestGivenIsRefused(t *testing.T) {
	for name, tc := range map[string]struct{ fixture, item, says string }{
		"no IIN":               {"subjects", `{"phone": "77011234567"}`, "required"},
		"a short IIN":          {"subjects", `{"iin": "123"}`, "pattern"},
		"no phone":             {"subjects", `{"iin": "901123300258", "phone": "911"}`, `found "911", expected a phone of eleven digits`},
		"no duration":          {"subjects", `{"iin": "901123300258", "after": "soon"}`, `/after: found "soon", expected a duration with its unit`},
		"into the past":        {"subjects", `{"iin": "901123300258", "after": "-1s"}`, `found "-1s"`},
		"an unknown answer":    {"subjects", `{"iin": "901123300258", "answers": "perhaps"}`, "approve"},
		"an unknown document":  {"subjects", `{"iin": "901123300258", "documents": ["identity-card"]}`, "identity_card"},
		"an unknown failure":   {"subjects", `{"iin": "901123300258", "failure": "malformed"}`, "unavailable"},
		"an unknown field":     {"subjects", `{"iin": "901123300258", "telephone": "1"}`, "telephone"},
		"half a case":          {"subjects", `{"iin": "901123300258", "cases": 1.5}`, "integer"},
		"an empty key":         {"keys", `{"api_key": ""}`, "length"},
		"an unknown state":     {"keys", `{"api_key": "k", "subscription": "expired"}`, "active"},
		"an unknown service":   {"keys", `{"api_key": "k", "technology": "address-service"}`, "kz-info"},
		"a key with no string": {"keys", `{"api_key": 1}`, "string"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			err := b.tryToGive(tc.fixture, tc.item)
			if err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("error %v, want one that says %q", err, tc.says)
			}
			same(t, len(b.State()), 0)
		})
	}
}

// What the schema lets a scenario name as a failure is an outcome of some operation.
func TestGivenFailuresHappen(t *testing.T) {
	failures := map[string]string{
		"unavailable": execProc, "upstream-down": addressApprove, "profile-not-found": documentRequest,
		"cannot-connect": documentRequest, "upstream-timeout": documentRequest, "government-error": documentRequest,
	}
	for failure, operation := range failures {
		b := newBench(t)
		b.give("subjects", `{"iin": "901123300258", "failure": "`+failure+`"}`)
		expect(t, askers[operation](&b, anyKey), failure)
		b.give("subjects", `{"iin": "901123300258", "failure": "none"}`)
		if got := askers[operation](&b, anyKey); got.Outcome == failure {
			t.Errorf("%s has not ended", failure)
		}
	}
}

// A state that was stored can be read back as it was.
func TestStateSurvivesASnapshot(t *testing.T) {
	b := newBench(t)
	b.give("keys", `{"api_key": "`+anyKey+`"}`)
	b.give("subjects", `{"iin": "`+another+`", "documents": [], "failure": "upstream-down"}`)
	fields := b.granted("passport")
	session := field(t, b.approve(anyKey, citizen, ""), "backend_session_id")
	saved := b.State()
	b.Again()
	same(t, b.State(), saved)
	expect(t, b.confirm(fields, ""), "document")
	expect(t, b.approve(anyKey, another, ""), "upstream-down")
	b.pass(5 * time.Second)
	expect(t, b.fetch(session, anyKey, citizen, ""), "found")
}

// Each service value is its own: a table may take it.
func TestServicesDontShare(t *testing.T) {
	one, other := kyc.Service(), kyc.Service()
	one.Operations[0].Outcomes[0].Name = "changed"
	same(t, other.Operations[0].Outcomes[0].Name, "found")
	for i, op := range one.Operations {
		for n, variant := range op.Variants.Values {
			op.Variants.Values[n] = "changed"
			same(t, kyc.Service().Operations[i].Variants.Values[n], variant)
		}
	}
}
