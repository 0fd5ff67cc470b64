// Package report writes what the contract suite found: on a terminal as it runs,
// for a CI system (JUnit XML), for programs (JSON), for a merge request
// (Markdown), and as one page for people (HTML).
package report

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/verify"
)

// JSON writes the whole report, indented.
func JSON(w io.Writer, r *verify.Report) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}

// counts of the cases of a report.
type counts struct{ Passed, Failed, Noted, Skipped int }

func countOf(r *verify.Report) counts {
	var c counts
	for _, result := range r.Results {
		c.add(result.Verdict)
	}
	return c
}

func (c *counts) add(v verify.Verdict) {
	switch v {
	case verify.Passed:
		c.Passed++
	case verify.Failed:
		c.Failed++
	case verify.Noted:
		c.Noted++
	case verify.Skipped:
		c.Skipped++
	}
}

func (c counts) run() int { return c.Passed + c.Failed + c.Noted }

// summary is the report in a sentence.
func summary(r *verify.Report) string {
	c := countOf(r)
	parts := []string{plural(c.run(), "case"), plural(len(r.Findings), "finding"), plural(len(r.Notes), "note")}
	if n := len(r.Accepted); n > 0 {
		parts = append(parts, fmt.Sprintf("%d accepted", n))
	}
	if c.Skipped > 0 {
		parts = append(parts, fmt.Sprintf("%d skipped", c.Skipped))
	}
	if n := len(r.Unverified()); n > 0 {
		parts = append(parts, plural(n, "operation")+" not verified")
	}
	for _, s := range r.Services {
		if len(s.Unverified) > 0 {
			parts = append(parts, "nothing of "+s.Name+" verified")
		}
	}
	return strings.Join(parts, ", ")
}

// unverifiedAlone are the unverified operations of services of which others were
// verified.
func unverifiedAlone(r *verify.Report) []verify.OperationReport {
	return slices.DeleteFunc(r.Unverified(), func(op verify.OperationReport) bool {
		return slices.ContainsFunc(r.Services, func(s verify.ServiceReport) bool {
			return s.Name == op.Service && len(s.Unverified) > 0
		})
	})
}

// recorded is what a recording held, in a sentence; empty for none.
func recorded(r *verify.Report) string {
	if r.Recording == nil {
		return ""
	}
	text := fmt.Sprintf("%s, %d judged", entries(r.Recording.Entries), r.Recording.Judged)
	if len(r.Recording.Others) > 0 {
		text += "; of no operation: " + strings.Join(r.Recording.Others, ", ")
	}
	return text
}

func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}

// standing is a verify.Standing in words.
func standing(s verify.Standing) string { return strings.ReplaceAll(string(s), "-", " ") }

// counted is how an operation's requests were answered.
func counted(c verify.OperationCounts) string {
	text := fmt.Sprintf("%d asked, %d in success, %d in error", c.Asked, c.Succeeded, c.Refused)
	if c.Unanswered > 0 {
		text += fmt.Sprintf(", %d without an answer", c.Unanswered)
	}
	return text
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// source is the document and heading that a finding is based on.
func source(f verify.Finding) string { return fmt.Sprintf("%s, «%s»", f.Document, f.Section) }

// placesOf says where a finding was seen in a list; empty for one outside of lists.
func placesOf(f verify.Finding) string {
	if f.Example == "" {
		return ""
	}
	return fmt.Sprintf("%s, the first at %s", plural(f.Count, "place"), f.Example)
}

// shownCases is how many cases of a finding are named.
const shownCases = 3

func casesOf(f verify.Finding) string {
	if len(f.Cases) <= shownCases {
		return strings.Join(f.Cases, "; ")
	}
	return fmt.Sprintf("%s; and %d more", strings.Join(f.Cases[:shownCases], "; "), len(f.Cases)-shownCases)
}

// ledgerOf is the entries that a finding touches; empty for none.
func ledgerOf(numbers []int) string {
	if len(numbers) == 0 {
		return ""
	}
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = fmt.Sprint(n)
	}
	return "ledger " + strings.Join(words, ", ")
}

// profileYAML is the profile as a scenario has it; empty for none.
func profileYAML(profile map[string]string) string {
	if len(profile) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("profile:\n")
	fmt.Fprintf(&b, "  preset: %s\n", profile["preset"])
	for _, key := range slices.Sorted(maps.Keys(profile)) {
		if key != "preset" {
			fmt.Fprintf(&b, "  %s: %s\n", key, profile[key])
		}
	}
	return b.String()
}

// settledLine says what an answer has decided.
func settledLine(s verify.Settled) string {
	line := fmt.Sprintf("%s %s, by %s: %s", s.Switch, s.Value, s.Operation, s.Seen)
	if s.Value == s.Default {
		line += " (as the simulator does by default)"
	}
	if s.Otherwise != "" {
		line += "; but " + s.Otherwise
	}
	return line
}

// Profile writes the profile that makes the simulator behave as the target did,
// as a scenario has it; nothing if no answer has settled anything.
func Profile(w io.Writer, r *verify.Report) error {
	_, err := io.WriteString(w, profileYAML(r.Profile))
	return err
}
