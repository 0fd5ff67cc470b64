package scenario

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity of a finding.
type Severity string

// An Error keeps a document from being a scenario; a Warning doesn't.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Position is a place in a document: lines and columns from 1, columns in
// characters.
type Position struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

func (p Position) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

// Finding is one thing that is wrong with a document.
type Finding struct {
	Position
	Path     string   `json:"path,omitempty"` // rules[0].do
	Found    string   `json:"found"`
	Expected string   `json:"expected"`
	Nearest  string   `json:"nearest,omitempty"` // the word that was most likely meant
	Severity Severity `json:"severity"`
}

// String is the finding as an editor's problem matcher and a tester read it:
// file:line:column, the place in the document, what is there and what should be.
func (f Finding) String() string {
	var b strings.Builder
	b.WriteString(f.Position.String() + ": ")
	if f.Severity == Warning {
		b.WriteString("warning: ")
	}
	if f.Path != "" {
		b.WriteString(f.Path + ": ")
	}
	fmt.Fprintf(&b, "found %s, expected %s", f.Found, f.Expected)
	if f.Nearest != "" {
		fmt.Fprintf(&b, "; did you mean %q?", f.Nearest)
	}
	return b.String()
}

// Broken reports whether one of the findings is an error.
func Broken(findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity == Error })
}

// inOrder sorts findings by their place and keeps each once: what a case shares
// with its file is checked with both. Warnings wait until there are no errors, of
// which they may be a consequence.
func inOrder(findings []Finding) []Finding {
	if Broken(findings) {
		findings = slices.DeleteFunc(findings, func(f Finding) bool { return f.Severity == Warning })
	}
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.Compact(findings)
}
