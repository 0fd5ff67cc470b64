package journal

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
)

// packVersion is the first byte of a packed event, before stored as JSON.
const packVersion = 1

// stored is an event as an archive has it.
type stored struct {
	Event    uint64
	Reset    uint64
	Noted    uint64
	Note     *storedNote     `json:",omitempty"`
	Exchange *storedExchange `json:",omitempty"`
}

type storedNote struct {
	Kind string
	Data json.RawMessage
}

// storedExchange is an Exchange whose texts are packed: its texts, then Why, then Subjects.
type storedExchange struct {
	Texts           []byte
	Whys, Subjects  int
	Seq             uint64
	At, Started     time.Time
	Took, Held      time.Duration
	Status          int
	Within, Arrived bool
	Request, Answer storedPart
	Findings        []contract.Finding `json:",omitempty"`
	Changes         []storedChange     `json:",omitempty"`
	Taken           []contract.Taken   `json:",omitempty"`
}

type storedPart struct {
	Body []byte `json:",omitempty"`
	Size int64
}

type storedChange struct {
	Collection, Key string
	Before, After   json.RawMessage
}

// Pack an event, as ReadPast reads it. The error is about data that JSON can't hold.
func (a Archived) Pack() ([]byte, error) {
	s := stored{Event: a.entry.id, Reset: a.reset, Noted: a.noted}
	var err error
	if n := a.entry.note; n != nil {
		s.Note = &storedNote{Kind: n.Kind}
		s.Note.Data, err = contract.Encode(n.Data)
	} else {
		s.Exchange, err = a.entry.kept.exchange().stored()
	}
	if err != nil {
		return nil, err
	}
	encoded, err := contract.Encode(s)
	return append([]byte{packVersion}, encoded...), err
}

func (e *Exchange) stored() (*storedExchange, error) {
	s := &storedExchange{
		Texts: appendLists(appendTexts(nil, e), e), Whys: len(e.Why), Subjects: len(e.Subjects),
		Seq: e.Seq, At: e.At, Started: e.Started, Took: e.Took, Held: e.Held,
		Status: e.Status, Within: e.Within, Arrived: e.Arrived,
		Request: storedPart{e.Request.Body, e.Request.Size}, Answer: storedPart{e.Response.Body, e.Response.Size},
		Findings: e.Findings, Taken: e.Taken,
	}
	for _, c := range e.Changes {
		before, err := contract.Encode(c.Before)
		if err != nil {
			return nil, err
		}
		after, err := contract.Encode(c.After)
		if err != nil {
			return nil, err
		}
		s.Changes = append(s.Changes, storedChange{c.Collection, c.Key, before, after})
	}
	return s, nil
}

// ErrPacked is the error of bytes that this version hasn't packed.
var ErrPacked = errors.New("not an event of a journal that this version of sim knows")

// ReadPast reads a packed event. The error is ErrPacked, also for bytes that are damaged.
func ReadPast(packed []byte) (Past, error) {
	if len(packed) == 0 || packed[0] != packVersion {
		return Past{}, ErrPacked
	}
	var s stored
	if err := json.Unmarshal(packed[1:], &s); err != nil {
		return Past{}, fmt.Errorf("%w: %w", ErrPacked, err)
	}
	p := Past{id: s.Event, reset: s.Reset, noted: s.Noted}
	switch {
	case s.Note != nil:
		p.note = &Note{Kind: s.Note.Kind, Data: s.Note.Data}
	case s.Exchange != nil:
		p.exchange = s.Exchange.exchange()
	default:
		return Past{}, ErrPacked
	}
	return p, nil
}

func (s *storedExchange) exchange() *Exchange {
	e := &Exchange{
		Seq: s.Seq, At: s.At, Started: s.Started, Took: s.Took, Held: s.Held,
		Status: s.Status, Within: s.Within, Arrived: s.Arrived,
		Findings: s.Findings, Taken: s.Taken,
	}
	e.Request.Body, e.Request.Size = s.Request.Body, s.Request.Size
	e.Response.Body, e.Response.Size = s.Answer.Body, s.Answer.Size
	e.readLists(e.readTexts(packed(s.Texts)), s.Whys, s.Subjects)
	for _, c := range s.Changes {
		e.Changes = append(e.Changes, store.Change{Collection: c.Collection, Key: c.Key, Before: value(c.Before), After: value(c.After)})
	}
	return e
}

// value of JSON; nil for null.
func value(raw json.RawMessage) any {
	if string(raw) == "null" {
		return nil
	}
	return raw
}

// Numbers are what a journal counts beside what it has.
type Numbers struct {
	Event   uint64 `json:"event"` // of the last one
	Reset   uint64 `json:"reset,omitempty"`
	Dropped uint64 `json:"dropped,omitempty"` // exchanges
}

// Numbers of the run's journal.
func (l *Log) Numbers() (n Numbers) {
	l.tell(func(j *Journal) { n = Numbers{j.events, j.reset, j.dropped} })
	return n
}

// Resume numbers: a client that follows the events goes on, although the journal may have none of them.
func (l *Log) Resume(n Numbers) {
	l.tell(func(j *Journal) {
		j.events, j.reset, j.dropped = max(j.events, n.Event), max(j.reset, n.Reset), max(j.dropped, n.Dropped)
	})
}

// Pack the run's events, in their order. One with data that JSON can't hold is left out.
func (l *Log) Pack() (all [][]byte) {
	var found []entry
	var reset, noted uint64
	l.tell(func(j *Journal) {
		found = slices.Concat(j.entries.from(0), j.notes.from(0))
		reset, noted = j.reset, j.dropped+uint64(j.entries.length)
	})
	slices.SortFunc(found, func(a, b entry) int { return cmp.Compare(a.id, b.id) })
	for _, x := range found {
		if packed, err := (Archived{x, reset, noted}).Pack(); err == nil {
			all = append(all, packed)
		}
	}
	return all
}
