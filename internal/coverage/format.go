package coverage

import (
	"fmt"
	"io"
	"strings"

	"github.com/kzsim/kzsim/internal/junit"
)

// Markdown is the report as a page: the totals, what was never met, then all.
func (r Report) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Outcome coverage of %s\n\n", cell(r.Title))
	b.WriteString("| | met | in scope | percent |\n|---|--:|--:|--:|\n")
	for _, row := range []struct {
		name string
		Total
	}{{"outcomes", r.Outcomes}, {"operations", r.Operations}, {"transitions", r.Transitions}} {
		fmt.Fprintf(&b, "| %s | %d | %d | %.1f |\n", row.name, row.Met, row.InScope, row.Percent)
	}
	if r.Min != nil {
		fmt.Fprintf(&b, "\n%s: %.1f %% of the outcomes were met, %g %% were asked for.\n",
			map[bool]string{true: "Passed", false: "Failed"}[r.Pass], r.Outcomes.Percent, *r.Min)
	}
	for _, op := range r.ByOperation {
		op.markdown(&b, op.ID)
	}
	for _, m := range r.ByMachine {
		fmt.Fprintf(&b, "\n## %s\n\n| from | event | to | times | |\n|---|---|---|--:|---|\n", m.Name)
		for _, t := range m.Transitions {
			fmt.Fprintf(&b, "| %s | %s | %s | %d | %s |\n", cell(t.From), t.Event, cell(t.To), t.Count, cell(remark(t.Count, t.OutOfScope)))
		}
	}
	for _, op := range r.Heard {
		op.markdown(&b, "Answers to calls of "+op.ID)
	}
	return b.String()
}

func (o Operation) markdown(b *strings.Builder, title string) {
	fmt.Fprintf(b, "\n## %s\n\n| outcome | status | times | |\n|---|--:|--:|---|\n", title)
	for _, out := range o.Outcomes {
		fmt.Fprintf(b, "| %s | %d | %d | %s |\n", out.Name, out.Status, out.Count, cell(remark(out.Count, out.OutOfScope)))
	}
}

// remark says what there is to say beside a count.
func remark(count int, outOfScope string) string {
	switch {
	case outOfScope != "" && count > 0:
		return "met, though out of scope: " + outOfScope
	case outOfScope != "":
		return "out of scope: " + outOfScope
	case count == 0:
		return "**not met**"
	}
	return ""
}

// cell is a text fit for a cell of a table: nothing in it is markup.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "\r", " ", "<", "&lt;", "&", "&amp;").Replace(text)
}

// JUnit writes the report as CI systems show it: a suite for each operation with a
// case for each outcome, skipped where it wasn't met, and one case that fails if too
// few were.
func (r Report) JUnit(w io.Writer) error {
	var suites []junit.Suite
	if r.Min != nil {
		suites = append(suites, r.threshold())
	}
	for _, op := range r.ByOperation {
		suite := junit.Suite{Name: op.ID}
		for _, o := range op.Outcomes {
			suite.Cases = append(suite.Cases, o.junit(op.ID))
		}
		suites = append(suites, suite)
	}
	return junit.Write(w, suites...)
}

func (r Report) threshold() junit.Suite {
	c := junit.Case{Class: "coverage", Name: fmt.Sprintf("at least %g %% of the outcomes", *r.Min)}
	if !r.Pass {
		c.Failure = junit.Failed(fmt.Sprintf("%.1f %% were met: %d of %d", r.Outcomes.Percent, r.Outcomes.Met, r.Outcomes.InScope))
	}
	return junit.Suite{Name: "coverage of " + r.Title, Cases: []junit.Case{c}}
}

func (o Outcome) junit(operation string) junit.Case {
	c := junit.Case{Class: operation, Name: o.Name}
	switch {
	case o.OutOfScope != "":
		c.Skipped = &junit.Skipped{Message: "out of scope: " + o.OutOfScope}
	case o.Count == 0:
		c.Skipped = &junit.Skipped{Message: "not met"}
	}
	return c
}
