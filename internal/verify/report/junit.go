package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/junit"
	"github.com/kzsim/kzsim/internal/verify"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Time     string       `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name      string      `xml:"name,attr"`
	Tests     int         `xml:"tests,attr"`
	Failures  int         `xml:"failures,attr"`
	Skipped   int         `xml:"skipped,attr"`
	Timestamp string      `xml:"timestamp,attr"`
	Cases     []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string         `xml:"classname,attr"`
	Name    string         `xml:"name,attr"`
	Time    string         `xml:"time,attr"`
	Failure *junit.Failure `xml:"failure,omitempty"`
	Skipped *junit.Skipped `xml:"skipped,omitempty"`
	Out     string         `xml:"system-out,omitempty"`
}

// JUnit writes the report as CI systems read it: a suite for each operation, a
// test for each case. Notes and accepted findings are a test's output.
func JUnit(w io.Writer, r *verify.Report) error {
	c := countOf(r)
	all := junitSuites{
		Name: "contract " + r.Target, Tests: len(r.Results), Failures: c.Failed, Skipped: c.Skipped, Time: seconds(r.TookMS),
	}
	for _, op := range r.Operations {
		suite := junitSuite{Name: op.ID, Timestamp: r.Started.Format(time.RFC3339)}
		for _, result := range r.Results {
			if result.Operation == op.ID {
				suite.add(result)
			}
		}
		if suite.Tests > 0 {
			all.Suites = append(all.Suites, suite)
		}
	}
	return junit.Encode(w, all)
}

func (s *junitSuite) add(result verify.Result) {
	c := junitCase{Class: result.Operation, Name: result.Case, Time: seconds(result.TookMS)}
	var failing, other []string
	kind := ""
	for _, f := range result.Findings {
		if !f.Fails() {
			other = append(other, inWords(f))
			continue
		}
		failing = append(failing, inWords(f))
		if kind == "" {
			kind = string(f.Kind)
		}
	}
	if len(failing) > 0 {
		s.Failures++
		c.Failure = junit.Failed(strings.Join(failing, "\n\n"))
		c.Failure.Type = kind
	}
	if result.Verdict == verify.Skipped {
		s.Skipped++
		c.Skipped = &junit.Skipped{Message: result.Why}
	}
	c.Out = strings.Join(other, "\n\n")
	s.Tests++
	s.Cases = append(s.Cases, c)
}

// inWords is a finding in a few lines.
func inWords(f verify.Finding) string {
	head := fmt.Sprintf("%s %s %s", f.Operation, f.Kind, f.Path)
	switch {
	case f.AcceptedFor() != "":
		head = "accepted (" + f.AcceptedFor() + "): " + head
	case f.IsNote():
		head = "note: " + head
	}
	text := fmt.Sprintf("%s\ndocument: %s\n(%s)\nexpected: %s\nseen: %s", head, f.Quote, source(f), f.Expected, f.Seen)
	if places := placesOf(f); places != "" {
		text += "\nat: " + places
	}
	return text
}

func seconds(ms float64) string { return fmt.Sprintf("%.3f", ms/1000) }
