package control_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/testgolden"
)

// expectation posts one and answers what came back.
func (r *rig) expectation(body string) *httptest.ResponseRecorder {
	return r.do("POST", "/_sim/sandboxes/default/expectations", body)
}

// failure is a failed expectation as a problem.
type failure struct {
	Status     int
	Detail     string
	Passed     bool
	Count      int
	Difference string
	Nearest    []struct {
		Request  string
		Criteria []struct {
			Name, Expected, Found string
			Met                   bool
		}
	}
}

const (
	citizen  = "901123300258"
	stranger = "791028302728"
	payFirst = "/restapi/services/run/k2extreq_pay_from_eko"
)

// mistakes that clients make, each with what the test expects of them.
var mistakes = []struct {
	name   string
	expect string
	client func(r *rig)
}{
	{"wrong field", `{"on": "kyc.address.approve", "for": {"iin": "` + citizen + `"}}`, func(r *rig) {
		r.ask("pending", addressApprove, of(stranger))
	}},
	{"wrong value", `{"on": "k2.k2extreq_pay_from_eko", "when": "body.items[0].amount == 2000 and body.items[0].trn_id == 11"}`, func(r *rig) {
		r.ask("accepted", payFirst, `{"items":[{"request_id":1,"trn_id":11,"refer":"PTPJ000000000001","cur":"KZT","amount":200,"incoming_amount":200}]}`)
	}},
	{"wrong type", `{"on": "kyc.info.exec_proc", "for": {"iin": "` + citizen + `"}, "outcome": "found"}`, func(r *rig) {
		r.ask("malformed", execProc, `{"api_key":"k","iin":`+citizen+`}`)
	}},
	{"called twice", `{"on": "kyc.info.exec_proc", "outcome": "found", "count": 1}`, func(r *rig) {
		r.ask("found", execProc, of(citizen))
		r.control("POST", "/clock/advance", `{"by":"3s"}`, nil)
		r.ask("found", execProc, of(citizen))
	}},
	{"called too late", `{"on": "kyc.address.get", "outcome": "found"}`, func(r *rig) {
		session := member(r.t, r.ask("valid", addressApprove, of(citizen), "Prefer", "outcome=valid"), "backend_session_id")
		r.control("POST", "/clock/advance", `{"by":"6m"}`, nil)
		r.ask("token-expired", addressGet, `{"api_key":"`+aKey+`","iin":"`+citizen+`","backend_session_id":"`+session+`"}`)
	}},
	{"wrong sandbox", `{"on": "kyc.info.exec_proc", "outcome": "found"}`, func(r *rig) {
		if w := r.do("PUT", "/_sim/sandboxes/yesterday", `{}`); w.Code != 201 {
			r.t.Fatal(w.Body)
		}
		r.do("POST", "/s/yesterday"+execProc, of(citizen))
	}},
	{"wrong outcome", `{"on": "kyc.info.exec_proc", "outcome": "unavailable"}`, func(r *rig) {
		r.ask("not-found", execProc, of("990101504049"))
	}},
	{"never called", `{"on": "abs.get_cli", "count": ">=2"}`, func(*rig) {}},
	{"wrong order", `{"on": "kyc.address.get", "for": {"iin": "` + citizen + `"}, "outcome": "found"}`, func(r *rig) {
		r.ask("already-received", addressGet, `{"api_key":"k","iin":"`+citizen+`","backend_session_id":"x"}`)
		r.ask("pending", addressApprove, of(citizen))
	}},
	{"malformed body", `{"on": "kyc.address.approve", "when": "body.iin == '` + citizen + `'"}`, func(r *rig) {
		r.ask("malformed", addressApprove, `{"api_key":"k","iin":"`+citizen+`",}`)
	}},
	{"other operation", `{"on": "abs.colvir_get_loan_debt", "count": 1}`, func(r *rig) {
		r.ask("debt", "/abs/way4_get_loan_debt", `{"iin":"`+citizen+`","contract_number":"KD`+citizen+`1"}`)
	}},
	{"path without its slash", `{"on": "kyc.info.exec_proc"}`, func(r *rig) {
		r.do("POST", strings.TrimSuffix(execProc, "/"), of(citizen))
	}},
	{"though it must not", `{"on": "kyc.*", "count": 0}`, func(r *rig) { r.ask("found", execProc, of(citizen)) }},
}

// TestExpectationsExplainThemselves: what is said of each mistake, word by word.
func TestExpectationsExplainThemselves(t *testing.T) {
	var all strings.Builder
	for _, m := range mistakes {
		r := newRig(t, nil)
		m.client(r)
		w := r.expectation(m.expect)
		var f failure
		if err := json.Unmarshal(w.Body.Bytes(), &f); err != nil || w.Code != 409 || f.Passed || f.Status != 409 {
			t.Errorf("%s: %d %s", m.name, w.Code, w.Body)
		}
		fmt.Fprintf(&all, "== %s\n%s\n\n%s\n\n%s\n", m.name, m.expect, f.Detail, f.Difference)
	}
	testgolden.Compare(t, "testdata/expectations.txt", all.String())
}

