package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/kzsim/kzsim/internal/verify"
)

// Terminal writes a line for each operation and flow as soon as it is through,
// and what was found at the end.
type Terminal struct {
	out    io.Writer
	colour bool
	group  string // whose results are being counted
	counts counts
	why    string // it was skipped
	err    error  // of the first write that failed
}

// NewTerminal writes to out, with ANSI colours if wanted.
func NewTerminal(out io.Writer, colour bool) *Terminal { return &Terminal{out: out, colour: colour} }

type paint string

const (
	green  paint = "32"
	red    paint = "31"
	yellow paint = "33"
	grey   paint = "90"
	bold   paint = "1"
)

func (t *Terminal) paint(p paint, text string) string {
	if !t.colour {
		return text
	}
	return "\x1b[" + string(p) + "m" + text + "\x1b[0m"
}

func (t *Terminal) print(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.out, format, args...)
	}
}

// Progress counts a result; it is for verify.Options.
func (t *Terminal) Progress(r verify.Result) {
	group := r.Operation
	if r.Kind == verify.Flow {
		name, _, _ := strings.Cut(r.Case, ":")
		group = "flow: " + name
	}
	if r.Kind == verify.ByName || r.Kind == verify.Reserved {
		group += " by name"
	}
	if group != t.group {
		t.flush()
		t.group, t.counts, t.why = group, counts{}, ""
	}
	if t.counts.add(r.Verdict); r.Verdict == verify.Skipped {
		t.why = r.Why
	}
}

// flush the line of the group that is through.
func (t *Terminal) flush() {
	c := t.counts
	if t.group == "" {
		return
	}
	mark, said := t.paint(green, "✓"), plural(c.run(), "case")
	switch {
	case c.Failed > 0:
		mark, said = t.paint(red, "✗"), t.paint(red, fmt.Sprintf("%d of %s wrong", c.Failed, plural(c.run(), "case")))
	case c.Noted > 0:
		mark, said = t.paint(yellow, "~"), fmt.Sprintf("%s, %d with notes", plural(c.run(), "case"), c.Noted)
	case c.run() == 0:
		mark, said = t.paint(grey, "-"), t.paint(grey, "skipped: "+t.why)
	}
	if c.run() > 0 && c.Skipped > 0 {
		said += t.paint(grey, fmt.Sprintf(", %d skipped: %s", c.Skipped, t.why))
	}
	t.print("%s %-44s %s\n", mark, t.group, said)
}

// Finish writes what was found. The error is that of the first write that failed.
func (t *Terminal) Finish(r *verify.Report) error {
	t.flush()
	t.findings("Findings", red, r.Findings)
	t.findings("Notes: they rest on an assumption and fail nothing", yellow, r.Notes)
	if len(r.Accepted) > 0 {
		t.title("Accepted in the target file")
		for _, a := range r.Accepted {
			t.print("%s %s %s %s: %s\n", t.paint(grey, "="), a.Finding.Operation, a.Finding.Kind, a.Finding.Path, a.Reason)
		}
	}
	for _, s := range r.Stale {
		t.print("\n%s accepted, but no longer so: %s %s (%s); take it out of the target file\n",
			t.paint(yellow, "?"), s.Operation, s.Path, s.Reason)
	}
	t.settled(r)
	t.unverified(r)
	if text := recorded(r); text != "" {
		t.print("\nrecording: %s\n", text)
	}
	mark := t.paint(green, "right")
	if !r.Good {
		mark = t.paint(red, "not right")
	}
	t.print("\n%s: %s\n", mark, summary(r))
	return t.err
}

func (t *Terminal) title(text string) { t.print("\n%s\n", t.paint(bold, text)) }

func (t *Terminal) findings(title string, p paint, all []verify.Finding) {
	if len(all) == 0 {
		return
	}
	t.title(title)
	for _, f := range all {
		t.print("%s %s %s %s\n", t.paint(p, "•"), t.paint(bold, f.Operation), f.Path, t.paint(p, string(f.Kind)))
		t.print("    document: %s\n", f.Quote)
		t.print("              %s\n", t.paint(grey, source(f)))
		t.print("    expected: %s\n", f.Expected)
		t.print("    seen:     %s\n", f.Seen)
		if places := placesOf(f); places != "" {
			t.print("    at:       %s\n", places)
		}
		if l := ledgerOf(f.Ledger); l != "" {
			t.print("    see:      %s\n", l)
		}
		t.print("    in:       %s\n", t.paint(grey, casesOf(f)))
	}
}

// unverified are the operations of which no success was seen, and the services.
func (t *Terminal) unverified(r *verify.Report) {
	if all := unverifiedAlone(r); len(all) > 0 {
		t.title("Not verified: these operations were not seen in success")
		for _, op := range all {
			t.print("%s %s %s: %s\n", t.paint(grey, "-"), op.ID, standing(op.Standing), op.Why)
		}
	}
	for _, s := range r.Services {
		if len(s.Unverified) == 0 {
			continue
		}
		t.title(t.paint(red, "Nothing of "+s.Name+" was verified"))
		for _, line := range s.Unverified {
			t.print("  %s\n", line)
		}
	}
}

func (t *Terminal) settled(r *verify.Report) {
	if len(r.Settled) == 0 {
		return
	}
	t.title("What the answers settle")
	for _, s := range r.Settled {
		t.print("• %s: %s\n  %s\n", ledgerOf(s.Ledger), s.Question, settledLine(s))
	}
	t.print("\nA simulator with this profile behaves as the target did:\n%s", profileYAML(r.Profile))
}
