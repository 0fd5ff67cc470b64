package trial_test

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/expect"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/simulator"
)

var table = sync.OnceValue(func() *contract.Table {
	t, err := simulator.Table()
	if err != nil {
		panic(err)
	}
	return t
})

var noon = time.Date(2024, time.March, 1, 12, 0, 0, 0, time.FixedZone("", 5*60*60))

func expectation(t *testing.T, keys string) *scenario.Expectation {
	t.Helper()
	e, findings := scenario.ParseExpectation([]byte("{"+keys+"}"), scenario.Options{Table: table()})
	if e == nil {
		t.Fatalf("%s: %v", keys, findings)
	}
	return e
}

// exchange number n, so many seconds after noon.
func exchange(n int, operation, outcome, url, body string, findings ...contract.Finding) *journal.Exchange {
	return &journal.Exchange{
		ID: fmt.Sprintf("req-%06d", n), Seq: uint64(n), At: noon.Add(time.Duration(n) * time.Second),
		Operation: operation, Outcome: outcome, URL: url, Findings: findings,
		Request: journal.NewMessage(http.Header{"X-Run": {"7"}}, []byte(body)),
	}
}

var exchanges = []*journal.Exchange{
	exchange(1, "kyc.address.approve", "pending", "/api/v1/backend/address/approve/", `{"api_key": "***", "iin": "901123300258"}`),
	exchange(2, "kyc.address.approve", "valid", "/api/v1/backend/address/approve/", `{"api_key": "***", "iin": "901123300258"}`),
	exchange(3, "kyc.address.approve", "pending", "/api/v1/backend/address/approve/", `{"api_key": "***", "iin": "031231500126"}`,
		contract.Finding{Ledger: 10, Path: "/api_key", Text: "an empty key"}),
	exchange(4, "kyc.edocument.request", "requested", "/s/a/api/v1/backend/e-document/online-access/request/passport/", `{"phone": "7"}`,
		contract.Finding{Ledger: 25, Path: "/phone", Text: "not a phone"}, contract.Finding{Text: "no Content-Type"}),
	exchange(5, "abs.get_cli", "found", "/abs/get_cli?iinbin=901123300258", ""),
	exchange(6, "", "", "/nowhere", ""),
}

// judge an expectation by exchanges that have all been counted.
func judge(e *scenario.Expectation, exchanges []*journal.Exchange, opts expect.Options) expect.Verdict {
	m := scenario.Must{Expectation: e}
	for _, x := range exchanges {
		if e.Holds(scenario.AnsweredOf(e, x), opts.Start) {
			m.Met++
		}
	}
	return expect.Judge([]scenario.Must{m}, exchanges, opts)
}

func TestJudge(t *testing.T) {
	for _, test := range []struct {
		must   string
		passed bool
		count  int
	}{
		{"on: kyc.address.approve", true, 3},
		{"on: kyc.address.approve, count: 3", true, 3},
		{"on: kyc.address.approve, outcome: valid, count: 1", true, 1},
		{"on: kyc.address.approve, for: {iin: 901123300258}, count: '>2'", false, 2},
		{"on: kyc.address.approve, outcome: timeout, count: 0", true, 0},
		{"on: kyc.address.approve, outcome: pending, count: '<2'", false, 2},
		{"on: kyc.address.approve, count: '<=3'", true, 3},
		{"on: kyc.*, within: 2s, count: 2", true, 2},
		{"on: kyc.edocument.request, when: path.document_type == 'passport'", true, 1},
		{`on: abs.*, for: {iin: 901123300258}, when: "header['x-run'] == '7' and query.iinbin != ''"`, true, 1},
		{"on: '*', finding: any, count: 2", true, 2},
		{"on: '*', finding: any, count: 0", false, 2},
		{"on: kyc.address.approve, finding: none, count: 2", true, 2},
		{"on: '*', finding: 25", true, 1},
		{"on: '*', finding: 10, outcome: valid, count: 0", true, 0},
		{"on: abs.*, finding: 62, count: 0", true, 0},
	} {
		v := judge(expectation(t, test.must), exchanges, expect.Options{Start: noon})
		if got := v.Must[0]; v.Passed != test.passed || got.Passed != test.passed || got.Count != test.count {
			t.Errorf("%s: passed %v with %d, want %v with %d:\n%s", test.must, v.Passed, got.Count, test.passed, test.count, got)
		}
	}
}

