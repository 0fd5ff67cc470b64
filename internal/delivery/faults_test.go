package delivery_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/simulator"
)

// rules puts a scenario of rules in force in `k2`.
func (b *bank) rules(rules string) {
	b.t.Helper()
	b.do(200, "PUT", "/_sim/sandboxes/k2/scenario?keep=state", `{"version":1,"scenario":"calls","about":"Calls go wrong.","rules":[`+rules+`]}`)
}

// tries of all deliveries of `k2`, each with what it came to.
func (b *bank) tries() (all []string) {
	b.t.Helper()
	for _, x := range b.exchanges("direction=out") {
		line := fmt.Sprintf("%s %s %s", x.At.Format("15:04:05"), x.ID, strings.TrimPrefix(x.Operation, "abs."))
		for _, word := range []string{x.Outcome, x.Fault, x.DecidedBy} {
			if word != "" {
				line += ", " + word
			}
		}
		all = append(all, line)
	}
	return all
}

// TestFaultsOfCalls: what goes wrong with a call, who meets it, and how K2 goes on. Each is
// on the first question alone.
func TestFaultsOfCalls(t *testing.T) {
	const rest = "09:00:%s del-000002.1 get_acc"
	for _, test := range []struct {
		fault string
		asked int    // how often the ABS has got the question by then
		says  string // of the first attempt
		first string // as the journal has it
		next  string // when K2 goes on
	}{
		{`{"delay":"2s"}`, 1, "", "found, delay, target", "02"},
		{`{"delay":"10s"}`, 1, "", "found, delay, target", "10"},
		{`{"delay":"11s"}`, 2, "no answer within 10s", "delay, target", "11"},
		{`{"dribble":"3s"}`, 1, "", "found, dribble, target", "03"},
		{`"hang"`, 1, "no answer within 10s", "hang, rule", "11"},
		{`{"hang":"4s"}`, 1, "the connection was closed", "hang, rule", "05"},
		{`"reset"`, 1, "the connection was reset", "reset, rule", "01"},
		{`"close"`, 1, "the connection was closed", "close, rule", "01"},
		{`{"status":503}`, 1, "abs.get_cli has no answer with HTTP 503", "status, rule", "01"},
		{`"lost-reply"`, 2, "the connection was closed", "lost-reply, target", "01"},
		{`{"truncate":10}`, 2, "the answer broke off: the connection was closed", "truncate, target", "01"},
		{`"garbage"`, 2, "the answer is no found of abs.get_cli: ", "garbage, target", "01"},
	} {
		t.Run(test.fault, func(t *testing.T) {
			of := newABS(t)
			b := askingBank(t, of)
			b.rules(`{"on":"abs.get_cli","direction":"out","times":1,"do":{"fault":` + test.fault + `}}`)
			b.load("colvir")
			b.later("1m")
			tries := b.tries()
			if want := "09:00:00 del-000001.1 get_cli, " + test.first; tries[0] != want {
				t.Errorf("%q, want %q", tries[0], want)
			}
			answered := tries[len(tries)-4]
			if want := fmt.Sprintf(rest, test.next); !strings.HasPrefix(answered, want) {
				t.Errorf("it goes on with %q, want %q", answered, want)
			}
			n := 0
			for _, asked := range of.take() {
				if strings.HasPrefix(asked, "GET /abs/get_cli") {
					n++
				}
			}
			if n != test.asked {
				t.Errorf("the ABS was asked %d times, want %d", n, test.asked)
			}
			if says := b.delivery(0).Attempts[0].Error; says != test.says && (test.says == "" || !strings.HasPrefix(says, test.says)) {
				t.Errorf("the first attempt: %q, want %q", says, test.says)
			}
			if made := b.demands(); len(made) != 1 {
				t.Errorf("demands %v", made)
			}
		})
	}
}

// TestLateAnswer: until it is there, nothing has happened, and the call is in flight.
func TestLateAnswer(t *testing.T) {
	of := newABS(t)
	b := askingBank(t, of)
	b.do(201, "POST", "/_sim/sandboxes/k2/faults", `{"on":"abs.get_cli","direction":"out","fault":{"delay":"5s"}}`)
	b.load("colvir")
	if asked, calls := of.take(), b.exchanges("direction=out"); len(asked) != 1 || len(calls) != 0 {
		t.Errorf("asked %q, over are %v", asked, calls)
	}
	if list := b.do(200, "GET", "/_sim/sandboxes/k2/requests", ""); !strings.Contains(list, `"id": "del-000001.1"`) {
		t.Errorf("it is not in flight: %s", list)
	}
	taken := b.do(200, "GET", "/_sim/sandboxes/k2/snapshot", "")
	b.later("4s")
	if asked := of.take(); len(asked) != 0 {
		t.Errorf("before it is there, K2 asks %q", asked)
	}
	b.later("1s")
	if asked := of.take(); len(asked) != 4 {
		t.Errorf("once it is there, K2 asks %q", asked)
	}
	b.do(200, "PUT", "/_sim/sandboxes/k2/snapshot", taken)
	b.settle()
	b.later("5s")
	if asked := of.take(); len(asked) != 5 || len(b.demands()) != 1 {
		t.Errorf("from a snapshot K2 asks %q, demands %v", asked, b.demands())
	}
}

