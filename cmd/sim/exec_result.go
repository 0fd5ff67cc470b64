package main

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/kzsim/kzsim/internal/coverage"
	"github.com/kzsim/kzsim/internal/expect"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// tally counts what the command's requests came to, over all sandboxes and their
// lives. It is safe for concurrent use; the zero value is ready.
type tally struct {
	mu        sync.Mutex
	requests  int
	unmatched remarks
	findings  remarks
}

// remarks are the first few of many.
type remarks struct {
	count int
	first []string
}

// mostRemarks is how many are shown; the journal has them all.
const mostRemarks = 10

func (r *remarks) add(text string) {
	r.count++
	if len(r.first) < mostRemarks {
		r.first = append(r.first, text)
	}
}

func (r remarks) clone() remarks { return remarks{r.count, slices.Clone(r.first)} }

// observe an exchange that is over. What fits no operation has a finding, too,
// and counts once.
func (t *tally) observe(e *journal.Exchange) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.requests++
	if e.Operation == "" {
		t.unmatched.add(fmt.Sprintf("%s %s %s%s", e.ID, e.Method, pathOf(e.URL), findingsOf(e)))
		return
	}
	if len(e.Findings) > 0 {
		t.findings.add(fmt.Sprintf("%s %s%s", e.ID, e.Operation, findingsOf(e)))
	}
}

// counted is what there is so far. A request that outlasted the simulator's end may
// still be counted later.
func (t *tally) counted() (requests int, unmatched, findings remarks) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.requests, t.unmatched.clone(), t.findings.clone()
}

// pathOf an address, without the query: there may be numbers of people in it.
func pathOf(address string) string {
	if u, err := url.ParseRequestURI(address); err == nil {
		return u.Path
	}
	return address
}

func findingsOf(e *journal.Exchange) string {
	var b strings.Builder
	for _, f := range e.Findings {
		b.WriteString(": " + f.String())
	}
	return b.String()
}

// execResult is what a run has come to.
type execResult struct {
	end       commandEnd
	requests  int
	unmatched remarks
	findings  remarks
	scenario  string // empty for none
	verdict   expect.Verdict
	coverage  coverage.Report
	kept      string   // the folder of the artefacts
	failures  []string // what fails the run
}

func (r *execResult) fail(why string) { r.failures = append(r.failures, why) }

// result of a run whose command has ended, with what fails it.
func (r *rehearsal) result(end commandEnd) *execResult {
	result := &execResult{end: end}
	result.requests, result.unmatched, result.findings = r.tally.counted()
	var least *float64
	if r.cfg.minCoverage > 0 {
		least = &r.cfg.minCoverage
	}
	result.coverage = r.sim.Pool.Coverage().Report("all sandboxes", r.sim.Table, least)
	result.scenario, result.verdict = r.verdict()
	result.judge(r.cfg)
	return result
}

// sandboxIsGone reports whether there was nothing to judge the scenario's must by.
func (r *execResult) sandboxIsGone() bool { return !r.verdict.Passed && len(r.verdict.Must) == 0 }

// verdict on what the scenario says that the client must do. A command that has
// deleted the sandbox has left nothing to judge by, which is no good verdict.
func (r *rehearsal) verdict() (name string, v expect.Verdict) {
	sb, err := r.sim.Pool.Get(sandbox.DefaultID)
	if err != nil {
		return r.cfg.scenario, expect.Verdict{Passed: r.cfg.scenario == ""}
	}
	return expect.VerdictOn(sb, expect.Options{})
}

// judge what fails the run beside a command that has failed by itself.
func (r *execResult) judge(cfg *execConfig) {
	if r.end.timedOut {
		r.fail(r.commandFailure(cfg))
	}
	for _, gate := range []struct {
		name string
		shut bool
	}{{byFindings, r.findings.count > 0}, {byUnmatched, r.unmatched.count > 0}, {byVerdict, !r.verdict.Passed}} {
		if gate.shut && cfg.failsBy(gate.name) {
			r.fail(gate.name)
		}
	}
	if why := r.coverageFailure(cfg); why != "" {
		r.fail(why)
	}
}

