package scenario

import "github.com/kzsim/kzsim/internal/document"

// The findings of a document, under the names that they had here.
type (
	Severity = document.Severity
	Position = document.Position
	Finding  = document.Finding
)

const (
	Error   = document.Error
	Warning = document.Warning
)

// Broken reports whether one of the findings is an error.
func Broken(findings []Finding) bool { return document.Findings(findings).Broken() }

// inOrder sorts findings by their places; see document.Findings.
func inOrder(findings []Finding) []Finding { return document.Findings(findings).InOrder() }
