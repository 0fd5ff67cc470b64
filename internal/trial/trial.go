// Package trial runs what scenarios say that a client sees: each in a sandbox of
// its own that starts from the scenario, in the process, over HTTP without a
// listener.
package trial

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/expect"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
)

// Options of a Runner.
type Options struct {
	Table   *contract.Table
	Pool    *sandbox.Pool
	Handler http.Handler // serves the pool's sandboxes below /s/{id}
	// Create makes a sandbox whose services call the targets of its scenario; nil for one
	// whose services call nothing.
	Create func(sandbox.Config) (*sandbox.Sandbox, error)
	// Settle waits until what the services of a sandbox call by themselves has been answered.
	Settle func(context.Context, *sandbox.Sandbox) error
	// Patience is how long the client waits for an answer, in the sandbox's time;
	// 30 s if it is zero, as usual clients do.
	Patience time.Duration
}

// Runner runs tries. It is safe for concurrent use; Close it when it is done.
type Runner struct {
	opts   Options
	server *server
}

// New makes a runner.
func New(opts Options) *Runner {
	opts.Patience = cmp.Or(opts.Patience, 30*time.Second)
	if opts.Create == nil {
		opts.Create = opts.Pool.Create
		opts.Settle = func(context.Context, *sandbox.Sandbox) error { return nil }
	}
	return &Runner{opts: opts, server: serve(opts.Handler)}
}

// Close ends what the runner has opened.
func (r *Runner) Close() { r.server.close() }

// Report of one scenario or case.
type Report struct {
	Scenario  string                 `json:"scenario"`
	About     string                 `json:"about,omitempty"`
	File      string                 `json:"file"`
	Passed    bool                   `json:"passed"`
	Error     string                 `json:"error,omitempty"` // why it could not be run
	Steps     []Step                 `json:"steps"`
	Verdict   expect.Verdict         `json:"verdict"` // of its `must`
	Exchanges []*journal.Exchange    `json:"-"`
	Decided   map[*scenario.Rule]int `json:"-"` // requests, of the rules that were in force at the end
	Took      time.Duration          `json:"-"` // by the pool's clock
}

// Step that was run. What comes after one that failed is run, too.
type Step struct {
	document.Position
	Title   string `json:"title"`             // as it would be said
	Request string `json:"request,omitempty"` // its id in the journal
	Passed  bool   `json:"passed"`
	Failure string `json:"failure,omitempty"` // file:line:column, what was expected, and the difference
}

// Run the tries of scenarios.
func (r *Runner) Run(ctx context.Context, all ...*scenario.Scenario) []Report {
	var reports []Report
	for _, one := range all {
		began := r.opts.Pool.Now()
		report := r.runOne(ctx, one)
		report.Took = r.opts.Pool.Now().Sub(began)
		reports = append(reports, report)
	}
	return reports
}

func (r *Runner) runOne(ctx context.Context, s *scenario.Scenario) Report {
	report := Report{Scenario: s.Name, About: s.About, File: s.File, Steps: []Step{}}
	sb, err := r.sandbox(s)
	if err != nil {
		report.Error = err.Error()
		return report
	}
	defer func() { _ = r.opts.Pool.Delete(sb.ID()) }() // it is there: it was made here
	run := newRun(ctx, r, sb, s)
	if err := r.opts.Settle(ctx, sb); err != nil { // what is given may have begun something
		report.Error = err.Error()
		return report
	}
	report.Passed = true
	for _, t := range s.Try {
		report.add(run.step(t))
	}
	report.Exchanges, _ = sb.Journal.Exchanges()
	sb.Run().Look(func(in *scenario.Settings, counters *store.Counters) {
		report.Decided = map[*scenario.Rule]int{}
		for i, n := range in.Decided(counters) {
			report.Decided[in.Scenario.Rules[i]] = n
		}
	})
	_, report.Verdict = expect.VerdictOn(sb.Run(), expect.Options{})
	switch {
	case len(s.Targets) > 0:
		report.judgeTargets()
	case len(s.Try) > 0:
		report.Passed = report.Passed && report.Verdict.Passed
	}
	return report
}

// maxTwins is how many tries of one name may run at once.
const maxTwins = 1000

// sandbox makes one that is frozen unless the scenario says otherwise. Its name
// is the scenario's, so that the same try gives the same journal.
func (r *Runner) sandbox(s *scenario.Scenario) (*sandbox.Sandbox, error) {
	config := sandbox.Config{
		Seed: 1, Expires: -1, Scenario: s,
		Clock: clock.Settings{Mode: clock.Frozen, Start: scenario.DefaultStart()},
	}
	name := "try-" + strings.ReplaceAll(s.Name, "/", "-")
	const longest = 55 // with the number of a twin still a label of a host
	name = strings.TrimRight(name[:min(len(name), longest)], "-")
	for n := 1; ; n++ {
		config.ID = name
		if n > 1 {
			config.ID = fmt.Sprintf("%s-%d", name, n)
		}
		sb, err := r.opts.Create(config)
		if !errors.Is(err, sandbox.ErrExists) || n == maxTwins {
			return sb, err
		}
	}
}