func (cfg *execConfig) failsBy(gate string) bool { return slices.Contains(cfg.failOn, gate) }

// commandFailure is why the command itself fails the run; empty if it doesn't.
func (r *execResult) commandFailure(cfg *execConfig) string {
	switch {
	case r.end.timedOut:
		return fmt.Sprintf("the command did not end within %s", cfg.timeout)
	case r.end.code != exitGood:
		return fmt.Sprintf("the command failed with exit code %d", r.end.code)
	}
	return ""
}

func (r *execResult) coverageFailure(cfg *execConfig) string {
	if r.coverage.Pass {
		return ""
	}
	return fmt.Sprintf("coverage: %.1f %% of the outcomes were met, %g %% were asked for", r.coverage.Outcomes.Percent, cfg.minCoverage)
}

// text of the result for people.
func (r *execResult) text(cfg *execConfig) string {
	var b strings.Builder
	if !cfg.quiet {
		r.summary(&b)
	}
	if r.end.killed {
		b.WriteString("sim exec: the command did not end when it was told to, and was killed\n")
	}
	if r.end.code != exitGood && !r.end.timedOut {
		fmt.Fprintf(&b, "sim exec: %s\n", r.commandFailure(cfg))
	}
	if len(r.failures) > 0 {
		fmt.Fprintf(&b, "sim exec: failed by %s\n", strings.Join(r.failures, "; "))
	}
	return b.String()
}

func (r *execResult) summary(b *strings.Builder) {
	fmt.Fprintf(b, "sim exec: %s, %s of %s met\n", many(r.requests, "request"),
		many(r.coverage.Outcomes.Met, "outcome"), many(r.coverage.Operations.Met, "operation"))
	for _, op := range r.coverage.ByOperation {
		if met := metOf(op); met != "" {
			fmt.Fprintf(b, "  %-36s %s\n", op.ID, met)
		}
	}
	r.unmatched.list(b, "fitted nothing")
	r.findings.list(b, "with findings")
	switch {
	case r.sandboxIsGone():
		fmt.Fprintf(b, "  verdict of %s: none, its sandbox is gone\n", r.scenario)
	case len(r.verdict.Must) > 0:
		fmt.Fprintf(b, "  verdict of %s: %s\n", r.scenario, map[bool]string{true: "passed", false: "failed"}[r.verdict.Passed])
	}
	for _, report := range r.verdict.Must {
		if !report.Passed {
			fmt.Fprintf(b, "    %s\n", strings.ReplaceAll(explain(report), "\n", "\n    "))
		}
	}
	fmt.Fprintf(b, "  coverage: %.1f %% of %s\n", r.coverage.Outcomes.Percent, many(r.coverage.Outcomes.InScope, "outcome"))
	if r.kept != "" {
		fmt.Fprintf(b, "  kept in %s\n", r.kept)
	}
}

// explain an expectation that isn't met, with what came closest.
func explain(report expect.Report) string {
	return fmt.Sprintf("%s: %s", report.Position, report)
}

func metOf(op coverage.Operation) string {
	var met []string
	for _, o := range op.Outcomes {
		if o.Count > 0 {
			met = append(met, fmt.Sprintf("%s %d", o.Name, o.Count))
		}
	}
	return strings.Join(met, ", ")
}

// failure that the remarks are, if they are one; empty if there are none.
func (r remarks) failure(fails bool) string {
	if r.count == 0 || !fails {
		return ""
	}
	return fmt.Sprintf("%s\n%s", many(r.count, "request"), strings.Join(r.first, "\n"))
}

func (r remarks) list(b *strings.Builder, title string) {
	if r.count == 0 {
		return
	}
	fmt.Fprintf(b, "  %s: %s\n", title, many(r.count, "request"))
	for _, text := range r.first {
		fmt.Fprintf(b, "    %s\n", text)
	}
	if more := r.count - len(r.first); more > 0 {
		fmt.Fprintf(b, "    and %d more\n", more)
	}
}

func many(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return fmt.Sprintf("%d %ss", n, of)
}
