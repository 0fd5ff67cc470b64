package coverage

import (
	"encoding/xml"
	"fmt"
	"strings"
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
		fmt.Fprintf(&b, "\n## %s\n\n| outcome | status | times | |\n|---|--:|--:|---|\n", op.ID)
		for _, o := range op.Outcomes {
			fmt.Fprintf(&b, "| %s | %d | %d | %s |\n", o.Name, o.Status, o.Count, cell(remark(o.Count, o.OutOfScope)))
		}
	}
	for _, m := range r.ByMachine {
		fmt.Fprintf(&b, "\n## %s\n\n| from | event | to | times | |\n|---|---|---|--:|---|\n", m.Name)
		for _, t := range m.Transitions {
			fmt.Fprintf(&b, "| %s | %s | %s | %d | %s |\n", cell(t.From), t.Event, cell(t.To), t.Count, cell(remark(t.Count, t.OutOfScope)))
		}
	}
	return b.String()
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

type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Name    string       `xml:"name,attr"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Failure *junitMessage `xml:"failure"`
	Skipped *junitMessage `xml:"skipped"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
}

func (s *junitSuite) add(c junitCase) {
	c.Class = s.Name
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
	if c.Skipped != nil {
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

// JUnit is the report as CI systems show it: a suite for each operation with a case
// for each outcome, skipped where it wasn't met, and one that fails if too few were.
func (r Report) JUnit() ([]byte, error) {
	all := junitSuites{Name: "outcome coverage of " + r.Title}
	if r.Min != nil {
		all.Suites = append(all.Suites, r.junitTotal())
	}
	for _, op := range r.ByOperation {
		suite := junitSuite{Name: op.ID}
		for _, o := range op.Outcomes {
			suite.add(o.junit())
		}
		all.Suites = append(all.Suites, suite)
	}
	text, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return nil, err
	}
	return append([]byte(xml.Header), append(text, '\n')...), nil
}

func (r Report) junitTotal() junitSuite {
	suite := junitSuite{Name: "coverage"}
	c := junitCase{Name: fmt.Sprintf("at least %g %% of the outcomes", *r.Min)}
	if !r.Pass {
		c.Failure = &junitMessage{fmt.Sprintf("%.1f %% were met: %d of %d", r.Outcomes.Percent, r.Outcomes.Met, r.Outcomes.InScope)}
	}
	suite.add(c)
	return suite
}

func (o Outcome) junit() junitCase {
	c := junitCase{Name: o.Name}
	switch {
	case o.OutOfScope != "":
		c.Skipped = &junitMessage{"out of scope: " + o.OutOfScope}
	case o.Count == 0:
		c.Skipped = &junitMessage{"not met"}
	}
	return c
}
