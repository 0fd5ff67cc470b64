package control_test

import (
	"encoding/xml"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/coverage"
	"github.com/kzsim/kzsim/internal/kyc"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/testgolden"
)

// outcomeOf an operation in a report.
func outcomeOf(t *testing.T, r coverage.Report, operation, outcome string) coverage.Outcome {
	t.Helper()
	for _, op := range r.ByOperation {
		for _, o := range op.Outcomes {
			if op.ID == operation && o.Name == outcome {
				return o
			}
		}
	}
	t.Fatalf("no %s %s in the report", operation, outcome)
	return coverage.Outcome{}
}

// transitionsMet of a report, as machine: from event to.
func transitionsMet(r coverage.Report) []string {
	var met []string
	for _, m := range r.ByMachine {
		for _, move := range m.Transitions {
			if move.Count > 0 {
				met = append(met, m.Name+": "+move.From+" "+move.Event+" "+move.To)
			}
		}
	}
	return met
}

func TestCoverage(t *testing.T) {
	r := newRig(t, nil)
	r.ask("pending", addressApprove, of(citizen))
	r.control("POST", "/clock/advance", `{"by":"5s"}`, nil)
	r.ask("valid", addressApprove, of(citizen))
	r.control("POST", "/reset", "", nil) // a suite resets between its tests
	r.ask("pending", addressApprove, of(citizen))
	r.do("POST", "/no/operation", "{}")

	var one coverage.Report
	r.control("GET", "/coverage", "", &one)
	diff(t, "met", []int{2, 1, 0}, []int{
		outcomeOf(t, one, "kyc.address.approve", "pending").Count,
		outcomeOf(t, one, "kyc.address.approve", "valid").Count,
		outcomeOf(t, one, "kyc.address.approve", "invalid").Count,
	})
	diff(t, "transitions", []string{"kyc.address-session: PENDING approve VALID"}, transitionsMet(one))
	if one.Outcomes.Met != 2 || one.Operations.Met != 1 || one.Transitions.Met != 1 || !one.Pass {
		t.Errorf("the totals are %+v %+v %+v, pass %v", one.Outcomes, one.Operations, one.Transitions, one.Pass)
	}
}

// TestCoverageIsTheTables: nothing but the contract table says what there is.
func TestCoverageIsTheTables(t *testing.T) {
	table, err := simulator.Table()
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, op := range table.Operations() {
		for _, o := range op.Outcomes {
			want = append(want, op.ID+" "+o.Name)
		}
	}
	var all coverage.Report
	newRig(t, nil).control("GET", "/coverage", "", &all)
	for _, op := range all.ByOperation {
		for _, o := range op.Outcomes {
			got = append(got, op.ID+" "+o.Name)
		}
	}
	diff(t, "outcomes", want, got)
	moves := 0
	for _, m := range contract.DescribeMachines(table) {
		for _, move := range m.Transitions {
			moves += len(move.From)
		}
	}
	if all.Outcomes.InScope != len(want) || all.Operations.InScope != len(table.Operations()) ||
		all.Transitions.InScope == 0 || all.Transitions.InScope > moves {
		t.Errorf("in scope are %+v %+v %+v", all.Outcomes, all.Operations, all.Transitions)
	}
}

// TestCoverageIsWhatTheClientGot: an answer that a fault kept from it isn't met,
// though the state has moved on.
func TestCoverageIsWhatTheClientGot(t *testing.T) {
	r := newRig(t, nil)
	server := httptest.NewServer(r.sim.Handler())
	defer server.Close()
	for _, fault := range []string{"lost-reply", "truncate", "{status: 502}", "{drift: {rename: {from: status, to: state}}}"} {
		r.control("DELETE", "/faults", "", nil)
		if w := r.do("POST", "/_sim/sandboxes/default/faults", "fault: "+fault); w.Code != 201 {
			t.Fatalf("%s: %s", fault, w.Body)
		}
		resp, err := server.Client().Post(server.URL+addressApprove, "application/json", strings.NewReader(of(citizen)))
		if err == nil {
			resp.Body.Close()
		}
	}
	var report coverage.Report
	r.control("GET", "/coverage", "", &report)
	if report.Outcomes.Met != 0 {
		t.Errorf("%d outcomes are met, of answers that never came or were others", report.Outcomes.Met)
	}
	r.control("DELETE", "/faults", "", nil)
	r.control("POST", "/faults", `{fault: {delay: 0s}}`, nil)
	r.ask("pending", addressApprove, of(citizen))
	r.control("GET", "/coverage", "", &report)
	if report.Outcomes.Met != 1 {
		t.Errorf("%d outcomes are met, want the one that came late", report.Outcomes.Met)
	}
}

