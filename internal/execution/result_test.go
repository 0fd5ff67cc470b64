package execution_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kzsim/kzsim/internal/coverage"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/execution"
	"github.com/kzsim/kzsim/internal/expect"
	"github.com/kzsim/kzsim/internal/junit"
)

var (
	goodEnd  = execution.End{}
	lateEnd  = execution.End{Code: 143, Timeout: time.Minute}
	twoLines = expect.Verdict{Must: []expect.Report{
		{Passed: true, Expected: "1 of kyc.address.approve"},
		{Expected: "2 of abs.reg_pt", Position: &document.Position{File: "must.yaml", Line: 6, Column: 5}},
	}}
	allGates = execution.Gates{FailOn: []string{execution.OnFindings, execution.OnUnmatched, execution.OnVerdict}}
)

// nothing is what a command has met that sent no request.
func nothing() execution.Met {
	return execution.Met{Verdict: expect.Verdict{Passed: true}, Coverage: coverage.Report{Pass: true}}
}

// something is what a command has met that did all that fails a run.
func something() execution.Met {
	return execution.Met{
		Requests:  14,
		Unmatched: execution.Remarks{Count: 1, First: []string{"req-000002 GET /nowhere: no operation has this path"}},
		Findings:  execution.Remarks{Count: 12, First: []string{"req-000003 kyc.address.get: repaired", "req-000004 abs.get_cli: repaired"}},
		Scenario:  "must-pay",
		Verdict:   twoLines,
		Coverage: coverage.Report{
			Outcomes: coverage.Total{Met: 2, InScope: 133, Percent: 1.5}, Operations: coverage.Total{Met: 1, InScope: 26},
			ByOperation: []coverage.Operation{
				{ID: "abs.get_cli"},
				{ID: "kyc.address.approve", Outcomes: []coverage.Outcome{{Name: "pending", Count: 3}, {Name: "valid"}, {Name: "refused", Count: 1}}},
			},
		},
	}
}

func with(change func(*execution.Met)) execution.Met {
	met := nothing()
	change(&met)
	return met
}

// TestJudge: a run passes if its command ended well and in time, and no gate that
// was asked for is shut.
func TestJudge(t *testing.T) {
	remark := execution.Remarks{Count: 1, First: []string{"req-000001"}}
	findings := with(func(m *execution.Met) { m.Findings = remark })
	unmatched := with(func(m *execution.Met) { m.Unmatched = remark })
	unmet := with(func(m *execution.Met) { m.Verdict = twoLines })
	gone := with(func(m *execution.Met) { m.Verdict = expect.Verdict{} })
	little := with(func(m *execution.Met) {
		m.Coverage = coverage.Report{Outcomes: coverage.Total{Percent: 1.5}}
	})
	on := func(gates ...string) execution.Gates { return execution.Gates{FailOn: gates} }
	late := "the command did not end within 1m0s"
	cases := []struct {
		name     string
		end      execution.End
		met      execution.Met
		gates    execution.Gates
		passed   bool
		failures []string
	}{
		{"nothing happened", goodEnd, nothing(), allGates, true, nil},
		{"the command failed", execution.End{Code: 7}, nothing(), allGates, false, nil},
		{"the command failed and had findings", execution.End{Code: 7}, findings, allGates, false, []string{"findings"}},
		{"the command was late", lateEnd, nothing(), execution.Gates{}, false, []string{late}},
		{"the command was late and ended well", execution.End{Timeout: time.Minute}, nothing(), execution.Gates{}, false, []string{late}},
		{"findings", goodEnd, findings, on(execution.OnFindings), false, []string{"findings"}},
		{"findings that may be", goodEnd, findings, on(execution.OnUnmatched, execution.OnVerdict), true, nil},
		{"unmatched", goodEnd, unmatched, on(execution.OnUnmatched), false, []string{"unmatched"}},
		{"unmatched that may be", goodEnd, unmatched, on(execution.OnFindings, execution.OnVerdict), true, nil},
		{"an unmet must", goodEnd, unmet, on(execution.OnVerdict), false, []string{"verdict"}},
		{"an unmet must that may be", goodEnd, unmet, on(execution.OnFindings, execution.OnUnmatched), true, nil},
		{"a sandbox that is gone", goodEnd, gone, on(execution.OnVerdict), false, []string{"verdict"}},
		{"too little coverage", goodEnd, little, execution.Gates{MinCoverage: 90}, false,
			[]string{"coverage: 1.5 % of the outcomes were met, 90 % were asked for"}},
		{"all at once", lateEnd, something(), execution.Gates{FailOn: allGates.FailOn, MinCoverage: 2.5}, false,
			[]string{late, "findings", "unmatched", "verdict", "coverage: 1.5 % of the outcomes were met, 2.5 % were asked for"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := execution.Judge(c.end, c.met, c.gates)
			if r.Passed() != c.passed {
				t.Errorf("passed is %v, want %v", r.Passed(), c.passed)
			}
			if diff := cmp.Diff(c.failures, r.Failures, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("failures (-want +got):\n%s", diff)
			}
		})
	}
}

const summaryOfSomething = `sim exec: 14 requests, 2 outcomes of 1 operation met
  kyc.address.approve                  pending 3, refused 1
  fitted nothing: 1 request
    req-000002 GET /nowhere: no operation has this path
  with findings: 12 requests
    req-000003 kyc.address.get: repaired
    req-000004 abs.get_cli: repaired
    and 10 more
  verdict of must-pay: failed
    must.yaml:6:5: expected 2 of abs.reg_pt; there were 0
  coverage: 1.5 % of 133 outcomes
`

