package trial

import (
	"fmt"
	"strings"

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/journal"
)

// add a step that was run.
func (r *Report) add(step Step) {
	r.Passed = r.Passed && step.Passed
	r.Steps = append(r.Steps, step)
}

// judgeTargets adds what the systems that were called have done: a step for each wrong answer,
// unless the scenario has brought it about, and one for each expectation of `must`.
func (r *Report) judgeTargets() {
	again := map[string]int{} // how often an answer was wrong in the same way
	var first []*journal.Exchange
	ruled := map[string]bool{} // calls that a rule has met where they came: in a sandbox of this process
	for _, x := range r.Exchanges {
		if x.Within && x.Rule != "" {
			ruled[x.Request.Header().Get("Sim-Delivery")] = true
		}
	}
	for _, x := range r.Exchanges {
		if wrong := wrongIn(x); wrong != "" && !ruled[x.Delivery] {
			if again[x.Operation+wrong]++; again[x.Operation+wrong] == 1 {
				first = append(first, x)
			}
		}
	}
	for _, x := range first {
		wrong, times := wrongIn(x), ""
		if n := again[x.Operation+wrong]; n > 1 {
			times = fmt.Sprintf(", and %d more", n-1)
		}
		r.add(Step{
			Position: document.Position{File: r.File}, Title: "answer to " + x.Operation, Request: x.ID,
			Failure: fmt.Sprintf("%s: the answer to %s is wrong (call %s%s): %s %s, %s%s",
				r.File, x.Operation, x.ID, times, x.Method, x.URL, statusOf(x), wrong),
		})
	}
	for _, must := range r.Verdict.Must {
		step := Step{Position: *must.Position, Title: "must " + must.Expected, Passed: must.Passed}
		if !must.Passed {
			step.Failure = fmt.Sprintf("%s: expected %s, there were %d%s", must.Position, must.Expected, must.Count, indented(must.Difference))
		}
		r.add(step)
	}
}

func statusOf(x *journal.Exchange) string {
	if !x.Arrived {
		return "no answer"
	}
	return fmt.Sprintf("HTTP %d", x.Status)
}

// wrongIn an answer to a call are its findings, a line each; without notes, and without what the
// scenario has brought about.
func wrongIn(x *journal.Exchange) (text string) {
	if x.Direction != journal.Out || x.Rule != "" {
		return ""
	}
	for _, f := range x.Findings {
		if !f.IsNote() {
			text += "\n    " + strings.TrimSpace(f.Path+" "+f.Text)
		}
	}
	return text
}

func indented(text string) string {
	if text == "" {
		return ""
	}
	return "\n    " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n    ")
}
