package abs_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/abs"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/contract/calltest"
	"github.com/kzsim/kzsim/internal/world"
)

const sampleRefer = "PTP0000000000001"

func ending(refer, reason string) string {
	return fmt.Sprintf(`{"refer":%q,"reason_code":%q}`, refer, reason)
}

func TestRegisteredDemandIsKnownToBothServices(t *testing.T) {
	b := newBench(t)
	check(t, b.Ask("abs.reg_pt", sample(t, "abs.reg_pt")), "registered", ok)
	got := incoming(b, sampleRefer)
	if got.ABS != "registered" || got.K2 != "Введен" || !got.At.Equal(b.Now) || string(got.Document["iinbin"]) != `"ИИН/БИН клиента"` {
		t.Errorf("%+v", got)
	}
}

// TestDemandThatK2KnowsAlready keeps what K2 knows.
func TestDemandThatK2KnowsAlready(t *testing.T) {
	b := newBench(t)
	b.Update(func(c *contract.Call) error {
		world.Of(c).PutIncoming(world.Incoming{Reference: sampleRefer, K2: "Принята картотека"})
		return nil
	})
	b.Set("preset", "strict")
	check(t, b.Ask("abs.refuse_pt", ending(sampleRefer, "01")), "unknown-refer", "")
	check(t, b.Ask("abs.reg_pt", with(t, nil)), "registered", ok, "/iinbin", "/ben_iban")
	if got := incoming(b, sampleRefer); got.ABS != "registered" || got.K2 != "Принята картотека" {
		t.Errorf("%+v", got)
	}
}

func TestReferenceIsUnique(t *testing.T) {
	for _, test := range []struct {
		name    string
		again   map[string]any
		outcome string
	}{
		{"the same", nil, "registered"},
		{"dotted dates", map[string]any{"accept_dt": "2021.01.05", "doc_at": "2021.01.04", "dbz_dt": "2014.02.08"}, "registered"},
		{"another spelling of the amount", map[string]any{"amount": 2e6}, "registered"},
		{"a field that no document has", map[string]any{"remark": "x"}, "registered"},
		{"another amount", map[string]any{"amount": 2000000.01}, "duplicate-refer"},
		{"another date", map[string]any{"doc_at": "2021-01-05"}, "duplicate-refer"},
		{"another purpose", map[string]any{"purpose": ""}, "duplicate-refer"},
		{"a field less", map[string]any{"purpose": nil}, "duplicate-refer"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t)
			b.Ask("abs.reg_pt", sample(t, "abs.reg_pt"))
			before := b.State()
			b.Now = b.Now.Add(time.Hour)
			if got := b.Ask("abs.reg_pt", with(t, test.again)); got.Outcome != test.outcome {
				t.Errorf("%s, want %s", got.Outcome, test.outcome)
			}
			if diff := cmp.Diff(before, b.State()); diff != "" {
				t.Errorf("the state has changed:\n%s", diff)
			}
		})
	}
}

// TestSumsBeyondMoney can be compared as texts only.
func TestSumsBeyondMoney(t *testing.T) {
	b := newBench(t)
	huge := func(amount string) string {
		return `{"refer":"PTP1","iinbin":"1","amount":` + amount + `}`
	}
	check(t, b.Ask("abs.reg_pt", huge("1e300")), "registered", ok, "/amount")
	check(t, b.Ask("abs.reg_pt", huge("1e300")), "registered", ok, "/amount", "/refer")
	check(t, b.Ask("abs.reg_pt", huge("1.5e300")), "duplicate-refer", "", "/amount")
	check(t, b.Ask("abs.reg_pt", `{"refer":"PTP2","iinbin":"1","amount":-1}`), "registered", ok, "/amount")
	check(t, b.Ask("abs.reg_pt", `{"refer":"PTP3","iinbin":"1","amount":0}`), "registered", ok, "/amount")
}

// TestSnapshotKeepsDocuments: a store that is written out and read back knows
// the same document again, and lists it in the same bytes.
func TestSnapshotKeepsDocuments(t *testing.T) {
	b := newBench(t)
	body := with(t, map[string]any{"ben_fullname": `ТОО "A&B" <x>`})
	b.Ask("abs.reg_pt", body)
	page := b.Ask("abs.get_all_pt_from_abs", `{}`).Body
	b.Again()
	check(t, b.Ask("abs.reg_pt", body), "registered", ok, "/refer")
	check(t, b.Ask("abs.get_all_pt_from_abs", `{}`), "page", page)
}

// TestForcedRegistrationTakesTheReference from the document that has it.
func TestForcedRegistrationTakesTheReference(t *testing.T) {
	b := newBench(t)
	b.Ask("abs.reg_pt", sample(t, "abs.reg_pt"))
	b.Ask("abs.refuse_pt", ending(sampleRefer, "01"))
	other := with(t, map[string]any{"doc_at": "2022-01-01", "iinbin": "901123300258"})
	check(t, b.Do(wanted("abs.reg_pt", other, "registered")), "registered", ok, "/refer")
	if got := incoming(b, sampleRefer); got.ABS != "registered" || string(got.Document["doc_at"]) != `"2022-01-01"` {
		t.Errorf("%+v", got)
	}
	check(t, b.Ask("abs.get_all_pt_from_abs", `{}`), "page", `[{"all_count":1},`+compact(t, ordered(t, other))+`]`)
}

