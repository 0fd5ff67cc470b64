package trial_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/trial"
	"github.com/kzsim/kzsim/scenarios"
)

const head = "version: 1\nscenario: test\n"

// bench runs scenarios against a simulator of its own.
type bench struct {
	t      testing.TB
	sim    *simulator.Simulator
	runner *trial.Runner
}

func newBench(t testing.TB, patience time.Duration) bench {
	t.Helper()
	sim, err := simulator.New(simulator.Options{States: simulator.NoBound})
	if err != nil {
		t.Fatal(err)
	}
	r := trial.New(trial.Options{
		Table: sim.Table, Pool: sim.Pool, Handler: sim.Handler(), Create: sim.Create, Settle: sim.Callers.Settle, Patience: patience,
	})
	t.Cleanup(r.Close)
	return bench{t, sim, r}
}

func (b bench) parse(source string) *scenario.Scenario {
	b.t.Helper()
	s, findings := scenario.Parse("test.yaml", []byte(source), scenario.Options{Table: b.sim.Table, Library: scenarios.FS})
	for _, f := range findings {
		b.t.Errorf("%s", f)
	}
	if s == nil {
		b.t.FailNow()
	}
	return s
}

func (b bench) run(source string) []trial.Report {
	b.t.Helper()
	return b.runner.Run(b.t.Context(), b.parse(source).Variants()...)
}

// pass runs a document whose tries have to pass, and answers what the first of
// them left in its journal.
func pass(t testing.TB, source string) []*journal.Exchange {
	t.Helper()
	reports := newBench(t, 0).run(source)
	for _, report := range reports {
		for _, step := range report.Steps {
			if !step.Passed {
				t.Error(step.Failure)
			}
		}
		if report.Error != "" || len(report.Steps) == 0 {
			t.Errorf("%s was not tried: %s", report.Scenario, report.Error)
		}
	}
	return reports[0].Exchanges
}

func TestFaultsAsAClientMeetsThem(t *testing.T) {
	pass(t, head+`rules:
  - on: kyc.info.exec_proc
    do:
      - {fault: {delay: 2s}}
      - hang
      - reset
      - close
      - truncate
      - garbage
      - {fault: {status: 502}}
      - dribble
      - 503
      - 418
      - drift
      - stale-read
      - {outcome: found, patch: [{exec_proc_num: X}]}
      - {reply: {status: 503, body: {detail: KZ Citizen Info service is not available now}}}
      - {reply: {status: 200, headers: {X-Odd: yes}, body: "<html>"}, off_contract: true}
try:
  - {call: kyc.info.exec_proc, expect: {fault: delay, outcome: found}, save: {delayed: header.Date}}
  - {repeat: 1, expect: {fault: hang, header: {}}}
  - {repeat: 1, expect: reset}
  - {repeat: 1, expect: close}
  - {repeat: 1, expect: truncate}
  - {repeat: 1, expect: garbage}
  - {repeat: 1, expect: {fault: status, status: 502}}
  - {repeat: 1, expect: {fault: dribble, outcome: found}}
  - {repeat: 1, expect: unavailable}
  - {repeat: 1, expect: 418}
  - {repeat: 1, expect: drift}
  - {repeat: 1, expect: stale-read}
  - {repeat: 1, expect: {outcome: found, body: [{exec_proc_num: X}]}}
  - {repeat: 1, expect: unavailable}
  - {repeat: 2, expect: {status: 200, header: {x-odd: yes}}}
  - {call: kyc.address.get, headers: {X-Seen: "${delayed}"}}
`)
}

// TestTimePassesAsTheAnswerNeedsIt: to the moment, and never beyond the client's
// patience.
func TestTimePassesAsTheAnswerNeedsIt(t *testing.T) {
	exchanges := pass(t, head+`rules: [{on: kyc.info.exec_proc, do: [{fault: {delay: 1500ms}}, hang, pass]}]
try: [{call: kyc.info.exec_proc}, {repeat: 2}]
`)
	var after []time.Duration
	for _, x := range exchanges {
		after = append(after, x.At.Sub(scenario.DefaultStart()))
	}
	if diff := cmp.Diff([]time.Duration{0, 1500 * time.Millisecond, 31500 * time.Millisecond}, after); diff != "" {
		t.Errorf("the requests came at (-want +got):\n%s", diff)
	}
}

func TestEveryOperationCanBeCalledWithNothing(t *testing.T) {
	b := newBench(t, 0)
	var source strings.Builder
	source.WriteString(head + "try:\n")
	for _, op := range b.sim.Table.Operations() {
		fmt.Fprintf(&source, "  - call: %s\n", op.ID)
	}
	report := b.run(source.String())[0]
	for i, x := range report.Exchanges {
		if !report.Steps[i].Passed || x.Outcome == "malformed" || x.Outcome == "" {
			t.Errorf("%s: outcome %q to %s %s: %s%s", x.Operation, x.Outcome, x.URL, x.Request.Body, x.Response.Body, report.Steps[i].Failure)
		}
	}
	if len(report.Exchanges) != len(b.sim.Table.Operations()) {
		t.Errorf("%d requests", len(report.Exchanges))
	}
}

