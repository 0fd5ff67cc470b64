package journal

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
)

// packVersion of the form in which an archive has an event: the version, the kind, numbers, then for a note
// its kind and its data as JSON, for an exchange its texts as a journal holds them, the bodies, and the
// rest as JSON.
const packVersion = 1

const (
	packedExchange = 'E'
	packedNote     = 'N'
)

// lists are what an exchange has as JSON.
type lists struct {
	Findings []contract.Finding `json:"findings,omitempty"`
	Changes  []store.Change     `json:"changes,omitempty"`
	Taken    []contract.Taken   `json:"taken,omitempty"`
}

// Pack an event, as ReadPast reads it. The error is about data that JSON can't hold.
func (a Archived) Pack() ([]byte, error) {
	kind := byte(packedExchange)
	if a.IsNote() {
		kind = packedNote
	}
	b := appendNumbers([]byte{packVersion, kind}, a.entry.id, a.reset, a.noted)
	if n := a.entry.note; n != nil {
		return appendJSON(appendText(b, n.Kind), n.Data)
	}
	return a.entry.kept.pack(b)
}

func (k *kept) pack(b []byte) ([]byte, error) {
	b = appendNumbers(appendText(b, k.texts), uint64(k.whys), uint64(k.subjects), k.seq, uint64(k.status))
	for _, at := range []time.Time{k.at, k.started} {
		text, err := at.MarshalBinary()
		if err != nil {
			return nil, err
		}
		b = appendText(b, string(text))
	}
	b = binary.AppendVarint(binary.AppendVarint(b, int64(k.took)), int64(k.held))
	b = append(b, flag(k.within), flag(k.arrived))
	for _, p := range []part{k.request, k.answer} {
		b = appendNumbers(appendText(b, string(p.body)), uint64(p.size))
	}
	return appendJSON(b, lists{k.findings, k.changes, k.taken})
}

func flag(set bool) byte {
	if set {
		return 1
	}
	return 0
}

func appendNumbers(b []byte, numbers ...uint64) []byte {
	for _, n := range numbers {
		b = binary.AppendUvarint(b, n)
	}
	return b
}

func appendJSON(to []byte, v any) ([]byte, error) {
	b := bytes.NewBuffer(to)
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// ErrPacked is the error of bytes that this version hasn't packed.
var ErrPacked = errors.New("not an event of a journal that this version of sim knows")

// ReadPast reads a packed event. The error is ErrPacked, also for bytes that are damaged.
func ReadPast(packed []byte) (Past, error) {
	if len(packed) < 2 || packed[0] != packVersion {
		return Past{}, ErrPacked
	}
	r := reader{rest: packed[2:]}
	x := &entry{id: r.number()}
	p := Past{entry: x, reset: r.number(), noted: r.number()}
	switch packed[1] {
	case packedNote:
		x.note = r.note()
		x.size = sizeOfNote(x.note)
	case packedExchange:
		x.kept = r.kept()
		if r.err == nil {
			x.size = x.kept.exchange().size()
		}
	default:
		return Past{}, ErrPacked
	}
	if r.err != nil {
		return Past{}, fmt.Errorf("%w: %w", ErrPacked, r.err)
	}
	return p, nil
}

// reader of a packed event. After an error all is zero.
type reader struct {
	rest []byte
	err  error
}

var errShort = errors.New("it is cut")

func (r *reader) number() uint64 {
	n, size := binary.Uvarint(r.rest)
	r.skip(size)
	return n
}

func (r *reader) signed() int64 {
	n, size := binary.Varint(r.rest)
	r.skip(size)
	return n
}

func (r *reader) skip(size int) {
	if size <= 0 {
		r.err, size = errShort, len(r.rest)
	}
	r.rest = r.rest[size:]
}

func (r *reader) text() []byte {
	length := r.number()
	if length > uint64(len(r.rest)) {
		r.err, length = errShort, 0
	}
	text := r.rest[:length:length]
	r.rest = r.rest[length:]
	return text
}

func (r *reader) flag() bool { return r.number() == 1 }

func (r *reader) time() (at time.Time) {
	text := r.text()
	if r.err == nil {
		r.err = at.UnmarshalBinary(text)
	}
	return at
}

func (r *reader) json(into any) {
	if r.err == nil {
		r.err = json.Unmarshal(r.rest, into)
	}
}

func (r *reader) note() *Note {
	n := &Note{Kind: string(r.text())}
	var data json.RawMessage
	r.json(&data)
	n.Data = data
	return n
}

func (r *reader) kept() kept {
	k := kept{texts: string(r.text()), whys: int(r.number()), subjects: int(r.number()), seq: r.number(), status: int(r.number())}
	k.at, k.started = r.time(), r.time()
	k.took, k.held = time.Duration(r.signed()), time.Duration(r.signed())
	k.within, k.arrived = r.flag(), r.flag()
	for _, p := range []*part{&k.request, &k.answer} {
		p.body, p.size = append([]byte(nil), r.text()...), int64(r.number())
	}
	r.checkTexts(k)
	var l struct {
		lists
		Changes []struct {
			store.Change
			Before json.RawMessage `json:"before"`
			After  json.RawMessage `json:"after"`
		} `json:"changes"`
	}
	r.json(&l)
	k.findings, k.taken = l.Findings, l.Taken
	for _, c := range l.Changes {
		c.Change.Before, c.Change.After = value(c.Before), value(c.After)
		k.changes = append(k.changes, c.Change)
	}
	return k
}

// value of JSON; nil for null.
func value(raw json.RawMessage) any {
	if raw == nil || string(raw) == "null" {
		return nil
	}
	return raw
}

// checkTexts looks whether the texts are as many as they should be, so that they can be unpacked, and the
// headers among them, too.
func (r *reader) checkTexts(k kept) {
	var e Exchange
	all := e.texts()
	rest := reader{rest: []byte(k.texts)}
	for _, text := range all {
		*text = string(rest.text())
	}
	for range k.whys + k.subjects {
		if rest.text(); rest.err != nil {
			break
		}
	}
	for _, lines := range []Headers{e.Request.Headers, e.Response.Headers} {
		for h := (reader{rest: []byte(lines)}); len(h.rest) > 0 && rest.err == nil; {
			h.text()
			h.text()
			rest.err = h.err
		}
	}
	if r.err == nil {
		r.err = rest.err
	}
	if r.err == nil && (len(rest.rest) > 0 || k.whys < 0 || k.subjects < 0) {
		r.err = errShort
	}
}
