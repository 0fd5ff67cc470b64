package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/verify"
)

// Markdown writes the report for a merge request or a wiki.
func Markdown(w io.Writer, r *verify.Report) error {
	m := &markdown{}
	m.line("# Contract report: %s", cmp.Or(r.Target, "unnamed target"))
	m.line("")
	m.line("%s. %s", summary(r), r.Started.Format(time.RFC3339))
	m.line("")
	for _, s := range r.Services {
		m.line("- %s at %s%s", s.Name, cmp.Or(s.URL, "addresses of its operations"), map[bool]string{true: ", the simulator"}[s.Simulator])
	}
	if text := recorded(r); text != "" {
		m.line("- recording: %s", cell(text))
	}
	m.findings("Findings", r.Findings)
	m.findings("Notes", r.Notes)
	m.accepted(r)
	m.settled(r)
	m.unverified(r)
	m.matrix(r)
	_, err := io.WriteString(w, m.text.String())
	return err
}

type markdown struct{ text strings.Builder }

func (m *markdown) line(format string, args ...any) { fmt.Fprintf(&m.text, format+"\n", args...) }

func (m *markdown) title(text string) { m.line("\n## %s\n", text) }

// cell is a text that may stand in a table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;").Replace(text)
}

// code is a text as code that may stand in a table.
func code(text string) string {
	return "`" + strings.NewReplacer("`", "'", "|", `\|`, "\n", " ").Replace(text) + "`"
}

func (m *markdown) findings(title string, all []verify.Finding) {
	m.title(title)
	if len(all) == 0 {
		m.line("None.")
		return
	}
	m.line("| operation | path | kind | document | expected | seen | ledger |")
	m.line("|---|---|---|---|---|---|---|")
	for _, f := range all {
		seen := code(f.Seen)
		if places := placesOf(f); places != "" {
			seen += " in " + cell(places)
		}
		m.line("| %s | %s | %s | %s %s | %s | %s | %s |", f.Operation, code(f.Path), f.Kind, f.Document, code(f.Quote),
			cell(f.Expected), seen, strings.TrimPrefix(ledgerOf(f.Ledger), "ledger "))
	}
}

func (m *markdown) accepted(r *verify.Report) {
	if len(r.Accepted)+len(r.Stale) == 0 {
		return
	}
	m.title("Accepted")
	for _, a := range r.Accepted {
		m.line("- %s %s %s: %s", a.Finding.Operation, a.Finding.Kind, code(a.Finding.Path), a.Reason)
	}
	for _, s := range r.Stale {
		m.line("- **no longer so**: %s %s: %s", s.Operation, code(s.Path), s.Reason)
	}
}

func (m *markdown) settled(r *verify.Report) {
	if len(r.Settled) == 0 {
		return
	}
	m.title("What the answers settle")
	m.line("| ledger | question | answer | seen |")
	m.line("|---|---|---|---|")
	for _, s := range r.Settled {
		m.line("| %s | %s | %s | %s |", strings.TrimPrefix(ledgerOf(s.Ledger), "ledger "), cell(s.Question),
			code(s.Switch+" "+s.Value), code(s.Seen))
	}
	m.line("\nA simulator with this profile behaves as the target did:\n\n```yaml\n%s```", profileYAML(r.Profile))
}

func (m *markdown) unverified(r *verify.Report) {
	if len(r.Unverified()) == 0 {
		return
	}
	m.title("Not verified")
	for _, op := range unverifiedAlone(r) {
		m.line("- %s, %s: %s", op.ID, standing(op.Standing), cell(op.Why))
	}
	for _, s := range r.Services {
		for _, line := range s.Unverified {
			m.line("- **nothing of %s**: %s", s.Name, cell(line))
		}
	}
}

// marks of the cells, as the line above the matrix explains them.
var marks = map[verify.Cell]string{
	verify.CellRight: "✓", verify.CellNoted: "~", verify.CellWrong: "✗", verify.CellUnseen: "·",
}

func (m *markdown) matrix(r *verify.Report) {
	m.title("Operations and outcomes")
	m.line("✓ answered as the contract has it, ~ with a note, ✗ with a finding, · not met.\n")
	m.line("| operation | standing | requests | outcomes |")
	m.line("|---|---|---|---|")
	for _, op := range r.Operations {
		var outcomes []string
		for _, o := range op.Outcomes {
			outcomes = append(outcomes, marks[o.Cell]+" "+o.Name)
		}
		m.line("| %s | %s | %s | %s |", op.ID, standing(op.Standing), counted(op.Counts), strings.Join(outcomes, ", "))
	}
}
