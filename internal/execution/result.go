package execution

import (
	"fmt"
	"slices"

	"github.com/kzsim/kzsim/internal/coverage"
	"github.com/kzsim/kzsim/internal/expect"
)

// What a command that went well can fail by, besides coverage.
const (
	OnFindings  = "findings"  // the simulator had a remark on a request
	OnUnmatched = "unmatched" // a request fitted no operation
	OnVerdict   = "verdict"   // the scenario's `must` was not met
	OnIdle      = "idle"      // the command sent no request
)

// Gates are what a run can fail by although its command went well. The zero value
// has none.
type Gates struct {
	FailOn      []string // of OnFindings, OnUnmatched, OnVerdict, OnIdle
	MinCoverage float64  // the percentage of all outcomes that must be met; 0 for none
}

func (g Gates) failOn(gate string) bool { return slices.Contains(g.FailOn, gate) }

// Met is what a command has met at the simulator, over all sandboxes.
type Met struct {
	Requests  int
	Unmatched Remarks         // requests that fitted no operation
	Findings  Remarks         // requests of an operation, with findings
	Scenario  string          // its name; empty for none
	Verdict   expect.Verdict  // on the scenario's `must`
	Coverage  coverage.Report // with the gates' MinCoverage as its Min
}

// sandboxIsGone reports whether there was nothing to judge the scenario's must by.
func (m Met) sandboxIsGone() bool { return !m.Verdict.Passed && len(m.Verdict.Must) == 0 }

// Result is what a run has come to.
type Result struct {
	End      End
	Met      Met
	Gates    Gates
	Failures []string // what fails the run, except a command that fails by its own exit code
	KeptIn   string   // the folder that Keep has written to; empty for none
}

// Judge what fails a run, by how its command ended and what the command has met.
func Judge(end End, met Met, gates Gates) *Result {
	r := &Result{End: end, Met: met, Gates: gates}
	if end.Timeout > 0 {
		r.fail(r.commandFailure())
	}
	for _, gate := range []struct {
		name string
		shut bool
	}{{OnFindings, met.Findings.Count > 0}, {OnUnmatched, met.Unmatched.Count > 0}, {OnVerdict, !met.Verdict.Passed}, {OnIdle, met.Requests == 0}} {
		if gate.shut && gates.failOn(gate.name) {
			r.fail(gate.name)
		}
	}
	if why := r.coverageFailure(); why != "" {
		r.fail(why)
	}
	return r
}

// Passed reports whether the command went well and nothing else failed the run.
func (r *Result) Passed() bool { return r.End.Code == 0 && len(r.Failures) == 0 }

func (r *Result) fail(why string) { r.Failures = append(r.Failures, why) }

// commandFailure is why the command itself fails the run; empty if it doesn't.
func (r *Result) commandFailure() string {
	switch {
	case r.End.Timeout > 0:
		return fmt.Sprintf("the command did not end within %s", r.End.Timeout)
	case r.End.Code != 0:
		return fmt.Sprintf("the command failed with exit code %d", r.End.Code)
	}
	return ""
}

// coverageFailure is why the coverage fails the run; empty if it doesn't.
func (r *Result) coverageFailure() string {
	if r.Met.Coverage.Pass {
		return ""
	}
	return fmt.Sprintf("coverage: %.1f %% of the outcomes were met, %g %% were asked for",
		r.Met.Coverage.Outcomes.Percent, r.Gates.MinCoverage)
}