// TestExpectationsAreJudgedAtOnce: without `within`.
func TestExpectationsAreJudgedAtOnce(t *testing.T) {
	r := newRig(t, nil)
	r.ask("found", execProc, of(citizen))
	r.ask("found", execProc, of(stranger))
	r.ask("not-found", execProc, of(citizen), "Prefer", "outcome=not-found")
	for _, test := range []struct {
		body   string
		status int
	}{
		{`{on: kyc.info.exec_proc}`, 200},
		{`{on: kyc.*, count: 3}`, 200},
		{`{on: kyc.*, count: "3"}`, 200},
		{`{on: kyc.*, count: "<3"}`, 409},
		{`{on: kyc.info.exec_proc, outcome: found, count: 2}`, 200},
		{`{on: kyc.info.exec_proc, outcome: found, for: {iin: "` + citizen + `"}, count: 1}`, 200},
		{`{on: kyc.info.exec_proc, when: 'body.iin == "` + stranger + `"', count: 1}`, 200},
		{`{on: abs.*, count: 0}`, 200},
		{`{on: kyc.*, count: 0}`, 409},
		{`{on: abs.*}`, 409},
		{`{on: abs.get_clii}`, 422},
		{`{on: kyc.info.exec_proc, outcome: fond}`, 422},
		{`{on: kyc.info.exec_proc, within: 11m}`, 400},
		{`{`, 422},
	} {
		if w := r.expectation(test.body); w.Code != test.status {
			t.Errorf("%s: %d, want %d: %s", test.body, w.Code, test.status, w.Body)
		}
	}
}

// TestExpectationsWait: `within` is the machine's time, and nobody polls: what
// comes ends the wait in the same instant.
func TestExpectationsWait(t *testing.T) {
	for _, test := range []struct {
		name, body string
		calls      []time.Duration // when the client calls
		status     int
		took       time.Duration
	}{
		{"it comes", `{on: abs.get_cli, within: 5s}`, []time.Duration{2 * time.Second}, 200, 2 * time.Second},
		{"it never comes", `{on: abs.get_cli, within: 5s}`, nil, 409, 5 * time.Second},
		{"it comes too late", `{on: abs.get_cli, within: 5s}`, []time.Duration{6 * time.Second}, 409, 5 * time.Second},
		{"it has come", `{on: abs.get_cli, within: 5s}`, []time.Duration{0}, 200, 0},
		{"twice, once is missing", `{on: abs.get_cli, count: ">=2", within: 5s}`, []time.Duration{1, 2 * time.Second}, 200, 2 * time.Second},
		{"so often and no more", `{on: abs.get_cli, count: 2, within: 5s}`, []time.Duration{1, 2 * time.Second}, 200, 5 * time.Second},
		{"a second time", `{on: abs.get_cli, count: 1, within: 3s}`, []time.Duration{40 * time.Millisecond, time.Second}, 409, time.Second},
		{"once too often", `{on: abs.get_cli, count: "<=1", within: 5s}`, []time.Duration{0, 2 * time.Second}, 409, 2 * time.Second},
		{"it stays away", `{on: abs.get_cli, count: 0, within: 5s}`, []time.Duration{6 * time.Second}, 200, 5 * time.Second},
		{"something else comes", `{on: abs.get_cli, outcome: not-found, within: 5s}`, []time.Duration{1 * time.Second}, 409, 5 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, func(opts *simulator.Options) { opts.Clock = nil })
				for _, after := range test.calls {
					time.AfterFunc(after, func() { r.ask("found", "/abs/get_cli?iinbin="+citizen, "") })
				}
				synctest.Wait()
				began := r.sim.Pool.Now()
				w := r.expectation(test.body)
				if took := r.sim.Pool.Now().Sub(began).Round(time.Millisecond); w.Code != test.status || took != test.took {
					t.Errorf("%d after %s, want %d after %s: %s", w.Code, took, test.status, test.took, w.Body)
				}
				<-time.After(10 * time.Second) // in the bubble: for the calls that come later
			})
		})
	}
}

// TestExpectationsSeeWhatIsInFlight: a client that gave up on a held answer has
// made its request all the same.
func TestExpectationsSeeWhatIsInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(opts *simulator.Options) { opts.Clock = nil })
		r.control("PUT", "/clock", `{"mode": "real"}`, nil)
		r.control("PUT", "/profile", `{"preset": "documents", "kyc.address_wait": "hold"}`, nil)
		r.control("POST", "/faults", `{on: kyc.info.exec_proc, fault: {delay: 1m}}`, nil)
		go r.do("POST", execProc, of(citizen))
		go r.do("POST", addressApprove, of(citizen))
		synctest.Wait()
		var got struct {
			Count    int
			Requests []struct {
				Request string
				Over    bool
			}
			InFlight []struct{ Request string } `json:"in_flight"`
		}
		ask := func(body string, status int) {
			t.Helper()
			w := r.expectation(body)
			got.Requests, got.InFlight = nil, nil
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != status {
				t.Fatalf("%s: %d, want %d (%v): %s", body, w.Code, status, err, w.Body)
			}
		}
		ask(`{on: kyc.info.exec_proc, outcome: found, count: 1}`, 200) // decided, and on its way
		if len(got.Requests) != 1 || got.Requests[0].Over {
			t.Errorf("counted are %+v, want one that isn't over", got.Requests)
		}
		ask(`{on: kyc.info.exec_proc, count: 0}`, 409)
		ask(`{on: kyc.address.approve, count: 1}`, 200)
		ask(`{on: kyc.address.approve, outcome: valid}`, 409) // the subject hasn't answered yet
		if len(got.InFlight) != 1 {
			t.Errorf("in flight are %+v, want the approval", got.InFlight)
		}
		began := r.sim.Pool.Now()
		ask(`{on: kyc.address.approve, outcome: valid, within: 30s}`, 200)
		if took := r.sim.Pool.Now().Sub(began).Round(time.Millisecond); took != 5*time.Second {
			t.Errorf("it was met after %s, want when the subject has answered", took)
		}
		<-time.After(2 * time.Minute) // in the bubble: until the delayed answer is over
	})
}
