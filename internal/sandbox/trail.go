package sandbox

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
)

// The kinds of records in a log of commits. Each record names its sandbox by a number that
// no other sandbox has, also not a later one with the same id. Records of a sandbox or run that
// is gone are ignored.
const (
	aMade    = 'M' // a sandbox: made, as JSON
	aHead    = 'I' // a run begins with an image: number of the run, of its commits, head as JSON
	aPart    = 'P' // a part of the image: number of the run, rows
	aWhole   = 'E' // the image is whole: number of the run
	aCommit  = 'C' // number of the run, of the commit, the sandbox's time, rows
	aPresent = 'T' // number of the run, present as JSON
	aDeleted = 'D' // the sandbox is gone
	anAbsent = 'A' // the sandbox has left memory: number of the run, Absence as JSON
	aJournal = 'N' // aside of the log only: number of the run, journal.Numbers as JSON
	aNoted   = 'J' // aside of the log only: number of the run, an event of the journal as that packs it
	anEnd    = 'B' // a snapshot of all sandboxes ends; the sandbox's number is 0
)

// made is what a sandbox was made with.
type made struct {
	ID      string            `json:"id"`
	Owner   string            `json:"owner,omitempty"`
	Token   string            `json:"token"`
	Expires time.Duration     `json:"expires,omitempty"` // nanoseconds; 0 for never
	Seed    uint64            `json:"seed"`
	Clock   clock.Settings    `json:"clock"`
	Profile map[string]string `json:"profile"`
	Calls   Calls             `json:"calls,omitzero"`
}

// head is what an image has beside its store.
type head struct {
	Seed     uint64             `json:"seed"`
	Settings *scenario.Settings `json:"settings"`
	present
}

// present is what changes without a commit.
type present struct {
	Clock    clock.Settings `json:"clock"`    // start is its time
	At       time.Time      `json:"at"`       // the process's time
	Requests uint64         `json:"requests"` // how many were numbered
}

// trail is what a run leaves in the log of commits.
type trail struct {
	log     *commitlog.Writer
	sandbox *Sandbox
	run     *Run
	number  uint64        // of the run, among the sandbox's
	touched atomic.Bool   // the present is going to be written
	lost    atomic.Bool   // a commit could not be written, so those after it mean nothing
	last    atomic.Uint64 // position of the last commit in the log
}

// record of a kind, with numbers.
func (t *trail) record(kind byte, numbers ...uint64) []byte {
	b := binary.AppendUvarint([]byte{kind}, t.sandbox.born)
	b = binary.AppendUvarint(b, t.number)
	for _, n := range numbers {
		b = binary.AppendUvarint(b, n)
	}
	return b
}

func (t *trail) present() present {
	r := t.run
	return present{Clock: r.Clock.Settings(), At: t.sandbox.pool.Now(), Requests: r.Log.Numbered()}
}

// follow lets the run's commits be logged. The answer is the image that they follow.
func (r *Run) follow(log *commitlog.Writer, sb *Sandbox, number uint64) image {
	t := &trail{log: log, sandbox: sb, run: r, number: number}
	r.trail.Store(t)
	told := r.store.Follow(func(c store.Commit) { t.last.Store(log.Put(commit{t, c, r.Clock.Now()})) })
	return image{t, told, r.inForce.Load()}
}

// touch notes in the log that the clock or the number of requests has changed.
func (r *Run) touch() {
	if t := r.trail.Load(); t != nil && t.touched.CompareAndSwap(false, true) {
		t.log.Put(touch{t})
	}
}

// touched is touch, and waits until the log has that, if answers wait for it.
func (r *Run) touched() error {
	t := r.trail.Load()
	if t == nil {
		return nil
	}
	r.touch()
	return t.log.WaitForAll()
}

// ready is a commitlog.NotKept while the log can keep nothing.
func (r *Run) ready() error {
	if t := r.trail.Load(); t != nil {
		return t.log.Ready()
	}
	return nil
}

