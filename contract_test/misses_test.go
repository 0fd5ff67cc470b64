package contract_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// unmet is what is told of an expectation that fails.
type unmet struct {
	Nearest []struct {
		Request  string
		Criteria []struct{ Name, Found string }
	}
}

// expect what hasn't come.
func (r *run) expect(expectation string) (failed unmet) {
	r.t.Helper()
	a := send(r.t, "POST", r.base+"/_sim/expectations", expectation)
	if a.status != http.StatusConflict {
		r.t.Fatalf("%s: %d %s", expectation, a.status, a.body)
	}
	a.decode(r.t, &failed)
	if len(failed.Nearest) == 0 {
		r.t.Fatalf("%s: no miss is named: %s", expectation, a.body)
	}
	return failed
}

// TestThreeMissesAreNamed: those that come nearest, the latest of equals first.
func TestThreeMissesAreNamed(t *testing.T) {
	for requests, want := range map[int][]string{
		2: {"req-000002", "req-000001"},
		3: {"req-000003", "req-000002", "req-000001"},
		4: {"req-000004", "req-000003", "req-000002"},
	} {
		r := newRun(t, operationOf("abs.get_cli"))
		for range requests {
			r.ask(sampleRequest(r.op))
		}
		var got []string
		for _, miss := range r.expect("{on: abs.get_cli, outcome: not-found}").Nearest {
			got = append(got, miss.Request)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d requests (-want +got):\n%s", requests, diff)
		}
	}
}

// TestFiftyMissesAreCompared: of requests that look alike the last fifty are compared
// by every criterion.
func TestFiftyMissesAreCompared(t *testing.T) {
	for requests, want := range map[int]string{50: "req-000001", 51: "req-000051"} {
		r := newRun(t, operationOf("abs.get_cli"))
		r.ask(sampleRequest(r.op), "X-Run", "7")
		for range requests - 1 {
			r.ask(sampleRequest(r.op))
		}
		failed := r.expect(`{on: abs.get_cli, when: "header['x-run'] == '7'", outcome: not-found}`)
		if got := failed.Nearest[0].Request; got != want {
			t.Errorf("of %d requests the nearest is %s, want %s", requests, got, want)
		}
	}
}

// TestFiveFindingsOfAMiss are told, then how many more there are.
func TestFiveFindingsOfAMiss(t *testing.T) {
	for findings, more := range map[int]string{4: "", 5: "", 6: "1 more", 20: "15 more"} {
		r := newRun(t, operationOf("abs.post_all_loan_exclude_to_eko"))
		want := r.findingsOf(r.ask(sampleRequest(r.op).edited(t, "/items: "+repeatedItems(findings))))
		if more != "" {
			want = append(want[:5], more)
		}
		found := ""
		for _, c := range r.expect("{on: abs.*, finding: none}").Nearest[0].Criteria {
			if c.Name == "finding" {
				found = c.Found
			}
		}
		if diff := cmp.Diff(strings.Join(want, "; "), found); diff != "" {
			t.Errorf("%d findings (-want +got):\n%s", findings, diff)
		}
	}
}