// TestAWholeConversation leaves out whatever a step before has said.
func TestAWholeConversation(t *testing.T) {
	pass(t, head+`given: {subjects: [{iin: 850101300011, phone: "77015554433", documents: [passport], after: 1h}]}
try:
  - {call: kyc.address.approve, expect: {outcome: pending, body: {status: PENDING, expire_date: null}}}
  - {subject: 850101300011, answer: approve}
  - {repeat: 1, expect: valid, save: {until: body.expire_date}}
  - {call: kyc.address.get, expect: {outcome: found, body: {iin: 850101300011}}}
  - {repeat: 1, expect: already-received}
  - {call: kyc.edocument.request, with: {document_type: passport}, expect: requested}
  - {call: kyc.edocument.approve, with: {code: "${otp(77015554433)}"}, expect: document}
  - {call: kyc.edocument.request, with: {document_type: passport}, expect: requested}
  - {call: kyc.edocument.approve, with: {file: true, file_type: pdf}, expect: document-pdf}
  - {call: kyc.edocument.request, with: {document_type: passport}, expect: requested}
  - {call: kyc.edocument.approve, with: {code: "${otp(phone)}", file: false}, expect: document}
  - {call: abs.get_cli, headers: {X-Until: "${until}"}, expect: {outcome: found, body: {iinbin: 850101300011}}}
  - {call: kyc.address.approve, with: {iin: null}, expect: malformed}
  - {call: kyc.address.approve, with: {iin: 901123300258}, expect: malformed}
`)
}

func TestScalarsKeepTheirText(t *testing.T) {
	exchanges := pass(t, head+`try:
  - {call: kyc.address.approve, with: {iin: 031231500126, api_key: 7}}
  - {call: k2.k2extreq_pay_from_eko, with: {items: [{trn_id: 011, refer: 0011, amount: 10001.00}, {trn_id: 11, refer: 1e3, amount: 0.10}, {trn_id: "11", refer: ~, amount: 1e3}]}}
  - {call: k2.k2extreq_by_dbz, with: {contract_number: 1_000, dbz_dt: 2014-02-08}}
  - {call: abs.get_acc_stmt_dt, with: {dep_id: 01, id: 007, dt: 2014-02-08}}
  - {call: abs.refuse_pt, with: {refer: yes, reason_code: 01}}
  - {call: k2.k2loan_exclude_on_by_iin_dbznum, with: {iin: 012345678901, dbz_num: 0x1F, return_extreq: true, fio: No}}
  - {call: kyc.address.approve, with: {iin: !!int 5, api_key: !!str 5}, expect: malformed}
`)
	want := []string{
		`{"api_key":"***","iin":"031231500126"}`,
		`{"items":[{"amount":10001.00,"refer":"0011","trn_id":"011"},{"amount":0.10,"refer":"1e3","trn_id":11},{"amount":1e3,"refer":null,"trn_id":"11"}]}`,
		`{"contract_number":"1_000","dbz_dt":"2014-02-08"}`,
		`?dep_id=01&dt=2014-02-08&id=007`,
		`{"reason_code":"01","refer":"yes"}`,
		`{"dbz_num":"0x1F","fio":"No","iin":"012345678901","return_extreq":true}`,
		`{"api_key":"***","iin":5}`,
	}
	var got []string
	for _, x := range exchanges {
		sent := string(x.Request.Body)
		if x.Method == http.MethodGet {
			sent = x.URL[strings.IndexByte(x.URL, '?'):]
		}
		got = append(got, sent)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
}

func TestARepeatIsTheSameBytes(t *testing.T) {
	exchanges := pass(t, head+`try:
  - {call: k2.k2extreq_pay_from_eko, headers: {X-Run: "${uuid}", X-At: "${now}"}}
  - {repeat: 2}
  - {call: k2.k2extreq_pay_from_eko, headers: {X-Run: "${uuid}"}}
`)
	for i, x := range exchanges[1:] {
		same := string(x.Request.Body) == string(exchanges[0].Request.Body) &&
			x.Request.Header().Get("X-Run") == exchanges[0].Request.Header().Get("X-Run")
		if want := i < 2; same != want {
			t.Errorf("request %d is the first again: %v, want %v (%s)", i+2, same, want, x.Request.Body)
		}
	}
	if at := exchanges[0].Request.Header().Get("X-At"); at != "2024-03-01T09:00:00+05:00" {
		t.Errorf("${now} was %s", at)
	}
}

func TestCasesAndTheirVerdicts(t *testing.T) {
	reports := newBench(t, 0).run(head + `must: [{on: kyc.address.approve, outcome: timeout}]
cases:
  - {name: late, rules: [{on: kyc.address.approve, do: timeout}], try: [{call: kyc.address.approve, expect: timeout}]}
  - {name: down, rules: [{on: kyc.address.approve, do: 409}], try: [{call: kyc.address.approve, expect: upstream-down}]}
`)
	var got []string
	for _, r := range reports {
		got = append(got, fmt.Sprint(r.Scenario, " ", r.Passed, " ", r.Verdict.Passed))
	}
	if diff := cmp.Diff([]string{"test/late true true", "test/down false false"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestParallelSandboxes: the same scenario, two hundred times at once.
func TestParallelSandboxes(t *testing.T) {
	b := newBench(t, 0)
	s := b.parse(head + `rules: [{on: kyc.address.approve, do: [pending, pending, valid]}]
try: [{call: kyc.address.approve, expect: pending}, {repeat: 1, expect: pending}, {repeat: 2, expect: valid}, {call: kyc.address.get, expect: found}]
`)
	var all sync.WaitGroup
	for range 200 {
		all.Go(func() {
			for _, step := range b.runner.Run(t.Context(), s)[0].Steps {
				if !step.Passed {
					t.Error(step.Failure)
				}
			}
		})
	}
	all.Wait()
}

// TestARealClock: a client's patience is measured on the sandbox's clock, which
// here is the machine's.
func TestARealClock(t *testing.T) {
	report := newBench(t, 500*time.Millisecond).run(head + `clock: {mode: real}
rules: [{on: kyc.info.exec_proc, do: [hang, pass]}]
try: [{call: kyc.info.exec_proc, expect: hang}, {repeat: 1, expect: found}]
`)[0]
	for _, step := range report.Steps {
		if !step.Passed {
			t.Error(step.Failure)
		}
	}
}
