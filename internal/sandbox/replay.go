package sandbox

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/coverage"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/store"
)

// Replay reads the records of a log of commits, in their order. It is for one goroutine.
type Replay struct {
	pool     *Pool
	all      map[uint64]*cameBack // by the sandbox's number
	failed   map[uint64]error
	lastBorn uint64
	ended    bool        // the last record ended a snapshot of all sandboxes
	aside    bool        // it reads what was set aside of a sandbox, and no log
	ready    []*cameBack // what Finish has made
	away     []*Away     // of those that have left memory
	archive  Archive     // nil for none
}

// Replay of a log for this pool.
func (p *Pool) Replay() *Replay {
	return &Replay{pool: p, all: map[uint64]*cameBack{}, failed: map[uint64]error{}}
}

// cameBack is a sandbox as far as it was read from a log.
type cameBack struct {
	born uint64
	made made
	run  uint64 // number of the run; 0 before the first
	ran
	absence *Absence // it has left memory; nil if it is in the log
	next    *ran     // its image isn't whole yet
	nextRun uint64

	away    bool           // until now
	past    []journal.Past // of its journal
	numbers journal.Numbers
	config  Config // this and begun are made of the others when all is read
	begun   *Run
}

// ran is a run as far as it was read from a log.
type ran struct {
	state    *store.Replay
	commits  uint64 // of the image
	seed     uint64
	settings json.RawMessage
	present  present
	last     time.Time // the sandbox's time of the last commit
}

// headRead is head as it is read.
type headRead struct {
	Seed     uint64          `json:"seed"`
	Settings json.RawMessage `json:"settings"`
	present
}

var errRecord = errors.New("not a record of this version")

// Record takes the next record. The error is about a record that can't be read at all; Failed
// reports what is wrong with a sandbox's state.
func (r *Replay) Record(record []byte) error {
	if len(record) == 0 {
		return errRecord
	}
	d := numbers{rest: record[1:]}
	kind, born := record[0], d.next()
	r.lastBorn, r.ended = max(r.lastBorn, born), kind == anEnd
	if kind == anEnd || d.short {
		return d.err()
	}
	c := r.all[born]
	switch {
	case kind == aMade && c == nil:
		c = &cameBack{born: born, away: r.aside}
		r.all[born] = c
		r.note(c, json.Unmarshal(d.rest, &c.made))
	case kind == aMade || c == nil:
		// already in the snapshot before, or deleted
	case kind == aDeleted:
		delete(r.all, born)
		delete(r.failed, born)
	default:
		run := d.next()
		if d.short {
			return errRecord
		}
		r.note(c, r.apply(c, record[0], run, &d))
	}
	return nil
}

// Ended reports whether the last record ended a snapshot of all sandboxes.
func (r *Replay) Ended() bool { return r.ended }

// note what is wrong with a sandbox: the first that is. A run that begins later may be well.
func (r *Replay) note(c *cameBack, err error) {
	if err != nil && r.failed[c.born] == nil {
		r.failed[c.born] = err
	}
}

func (r *Replay) apply(c *cameBack, kind byte, run uint64, d *numbers) error {
	switch kind {
	case aHead:
		return r.begin(c, run, d)
	case aPart:
		if c.next == nil || c.nextRun != run {
			return nil
		}
		return c.next.state.Image(d.rest)
	case aWhole:
		if c.next != nil && c.nextRun == run {
			c.next.state.Begin(c.next.commits)
			c.ran, c.run, c.next, c.absence = *c.next, run, nil, nil
			delete(r.failed, c.born)
		}
		return nil
	case anAbsent:
		c.absence, c.ran, c.next, c.run = new(Absence), ran{}, nil, run
		delete(r.failed, c.born)
		return json.Unmarshal(d.rest, c.absence)
	case aJournal:
		return json.Unmarshal(d.rest, &c.numbers)
	case aNoted:
		if past, err := journal.ReadPast(d.rest); err == nil { // otherwise of another version: the sandbox comes back without it
			c.past = append(c.past, past)
		}
		return nil
	case aCommit, aPresent:
		if c.absence != nil {
			return nil // the place aside has it
		}
		if run != c.run || r.failed[c.born] != nil {
			return nil // of a run that is over
		}
		if kind == aPresent {
			c.present = present{}
			return json.Unmarshal(d.rest, &c.present)
		}
		return c.commit(d)
	}
	return fmt.Errorf("%w: kind %q", errRecord, kind)
}

