package sandbox

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/scenario"
)

// Watch counts the requests of a run that a test waits for: those that the journal
// has when the watch begins, and from then on each at the moment when it is over, also if
// the journal drops it later. Close it when the wait is over.
type Watch struct {
	Run *Run

	expectation *scenario.Expectation
	start       time.Time
	count       int
	met         []Met
	lost        uint64
}

// Met is a request that was counted.
type Met struct {
	Request string
	At      time.Time // the sandbox's time
}

// mostMet is how many requests a watch names: the first of them.
const mostMet = 100

// MostWatches is how many watches a run has at once: each looks at each request.
const MostWatches = 100

// ErrWatched is the error of a watch that would be one too many.
var ErrWatched = fmt.Errorf("%d expectations of the sandbox's requests are waited for, which is the most", MostWatches)

// Watch the run's requests for an expectation. Start is as for Expectation.Holds. The
// error is ErrWatched.
func (sb *Sandbox) Watch(e *scenario.Expectation, start time.Time) (*Watch, error) {
	r := sb.Run()
	w := &Watch{Run: r, expectation: e, start: start}
	r.waiting.Lock()
	if len(r.watches) == MostWatches {
		r.waiting.Unlock()
		return nil, ErrWatched
	}
	kept, lost := r.Log.Exchanges()
	w.lost = lost
	r.watches = append(r.watches, w)
	r.waiting.Unlock()
	// What is recorded from here on is not among the kept; requests don't wait for them.
	before := &Watch{}
	for _, x := range kept {
		if e.Holds(scenario.AnsweredOf(e, x), start) {
			before.add(x)
		}
	}
	r.waiting.Lock()
	defer r.waiting.Unlock()
	w.count += before.count
	w.met = slices.Concat(before.met, w.met)
	w.met = w.met[:min(len(w.met), mostMet)]
	return w, nil
}

// Close the watch.
func (w *Watch) Close() {
	w.Run.waiting.Lock()
	defer w.Run.waiting.Unlock()
	w.Run.watches = slices.DeleteFunc(w.Run.watches, func(other *Watch) bool { return other == w })
}

// Seen is what a watch has seen so far.
type Seen struct {
	Count    int // requests that are over
	Met      []Met
	InFlight []*journal.Exchange // not over yet, so not counted
	Lost     uint64              // requests that the journal had dropped when the watch began
}

// Look at what there is by now.
func (w *Watch) Look() Seen {
	w.Run.waiting.Lock()
	defer w.Run.waiting.Unlock()
	return Seen{Count: w.count, Met: slices.Clone(w.met), Lost: w.lost, InFlight: w.Run.Log.InFlight()}
}

func (w *Watch) add(x *journal.Exchange) {
	w.count++
	if len(w.met) < mostMet {
		w.met = append(w.met, Met{x.ID, x.At})
	}
}

// record an exchange in the journal and in the watches, in one step: it is in flight
// or counted, and never both.
func (r *Run) record(e *journal.Exchange, c *contract.Call) {
	r.waiting.Lock()
	defer r.waiting.Unlock()
	if len(r.watches) > 0 {
		r.watch(e, c)
	}
	r.Log.Add(e)
}

// watch lets the watches count an exchange.
func (r *Run) watch(e *journal.Exchange, c *contract.Call) {
	// The whole request, which the journal may cut. All watches share it and its budget.
	live := sync.OnceValues(func() (*scenario.Past, bool) { return scenario.Live(c, e.At), true })
	for _, w := range r.watches {
		answered := scenario.AnsweredOf(w.expectation, e)
		if c != nil && c.Operation != nil {
			answered.Request = live
		}
		if w.expectation.Holds(answered, w.start) {
			w.add(e)
		}
	}
}