// TestText of a result, as the terminal shows it.
func TestText(t *testing.T) {
	gone := with(func(m *execution.Met) { m.Scenario, m.Verdict = "lost.yaml", expect.Verdict{} })
	good := with(func(m *execution.Met) {
		m.Requests, m.Scenario = 1, "must-pay"
		m.Verdict.Must = []expect.Report{{Passed: true, Expected: "1 of abs.reg_pt"}}
	})
	killed := execution.End{Code: 137, Timeout: time.Minute, Killed: true}
	covered := execution.Gates{MinCoverage: 90}
	kept := execution.Judge(goodEnd, nothing(), allGates)
	kept.KeptIn = "reports"
	const idle = "sim exec: warning: the command sent no request to the simulator, whose address is in SIM_URL and SIM_KYC_URL, SIM_K2_URL, SIM_ABS_URL\n"
	none := "sim exec: 0 requests, 0 outcomes of 0 operations met\n"
	cases := []struct {
		name   string
		result *execution.Result
		quiet  bool
		want   string
	}{
		{"all good", execution.Judge(goodEnd, good, allGates), false,
			"sim exec: 1 request, 0 outcomes of 0 operations met\n  verdict of must-pay: passed\n  coverage: 0.0 % of 0 outcomes\n"},
		{"all good, quietly", execution.Judge(goodEnd, good, allGates), true, ""},
		{"kept", kept, false, none + "  coverage: 0.0 % of 0 outcomes\n  kept in reports\n" + idle},
		{"no gates", execution.Judge(goodEnd, something(), execution.Gates{MinCoverage: 0}), false,
			summaryOfSomething + "sim exec: failed by coverage: 1.5 % of the outcomes were met, 0 % were asked for\n"},
		{"gates", execution.Judge(goodEnd, something(), allGates), false,
			summaryOfSomething + "sim exec: failed by findings; unmatched; verdict; coverage: 1.5 % of the outcomes were met, 0 % were asked for\n"},
		{"the command failed", execution.Judge(execution.End{Code: 7}, something(), covered), true,
			"sim exec: the command failed with exit code 7\nsim exec: failed by coverage: 1.5 % of the outcomes were met, 90 % were asked for\n"},
		{"killed", execution.Judge(killed, nothing(), allGates), true,
			idle + "sim exec: the command did not end when it was asked to, and was killed\nsim exec: failed by the command did not end within 1m0s\n"},
		{"a sandbox that is gone", execution.Judge(goodEnd, gone, allGates), false,
			none + "  verdict of lost.yaml: none, its sandbox is gone\n  coverage: 0.0 % of 0 outcomes\n" + idle + "sim exec: failed by verdict\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, c.result.Text(c.quiet)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestSuite: the cases of a result, and those that fail. What doesn't fail the run
// fails no case.
func TestSuite(t *testing.T) {
	gone := with(func(m *execution.Met) { m.Scenario, m.Verdict = "lost.yaml", expect.Verdict{} })
	names := []string{"the command", "requests that fitted nothing", "findings"}
	must := []string{"must: 1 of kyc.address.approve", "must: 2 of abs.reg_pt"}
	cases := []struct {
		name     string
		result   *execution.Result
		names    []string
		failures map[string]string
	}{
		{"nothing", execution.Judge(goodEnd, nothing(), allGates), names, nil},
		{"no gates", execution.Judge(goodEnd, something(), execution.Gates{}), append(names, must...), nil},
		{"all gates", execution.Judge(execution.End{Code: 7}, something(), execution.Gates{FailOn: allGates.FailOn, MinCoverage: 2.5}),
			append(append(names, must...), "at least 2.5 % of the outcomes"), map[string]string{
				"the command":                    "the command failed with exit code 7",
				"requests that fitted nothing":   "1 request\nreq-000002 GET /nowhere: no operation has this path",
				"findings":                       "12 requests\nreq-000003 kyc.address.get: repaired\nreq-000004 abs.get_cli: repaired",
				"must: 2 of abs.reg_pt":          "must.yaml:6:5: expected 2 of abs.reg_pt; there were 0",
				"at least 2.5 % of the outcomes": "coverage: 1.5 % of the outcomes were met, 2.5 % were asked for",
			}},
		{"late", execution.Judge(lateEnd, nothing(), allGates), names, map[string]string{"the command": "the command did not end within 1m0s"}},
		{"a sandbox that is gone", execution.Judge(goodEnd, gone, allGates), append(names, "must"),
			map[string]string{"must": "the sandbox of lost.yaml is gone"}},
		{"a sandbox that may be gone", execution.Judge(goodEnd, gone, execution.Gates{}), names, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := c.result.Suite()
			if diff := cmp.Diff(suite(c.names, c.failures), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// suite of cases, and the texts of those that fail.
func suite(names []string, failures map[string]string) junit.Suite {
	s := junit.Suite{Name: "sim exec"}
	for _, name := range names {
		c := junit.Case{Name: name, Class: "sim exec"}
		if text, failed := failures[name]; failed {
			first, _, _ := strings.Cut(text, "\n")
			c.Failure = &junit.Failure{Message: first, Text: text}
		}
		s.Cases = append(s.Cases, c)
	}
	return s
}
