package sandbox

import (
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/coverage"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
)

// CountAnswered counts a request for what the scenario says that the client must do and,
// if it is awaited, for the rules that wait for such an answer. It is called at most once
// for each request, before its answer is sent: a client that has its answer finds it
// counted.
func (r *Run) CountAnswered(a scenario.Answered, awaited bool) {
	_ = r.Keep(func(tx *Tx) error { // nothing counts in a run that is over
		tx.Settings().CountMust(a, tx.Counters())
		if awaited {
			tx.Settings().CountAwaited(a, tx.Counters())
		}
		return nil
	})
}

// Musts are what the scenario in force says that the client must do, each with how many
// requests have met it.
func (r *Run) Musts() (in *scenario.Settings, musts []scenario.Must) {
	r.Look(func(settings *scenario.Settings, counters *store.Counters) {
		in, musts = settings, settings.Musts(counters)
	})
	return in, musts
}

// Record puts an exchange that is over into the journal, and counts what the client
// has met by it, and what is waited for. An answer that didn't arrive whole doesn't count
// as met; answers to calls are counted separately. C is the request as it came; nil if it
// reached no operation. Record returns false if the run is over: neither coverage nor the
// journal takes its exchange then.
func (sb *Sandbox) Record(r *Run, e *journal.Exchange, c *contract.Call) bool {
	if r.Ends.Err() != nil {
		return false
	}
	for _, tally := range []*coverage.Tally{sb.coverage, &sb.pool.coverage} {
		switch {
		case e.Direction == journal.Out:
			tally.Heard(e.Operation, e.Outcome)
		case e.Arrived && !e.Within:
			tally.Answered(e.Operation, e.Outcome)
		}
		tally.Moved(e.Taken)
	}
	r.record(e, c)
	return true
}

// Moved counts transitions that no request has caused.
func (sb *Sandbox) Moved(taken []contract.Taken) {
	for _, tally := range []*coverage.Tally{sb.coverage, &sb.pool.coverage} {
		tally.Moved(taken)
	}
}

// Coverage is what the sandbox's client has met since the sandbox was made, in all
// its runs: a suite that resets its sandbox before each test sees the coverage of all its tests.
func (sb *Sandbox) Coverage() *coverage.Tally { return sb.coverage }

// Coverage is what all clients have met, of sandboxes that are gone, too.
func (p *Pool) Coverage() *coverage.Tally { return &p.coverage }