// TestCallSentTwice: the other system gets it twice under one id, and the state changes once.
func TestCallSentTwice(t *testing.T) {
	of := newABS(t)
	b := askingBank(t, of)
	b.rules(`{"on":"abs.colvir_get_loan_debt","direction":"out","times":1,"do":{"send":"twice"}}`)
	b.load("colvir")
	want := []string{
		"09:00:00 del-000001.1 get_cli, found, target", "09:00:00 del-000002.1 get_acc, none, target",
		"09:00:00 del-000003.1 colvir_get_loan_debt, debt, target", "09:00:00 del-000003.1.2 colvir_get_loan_debt, debt, target",
		"09:00:00 del-000004.1 get_pdf, scan, target", "09:00:00 del-000005.1 get_acc_stmt_dt, none, target",
	}
	if diff := cmp.Diff(want, b.tries()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if asked, made := of.take(), b.demands(); len(asked) != 6 || asked[2] != asked[3] || len(made) != 1 {
		t.Errorf("asked %q, demands %v", asked, made)
	}
	b.do(200, "POST", "/_sim/sandboxes/k2/expectations", `{"on":"abs.colvir_get_loan_debt","direction":"out","count":2}`)
}

// TestCallOutOfOrder: a call that is held goes after the next one, of another loan; with no
// other one it waits, also in a snapshot.
func TestCallOutOfOrder(t *testing.T) {
	of := newABS(t)
	b := askingBank(t, of)
	b.rules(`{"on":"abs.get_cli","direction":"out","for":{"iin":"901123300258"},"do":{"send":"after-next"}}`)
	b.load("colvir")
	b.later("1h")
	if asked := of.take(); len(asked) != 0 || !strings.Contains(b.do(200, "GET", "/_sim/sandboxes/k2/deliveries", ""), `"order": "held"`) {
		t.Errorf("asked %q", asked)
	}
	taken := b.do(200, "GET", "/_sim/sandboxes/k2/snapshot", "")
	for range 2 {
		b.do(200, "PUT", "/_sim/sandboxes/k2/snapshot", taken)
		b.do(200, "POST", "/s/k2/restapi/services/run/k2loan_from_eko", `[{"contract_number":"KD8","iinbin":"791028302728","fullname":"Т","debt":1000,"cur":"KZT","system":"way4"}]`)
		b.settle()
		asked := of.take()
		if len(asked) != 8 || asked[0] != "GET /abs/get_cli?iinbin=791028302728" || asked[1] != "GET /abs/get_cli?iinbin=901123300258" {
			t.Errorf("asked %q", asked)
		}
	}
}

// TestCallsBeforeTheReply: the ABS is asked all about a loan before the request that has told of
// it is answered. The clients' own calls within the process don't wait, or they would for
// themselves.
func TestCallsBeforeTheReply(t *testing.T) {
	of := newABS(t)
	b := askingBank(t, of)
	b.rules(`{"on":"k2.k2loan_from_eko","times":1,"do":"calls-first"}`)
	b.do(200, "POST", loadPath, "["+fmt.Sprintf(loanRow, "colvir")+"]")
	if asked := of.take(); len(asked) != 5 {
		t.Errorf("when the reply is there, the ABS was asked %q", asked)
	}
	x := b.exchanges("operation=k2.k2loan_from_eko")[0]
	if x.Fault != "calls-first" || x.Outcome != "accepted" {
		t.Errorf("the journal has %+v", x)
	}
	b.create("self", `,"targets":{"abs":"sandbox:self"}`)
	b.do(201, "POST", "/_sim/sandboxes/self/faults", `{"on":"*","fault":"calls-first"}`)
	b.do(200, "POST", strings.Replace(loadPath, "k2", "self", 1), "["+fmt.Sprintf(loanRow, "colvir")+"]")
	b.do(200, "POST", "/_sim/sandboxes/self/expectations", `{"on":"abs.get_acc_stmt_dt","direction":"out","outcome":"found","count":1}`)
	b.do(204, "DELETE", "/_sim/sandboxes/self", "")
}

// TestRepliesWaitForNoSilentABS: longer than K2 waits for a call, no reply waits.
func TestRepliesWaitForNoSilentABS(t *testing.T) {
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}))
	defer silent.Close()
	b := newBank(t, answering(200, taken), func(o *simulator.Options) { o.Patience = 50 * time.Millisecond })
	b.create("k2", `,"targets":`+askedAt(silent.URL))
	b.rules(`{"on":"k2.k2loan_from_eko","do":"calls-first"}`)
	var loans []string
	for n := range 100 {
		loans = append(loans, loanOf(fmt.Sprint("KD", n+1), "901123300258"))
	}
	b.do(200, "POST", loadPath, "["+strings.Join(loans, ",")+"]")
	if calls := len(b.exchanges("direction=out&limit=1000")); calls >= 100 {
		t.Errorf("the reply waited for %d silent calls", calls)
	}
	b.do(204, "DELETE", "/_sim/sandboxes/k2", "")
}

