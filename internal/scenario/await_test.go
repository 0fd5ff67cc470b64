package scenario_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
)

func answeredWith(c *contract.Call, outcome string) scenario.Answered {
	past := scenario.Live(c, c.Now)
	return scenario.Answered{
		Operation: c.Operation.ID, Outcome: outcome, At: c.Now, Request: func() (*scenario.Past, bool) { return past, true },
	}
}

// answer of the service to a request.
func (f *force) update(fn func(*store.Tx)) {
	_ = f.store.Update(func(tx *store.Tx) error { // it has no error
		fn(tx)
		return nil
	})
}

func (f *force) count(fn func(*store.Counters)) { f.update(func(tx *store.Tx) { fn(tx.Counters()) }) }

func (f *force) answer(c *contract.Call, outcome string) {
	f.count(func(counters *store.Counters) {
		f.settings.CountAwaited(answeredWith(c, outcome), counters)
	})
}

const awaiting = `rules:
  - {on: kyc.address.get, until: {on: kyc.address.approve, outcome: valid, count: 2}, do: 503}
  - on: kyc.address.get
    once: {on: "kyc.*", for: {iin: [901123300258]}, when: 'body.api_key == "late"'}
    do: 409
`

// TestOnceAndUntil: a rule holds from the moment on, or up to it, when that has been
// answered so often.
func TestOnceAndUntil(t *testing.T) {
	r := runtimeOf(t, awaiting)
	var all []string
	ask := func() { all = append(all, met(r.Decide(got(t, "s")))) }
	ask()
	r.answer(approve(t, zarina), "valid")
	r.answer(approve(t, zarina), "pending")
	ask()
	r.answer(approve(t, arman), "valid")
	ask()
	r.answer(asked(t, arman, "late"), "valid")
	ask()
	r.answer(asked(t, zarina, "late"), "not-found")
	ask()
	want := []string{"reply 503", "reply 503", "nothing", "nothing", "upstream-down"}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOnceAndUntilSayWhy(t *testing.T) {
	r := runtimeOf(t, awaiting)
	r.answer(approve(t, zarina), "valid")
	r.answer(approve(t, zarina), "valid")
	want := []string{
		"rule 1: until: answered is 2 of kyc.address.approve with the outcome valid",
		`rule 2: once: answered so far is 0, not 1 of kyc.* for iin 901123300258 when body.api_key == "late"`,
	}
	if diff := cmp.Diff(want, r.Decide(got(t, "s")).Why); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestAwaitedSurvivesASnapshot, and an edit elsewhere in the scenario.
func TestAwaitedSurvivesASnapshot(t *testing.T) {
	r := runtimeOf(t, awaiting)
	r.answer(approve(t, zarina), "valid")
	r = r.again(t)
	r.become(r.settings.WithScenario(parse(t, head+awaiting+"  - {on: kyc.info.exec_proc, do: 503}\n")))
	r.answer(approve(t, zarina), "valid")
	if got := fmt.Sprint(decide(r, got(t, "s"))); got != "[nothing]" {
		t.Errorf("after two answers, one before the snapshot: met %s", got)
	}
}
