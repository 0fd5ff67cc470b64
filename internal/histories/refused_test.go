package histories_test

import (
	"testing"

	"github.com/anishathalye/porcupine"
)

// TestEveryAnswerCounts: a history of one client has one order. With any of its
// answers replaced it has none.
func TestEveryAnswerCounts(t *testing.T) {
	for _, k := range kinds() {
		h, err := k.record(k.plan(calmSeed, 1, stepsAlone))
		if err != nil {
			t.Fatal(err)
		}
		if k.check(h) != porcupine.Ok {
			t.Fatalf("%s\n%s", k.name, k.explain(h))
		}
		for i, e := range h {
			for _, said := range []string{"another answer", ended} {
				h[i].said = said
				if got := k.check(h); got != porcupine.Illegal {
					t.Errorf("%s: the history is %s with the answer %q to %q, which was %q", k.name, got, said, e.op, e.said)
				}
			}
			h[i] = e
		}
	}
}

// calmSeed is one whose plan ends no run.
const calmSeed = 4

// TestWrongModelsAreRefused: a model that begins with what the other scenario gives
// explains no history.
func TestWrongModelsAreRefused(t *testing.T) {
	for _, k := range kinds() {
		h, err := k.record(k.plan(calmSeed, 1, stepsAlone))
		if err != nil {
			t.Fatal(err)
		}
		wrong := k
		wrong.scenarios[0].given = k.scenarios[1].given
		if got := wrong.check(h); got != porcupine.Illegal {
			t.Errorf("%s: the history is %s by a wrong model\n%s", k.name, got, h)
		}
	}
}

// at makes up an event of a history, of a client of its own.
func at(call, end int64, op operation, said string) event {
	return event{client: int(call), op: op, said: said, call: call, end: end}
}

// TestMadeUpHistories: what the models say of operations at the same time.
func TestMadeUpHistories(t *testing.T) {
	const (
		right, wrong = porcupine.Ok, porcupine.Illegal
		accepted     = "accepted [first]"
		duplicate    = "duplicate-trn-id [first], rows [1]"
		paid0, paid7 = demandPaid0, demandPaid7
	)
	k := payments()
	pay7, read := inRun{pay{[]payment{{trn: 5, amount: 7}}}}, inRun{readDemand{0}}
	take, put := takeSnapshot{"a"}, putSnapshot{"a"}
	second := putScenario{k.scenarios[1], true}
	for _, test := range []struct {
		name    string
		want    porcupine.CheckResult
		history history
	}{
		{"a payment is read", right, history{at(1, 2, pay7, accepted), at(3, 4, read, paid7)}},
		{"a payment is not read", wrong, history{at(1, 2, pay7, accepted), at(3, 4, read, paid0)}},
		{"a payment is read before it was sent", wrong, history{at(1, 2, read, paid7), at(3, 4, pay7, accepted)}},
		{"a read beside a payment", right, history{at(1, 4, pay7, accepted), at(2, 3, read, paid0)}},
		{"one payment twice at once", right, history{at(1, 4, pay7, duplicate), at(2, 3, pay7, accepted)}},
		{"both are taken", wrong, history{at(1, 4, pay7, accepted), at(2, 3, pay7, accepted)}},
		{"neither is taken", wrong, history{at(1, 4, pay7, duplicate), at(2, 3, pay7, duplicate)}},
		{"the fixtures are missing", wrong, history{at(1, 4, reset{}, "reset"), at(2, 3, read, "none [first]")}},
		{"a reset takes the payment away", right, history{at(1, 4, pay7, accepted), at(2, 3, reset{}, "reset"), at(5, 6, read, paid0)}},
		{"a payment after the reset", right, history{at(1, 4, pay7, accepted), at(2, 3, reset{}, "reset"), at(5, 6, read, paid7)}},
		{"a payment is cut off", right, history{at(1, 4, pay7, ended), at(2, 3, reset{}, "reset"), at(5, 6, read, paid0)}},
		{"what was cut off stays", wrong, history{at(1, 4, pay7, ended), at(2, 3, reset{}, "reset"), at(5, 6, read, paid7)}},
		{"what is cut off is seen before", right, history{
			at(1, 8, pay7, ended), at(2, 3, read, paid7), at(4, 5, reset{}, "reset"), at(6, 7, read, paid0)}},
		{"what is cut off is in a snapshot", right, history{
			at(1, 6, pay7, ended), at(2, 3, take, "taken"), at(4, 5, reset{}, "reset"), at(7, 8, put, "restored"), at(9, 10, read, paid7)}},
		{"cut off without a reset", wrong, history{at(1, 2, reset{}, "reset"), at(3, 4, pay7, ended), at(5, 6, reset{}, "reset")}},
		{"a snapshot beside a reset stays", right, history{
			at(1, 2, pay7, accepted), at(3, 4, take, "taken"), at(5, 8, put, "restored"), at(6, 7, reset{}, "reset"), at(9, 10, read, paid7)}},
		{"a snapshot beside a reset is gone", wrong, history{
			at(1, 2, pay7, accepted), at(3, 4, take, "taken"), at(5, 8, put, "restored"), at(6, 7, reset{}, "reset"), at(9, 10, read, paid0)}},
		{"a snapshot comes back with a reset", right, history{
			at(1, 2, take, "taken"), at(3, 4, put, "restored"), at(5, 6, pay7, accepted), at(7, 8, reset{}, "reset"), at(9, 10, read, paid0)}},
		{"a scenario keeps the state", right, history{
			at(1, 2, pay7, accepted), at(3, 4, second, "in force"), at(5, 6, read, "found [second], Введен paid 7.00")}},
		{"a reset brings what that scenario gives", right, history{
			at(1, 2, second, "in force"), at(3, 4, reset{}, "reset"), at(5, 6, read, "found [second], Введен paid 64.00")}},
		{"the rules of one, the state of the other", wrong, history{
			at(1, 4, second, "in force"), at(2, 3, reset{}, "reset"), at(5, 6, read, "found [first], Введен paid 64.00")}},
	} {
		if got := k.check(test.history); got != test.want {
			t.Errorf("%s: it is %s, want %s\n%s", test.name, got, test.want, test.history)
		}
	}
}
