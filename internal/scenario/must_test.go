package scenario_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/scenario"
)

// exchange number n, so many seconds after noon.
func exchange(n int, operation, outcome, url, body string) *journal.Exchange {
	return &journal.Exchange{
		ID: fmt.Sprintf("req-%06d", n), Seq: uint64(n), At: noon.Add(time.Duration(n) * time.Second),
		Operation: operation, Outcome: outcome, URL: url,
		Request: journal.Message{Body: []byte(body), Header: http.Header{"X-Run": {"7"}}},
	}
}

var exchanges = []*journal.Exchange{
	exchange(1, "kyc.address.approve", "pending", "/api/v1/backend/address/approve/", `{"api_key": "***", "iin": "901123300258"}`),
	exchange(2, "kyc.address.approve", "valid", "/api/v1/backend/address/approve/", `{"api_key": "***", "iin": "901123300258"}`),
	exchange(3, "kyc.address.approve", "pending", "/api/v1/backend/address/approve/", `{"api_key": "***", "iin": "031231500126"}`),
	exchange(4, "kyc.edocument.request", "requested", "/s/a/api/v1/backend/e-document/online-access/request/passport/", `{"phone": "7"}`),
	exchange(5, "abs.get_cli", "found", "/abs/get_cli?iinbin=901123300258", ""),
	exchange(6, "", "", "/nowhere", ""),
}

func TestMust(t *testing.T) {
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
	} {
		e, findings := scenario.ParseExpectation([]byte("{"+test.must+"}"), options())
		if e == nil {
			t.Errorf("%s: %v", test.must, findings)
			continue
		}
		got := e.Judge(exchanges, noon)
		if got.Passed != test.passed || got.Count != test.count {
			t.Errorf("%s: passed %v with %d (%v), want %v with %d", test.must, got.Passed, got.Count, got.Nearest, test.passed, test.count)
		}
	}
}

func TestVerdictNamesTheNearestMisses(t *testing.T) {
	r := runtimeOf(t, `must:
  - {on: kyc.address.approve, count: 3}
  - {on: kyc.address.approve, for: {iin: 901123300258}, when: body.iin endsWith "8", outcome: timeout, within: 1m}
`)
	want := scenario.Verdict{Passed: false, Results: []scenario.Result{
		{
			Position: scenario.Position{File: "test.yaml", Line: 4, Column: 5}, Passed: true, Count: 3,
			Expected: "3 of kyc.address.approve", Requests: []string{"req-000001", "req-000002", "req-000003"},
		},
		{
			Position: scenario.Position{File: "test.yaml", Line: 5, Column: 5},
			Expected: `1 or more of kyc.address.approve for iin 901123300258 when body.iin endsWith "8" with the outcome timeout within 1m0s`,
			Nearest: []scenario.Miss{
				{Request: "req-000001", Why: "its outcome is pending, not timeout"},
				{Request: "req-000002", Why: "its outcome is valid, not timeout"},
				{Request: "req-000003", Why: "for iin: it is 031231500126, not 901123300258"},
			},
		},
	}}
	if diff := cmp.Diff(want, r.Verdict(exchanges)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
