package main

import (
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

// voice is how a running simulator speaks on standard error: through its log, and
// in a few lines to whoever has started it.
type voice struct {
	log   *slog.Logger
	lines io.Writer    // nil where standard error is for a machine to read
	said  *slog.Logger // where lines is nil: at any level
}

func newVoice(w io.Writer, form, level string) voice {
	var at slog.Level
	// The flag takes no other words than those that slog knows.
	_ = at.UnmarshalText([]byte(level))
	if form == "json" {
		return voice{
			log:  slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: at})),
			said: slog.New(slog.NewJSONHandler(w, nil)),
		}
	}
	return voice{log: slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: at})), lines: w}
}

// observe a request that is over. What it was about is in the journal, for those
// who may see it; no number, name or text of a request ever gets into the log.
func (v voice) observe(e *journal.Exchange) {
	v.log.Info("request", "id", e.ID, "sandbox", e.Response.Header.Get("Sim-Sandbox"), "method", e.Method,
		"operation", e.Operation, "outcome", e.Outcome, "decided_by", e.Decision, "rule", e.Rule, "fault", e.Fault,
		"status", e.Status, "findings", len(e.Findings), "took", e.Took)
}

// say something that isn't for a level to hide: where the simulator listens, that
// a scenario is broken.
func (v voice) say(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if v.lines == nil {
		v.said.Info(text)
		return
	}
	fmt.Fprintf(v.lines, "sim: %s\n", text)
}