// begin an image. One that the snapshot before holds already is left out.
func (r *Replay) begin(c *cameBack, run uint64, d *numbers) error {
	commits := d.next()
	if run <= c.run && (c.absence == nil || run < c.run) || d.short {
		return d.err()
	}
	var h headRead
	if err := json.Unmarshal(d.rest, &h); err != nil {
		return err
	}
	c.nextRun = run
	c.next = &ran{state: r.pool.schema.Replay(), commits: commits, seed: h.Seed, settings: h.Settings, present: h.present}
	return nil
}

func (c *ran) commit(d *numbers) error {
	number := d.next()
	seconds, nanoseconds := d.nextSigned(), d.next()
	if d.short {
		return errRecord
	}
	if number <= c.state.Commits() {
		return nil // the image holds it
	}
	if at := time.Unix(seconds, int64(nanoseconds)); at.After(c.last) {
		c.last = at
	}
	return c.state.Commit(number, d.rest)
}

// Finish when all records are taken. The answer is the sandboxes that can't be brought
// back, by their ids, with the reasons.
func (r *Replay) Finish() map[string]error {
	byID := map[string]*cameBack{}
	failed := map[string]error{}
	for _, c := range slices.SortedFunc(maps.Values(r.all), func(a, b *cameBack) int { return cmp.Compare(a.born, b.born) }) {
		if c.run == 0 && r.failed[c.born] == nil {
			continue // what it begins with was not written any more
		}
		if c.absence == nil && r.failed[c.born] == nil {
			r.note(c, r.pool.finish(c))
		}
		if err := r.failed[c.born]; err != nil {
			failed[c.made.ID] = err
			continue
		}
		if earlier := byID[c.made.ID]; earlier != nil && earlier.begun != nil {
			earlier.begun.end(ErrEnded)
		}
		byID[c.made.ID] = c // one that was made later has the id
	}
	for _, c := range byID {
		if c.absence == nil {
			r.ready = append(r.ready, c)
			continue
		}
		r.away = append(r.away, &Away{Absence: *c.absence, made: c.made, born: c.born, run: c.run, coverage: new(coverage.Tally)})
	}
	return failed
}

// Has reports, after Finish, whether a sandbox comes back.
func (r *Replay) Has(id string) bool {
	return slices.ContainsFunc(r.ready, func(c *cameBack) bool { return c.made.ID == id })
}

// Resolve the calls of each sandbox that comes back: the answer is the operations that its
// services can ask. It is for after Finish; a sandbox that is there already keeps its own.
func (r *Replay) Resolve(calls func(id string, to Calls) map[string]bool) {
	for _, c := range r.ready {
		c.config.Targets = calls(c.made.ID, c.made.Calls)
	}
}

// IsOfFailed reports whether a record belongs to a sandbox that can't be brought back.
func (r *Replay) IsOfFailed(record []byte) bool {
	d := numbers{rest: record[1:]}
	return r.failed[d.next()] != nil
}

// numbers of a record.
type numbers struct {
	rest  []byte
	short bool
}

func (d *numbers) err() error {
	if d.short {
		return errRecord
	}
	return nil
}

func (d *numbers) next() uint64 { return take(d, binary.Uvarint) }

func (d *numbers) nextSigned() int64 { return take(d, binary.Varint) }

func take[T any](d *numbers, read func([]byte) (T, int)) T {
	n, size := read(d.rest)
	if size <= 0 {
		d.short, size = true, len(d.rest)
	}
	d.rest = d.rest[size:]
	return n
}