// settle waits until the log has the run's commits, if answers wait for that.
func (r *Run) settle() error {
	if t := r.trail.Load(); t != nil {
		return t.log.Wait(t.last.Load())
	}
	return nil
}

// Settle waits until the log has all that the sandbox shows, if answers wait for that. The error is a
// commitlog.NotKept.
func (sb *Sandbox) Settle() error {
	if log := sb.log.Load(); log != nil {
		return log.WaitForAll()
	}
	return nil
}

// WaitUntilReady returns when the log can keep something again, or when the run is over.
func (r *Run) WaitUntilReady() {
	if t := r.trail.Load(); t != nil {
		t.log.WaitUntilReady(r.Ends)
	}
}

// kept does something to the pool, and waits until the log has it, if there is one and answers wait for that.
func kept(log *commitlog.Writer, change func() error) error {
	if log == nil {
		return change()
	}
	if err := log.Ready(); err != nil {
		return err
	}
	err := change()
	if unsure := log.WaitForAll(); unsure != nil {
		return unsure
	}
	return err
}

// touch is an entry with the present as it is when the entry is written.
type touch struct{ *trail }

func (t touch) Weight() int { return 0 }

func (t touch) Encode(add func([]byte)) error {
	t.touched.Store(false)
	b, err := appendJSON(t.record(aPresent), t.present())
	if err == nil {
		add(b)
	}
	return err
}

// commit is an entry.
type commit struct {
	*trail
	store.Commit
	now time.Time
}

func (c commit) Weight() int { return c.Len() }

func (c commit) Encode(add func([]byte)) error {
	if c.lost.Load() {
		return nil
	}
	b := binary.AppendVarint(c.record(aCommit, c.Number), c.now.Unix())
	b, err := c.Append(binary.AppendUvarint(b, uint64(c.now.Nanosecond())))
	if err != nil {
		c.lost.Store(true)
		return fmt.Errorf("sandbox %s: %w; until it is reset, its changes are kept only when the whole log is rewritten", c.sandbox.ID(), err)
	}
	add(b)
	return nil
}

// image is an entry: a whole run.
type image struct {
	*trail
	store.Image
	settings *scenario.Settings
}

func (i image) Weight() int { return 0 }

func (i image) Encode(add func([]byte)) error {
	return i.write(func(record []byte) error {
		add(record)
		return nil
	})
}

func (i image) write(add func([]byte) error) error {
	first, err := appendJSON(i.record(aHead, i.Commits()), head{uint64(i.run.Seed), i.settings, i.present()})
	if err == nil {
		err = add(first)
	}
	if err == nil {
		err = i.Chunks(func(part []byte) error { return add(append(i.record(aPart), part...)) })
	}
	if err != nil {
		return fmt.Errorf("sandbox %s: %w", i.sandbox.ID(), err)
	}
	return add(i.record(aWhole))
}

// entry is one record, which is made when it is written.
type entry func() ([]byte, error)

func (e entry) Weight() int { return 0 }

func (e entry) Encode(add func([]byte)) error {
	record, err := e()
	if err == nil {
		add(record)
	}
	return err
}

// birth is the record of a sandbox that is made.
func (sb *Sandbox) birth() ([]byte, error) { return sb.made().record(sb.born) }

func (m made) record(born uint64) ([]byte, error) {
	return appendJSON(binary.AppendUvarint([]byte{aMade}, born), m)
}

// made is what the sandbox was made with.
func (sb *Sandbox) made() made {
	cfg := sb.Config()
	return made{
		ID: sb.ID(), Owner: sb.Owner(), Token: sb.Token(), Expires: sb.Expires(),
		Seed: uint64(cfg.Seed), Clock: cfg.Clock, Profile: cfg.Profile.Map(), Calls: cfg.Calls,
	}
}

// deletion is an entry: the sandbox of a number is gone.
func deletion(born uint64) entry {
	return func() ([]byte, error) { return binary.AppendUvarint([]byte{aDeleted}, born), nil }
}

func appendJSON(to []byte, v any) ([]byte, error) {
	b := bytes.NewBuffer(to)
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return b.Bytes(), err
}
