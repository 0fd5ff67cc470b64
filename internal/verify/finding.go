package verify

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kzsim/kzsim/internal/verify/target"
)

// Kind of a finding.
type Kind string

// The kinds of findings.
const (
	MissingField      Kind = "missing-field"      // a documented field isn't there
	UndocumentedField Kind = "undocumented-field" // a field that no document names
	WrongType         Kind = "type"               // a string for a number
	WrongFormat       Kind = "format"             // the right type, but another form or value
	WrongStatus       Kind = "status"             // an HTTP status that no document names
	WrongHeader       Kind = "header"             // a content type, a file name
	WrongBody         Kind = "body"               // not JSON, broken off, empty
	WrongEnvelope     Kind = "envelope"           // an error in another form
	WrongText         Kind = "error-text"         // an error whose text no document prints
	WrongOutcome      Kind = "outcome"            // another documented answer than the request calls for
	WrongBehaviour    Kind = "behaviour"          // right by itself, but not together with its request or other answers
	NoAnswer          Kind = "no-answer"          // too slow, broken off, not there
)

// What a finding's Path is where it is not about a place in the body.
const (
	PathBody   = "body" // as a whole
	PathStatus = "status"
	PathAnswer = "answer"
	pathHeader = "header "
)

// Finding is one point in which answers of an operation differ from the contract.
type Finding struct {
	Operation string   `json:"operation"`
	Kind      Kind     `json:"kind"`
	Path      string   `json:"path"`              // JSON pointer into the answer, with * for an index; or body, status, answer, header NAME
	Count     int      `json:"count"`             // of the places in which it was seen, in all answers
	Example   string   `json:"example,omitempty"` // the first of them, if Path has a *
	Expected  string   `json:"expected"`
	Seen      string   `json:"seen"`
	Document  string   `json:"document"`         // KZ Info, Address, E-Document, K2, ABS
	Section   string   `json:"section"`          // its heading
	Quote     string   `json:"quote"`            // what it says, letter for letter
	Ledger    []int    `json:"ledger,omitempty"` // entries of the fidelity ledger that it touches
	Cases     []string `json:"cases"`            // in which it was seen

	outcome  string // of the table, that the answer was taken for
	note     bool   // it is based on an assumption, so it fails nothing
	accepted string // why the target file accepts it; empty if it doesn't
}

// IsNote reports whether it is based on an assumption, so that it fails nothing.
func (f Finding) IsNote() bool { return f.note }

// AcceptedFor is why the target file accepts it; empty if it doesn't.
func (f Finding) AcceptedFor() string { return f.accepted }

// Fails reports whether it is one that has to be mended or accepted.
func (f Finding) Fails() bool { return !f.note && f.accepted == "" }

// fail reports whether one of them does.
func fail(all []Finding) bool { return slices.ContainsFunc(all, Finding.Fails) }

var index = regexp.MustCompile(`/[0-9]+(/|$)`)

// pattern is a path with * for indexes, the same for all rows of a list.
func pattern(path string) string {
	for index.MatchString(path) {
		path = index.ReplaceAllString(path, "/*$1")
	}
	return path
}

// placed is the finding with its path as a pattern, and seen once.
func (f Finding) placed() Finding {
	if p := pattern(f.Path); p != f.Path {
		f.Example, f.Path = f.Path, p
	}
	f.Path, f.Example = visible(f.Path), visible(f.Example)
	f.Expected, f.Seen = visible(f.Expected), visible(f.Seen)
	f.Count = max(f.Count, 1)
	return f
}

func (f Finding) key() string { return f.Operation + " " + string(f.Kind) + " " + f.Path }

// isAccepted reports whether a target's acceptance is about the finding.
func (f Finding) isAccepted(a target.Acceptance) bool {
	return target.Matches(a.Operation, f.Operation) && (a.Path == f.Path || a.Path == f.Example) &&
		(a.Kind == "" || a.Kind == string(f.Kind))
}

// merged are findings with each key once, in their order, with all cases. One that
// is a note in one case and none in another is none.
func merged(all []Finding) []Finding {
	var once []Finding
	at := map[string]int{}
	for _, f := range all {
		i, met := at[f.key()]
		if !met {
			at[f.key()] = len(once)
			once = append(once, f)
			continue
		}
		cases, count := once[i].Cases, once[i].Count+f.Count
		for _, name := range f.Cases {
			if !slices.Contains(cases, name) {
				cases = append(slices.Clip(cases), name)
			}
		}
		if once[i].note && !f.note {
			once[i] = f
		}
		once[i].Cases, once[i].Count = cases, count
	}
	return once
}

// shortLength is how much of a value is shown as seen, in characters.
const shortLength = 100

// short is a text on one line that is not too long for a report.
func short(text string) string {
	line := visible(strings.Join(strings.Fields(text), " "))
	runes := []rune(line)
	if len(runes) <= shortLength {
		return line
	}
	return string(runes[:shortLength]) + "…"
}

// visible is a text without control characters and others that are not seen: what a
// target sends must not steer a terminal. They are written as JSON escapes them.
func visible(text string) string {
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[0])
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		text = text[size:]
	}
	return b.String()
}
