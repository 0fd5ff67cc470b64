package document

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity of a finding.
type Severity string

// An Error keeps a document from being used; a Warning doesn't.
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

// Same reports whether another finding says the same of the same place.
func (f Finding) Same(other Finding) bool {
	return f.Position == other.Position && f.Found == other.Found && f.Expected == other.Expected
}

// String is the finding as an editor's problem matcher and a tester read it:
// file:line:column, the place in the document, what is there and what should be.
func (f Finding) String() string {
	var b strings.Builder
	b.WriteString(f.Position.String() + ": ")
	if f.Severity == Warning {
		b.WriteString("warning: ")
	}
	return b.String() + f.Text()
}

// Text is the finding without its position: for what was not written as a document.
func (f Finding) Text() string {
	text := fmt.Sprintf("found %s, expected %s", f.Found, f.Expected) + suggestion(f.Nearest)
	if f.Path != "" {
		text = f.Path + ": " + text
	}
	return text
}

// Findings are all that is wrong with a document. Those that keep it from being used
// are an error that lists them, one a line.
type Findings []Finding

func (all Findings) Error() string {
	lines := make([]string, len(all))
	for i, f := range all {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// Broken reports whether one of the findings is an error.
func (all Findings) Broken() bool {
	return slices.ContainsFunc(all, func(f Finding) bool { return f.Severity == Error })
}

// InOrder sorts findings by their places and keeps each once: what a case shares
// with its file is checked with both. Warnings wait until there are no errors, of
// which they may be a consequence.
func (all Findings) InOrder() Findings {
	if all.Broken() {
		all = slices.DeleteFunc(all, func(f Finding) bool { return f.Severity == Warning })
	}
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.Compact(all)
}
