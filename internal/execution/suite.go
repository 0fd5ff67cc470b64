package execution

import (
	"fmt"
	"strings"

	"github.com/kzsim/kzsim/internal/junit"
)

// Suite is the result as CI systems show tests: the command, each line of `must`,
// and the gates. A case fails only if it fails the run.
func (r *Result) Suite() junit.Suite {
	s := junit.Suite{Name: "sim exec"}
	add := func(name string, failure string) {
		c := junit.Case{Name: name, Class: "sim exec"}
		if failure != "" {
			c.Failure = junit.Failed(failure)
		}
		s.Cases = append(s.Cases, c)
	}
	add("the command", r.commandFailure())
	add("requests that fitted nothing", r.remarksFailure(OnUnmatched, r.Met.Unmatched))
	add("findings", r.remarksFailure(OnFindings, r.Met.Findings))
	if r.Met.Requests == 0 && r.Gates.failOn(OnIdle) {
		add("requests", "the command sent none")
	}
	if r.Met.sandboxIsGone() && r.Gates.failOn(OnVerdict) {
		add("must", "the sandbox of "+r.Met.Scenario+" is gone")
	}
	for _, report := range r.Met.Verdict.Must {
		failure := ""
		if !report.Passed && r.Gates.failOn(OnVerdict) {
			failure = explain(report)
		}
		add("must: "+report.Expected, failure)
	}
	if r.Gates.MinCoverage > 0 {
		add(fmt.Sprintf("at least %g %% of the outcomes", r.Gates.MinCoverage), r.coverageFailure())
	}
	return s
}

// remarksFailure is how the remarks fail a gate; empty if they don't.
func (r *Result) remarksFailure(gate string, remarks Remarks) string {
	if remarks.Count == 0 || !r.Gates.failOn(gate) {
		return ""
	}
	return fmt.Sprintf("%s\n%s", many(remarks.Count, "request"), strings.Join(remarks.First, "\n"))
}
