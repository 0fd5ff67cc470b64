// Package junit writes results in the XML that CI systems read as JUnit's.
package junit

import (
	"encoding/xml"
	"io"
	"strings"
)

// Suites is a whole report.
type Suites struct {
	XMLName xml.Name `xml:"testsuites"`
	Suites  []Suite  `xml:"testsuite"`
}

// Suite is one group of cases. Tests, Failures and Skipped are counted by Write.
type Suite struct {
	Name     string  `xml:"name,attr"`
	Tests    int     `xml:"tests,attr"`
	Failures int     `xml:"failures,attr"`
	Skipped  int     `xml:"skipped,attr"`
	Seconds  float64 `xml:"time,attr"`
	Cases    []Case  `xml:"testcase"`
}

// Case is one test.
type Case struct {
	Name    string   `xml:"name,attr"`
	Class   string   `xml:"classname,attr"`
	File    string   `xml:"file,attr,omitempty"`
	Seconds float64  `xml:"time,attr"`
	Failure *Failure `xml:"failure,omitempty"`
	Skipped *Skipped `xml:"skipped,omitempty"`
	Output  string   `xml:"system-out,omitempty"`
}

// Failure says what went wrong: of what kind, if kinds are distinguished, in a line,
// and all of it.
type Failure struct {
	Type    string `xml:"type,attr,omitempty"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// Skipped says why a case was not run.
type Skipped struct {
	Message string `xml:"message,attr"`
}

// Failed makes a failure whose message is the first line of the text.
func Failed(text string) *Failure {
	first, _, _ := strings.Cut(text, "\n")
	return &Failure{Message: first, Text: text}
}

// Write the report, its counts worked out. Characters that XML can't hold are
// replaced, so that no body can break the report.
func Write(w io.Writer, suites ...Suite) error {
	for i := range suites {
		suites[i].count()
	}
	return Encode(w, Suites{Suites: suites})
}

// Encode writes a document as Write does, for a report with more to say of itself
// than Suites.
func Encode(w io.Writer, document any) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(document); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s *Suite) count() {
	s.Tests, s.Failures, s.Skipped = len(s.Cases), 0, 0
	for _, c := range s.Cases {
		if c.Failure != nil {
			s.Failures++
		}
		if c.Skipped != nil {
			s.Skipped++
		}
	}
}
