package simtest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/simtest"
)

const proceedingsOp = "kyc.info.exec_proc"

// TestRulesSayWhatTheLanguageDoes: for each field of a rule and a step, requests meet what
// they meet by the same rule in a scenario's text.
func TestRulesSayWhatTheLanguageDoes(t *testing.T) {
	const other = "791028302728"
	tests := []struct {
		name string
		rule simtest.Rule
		text string // the same rule in a scenario
	}{
		{"words", simtest.Rule{On: proceedingsOp, Do: simtest.Do("unavailable", "pass")}, "{on: kyc.info.exec_proc, do: [unavailable, pass]}"},
		{"one word", simtest.Rule{On: "kyc.*", Do: simtest.Do("503")}, `{on: "kyc.*", do: 503}`},
		{"for a value", simtest.Rule{On: proceedingsOp, For: map[string]any{"iin": other}, Do: simtest.Do("not-found")},
			"{on: kyc.info.exec_proc, for: {iin: 791028302728}, do: not-found}"},
		{"for values", simtest.Rule{On: proceedingsOp, For: map[string]any{"iin": []string{who, other}}, Do: simtest.Do("not-found")},
			"{on: kyc.info.exec_proc, for: {iin: [901123300258, 791028302728]}, do: not-found}"},
		{"when", simtest.Rule{On: proceedingsOp, When: `body.api_key == "slow"`, Do: simtest.Do("503")},
			`{on: kyc.info.exec_proc, when: 'body.api_key == "slow"', do: 503}`},
		{"times", simtest.Rule{On: proceedingsOp, Times: 2, Do: simtest.Do("503")}, "{on: kyc.info.exec_proc, times: 2, do: 503}"},
		{"between", simtest.Rule{On: proceedingsOp, Between: simtest.Stretch{time.Minute, 24 * time.Hour}, Do: simtest.Do("503")},
			"{on: kyc.info.exec_proc, between: [1m, 24h], do: 503}"},
		{"quota", simtest.Rule{On: proceedingsOp, Per: "api_key", Over: "1/1m", Do: simtest.Do("503")},
			"{on: kyc.info.exec_proc, per: api_key, over: 1/1m, do: 503}"},
		{"share", simtest.Rule{Name: "share", On: proceedingsOp, Per: "subject", Share: "80%", Do: simtest.Do("503")},
			"{name: share, on: kyc.info.exec_proc, per: subject, share: 80%, do: 503}"},
		{"probability", simtest.Rule{Name: "draws", On: proceedingsOp, Probability: 0.5, Do: simtest.Do("503")}, "{name: draws, on: kyc.info.exec_proc, probability: 0.5, do: 503}"},
		{"once", simtest.Rule{On: proceedingsOp, Once: &simtest.Call{On: proceedingsOp, Outcome: "found", Count: simtest.Exactly(2)}, Do: simtest.Do("503")},
			"{on: kyc.info.exec_proc, once: {on: kyc.info.exec_proc, outcome: found, count: 2}, do: 503}"},
		{"until", simtest.Rule{On: proceedingsOp, Until: &simtest.Call{On: proceedingsOp, For: map[string]string{"iin": other}}, Do: simtest.Do("503")},
			"{on: kyc.info.exec_proc, until: {on: kyc.info.exec_proc, for: {iin: 791028302728}}, do: 503}"},
		{"patch", simtest.Rule{On: proceedingsOp, Do: simtest.Steps{{Patch: []any{map[string]any{"recovery_amount": "1.00"}}}}},
			`{on: kyc.info.exec_proc, do: {patch: [{recovery_amount: "1.00"}]}}`},
		{"reply", simtest.Rule{On: proceedingsOp, Do: simtest.Steps{{Reply: &simtest.Reply{Status: 418, Headers: map[string]string{"X-Tea": "1"}, Body: []int{1}}, OffContract: true}}},
			`{on: kyc.info.exec_proc, do: {reply: {status: 418, headers: {X-Tea: "1"}, body: [1]}, off_contract: true}}`},
		{"headers", simtest.Rule{On: proceedingsOp, Do: simtest.Steps{{Headers: map[string]any{"X-New": "1", "Content-Type": nil}, Pad: "1KiB"}}},
			`{on: kyc.info.exec_proc, do: {headers: {X-New: "1", Content-Type: null}, pad: 1KiB}}`},
		{"faults", simtest.Rule{On: proceedingsOp, Do: simtest.Steps{{Fault: simtest.Fault{"reset": nil}}, {Outcome: "not-found", Fault: simtest.Fault{"delay": 2 * time.Second}}}},
			"{on: kyc.info.exec_proc, do: [{fault: reset}, {outcome: not-found, fault: {delay: 2s}}]}"},
		{"world", simtest.Rule{On: "kyc.address.approve", Do: simtest.Steps{{Subject: "approve", Advance: "30s", Given: map[string]any{"k2": map[string]any{"loans": []any{
			map[string]any{"contract_number": "KD0000000001", "iinbin": who, "debt": 0}}}}}}},
			"{on: kyc.address.approve, do: {subject: approve, advance: 30s, given: {k2: {loans: [{contract_number: KD0000000001, iinbin: 901123300258, debt: 0}]}}}}"},
		{"rows", simtest.Rule{On: "k2.k2extreq_pay_from_eko", Rows: "row.trn_id > 2 * row.request_id", Do: simtest.Do("duplicate-trn-id")},
			"{on: k2.k2extreq_pay_from_eko, rows: row.trn_id > 2 * row.request_id, do: duplicate-trn-id}"},
		{"choose", simtest.Rule{Name: "draws", On: proceedingsOp, Do: simtest.Steps{{Choose: map[string]int{"pass": 50, "503": 50}}}},
			"{name: draws, on: kyc.info.exec_proc, do: {choose: {503: 50, pass: 50}}}"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			meets := func(what simtest.Option) []string {
				sim := simtest.New(t, what)
				var met []string
				for n, iin := range []string{who, other, who, other, who, other} {
					key := []string{"quick", "slow"}[n/2%2]
					body := fmt.Sprintf(`{"api_key":%q,"iin":%q}`, key, iin)
					for _, path := range []string{proceedings, approval} {
						got := post(sim.Client(), sim.KYC()+path, body)
						met = append(met, fmt.Sprint(got.Status, got.Header["X-New"], got.Header["X-Tea"], got.Header["Content-Type"], got.Body, got.Err))
					}
					got := post(sim.Client(), sim.K2()+payPath, fmt.Sprintf(`{"items":[{"request_id":1,"trn_id":%d,"refer":"P","cur":"KZT","amount":1}]}`, n))
					met = append(met, got.Body)
					sim.Advance(20 * time.Second)
				}
				return met
			}
			want := meets(simtest.ScenarioText("{version: 1, scenario: same, about: The same., rules: [" + test.text + "]}"))
			if diff := cmp.Diff(want, meets(simtest.Rules(test.rule))); diff != "" {
				t.Errorf("-by the text +by the Go value:\n%s", diff)
			}
			if cmp.Equal(want, meets(simtest.Profile(nil))) {
				t.Error("the rule changes nothing, so it shows nothing")
			}
		})
	}
}

