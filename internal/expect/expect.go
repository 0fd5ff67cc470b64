// Package expect counts requests that somebody expects, those in flight among
// them, waits for them without polling, and explains what came instead: the
// nearest misses, the criterion that each fails with both values, and a diff.
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

// Await waits until an expectation holds or can't hold any more, at most so long
// by a clock, and judges it. One that has only an upper bound holds when the time
// is over; with no time at all everything is judged as it is. The context ends a
// wait early; what holds then is judged.
func Await(ctx context.Context, j *journal.Journal, e *scenario.Expectation, within time.Duration, c *clock.Clock, opts Options) Report {
	waiter := c.Waiter()
	defer waiter.Close()
	deadline := c.Now().Add(within)
	count := counting{expectation: e, journal: j, start: opts.Start}
	for {
		changed := j.Changed()
		now := count.look()
		over := ctx.Err() != nil || j.Closed() || !c.Now().Before(deadline)
		switch passed, sure := now.judge(e.Count, over); {
		case passed:
			return now.passed(e)
		case sure:
			return now.failed(e, opts)
		}
		_ = waiter.Until(ctx, deadline, changed) // an end of the context is seen above
	}
}

// counting goes through what a journal gets, each exchange once: what it drops
// while somebody waits has been counted.
type counting struct {
	expectation *scenario.Expectation
	journal     *journal.Journal
	start       time.Time

	after uint64 // the last event that was looked at
	tally
}

// tally is what was found so far.
type tally struct {
	counted   []*journal.Exchange // over, in the order of their end
	flying    []*journal.Exchange // counted, though they aren't over
	undecided []*journal.Exchange // in flight, and what they are asked about isn't known
	others    []*journal.Exchange // over, and not counted: the last of them
	lost      uint64              // exchanges and notes that couldn't be looked at
}

// mostOthers is how many exchanges are kept to look for misses among them.
const mostOthers = 2000

// look at what is new. What is in flight is looked at first: if it ends meanwhile
// it is met again among the events, and not the other way round.
func (c *counting) look() tally {
	flying := c.journal.InFlight()
	events, lost, last := c.journal.Events(c.after)
	c.after = last
	c.lost += lost
	ended := map[uint64]bool{}
	for _, event := range events {
		if event.Exchange != nil {
			ended[event.Exchange.Seq] = true
		}
		switch {
		case event.Note != nil && event.Note.Kind == journal.Reset:
			c.tally = tally{}
		case event.Exchange == nil:
		case matches(c.expectation, event.Exchange, c.start):
			c.counted = append(c.counted, event.Exchange)
		default:
			c.others = append(c.others, event.Exchange)
		}
	}
	if extra := len(c.others) - mostOthers; extra > 0 {
		c.others = slices.Delete(c.others, 0, extra)
	}
	c.flying, c.undecided = nil, nil
	for _, x := range flying {
		switch {
		case ended[x.Seq]:
		case x.Outcome == "" && asksForAnswer(c.expectation):
			if matches(withAnyAnswer(c.expectation), x, c.start) {
				c.undecided = append(c.undecided, x)
			}
		case matches(c.expectation, x, c.start):
			c.flying = append(c.flying, x)
		}
	}
	return c.tally
}

// judge says whether the expectation holds, and if not whether that is sure.
func (t tally) judge(want scenario.Count, over bool) (passed, sure bool) {
	n := len(t.counted) + len(t.flying)
	switch {
	case n > want.AtMost:
		return false, true
	case over:
		return n >= want.AtLeast, true
	case n < want.AtLeast:
		return false, false
	case want.AtMost == math.MaxInt:
		return true, true
	}
	return want.AtLeast > 0 && n+len(t.undecided) <= want.AtMost, false
}

// Verdict says whether a client has done what it must.
type Verdict struct {
	Passed bool     `json:"passed"` // every part of `must` is met; true without any
	Must   []Report `json:"must"`
}

// Judge what a client must have done by the exchanges that are over.
func Judge(must []*scenario.Expectation, exchanges []*journal.Exchange, opts Options) Verdict {
	v := Verdict{Passed: true, Must: []Report{}}
	for _, e := range must {
		report, at := judge(e, exchanges, opts), e.Position
		report.Position = &at
		v.Passed = v.Passed && report.Passed
		v.Must = append(v.Must, report)
	}
	return v
}

func judge(e *scenario.Expectation, exchanges []*journal.Exchange, opts Options) Report {
	var t tally
	for _, x := range exchanges {
		if matches(e, x, opts.Start) {
			t.counted = append(t.counted, x)
		} else {
			t.others = append(t.others, x)
		}
	}
	if passed, _ := t.judge(e.Count, true); passed {
		return t.passed(e)
	}
	return t.failed(e, opts)
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
