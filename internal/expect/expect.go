// Package expect waits without polling for requests that are expected, those in
// flight among them, judges what a client must have done, and explains what came
// instead: the nearest misses, the criterion that each fails with both values, and a
// diff.
//
// An expectation is what a scenario's `must` has; the control API takes the same.
package expect

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
)

// Options of Await and Judge.
type Options struct {
	// Shown is an exchange as it may be shown; nil shows it as it is.
	Shown func(*journal.Exchange) *journal.Exchange
	// Start is the sandbox's instant from which an expectation's Within counts; zero
	// where Within isn't about the sandbox's time.
	Start time.Time
}

func (o Options) shown(e *journal.Exchange) *journal.Exchange {
	if o.Shown == nil {
		return e
	}
	return o.Shown(e)
}

// Await waits until an expectation of a sandbox's requests holds or can't hold any
// more, at most so long by a clock, and judges it. One that has an upper bound holds
// only when the time is over; with no time at all everything is judged as it is. One
// that can't be judged, because requests that it may be about aren't known, fails. The
// context ends a wait early; what holds then is judged. When the sandbox begins
// another run, that run's requests alone count. The error is sandbox.ErrWatched.
func Await(ctx context.Context, sb *sandbox.Sandbox, e *scenario.Expectation, within time.Duration, c *clock.Clock, opts Options) (Report, error) {
	waiter := c.Waiter()
	defer waiter.Close()
	deadline := c.Now().Add(within)
	watch, err := sb.Watch(e, opts.Start)
	if err != nil {
		return Report{}, err
	}
	defer func() { watch.Close() }()
	for {
		changed := sb.Journal.Changed()
		if watch.Run != sb.Run() {
			next, err := sb.Watch(e, opts.Start)
			if err != nil {
				return Report{}, err
			}
			watch.Close()
			watch = next
		}
		now := tallyOf(e, watch.Look(), opts.Start)
		over := ctx.Err() != nil || sb.Journal.Closed() || !c.Now().Before(deadline)
		switch passed, sure := now.judge(e.Count, over); {
		case passed:
			return now.passed(e), nil
		case sure:
			kept, _ := watch.Run.Log.Exchanges()
			return now.failed(e, kept, opts), nil
		}
		_ = waiter.Until(ctx, deadline, changed) // an end of the context is seen above
	}
}

// tally is what was found so far.
type tally struct {
	count     int                 // requests that are over
	met       []Seen              // the first of them
	flying    []*journal.Exchange // counted, though they aren't over
	undecided []*journal.Exchange // in flight, and what they are asked about isn't known
	lost      uint64              // exchanges that couldn't be looked at
}

func tallyOf(e *scenario.Expectation, by sandbox.Seen, start time.Time) tally {
	t := tally{count: by.Count, lost: by.Lost}
	for _, m := range by.Met {
		t.met = append(t.met, Seen{Request: m.Request, At: m.At, Over: true})
	}
	for _, x := range by.InFlight {
		switch {
		case x.Outcome == "" && asksForAnswer(e):
			if matches(withAnyAnswer(e), x, start) {
				t.undecided = append(t.undecided, x)
			}
		case matches(e, x, start):
			t.flying = append(t.flying, x)
		}
	}
	return t
}

// judge says whether the expectation holds, and if not whether that is sure.
func (t tally) judge(want scenario.Count, over bool) (passed, sure bool) {
	n := t.count + len(t.flying)
	switch {
	case n > want.AtMost:
		return false, true
	case over:
		return n >= want.AtLeast && t.most() <= want.AtMost, true
	}
	return n >= want.AtLeast && want.AtMost == math.MaxInt, false
}

// most is how many there may have been, with the requests of which too little is known.
func (t tally) most() int { return t.count + len(t.flying) + len(t.undecided) + int(t.lost) }

// Verdict says whether a client has done what it must.
type Verdict struct {
	Passed bool     `json:"passed"` // every part of `must` is met; true without any
	Must   []Report `json:"must"`
}

// Judge what a client must have done. How often it has is counted in the run; the
// exchanges that the journal still has show which requests those were, and what came
// nearest where there were too few.
func Judge(must []scenario.Must, kept []*journal.Exchange, opts Options) Verdict {
	v := Verdict{Passed: true, Must: []Report{}}
	for _, m := range must {
		report, at := judge(m, kept, opts), m.Position
		report.Position = &at
		v.Passed = v.Passed && report.Passed
		v.Must = append(v.Must, report)
	}
	return v
}

func judge(m scenario.Must, kept []*journal.Exchange, opts Options) Report {
	if m.Order != nil {
		return judgeOrder(m, kept, opts)
	}
	t := tally{count: m.Met}
	for _, x := range slices.Backward(kept) { // the latest: what was counted goes on to the present
		if len(t.met) < m.Met && matches(m.Expectation, x, opts.Start) {
			t.met = append(t.met, Seen{Request: x.ID, At: x.At, Over: true})
		}
	}
	slices.Reverse(t.met)
	passed, _ := t.judge(m.Count, true)
	if passed && m.Broken == 0 {
		return t.passed(m.Expectation)
	}
	report := t.failed(m.Expectation, kept, opts)
	if passed {
		report.Difference = ""
	}
	report.broken(m, kept, opts)
	return report
}

// judgeOrder of requests, which is kept if each was answered after those before it.
func judgeOrder(m scenario.Must, kept []*journal.Exchange, opts Options) Report {
	report := Report{Passed: m.Broken == 0 && m.Done == len(m.Order), Expected: m.String(), Count: m.Done, Requests: []Seen{}}
	if m.Done < len(m.Order) {
		report.Missing = m.Order[m.Done].On
	}
	report.broken(m, kept, opts)
	return report
}

// VerdictOn what the client must have done in a run by now, as the scenario in force
// says it.
func VerdictOn(run *sandbox.Run, opts Options) (name string, v Verdict) {
	in, musts := run.Musts()
	kept, _ := run.Log.Exchanges()
	opts.Start = in.Start
	return in.Scenario.Name, Judge(musts, kept, opts)
}

// Count of the exchanges of a journal that are over and expected.
func Count(e *scenario.Expectation, exchanges []*journal.Exchange) int {
	n := 0
	for _, x := range exchanges {
		if matches(e, x, time.Time{}) {
			n++
		}
	}
	return n
}