func TestCoverageOfAllSandboxes(t *testing.T) {
	r := newRig(t, nil)
	for _, id := range []string{"a", "b"} {
		if w := r.do("PUT", "/_sim/sandboxes/"+id, "{}"); w.Code != 201 {
			t.Fatal(w.Body)
		}
		r.do("POST", "/s/"+id+execProc, of(citizen))
		r.do("DELETE", "/_sim/sandboxes/"+id, "")
	}
	r.base = ""
	w := r.do("GET", "/_sim/coverage?format=md", "")
	if !strings.Contains(w.Body.String(), "| found | 200 | 2 |  |\n") {
		t.Errorf("what was met in sandboxes that are gone isn't there:\n%s", w.Body)
	}
}

func TestCoverageScopeAndThreshold(t *testing.T) {
	r := newRig(t, nil)
	r.ask("found", execProc, of(citizen))
	r.ask("not-found", execProc, of("990101504049"))
	scope := `{"on": "k2.*", "reason": "another team's"}, {"on": "abs.*", "reason": "the bank's"}, `
	for _, op := range kyc.Service().Operations {
		if op.ID != "kyc.info.exec_proc" {
			scope += `{"on": "` + op.ID + `", "reason": "not yet"}, `
		}
	}
	r.control("PUT", "/coverage/scope", `[`+scope+`{"on": "*", "outcome": "malformed", "reason": "our client <never> | does & that"}]`, nil)
	for query, pass := range map[string]bool{"?min=28.5": true, "?min=28.6": false, "": true, "?min=0": true} {
		var report coverage.Report
		r.control("GET", "/coverage"+query, "", &report)
		if report.Outcomes != (coverage.Total{Met: 2, InScope: 7, Percent: 28.5}) || report.Pass != pass {
			t.Errorf("%s: %+v, pass %v, want %v", query, report.Outcomes, report.Pass, pass)
		}
	}
	// The part that another operation in the table doesn't change.
	beginning := regexp.MustCompile(`(?s)^.*kyc\.info\.exec_proc.*?(\n## |</testsuite>\n)`)
	for format, file := range map[string]string{"md": "coverage.md", "junit": "coverage.xml"} {
		text := r.do("GET", "/_sim/sandboxes/default/coverage?format="+format+"&min=90", "").Body.String()
		testgolden.Compare(t, "testdata/"+file, beginning.FindString(text))
	}

	for body, says := range map[string]string{
		`[{"on": "abs.*"}]`:                                                "a reason is required",
		`[{"on": "abs.get_clii", "reason": "x"}]`:                          `the nearest is \"abs.get_cli\"`,
		`[{"on": "abs.get_cli", "outcome": "foun", "reason": "x"}]`:        `the nearest is \"found\"`,
		`[{"on": "abs.get_cli", "outcomes": ["found"], "reason": "x"}]`:    "outcomes",
		`[{"on": "abs.[", "outcome": "found", "reason": "a bad pattern"}]`: "no operation",
	} {
		if w := r.do("PUT", "/_sim/sandboxes/default/coverage/scope", body); w.Code != 400 || !strings.Contains(w.Body.String(), says) {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
	for _, query := range []string{"?min=101", "?min=x", "?min=NaN", "?format=html"} {
		if w := r.do("GET", "/_sim/coverage"+query, ""); w.Code != 400 {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
		}
	}
}

// TestCoverageJUnit: the numbers agree with the cases.
func TestCoverageJUnit(t *testing.T) {
	var suites struct {
		Suites []struct {
			Name     string `xml:"name,attr"`
			Tests    int    `xml:"tests,attr"`
			Failures int    `xml:"failures,attr"`
			Skipped  int    `xml:"skipped,attr"`
			Cases    []struct {
				Failure *struct{} `xml:"failure"`
				Skipped *struct{} `xml:"skipped"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	table, err := simulator.Table()
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t, nil)
	r.ask("found", execProc, of(citizen))
	if err := xml.Unmarshal(r.do("GET", "/_sim/coverage?format=junit&min=50", "").Body.Bytes(), &suites); err != nil {
		t.Fatal(err)
	}
	if want := 1 + len(table.Operations()); len(suites.Suites) != want || suites.Suites[0].Failures != 1 {
		t.Errorf("%d suites, the first %+v; want %d, the first for the threshold, failed", len(suites.Suites), suites.Suites[0], want)
	}
	for _, s := range suites.Suites {
		failures, skipped := 0, 0
		for _, c := range s.Cases {
			if c.Failure != nil {
				failures++
			}
			if c.Skipped != nil {
				skipped++
			}
		}
		if s.Tests != len(s.Cases) || s.Failures != failures || s.Skipped != skipped {
			t.Errorf("%s says %d tests, %d failures, %d skipped; has %d, %d, %d", s.Name, s.Tests, s.Failures, s.Skipped, len(s.Cases), failures, skipped)
		}
	}
}
