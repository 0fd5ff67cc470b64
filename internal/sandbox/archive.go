package sandbox

import (
	"fmt"

	"github.com/kzsim/kzsim/internal/journal"
)

// Archive keeps the journals of a pool beyond the process. The log of commits has to name their runs, so it is
// for a pool that has one.
type Archive interface {
	journal.Archive
	// Recall what it has of journals, by their names.
	Recall(names []string) (map[string][]journal.Past, error)
	// Counts are how many events are not written yet, and how many were lost so far.
	Counts() (waits int, lost uint64)
	// Flush returns when what was put so far is written, or can't be.
	Flush()
}

// Archive that keeps the journals; nil for none.
func (p *Pool) Archive() Archive {
	if a := p.archive.Load(); a != nil {
		return *a
	}
	return nil
}

// Recall the journals of the sandboxes that come back from an archive, which keeps the journals of
// the pool from then on. It is for after Finish.
func (r *Replay) Recall(from Archive) error {
	names := make([]string, len(r.ready))
	for i, c := range r.ready {
		names[i] = journalName(c.made.ID, c.born, c.run)
	}
	past, err := from.Recall(names)
	for i, c := range r.ready {
		if found := past[names[i]]; found != nil {
			c.past = found
		}
	}
	r.archive = from
	return err
}

// journalName of a run in an archive, which no other run has.
func journalName(id string, born, run uint64) string { return fmt.Sprintf("%s/%d/%d", id, born, run) }

// archive the run's journal from now on, if the pool has an archive. Past is what that has of the run, or what stood
// aside with the sandbox.
func (r *Run) archive(past []journal.Past) {
	t := r.trail.Load()
	if a := t.sandbox.pool.Archive(); a != nil || past != nil {
		r.Log.Keep(a, journalName(t.sandbox.ID(), t.sandbox.born, t.number), past)
	}
}