func TestNothingToDoIsDone(t *testing.T) {
	want := expect.Verdict{Passed: true, Must: []expect.Report{}}
	if diff := cmp.Diff(want, expect.Judge(nil, exchanges, expect.Options{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestTheNearestMissesAreNamed: with every criterion, what was asked for and what
// was there.
func TestTheNearestMissesAreNamed(t *testing.T) {
	must := expectation(t, `on: kyc.address.approve, for: {iin: 901123300258}, when: body.iin endsWith "9", outcome: timeout, finding: any, within: 1m`)
	v := judge(must, exchanges, expect.Options{Start: noon})
	const want = `expected 1 or more of kyc.address.approve for iin 901123300258 when body.iin endsWith "9" with the outcome timeout with a finding within 1m0s; there were 0
nearest: req-000003 at 2024-03-01T12:00:03+05:00:
  for iin: expected 901123300258, found 031231500126
  when: expected body.iin endsWith "9", found body.iin is "031231500126"
  outcome: expected timeout, found pending
then req-000002 at 2024-03-01T12:00:02+05:00:
  when: expected body.iin endsWith "9", found body.iin is "901123300258"
  outcome: expected timeout, found valid
  finding: expected any, found none
then req-000001 at 2024-03-01T12:00:01+05:00:
  when: expected body.iin endsWith "9", found body.iin is "901123300258"
  outcome: expected timeout, found pending
  finding: expected any, found none`
	got := strings.Split(v.Must[0].String(), "\n")
	if diff := cmp.Diff(want, strings.Join(got, "\n")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if at := (document.Position{File: "expectation", Line: 1, Column: 1}); *v.Must[0].Position != at {
		t.Errorf("the place is %s, want %s", v.Must[0].Position, at)
	}
}

// TestMissesOfABatchStayShort: a batch may hold tens of thousands of values, and a
// report of them is read by a person.
func TestMissesOfABatchStayShort(t *testing.T) {
	var rows []string
	for n := range 2000 {
		rows = append(rows, fmt.Sprintf(`{"iinbin": "%012d"}`, n))
	}
	batch := exchange(1, "k2.k2loan_from_eko", "accepted", "/restapi/services/run/k2loan_from_eko", "["+strings.Join(rows, ",")+"]")
	v := judge(expectation(t, "on: k2.k2loan_from_eko, for: {iin: 901123300258}"),
		[]*journal.Exchange{batch}, expect.Options{})
	const want = "000000000000, 000000000001, 000000000002, 000000000003, 000000000004 and 1995 more"
	for _, c := range v.Must[0].Nearest[0].Criteria {
		if c.Name == "for iin" && c.Found != want {
			t.Errorf("found %s, want %s", c.Found, want)
		}
	}
}

// TestAHeldRequestIsUndecided: what an expectation asks of the answer isn't known
// before there is one, be it the outcome or the findings.
func TestAHeldRequestIsUndecided(t *testing.T) {
	c := frozen(t)
	for _, test := range []struct {
		must            string
		count, inFlight int
		passed, unknown bool
	}{
		{"on: kyc.address.approve", 1, 0, true, false},
		{"on: kyc.address.approve, outcome: pending", 0, 1, false, true},
		{"on: kyc.address.approve, finding: any", 0, 1, false, true},
		{"on: kyc.address.approve, finding: none", 0, 1, false, true},
		{"on: kyc.address.get, finding: none", 0, 0, false, false},
		{"on: kyc.address.approve, outcome: pending, count: 0", 0, 1, false, true},
		{"on: kyc.address.approve, outcome: pending, count: '<=1'", 0, 1, true, false},
		{"on: kyc.address.get, outcome: found, count: 0", 0, 0, true, false},
	} {
		sb := box(t, c)
		sb.Run().Log.Open(exchange(1, "kyc.address.approve", "", "/api/v1/backend/address/approve/", `{"iin": "901123300258"}`))
		got := await(t, sb, expectation(t, test.must), 0, c, expect.Options{})
		inFlight := test.inFlight
		if got.Passed {
			inFlight = 0 // a report of success names none
		}
		if got.Count != test.count || len(got.InFlight) != inFlight || got.Passed != test.passed || got.Unknown != test.unknown {
			t.Errorf("%s: passed %v (unknown %v) with %d and %d in flight, want %v (%v) with %d and %d", test.must,
				got.Passed, got.Unknown, got.Count, len(got.InFlight), test.passed, test.unknown, test.count, inFlight)
		}
	}
}

func await(t *testing.T, sb *sandbox.Sandbox, e *scenario.Expectation, within time.Duration, c *clock.Clock, opts expect.Options) expect.Report {
	t.Helper()
	report, err := expect.Await(context.Background(), sb, e, within, c, opts)
	if err != nil {
		t.Error(err)
	}
	return report
}

// TestWaitingIsBounded: each that waits looks at each request, so one too many is
// refused, and another that ends makes room for it.
func TestWaitingIsBounded(t *testing.T) {
	c := frozen(t)
	sb := box(t, c)
	var first *sandbox.Watch
	for range sandbox.MostWatches {
		w, err := sb.Watch(expectation(t, "on: kyc.*"), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		first = w
	}
	if _, err := expect.Await(context.Background(), sb, expectation(t, "on: kyc.*"), 0, c, expect.Options{}); err != sandbox.ErrWatched {
		t.Errorf("one more: %v", err)
	}
	first.Close()
	await(t, sb, expectation(t, "on: kyc.*"), 0, c, expect.Options{})
}

func frozen(t *testing.T) *clock.Clock {
	t.Helper()
	c, err := clock.New(clock.Settings{Mode: clock.Frozen, Start: noon})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func box(t *testing.T, c *clock.Clock) *sandbox.Sandbox {
	t.Helper()
	sb, err := sandbox.NewPool(sandbox.Options{Clock: c, Table: table()}).Create(sandbox.Config{ID: "a"})
	if err != nil {
		t.Fatal(err)
	}
	return sb
}

// TestWhatTheJournalDropsIsCounted: an expectation that waits counts a request at the
// moment when it is over.
func TestWhatTheJournalDropsIsCounted(t *testing.T) {
	c := frozen(t)
	pool := sandbox.NewPool(sandbox.Options{Clock: c, Table: table(), Limits: sandbox.Limits{Journal: 2}})
	sb, err := pool.Create(sandbox.Config{ID: "a"})
	if err != nil {
		t.Fatal(err)
	}
	run := sb.Run()
	add := func(n int) {
		sb.Record(run, exchange(n, "kyc.address.approve", "pending", "/api/v1/backend/address/approve/", `{}`), nil)
	}
	for n := range 4 {
		add(n) // the journal has two of them when it is asked
	}
	report := make(chan expect.Report)
	go func() {
		report <- await(t, sb, expectation(t, "on: kyc.*, count: '>=8'"), time.Hour, c, expect.Options{})
	}()
	for c.Waiting() == 0 {
		runtime.Gosched()
	}
	for n := range 6 {
		add(10 + n)
	}
	if got := <-report; !got.Passed || got.Count != 8 || got.Lost != 2 {
		t.Errorf("passed %v with %d, %d lost; want 8 and 2", got.Passed, got.Count, got.Lost)
	}
}

// TestWhatWasDroppedMayHaveBeenTooMany: an upper bound can't be known to hold where the
// journal has dropped requests.
func TestWhatWasDroppedMayHaveBeenTooMany(t *testing.T) {
	c := frozen(t)
	pool := sandbox.NewPool(sandbox.Options{Clock: c, Table: table(), Limits: sandbox.Limits{Journal: 2}})
	sb, err := pool.Create(sandbox.Config{ID: "a"})
	if err != nil {
		t.Fatal(err)
	}
	for n := range 4 {
		sb.Record(sb.Run(), exchange(n, "abs.get_cli", "found", "/abs/get_cli?iinbin=901123300258", ""), nil)
	}
	for must, want := range map[string]expect.Report{
		"on: kyc.*, count: 0":     {Unknown: true},
		"on: kyc.*, count: '<=2'": {Passed: true},
		"on: abs.*, count: 3":     {Unknown: true},
		"on: abs.*, count: '>=2'": {Passed: true},
		"on: abs.*, count: 1":     {},
		"on: abs.*, count: '>=9'": {},
		"on: kyc.*, count: '<9'":  {Passed: true},
	} {
		got := await(t, sb, expectation(t, must), 0, c, expect.Options{})
		if got.Passed != want.Passed || got.Unknown != want.Unknown {
			t.Errorf("%s: passed %v, unknown %v: %s", must, got.Passed, got.Unknown, got)
		}
	}
}

// TestAResetBeginsToCountAnew, also for an expectation that waits.
func TestAResetBeginsToCountAnew(t *testing.T) {
	c := frozen(t)
	sb := box(t, c)
	add := func(n int) {
		sb.Record(sb.Run(), exchange(n, "kyc.address.approve", "pending", "/api/v1/backend/address/approve/", `{}`), nil)
	}
	add(1)
	report := make(chan expect.Report)
	go func() {
		report <- await(t, sb, expectation(t, "on: kyc.*, count: '>=2'"), time.Hour, c, expect.Options{})
	}()
	for c.Waiting() == 0 {
		runtime.Gosched()
	}
	if _, err := sb.Reset(); err != nil {
		t.Fatal(err)
	}
	add(1)
	select {
	case got := <-report:
		t.Fatalf("one request of the new run is enough: %s", got)
	default:
	}
	add(2)
	if got := <-report; !got.Passed || got.Count != 2 {
		t.Errorf("passed %v with %d", got.Passed, got.Count)
	}
}

// TestFewRequestsAreListed: the text of a report names the first requests that were counted,
// and how many more there were.
func TestFewRequestsAreListed(t *testing.T) {
	r := expect.Report{Expected: "at most 1 of kyc.address.get", Count: 90, Requests: make([]expect.Seen, 90)}
	for i := range r.Requests {
		r.Requests[i].Request = fmt.Sprintf("req-%06d", i+1)
	}
	text := r.String()
	if strings.Count(text, "\n") != 11 || !strings.Contains(text, "req-000010") || !strings.HasSuffix(text, "\n  and 80 more") {
		t.Error(text)
	}
}
