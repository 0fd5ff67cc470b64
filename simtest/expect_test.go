package simtest_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/simtest"
)

const payPath = "/restapi/services/run/k2extreq_pay_from_eko"

func pay(sim *simtest.Sim, transaction, amount string) got {
	return post(sim.Client(), sim.K2()+payPath,
		`{"items":[{"request_id":1,"trn_id":`+transaction+`,"refer":"PTPJ000000000001","cur":"KZT","amount":`+amount+`}]}`)
}

// TestExpect: two payments, one of them accepted.
func TestExpect(t *testing.T) {
	const on = "k2.k2extreq_pay_from_eko"
	tests := []struct {
		name  string
		call  simtest.Call
		wrong []string // what the failure says; nothing if the call is met
	}{
		{"any", simtest.Call{On: on}, nil},
		{"both", simtest.Call{On: "k2.*", Count: simtest.Exactly(2)}, nil},
		{"outcome", simtest.Call{On: on, Outcome: "accepted", Count: simtest.Exactly(1)}, nil},
		{"when", simtest.Call{On: on, When: "body.items[0].amount > 1500", Count: simtest.AtMost(1)}, nil},
		{"for", simtest.Call{On: on, For: map[string]string{"refer": "PTPJ000000000001"}, Count: simtest.AtLeast(2)}, nil},
		{"none", simtest.Call{On: "kyc.*", Count: simtest.Exactly(0)}, nil},
		{"too few", simtest.Call{On: on, Outcome: "accepted", Count: simtest.Exactly(2)},
			[]string{"there were 1", "nearest: req-000002", "- outcome: accepted", "+ outcome: duplicate-trn-id"}},
		{"too many", simtest.Call{On: on, Count: simtest.AtMost(1)}, []string{"there were 2", "req-000001", "req-000002"}},
		{"not at all", simtest.Call{On: "kyc.info.exec_proc"}, []string{"- on:    kyc.info.exec_proc", "+ on:    k2.k2extreq_pay_from_eko"}},
		{"a wrong word", simtest.Call{On: on, Outcome: "acepted"}, []string{"can't be expected", `did you mean "accepted"?`}},
		{"a wrong operation", simtest.Call{On: "k2.k2extreq_pay_from_eok"}, []string{"k2.k2extreq_pay_from_eko"}},
		{"a wrong condition", simtest.Call{On: on, When: "body.items >"}, []string{"when"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			met := false
			went := record(func(tb simtest.TB) {
				sim := simtest.New(tb)
				pay(sim, "11", "1000")
				sim.Advance(time.Hour)
				pay(sim, "11", "2000")
				met = sim.Expect(test.call)
			})
			if met != (test.wrong == nil) || went.Failed() == met {
				t.Errorf("met: %v; the test said: %s", met, went.said())
			}
			for _, want := range test.wrong {
				if !strings.Contains(strings.Join(went.failures, "\n"), want) {
					t.Errorf("the failure says nothing of %q:\n%s", want, went.said())
				}
			}
		})
	}
}

// TestAwait: a client that works by itself has made its requests, or hasn't.
func TestAwait(t *testing.T) {
	went := record(func(tb simtest.TB) {
		sim := simtest.New(tb)
		call := simtest.Call{On: "kyc.info.exec_proc", Outcome: "found"}
		var client sync.WaitGroup
		client.Go(func() { post(sim.Client(), sim.KYC()+proceedings, askWho) })
		if !sim.Await(call, time.Minute) {
			t.Error("the request was not seen")
		}
		client.Wait()
		call.Count = simtest.Exactly(2)
		if sim.Await(call, time.Nanosecond) {
			t.Error("a request was seen that no one made")
		}
	})
	if len(went.failures) != 1 {
		t.Errorf("%d failures, want 1: %s", len(went.failures), went.said())
	}
}

// TestVerdict: what the scenario says that the client must do is asked for when
// the test ends, whether the test asks or not.
func TestVerdict(t *testing.T) {
	tests := []struct {
		name     string
		payments []string // their transaction ids
		wrong    []string
	}{
		{"a right retry", []string{"11", "11"}, nil},
		{"a retry that pays twice", []string{"11", "12"}, []string{
			"payment-lost-reply", "expected 1 of k2.k2extreq_pay_from_eko with the outcome duplicate-trn-id", "- outcome: duplicate-trn-id", "+ outcome: accepted"}},
		{"no client at all", nil, []string{"- count: 1", "+ count: 0"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var verdict error
			went := record(func(tb simtest.TB) {
				sim := simtest.New(tb, simtest.Scenario("payment-lost-reply"))
				for _, transaction := range test.payments {
					pay(sim, transaction, "2000")
				}
				verdict = sim.Verdict()
			})
			if went.Failed() != (test.wrong != nil) || (verdict != nil) != went.Failed() {
				t.Errorf("the verdict is %v, the test said: %s", verdict, went.said())
			}
			for _, want := range test.wrong {
				if !strings.Contains(strings.Join(went.failures, "\n"), want) {
					t.Errorf("the failure says nothing of %q:\n%s", want, went.said())
				}
			}
		})
	}
}

// TestTheJournalIsPrinted when a test has failed, for whatever reason, and not
// otherwise.
func TestTheJournalIsPrinted(t *testing.T) {
	run := func(fails bool) *recorder {
		return record(func(tb simtest.TB) {
			sim := simtest.New(tb, simtest.Scenario("proceedings-unavailable"))
			post(sim.Client(), sim.KYC()+proceedings, askWho)
			if fails {
				tb.Errorf("something else")
			}
		})
	}
	if went := run(false); len(went.logs) > 0 {
		t.Errorf("a test that has passed printed %s", went.logs)
	}
	want := []string{`simtest: the sandbox's journal, requests: 1
req-000001 09:00:00 POST /api/v1/backend/info/kz/exec_proc_info/: 503, unavailable (rule "rule 1")
    sent {"api_key":"***","iin":"901123300258"}
    got  {"detail":"KZ Citizen Info service is not available now"}`}
	if diff := cmp.Diff(want, run(true).logs); diff != "" {
		t.Errorf("the journal is another (-want +got):\n%s", diff)
	}
}

func TestRequests(t *testing.T) {
	sim := simtest.New(t, simtest.Scenario("payment-lost-reply"))
	pay(sim, "11", "2000")
	sim.Advance(time.Second)
	pay(sim, "11", "2000")
	const sent = `{"items":[{"request_id":1,"trn_id":11,"refer":"PTPJ000000000001","cur":"KZT","amount":2000}]}`
	call := simtest.Request{
		Method: "POST", URL: payPath, Sent: sent,
		Operation: "k2.k2extreq_pay_from_eko", DecidedBy: "rule", Rule: "lose the first reply",
	}
	first, second := call, call
	first.ID, first.At, first.Outcome, first.Fault = "req-000001", start, "accepted", "lost-reply"
	second.ID, second.At, second.Outcome, second.Status = "req-000002", start.Add(time.Second), "duplicate-trn-id", 200
	second.Got = `{"error_code":1,"error_text":"Обнаружены ошибки при приеме платежей","errors":[{"error_code":9,` +
		`"error_text":"pq: duplicate key value violates unique constraint \"k2extreq_pay_trn_id_uindex\"","request_id":1}]}`
	if diff := cmp.Diff([]simtest.Request{first, second}, sim.Requests()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
