package expect_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/expect"
	"github.com/kzsim/kzsim/internal/journal"
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
		v := expect.Judge([]*scenario.Expectation{expectation(t, test.must)}, exchanges, expect.Options{Start: noon})
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
	v := expect.Judge([]*scenario.Expectation{must}, exchanges, expect.Options{Start: noon})
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
	if at := (scenario.Position{File: "expectation", Line: 1, Column: 1}); *v.Must[0].Position != at {
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
	v := expect.Judge([]*scenario.Expectation{expectation(t, "on: k2.k2loan_from_eko, for: {iin: 901123300258}")},
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
	c, err := clock.New(clock.Settings{Mode: clock.Frozen, Start: noon})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		must            string
		count, inFlight int
		passed          bool
	}{
		{"on: kyc.address.approve", 1, 0, true},
		{"on: kyc.address.approve, outcome: pending", 0, 1, false},
		{"on: kyc.address.approve, finding: any", 0, 1, false},
		{"on: kyc.address.approve, finding: none", 0, 1, false},
		{"on: kyc.address.get, finding: none", 0, 0, false},
	} {
		j := journal.NewBudget(1 << 20).New(10)
		j.Open(exchange(1, "kyc.address.approve", "", "/api/v1/backend/address/approve/", `{"iin": "901123300258"}`))
		got := expect.Await(context.Background(), j, expectation(t, test.must), 0, c, expect.Options{})
		if got.Count != test.count || len(got.InFlight) != test.inFlight || got.Passed != test.passed {
			t.Errorf("%s: passed %v with %d and %d in flight, want %v with %d and %d", test.must,
				got.Passed, got.Count, len(got.InFlight), test.passed, test.count, test.inFlight)
		}
	}
}
