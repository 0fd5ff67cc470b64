package sandbox

import (
	"github.com/kzsim/kzsim/internal/coverage"
	"github.com/kzsim/kzsim/internal/journal"
)

// Record puts an exchange that is over into the journal, and counts what the
// client has met by it. An answer that didn't get to the client whole is nothing
// that it has met.
func (sb *Sandbox) Record(e *journal.Exchange) {
	for _, tally := range []*coverage.Tally{&sb.coverage, sb.all} {
		if e.Arrived {
			tally.Answered(e.Operation, e.Outcome)
		}
		tally.Moved(e.Taken)
	}
	sb.Journal.Add(e)
}

// Coverage is what the sandbox's client has met, in all its lives: a suite that
// resets its sandbox before each test is told of all its tests.
func (sb *Sandbox) Coverage() *coverage.Tally { return &sb.coverage }

// Coverage is what all clients have met, of sandboxes that are gone, too.
func (p *Pool) Coverage() *coverage.Tally { return &p.coverage }
