package delivery_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/delivery"
	"github.com/kzsim/kzsim/internal/simulator"
)

// sandboxes of one process: `k2` calls a target, and `abs` is another sandbox. All clocks
// stand, the process's own, too: what waits for one waits for ever.
func sandboxes(t *testing.T, target string) *bank {
	b := newBank(t, answering(200, taken), func(o *simulator.Options) { o.Reach.Allow = []string{"nowhere.example", "127.0.0.1"} })
	b.create("abs", "")
	b.create("k2", fmt.Sprintf(`,"targets":%s,"deliver":{%q:%q}`, askedAt(target), exclusions, target))
	return b
}

// calls of `k2`, each with its answer.
func (b *bank) calls() (all []string) {
	b.t.Helper()
	for _, x := range b.exchanges("direction=out") {
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s %d %s", x.ID, x.Operation, x.Status, x.Outcome)))
	}
	return all
}

// TestCallsWithinTheProcess: K2 asks the ABS of another sandbox, or its own, without a
// connection. The answers are those of the contract; they have no findings.
func TestCallsWithinTheProcess(t *testing.T) {
	want := []string{
		"del-000001.1 abs.get_cli 200 found", "del-000002.1 abs.get_acc 200 found", "del-000003.1 abs.colvir_get_loan_debt 200 debt",
		"del-000004.1 abs.get_pdf 200 scan", "del-000005.1 abs.get_acc_stmt_dt 200 found",
	}
	for target, called := range map[string]string{"sandbox:abs": "abs", "sandbox:k2": "k2", "sandbox:self": "k2"} {
		t.Run(target, func(t *testing.T) {
			b := sandboxes(t, target)
			b.load("colvir")
			if diff := cmp.Diff(want, b.calls()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			for _, x := range b.exchanges("direction=out") {
				if x.Target != "sandbox:"+called || !strings.HasPrefix(x.URL, "/s/"+called+"/abs/") || len(x.Findings) > 0 {
					t.Errorf("%s: target %s, URL %s, findings %v", x.ID, x.Target, x.URL, x.Findings)
				}
			}
			if made := b.demands(); len(made) == 0 {
				t.Error("there are no demands")
			}
			b.do(200, "POST", "/_sim/sandboxes/"+called+"/expectations", `{"on":"abs.*","count":5}`)
			b.do(200, "POST", "/s/k2/restapi/services/run/k2loan_exclude_on_by_iin_dbznum", `{"iin":"901123300258","dbz_num":"KD1","return_extreq":false,"fio":"Т"}`)
			b.settle()
			b.do(200, "POST", "/_sim/sandboxes/"+called+"/expectations", `{"on":"`+exclusions+`","outcome":"accepted","count":1}`)
		})
	}
}

// TestNothingWaitsWithinTheProcess: what lets a client wait lets no call within the process
// wait, whichever clocks stand still. What takes longer than the patience is no answer.
func TestNothingWaitsWithinTheProcess(t *testing.T) {
	for _, test := range []struct {
		name, fault string
		answered    bool
	}{
		{"a short delay", `{"delay":"2s"}`, true},
		{"as long as the patience", `{"delay":"10s"}`, true},
		{"longer than the patience", `{"delay":"10001ms"}`, false},
		{"two delays", `[{"delay":"6s"},{"delay":"6s"}]`, false},
		{"a slow body", `{"dribble":{"over":"9s"}}`, true},
		{"a body that is too slow", `{"dribble":{"over":"11s"}}`, false},
		{"a hang", `"hang"`, false},
		{"a hang that ends", `{"hang":"3s"}`, false},
	} {
		for _, target := range []string{"abs", "k2"} {
			t.Run(test.name+" of "+target, func(t *testing.T) {
				b := sandboxes(t, "sandbox:"+target)
				b.do(201, "POST", "/_sim/sandboxes/"+target+"/faults", `{"on":"abs.get_cli","fault":`+test.fault+`}`)
				b.load("colvir")
				b.later("1h")
				calls := b.calls()
				if test.answered && len(calls) != 5 || !test.answered && len(calls) != 6 {
					t.Fatalf("%d calls: %q", len(calls), calls)
				}
				last := b.last()
				if want := "no answer within 10s"; !test.answered && test.name != "a hang that ends" && last.Attempts[5].Error != want {
					t.Errorf("%s: %q, want %q", last.State, last.Attempts[5].Error, want)
				}
				if clock := b.do(200, "GET", "/_sim/sandboxes/abs/clock", ""); !strings.Contains(clock, nine) {
					t.Errorf("the clock of the called sandbox has moved: %s", clock)
				}
			})
		}
	}
}

// TestRulesOfTheCalledSandbox: they decide calls, too, but move no clock for them.
func TestRulesOfTheCalledSandbox(t *testing.T) {
	b := sandboxes(t, "sandbox:self")
	b.do(200, "PUT", "/_sim/sandboxes/k2/scenario", `{"version":1,"scenario":"busy","about":"The clock would move at each question.","rules":[
		{"on":"abs.get_cli","do":[{"outcome":"not-found","advance":"1h"},{"outcome":"found","advance":"48h"}]}]}`)
	b.load("colvir")
	b.later("24h")
	want := []string{
		"del-000001.1 abs.get_cli 200 not-found", "del-000002.1 abs.get_cli 200 found", "del-000003.1 abs.get_acc 200 found",
		"del-000004.1 abs.colvir_get_loan_debt 200 debt", "del-000005.1 abs.get_pdf 200 scan", "del-000006.1 abs.get_acc_stmt_dt 200 found",
	}
	if diff := cmp.Diff(want, b.calls()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if clock := b.do(200, "GET", "/_sim/sandboxes/k2/clock", ""); !strings.Contains(clock, "2024-03-02T09:00:00") {
		t.Errorf("the clock: %s", clock)
	}
}

// TestSandboxesCallEachOther: two sandboxes whose K2 asks the other one's ABS.
func TestSandboxesCallEachOther(t *testing.T) {
	b := sandboxes(t, "sandbox:other")
	b.load("colvir")
	if d := b.last(); d.State != "waiting" || d.Attempts[0].Error != "there is no sandbox other" {
		t.Errorf("%+v", d)
	}
	b.create("other", `,"targets":{"abs":"sandbox:k2"}`)
	b.do(200, "POST", "/s/other/restapi/services/run/k2loan_from_eko", "["+fmt.Sprintf(loanRow, "colvir")+"]")
	b.later("240h")
	b.do(200, "POST", "/_sim/sandboxes/other/clock/advance", `{"by":"240h"}`)
	for _, id := range []string{"k2", "other"} {
		b.do(200, "POST", "/_sim/sandboxes/"+id+"/expectations", `{"on":"abs.colvir_get_loan_debt","direction":"out","outcome":"debt","count":">=10"}`)
	}
	b.do(204, "DELETE", "/_sim/sandboxes/other", "")
}

func TestWrongSandboxes(t *testing.T) {
	b := newBank(t, answering(200, taken), nil)
	for _, body := range []string{`{"targets":{"abs":"sandbox:"}}`, `{"targets":{"abs":"sandbox:../x"}}`, `{"deliver":{"` + exclusions + `":"sandbox:A"}}`} {
		if answer := b.do(400, "POST", "/_sim/sandboxes", body); !strings.Contains(answer, "is no http or https URL, nor sandbox:ID") {
			t.Errorf("%s: %s", body, answer)
		}
	}
}

// TestCallsWithinHaveABound: beyond it they go on in the next second of the caller's clock.
func TestCallsWithinHaveABound(t *testing.T) {
	next, now := delivery.Burst(), time.Date(2024, 3, 1, 9, 0, 0, 0, time.UTC)
	for i := range delivery.MostWithin {
		if later := next(now.Add(time.Duration(i))); !later.IsZero() {
			t.Fatalf("call %d waits until %s", i, later)
		}
	}
	if later := next(now); !later.Equal(now.Add(time.Second)) {
		t.Errorf("the next call waits until %s", later)
	}
	if later := next(now.Add(time.Second)); !later.IsZero() {
		t.Errorf("a second later it waits until %s", later)
	}
	if later := next(now.Add(-time.Hour)); !later.IsZero() {
		t.Errorf("with another clock it waits until %s", later)
	}
}