// TestDemandMachine goes through every state and event.
func TestDemandMachine(t *testing.T) {
	type world = struct{ ABS, K2, Reason string }
	for _, test := range []struct {
		given   string // state in the ABS, or in K2
		event   string
		outcome string
		want    world
		taken   bool
	}{
		{"registered", "refuse", "refused", world{"refused", "Отозвано", "01"}, true},
		{"registered", "return", "returned", world{"returned", "Возвращено банком", "01"}, true},
		{"refused", "refuse", "wrong-state", world{"refused", "Отозвано", "99"}, false},
		{"refused", "return", "wrong-state", world{"refused", "Отозвано", "99"}, false},
		{"returned", "refuse", "wrong-state", world{"returned", "Возвращено банком", "99"}, false},
		{"returned", "return", "wrong-state", world{"returned", "Возвращено банком", "99"}, false},
		{"Исполнено", "refuse", "wrong-state", world{"registered", "Исполнено", ""}, false},
		{"Исполнено", "return", "wrong-state", world{"registered", "Исполнено", ""}, false},
		{"Принято к исполнению", "refuse", "refused", world{"refused", "Отозвано", "01"}, true},
		{"Принята картотека", "return", "returned", world{"returned", "Возвращено банком", "01"}, true},
	} {
		for _, unknown := range []string{"accept", "error"} {
			t.Run(test.given+" "+test.event+" "+unknown, func(t *testing.T) {
				b := newBench(t, "abs.unknown", unknown)
				inState(t, b, test.given)
				outcome, about := test.outcome, []string{}
				if unknown == "accept" && !test.taken {
					outcome = map[string]string{"refuse": "refused", "return": "returned"}[test.event]
					about = append(about, "/refer")
				}
				got := b.Ask("abs."+test.event+"_pt", ending(sampleRefer, "01"))
				check(t, got, outcome, "", about...)
				if (len(got.Taken) > 0) != test.taken {
					t.Errorf("transitions %v", got.Taken)
				}
				i := incoming(b, sampleRefer)
				if diff := cmp.Diff(test.want, world{i.ABS, i.K2, i.Reason}); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	}
}

// inState has the sample's demand registered and brought to a state of the ABS
// or of K2.
func inState(t *testing.T, b *calltest.Bench, state string) {
	t.Helper()
	switch state {
	case "registered", "refused", "returned":
		mustGive(t, b, "abs.payment_demands", with(t, map[string]any{"state": state, "reason_code": "99"}))
	default:
		mustGive(t, b, "abs.payment_demands", with(t, nil))
		b.Update(func(c *contract.Call) error {
			i, _ := world.Of(c).Incoming(sampleRefer)
			i.K2 = state
			world.Of(c).PutIncoming(i)
			return nil
		})
	}
}

func TestMachineKnowsItsStates(t *testing.T) {
	machines := abs.Service().Machines
	if len(machines) != 1 || machines[0].Name != "abs.payment-demand" {
		t.Fatalf("%v", machines)
	}
	if diff := cmp.Diff([]string{"registered", "refused", "returned"}, machines[0].States()); diff != "" {
		t.Error(diff)
	}
}

func TestUnknownReferencesAndReasons(t *testing.T) {
	for _, test := range []struct{ operation, success string }{{"abs.refuse_pt", "refused"}, {"abs.return_pt", "returned"}} {
		b := newBench(t)
		before := b.State()
		check(t, b.Ask(test.operation, ending("PTP1", "01")), test.success, ok, "/refer")
		if diff := cmp.Diff(before, b.State()); diff != "" {
			t.Errorf("an unknown demand has changed the state:\n%s", diff)
		}
		b.Ask("abs.reg_pt", sample(t, "abs.reg_pt"))
		b.Set("abs.unknown", "error")
		check(t, b.Ask(test.operation, ending("PTP1", "ZZ")), "unknown-refer", "")
		check(t, b.Ask(test.operation, ending(sampleRefer, "ZZ")), "unknown-reason", "")
		if got := incoming(b, sampleRefer); got.ABS != "registered" {
			t.Errorf("an error has moved the demand: %+v", got)
		}
		b.Set()
		check(t, b.Ask(test.operation, ending(sampleRefer, "ZZ")), test.success, ok, "/reason_code")
		if got := incoming(b, sampleRefer); got.ABS != test.success || got.Reason != "ZZ" {
			t.Errorf("%+v", got)
		}
	}
}

// TestForcedEnding registers a demand that no one has, or brings one back.
func TestForcedEnding(t *testing.T) {
	for _, state := range []string{"", "registered", "refused", "returned", "Исполнено"} {
		for _, reason := range []string{"01", "ZZ"} {
			t.Run(state+" "+reason, func(t *testing.T) {
				b := newBench(t, "abs.unknown", "error")
				if state != "" {
					inState(t, b, state)
				}
				got := b.Do(wanted("abs.return_pt", ending(sampleRefer, reason), "returned"))
				i := incoming(b, sampleRefer)
				if got.Outcome != "returned" || i.ABS != "returned" || i.K2 != "Возвращено банком" {
					t.Errorf("%s %+v", got.Outcome, i)
				}
				if page := b.Ask("abs.get_all_pt_from_abs", `{}`).JSON(t).([]any); len(page) != 2 {
					t.Errorf("listed: %v", page)
				}
			})
		}
	}
}
