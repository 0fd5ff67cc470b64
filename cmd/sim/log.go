package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/kzsim/kzsim/internal/journal"
)

// The forms and levels of the log.
var (
	logForms  = []string{"text", "json"}
	logLevels = []string{"debug", "info", "warn", "error"}
)

// output is standard error: the log, and a few lines for the user who started
// the simulator.
type output struct {
	log   *slog.Logger
	lines io.Writer    // nil where standard error is for a machine to read
	said  *slog.Logger // where lines is nil: at any level
}

func newOutput(w io.Writer, form, level string) output {
	var at slog.Level
	// The flag takes no other words than those that slog knows.
	_ = at.UnmarshalText([]byte(level))
	if form == "json" {
		return output{
			log:  slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: at})),
			said: slog.New(slog.NewJSONHandler(w, nil)),
		}
	}
	return output{log: slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: at})), lines: w}
}

// unblocked is an environment whose standard error neither ends nor delays the process:
// a closed pipe makes an error of a write instead of SIGPIPE, and nothing waits for a
// reader. Flush writes what is queued.
func (e environment) unblocked(form string) (unblocked environment, flush func()) {
	surviveClosedPipes()
	q := newLineQueue(e.stderr, func(w io.Writer, lost int) {
		newOutput(w, form, "info").say("%d lines were lost: standard error was not read", lost)
	})
	e.stderr = q
	return e, q.close
}

// observe a request that is over. What it was about is in the journal, for those
// who may see it; no number, name or text of a request ever gets into the log.
func (out output) observe(e *journal.Exchange) {
	if !out.log.Enabled(context.Background(), slog.LevelInfo) {
		return // and nothing is made that only the log reads
	}
	out.log.Info("request", "id", e.ID, "sandbox", e.Response.Header().Get("Sim-Sandbox"), "method", e.Method,
		"operation", e.Operation, "outcome", e.Outcome, "decided_by", e.Decision, "rule", e.Rule, "fault", e.Fault,
		"status", e.Status, "findings", len(e.Findings), "took", e.Took)
}

// say something that isn't for a level to hide: where the simulator listens, that
// a scenario is broken.
func (out output) say(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if out.lines == nil {
		out.said.Info(text)
		return
	}
	fmt.Fprintf(out.lines, "sim: %s\n", text)
}