// TestCallIsChanged: a patch changes what is sent, and not what K2 knows of it.
func TestCallIsChanged(t *testing.T) {
	of := newABS(t)
	b := askingBank(t, of)
	b.rules(`{"on":"abs.colvir_get_loan_debt","direction":"out","do":{"patch":{"id":78}}},
		{"on":"abs.get_cli","direction":"out","do":{"patch":{"iinbin":null,"iin":7},"off_contract":true}}`)
	b.load("colvir")
	asked := of.take()
	if asked[0] != "GET /abs/get_cli?iin=7" || asked[2] != `POST /abs/colvir_get_loan_debt application/json {"dep_id":1001,"id":78}` {
		t.Errorf("asked %q", asked)
	}
	if whole := b.do(200, "GET", "/_sim/sandboxes/k2/requests/del-000003.1", ""); !strings.Contains(whole, `\"id\":78`) {
		t.Errorf("the journal has %s", whole)
	}
	if kept := b.do(200, "GET", "/_sim/sandboxes/k2/deliveries", ""); !strings.Contains(kept, `"id": 77`) {
		t.Errorf("the delivery is %s", kept)
	}
}

// TestDirectionsOfRules: a rule is about requests that come unless it says direction: out.
func TestDirectionsOfRules(t *testing.T) {
	b := sandboxes(t, "sandbox:self")
	b.rules(`{"on":"abs.*","do":{"fault":{"delay":"1s"}},"name":"of the ABS"},
		{"on":"abs.*","direction":"out","do":{"fault":{"delay":"1s"}},"name":"of K2"}`)
	b.load("colvir")
	b.later("5s")
	for direction, rule := range map[string]string{"in": "of the ABS", "out": "of K2"} {
		all := b.exchanges("operation=abs.*&direction=" + direction)
		if len(all) != 5 {
			t.Errorf("%s: %d exchanges", direction, len(all))
		}
		for _, x := range all {
			if !strings.Contains(x.Rule, rule) || x.Fault != "delay" {
				t.Errorf("%s %s is decided by %s, fault %s", direction, x.ID, x.Rule, x.Fault)
			}
		}
	}
}

// TestWrongRulesOfCalls: what only requests meet, and what only calls meet.
func TestWrongRulesOfCalls(t *testing.T) {
	b := newBank(t, answering(200, taken), nil)
	const can = "what a call can meet: fault, send, patch or pass"
	for rule, says := range map[string]string{
		`{"on":"abs.get_cli","direction":"out","do":"not-found"}`:                           can,
		`{"on":"abs.get_cli","direction":"out","do":503}`:                                   can,
		`{"on":"abs.get_cli","direction":"out","do":["pass",{"advance":"1h"}]}`:             can,
		`{"on":"abs.get_cli","direction":"out","do":{"reply":{"body":{}}}}`:                 can,
		`{"on":"abs.get_cli","direction":"out","do":"stale-read"}`:                          "a fault of the wire",
		`{"on":"abs.get_cli","direction":"out","do":"calls-first"}`:                         "say it of that request",
		`{"on":"abs.get_cli","do":{"send":"twice"}}`:                                        "direction: out beside",
		`{"on":"abs.get_cli","direction":"out","do":{"send":"thrice"}}`:                     "twice",
		`{"on":"abs.colvir_get_loan_debt","direction":"out","do":{"patch":{"idd":7}}}`:      "one of the fields dep_id, id",
		`{"on":"abs.colvir_get_loan_debt","direction":"out","do":{"patch":{"id":"seven"}}}`: "rules[0].do.patch",
	} {
		answer := b.do(200, "POST", "/_sim/scenarios/check", `{"version":1,"scenario":"wrong","about":"Wrong.","rules":[`+rule+`]}`)
		if !strings.Contains(answer, `"valid": false`) || !strings.Contains(answer, says) {
			t.Errorf("%s: %s", rule, answer)
		}
	}
	if answer := b.do(422, "POST", "/_sim/sandboxes/bank/faults", `{"direction":"out","fault":"stale-read"}`); !strings.Contains(answer, "a fault of the wire") {
		t.Error(answer)
	}
}

// TestDirectionsOfLiveFaults: as those of rules.
func TestDirectionsOfLiveFaults(t *testing.T) {
	for direction, other := range map[string]string{"in": "out", "out": "in"} {
		b := sandboxes(t, "sandbox:self")
		b.do(201, "POST", "/_sim/sandboxes/k2/faults", `{"on":"abs.get_cli","direction":"`+direction+`","fault":{"delay":"1s"}}`)
		b.load("colvir")
		b.later("1s")
		met, spared := b.exchanges("operation=abs.get_cli&direction="+direction), b.exchanges("operation=abs.get_cli&direction="+other)
		if len(met) != 1 || len(spared) != 1 || met[0].Fault != "delay" || spared[0].Fault != "" {
			t.Errorf("direction %s: met %+v, spared %+v", direction, met, spared)
		}
	}
}