// TestRulesGoFirst: before those of a scenario, in their order.
func TestRulesGoFirst(t *testing.T) {
	sim := simtest.New(t, simtest.Scenario("proceedings-unavailable"),
		simtest.Rules(simtest.Rule{Name: "first", On: proceedingsOp, Times: 1, Do: simtest.Do("reset")}),
		simtest.Rules(simtest.Rule{On: "kyc.*", Times: 1, Do: simtest.Do("404")}))
	var met []string
	for range 3 {
		post(sim.Client(), sim.KYC()+proceedings, askWho)
	}
	for _, r := range sim.Requests() {
		met = append(met, strings.TrimSpace(fmt.Sprint(r.Rule, " ", r.Status, " ", r.Fault)))
	}
	if diff := cmp.Diff([]string{"first 0 reset", "rule 2 404", "rule 3 503"}, met); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestWrongRules end the test with what the scenario's checker says.
func TestWrongRules(t *testing.T) {
	for _, test := range []struct {
		name string
		rule simtest.Rule
		want string
	}{
		{"operation", simtest.Rule{On: "kyc.info.exec_prok", Do: simtest.Do("found")},
			`simtest: the rules have mistakes:
  rules[0].on: found "kyc.info.exec_prok", expected an operation, or a pattern such as kyc.address.*; did you mean "kyc.info.exec_proc"?`},
		{"outcome", simtest.Rule{On: proceedingsOp, Do: simtest.Do("pass", "fuond")}, `rules[0].do[1]: found "fuond"`},
		{"nothing to do", simtest.Rule{On: proceedingsOp}, "rules[0].do: found"},
		{"share of nobody", simtest.Rule{On: proceedingsOp, Share: "20%", Do: simtest.Do("503")}, "per: whose share it is"},
		{"a word and more", simtest.Rule{On: proceedingsOp, Do: simtest.Steps{{Word: "found", Pad: "1KiB"}}}, `rules[0].do: found "word"`},
		{"fault", simtest.Rule{On: proceedingsOp, Do: simtest.Steps{{Fault: simtest.Fault{"delay": -time.Second}}}}, "rules[0].do.fault.delay"},
		{"no JSON", simtest.Rule{On: proceedingsOp, Do: simtest.Steps{{Patch: make(chan int)}}}, "rules that are no JSON"},
	} {
		t.Run(test.name, func(t *testing.T) {
			went := record(func(tb simtest.TB) { simtest.New(tb, simtest.Rules(test.rule)) })
			if !strings.Contains(went.said(), test.want) {
				t.Errorf("it says\n%s\nwant\n%s", went.said(), test.want)
			}
		})
	}
}

// TestLiveFaults are met from when they are put on until they are taken off.
func TestLiveFaults(t *testing.T) {
	sim := simtest.New(t)
	asked := func(iin string) string {
		got := post(sim.Client(), sim.KYC()+proceedings, fmt.Sprintf(`{"api_key":"k","iin":%q}`, iin))
		return fmt.Sprint(got.Status, " ", got.Err != nil)
	}
	met := []string{asked(who)}
	takeOff := sim.PutFault(simtest.LiveFault{On: "kyc.*", For: map[string]any{"iin": who}, Fault: simtest.Fault{"status": 502}})
	sim.PutFault(simtest.LiveFault{Times: 1, When: `body.iin == "031231500126"`, Fault: simtest.Fault{"reset": nil}})
	met = append(met, asked(who), asked("031231500126"), asked("031231500126"))
	takeOff()
	takeOff() // twice is once
	if diff := cmp.Diff([]string{"200 false", "502 false", "0 true", "200 false", "200 false"}, append(met, asked(who))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestLiveFaultsEnd at the time that they are put on for.
func TestLiveFaultsEnd(t *testing.T) {
	sim := simtest.New(t)
	sim.PutFault(simtest.LiveFault{Name: "outage", Until: "10m", On: "kyc.*", Fault: simtest.Fault{"status": 502}})
	var met []int
	for range 2 {
		met = append(met, post(sim.Client(), sim.KYC()+proceedings, `{"api_key":"k","iin":"`+who+`"}`).Status)
		sim.Advance(10 * time.Minute)
	}
	if diff := cmp.Diff([]int{502, 200}, met); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestWrongLiveFaults fail the test with what the scenario's checker says.
func TestWrongLiveFaults(t *testing.T) {
	for _, test := range []struct {
		fault simtest.LiveFault
		want  string
	}{
		{simtest.LiveFault{On: "kyc.*"}, "fault: found"},
		{simtest.LiveFault{Fault: simtest.Fault{"resett": nil}}, `did you mean "reset"?`},
		{simtest.LiveFault{Fault: simtest.Fault{"reset": make(chan int)}}, "no JSON"},
		{simtest.LiveFault{Fault: simtest.Fault{"reset": nil}, Until: "2001-01-01T00:00:00Z"}, "until: it would end at 2001-01-01T00:00:00Z"},
	} {
		went := record(func(tb simtest.TB) { simtest.New(tb).PutFault(test.fault)() })
		if len(went.failures) != 1 || !strings.Contains(went.said(), test.want) {
			t.Errorf("%+v: it says %s, want %q", test.fault, went.said(), test.want)
		}
	}
}

// TestRulesOfCalls are met by calls that a service makes itself.
func TestRulesOfCalls(t *testing.T) {
	sim := simtest.New(t, simtest.Target("abs", "sandbox:self"),
		simtest.Rules(simtest.Rule{Direction: "out", On: "abs.get_cli", Do: simtest.Steps{{Send: "twice"}}}))
	call(sim.Client(), sim.K2()+"/restapi/services/run/k2loan_from_eko", `[{"contract_number":"KD7","dbz_contract_number":"KD7",
		"iinbin":"901123300258","fullname":"Т","debt":2000000,"cur":"KZT","system":"way4"}]`)
	var sent []string
	for _, c := range sim.Calls() {
		if c.Operation == "abs.get_cli" {
			sent = append(sent, c.ID)
		}
	}
	if diff := cmp.Diff([]string{"del-000001.1", "del-000001.1.2"}, sent); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
