package journal

import (
	"math"

	"github.com/kzsim/kzsim/internal/store"
)

// Archive keeps what journals note beyond the process. It is called with the journals' lock held, on
// which all requests wait, so it must not wait itself.
type Archive interface {
	// Put takes the next event of a journal.
	Put(journal string, e Archived)
	// Drop removes what a journal doesn't have any more: notes, or else exchanges, up to an event.
	Drop(journal string, notes bool, upTo uint64)
}

// Archived is an event on its way into an Archive. It doesn't change any more.
type Archived struct {
	entry entry
	reset uint64 // the journal's
	noted uint64 // exchanges that the run has noted so far, but for those that were cleared
}

// Event is its number in the journal.
func (a Archived) Event() uint64 { return a.entry.id }

// IsNote reports whether it is a note, and no exchange.
func (a Archived) IsNote() bool { return a.entry.note != nil }

// Size in memory, in bytes.
func (a Archived) Size() int64 { return a.entry.size }

// Keep in an archive what the journal notes from now on, under a name that no other run has. Past is what
// the archive has of this run, in the order in which it was noted. The numbers of exchanges and events go on from there.
func (l *Log) Keep(in Archive, name string, past []Past) {
	l.tell(func(j *Journal) {
		j.archive, j.archived = in, name
		last, noted := uint64(0), uint64(0)
		for _, p := range past {
			if p.id <= last { // it can't be in order any more
				continue
			}
			last = p.id
			j.events, j.reset, noted = max(j.events, p.id), p.reset, p.noted
			x := entry{id: p.id, note: p.note, size: p.Size()}
			if p.exchange != nil {
				l.seq = max(l.seq, p.exchange.Seq)
				x.kept = j.keep(p.exchange)
			}
			j.add(x)
		}
		if has := uint64(j.entries.length); noted > has {
			j.dropped = noted - has
		}
	})
}

// Erase what the archive has of the journal, which is not kept in it any more.
func (j *Journal) Erase() {
	j.budget.mu.Lock()
	defer j.budget.mu.Unlock()
	j.erase()
}

func (j *Journal) erase() {
	if j.archive == nil {
		return
	}
	DropAll(j.archive, j.archived)
	j.archive = nil
}

// DropAll that an archive has of a journal.
func DropAll(in Archive, journal string) {
	for _, notes := range []bool{false, true} {
		in.Drop(journal, notes, math.MaxInt64)
	}
}

// toArchive puts an event there that is about to be added.
func (j *Journal) toArchive(x entry) {
	noted := j.dropped + uint64(j.entries.length)
	if x.note == nil {
		noted++
	}
	j.archive.Put(j.archived, Archived{x, j.reset, noted})
}

// Past is an event that comes back from an archive.
type Past struct {
	id           uint64
	note         *Note // nil if it is an exchange
	exchange     *Exchange
	reset, noted uint64
}

// Size in memory, in bytes.
func (p Past) Size() int64 {
	if p.note != nil {
		return sizeOfNote(p.note)
	}
	return p.exchange.size()
}

// sizeOfNote is what a note takes.
func sizeOfNote(n *Note) int64 { return noteSize + store.SizeOf(n.Data) }
