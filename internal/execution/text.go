package execution

import (
	"fmt"
	"strings"

	"github.com/kzsim/kzsim/internal/coverage"
	"github.com/kzsim/kzsim/internal/expect"
)

// Text of the result for people; quiet is only what failed.
func (r *Result) Text(quiet bool) string {
	var b strings.Builder
	if !quiet {
		r.summary(&b)
	}
	if r.Met.Requests == 0 {
		b.WriteString("sim exec: warning: the command sent no request to the simulator, whose address is in SIM_URL and SIM_KYC_URL, SIM_K2_URL, SIM_ABS_URL\n")
	}
	if r.End.Killed {
		b.WriteString("sim exec: the command did not end when it was asked to, and was killed\n")
	}
	if r.End.Code != 0 && r.End.Timeout == 0 {
		fmt.Fprintf(&b, "sim exec: %s\n", r.commandFailure())
	}
	if len(r.Failures) > 0 {
		fmt.Fprintf(&b, "sim exec: failed by %s\n", strings.Join(r.Failures, "; "))
	}
	return b.String()
}

func (r *Result) summary(b *strings.Builder) {
	met := r.Met
	fmt.Fprintf(b, "sim exec: %s, %s of %s met\n", many(met.Requests, "request"),
		many(met.Coverage.Outcomes.Met, "outcome"), many(met.Coverage.Operations.Met, "operation"))
	for _, op := range met.Coverage.ByOperation {
		if outcomes := outcomesMet(op); outcomes != "" {
			fmt.Fprintf(b, "  %-36s %s\n", op.ID, outcomes)
		}
	}
	met.Unmatched.list(b, "fitted nothing")
	met.Findings.list(b, "with findings")
	switch {
	case met.sandboxIsGone():
		fmt.Fprintf(b, "  verdict of %s: none, its sandbox is gone\n", met.Scenario)
	case len(met.Verdict.Must) > 0:
		fmt.Fprintf(b, "  verdict of %s: %s\n", met.Scenario, map[bool]string{true: "passed", false: "failed"}[met.Verdict.Passed])
	}
	for _, report := range met.Verdict.Must {
		if !report.Passed {
			fmt.Fprintf(b, "    %s\n", strings.ReplaceAll(explain(report), "\n", "\n    "))
		}
	}
	fmt.Fprintf(b, "  coverage: %.1f %% of %s\n", met.Coverage.Outcomes.Percent, many(met.Coverage.Outcomes.InScope, "outcome"))
	if r.KeptIn != "" {
		fmt.Fprintf(b, "  kept in %s\n", r.KeptIn)
	}
}

// explain an expectation that isn't met, with what came closest.
func explain(report expect.Report) string {
	return fmt.Sprintf("%s: %s", report.Position, report)
}

// outcomesMet of an operation, with how often; empty if none was met.
func outcomesMet(op coverage.Operation) string {
	var met []string
	for _, o := range op.Outcomes {
		if o.Count > 0 {
			met = append(met, fmt.Sprintf("%s %d", o.Name, o.Count))
		}
	}
	return strings.Join(met, ", ")
}

func (r Remarks) list(b *strings.Builder, title string) {
	if r.Count == 0 {
		return
	}
	fmt.Fprintf(b, "  %s: %s\n", title, many(r.Count, "request"))
	for _, text := range r.First {
		fmt.Fprintf(b, "    %s\n", text)
	}
	if more := r.Count - len(r.First); more > 0 {
		fmt.Fprintf(b, "    and %d more\n", more)
	}
}

func many(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return fmt.Sprintf("%d %ss", n, of)
}
