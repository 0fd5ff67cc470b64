package journal

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
)

// kept is an exchange as a journal holds it: its texts, numbers and short bodies lie in a slab
// together with those of other exchanges, and the rest has few pointers. The collector goes through all
// that the journals hold each time that it runs. The exchange is made again when it is read.
type kept struct {
	packed []byte // what appendExchange has written
	zones  *zones
	values []any // before and after each of the changes
	more   *more // nil for nothing
}

// zones of At and Started, which most exchanges of a journal share.
type zones struct{ at, started *time.Location }

// more of an exchange, which most don't have.
type more struct {
	request, answer []byte // long bodies
	findings        []contract.Finding
	taken           []contract.Taken
}

// ShortBody is how many bytes a body has at most of which a journal makes a copy. Of a longer one it keeps the slice.
const ShortBody = 2 << 10

const (
	slabSize  = 32 << 10 // bytes of the slabs of a journal that has many exchanges
	longestID = 64       // bytes that are looked at for an id
	slabShare = 8        // the part of what a journal keeps that its newest slab may be
	valueSlab = 64       // values that lie together: all of them stay until the last one's exchange is dropped
)

// keep an exchange, in the slabs.
func (j *Journal) keep(e *Exchange) kept {
	if need := e.packedSize(); need > cap(j.slab) {
		j.slab = make([]byte, 0, max(need, min(slabSize, need*j.entries.length/slabShare)))
		j.roomy = j.entries.length
	}
	packed := appendExchange(j.slab, e)
	j.slab = packed[len(packed):]
	if at, started := e.At.Location(), e.Started.Location(); j.zones == nil || *j.zones != (zones{at, started}) {
		j.zones = &zones{at, started}
	}
	return kept{packed: slices.Clip(packed), zones: j.zones, values: j.keepValues(e.Changes), more: e.more()}
}

func (j *Journal) keepValues(changes []store.Change) []any {
	if len(changes) == 0 {
		return nil
	}
	if need := 2 * len(changes); need > cap(j.values) {
		j.values = make([]any, 0, max(need, min(valueSlab, need*j.entries.length/slabShare)))
		j.roomy = j.entries.length
	}
	values := j.values
	for _, c := range changes {
		values = append(values, c.Before, c.After)
	}
	j.values = values[len(values):]
	return slices.Clip(values)
}

// dropSlabs gives back what is free in the slabs of a journal that has lost most of its exchanges: it may be one
// of thousands.
func (j *Journal) dropSlabs() {
	if 2*j.entries.length <= j.roomy {
		j.slab, j.values, j.roomy = nil, nil, 0
	}
}

func (e *Exchange) more() *more {
	if len(e.Request.Body) <= ShortBody && len(e.Response.Body) <= ShortBody && len(e.Findings)+len(e.Taken) == 0 {
		return nil
	}
	m := &more{findings: e.Findings, taken: e.Taken}
	if len(e.Request.Body) > ShortBody {
		m.request = e.Request.Body
	}
	if len(e.Response.Body) > ShortBody {
		m.answer = e.Response.Body
	}
	return m
}

// packedSize is about how many bytes the exchange takes when it is packed. One that takes more gets memory of its own.
func (e *Exchange) packedSize() int {
	const numbers, length = 48, 2 // bytes, as they mostly are
	texts, messages := e.texts(), e.messages()
	n := numbers + length*(len(texts)+2*len(messages)+len(e.Why)+len(e.Subjects))
	for _, text := range texts {
		n += len(*text)
	}
	for _, m := range messages {
		n += len(m.Headers) + len(m.Digest) + len(m.short())
	}
	for _, c := range e.Changes {
		n += 2*length + len(c.Collection) + len(c.Key)
	}
	for _, list := range e.lists() {
		for _, text := range list {
			n += len(text)
		}
	}
	return n
}

// appendExchange packs an exchange, its id first.
func appendExchange(to []byte, e *Exchange) []byte {
	to = appendTexts(to, e)
	for _, n := range e.numbers() {
		to = binary.AppendVarint(to, n)
	}
	for _, m := range e.messages() {
		to = appendText(to, m.short())
	}
	for _, c := range e.Changes {
		to = appendText(appendText(to, c.Collection), c.Key)
	}
	return appendLists(to, e)
}

func appendTexts(to []byte, e *Exchange) []byte {
	for _, text := range e.texts() {
		to = appendText(to, *text)
	}
	for _, m := range e.messages() {
		to = appendText(appendText(to, m.Headers), m.Digest)
	}
	return to
}

// appendLists packs the lists of texts.
func appendLists(to []byte, e *Exchange) []byte {
	for _, list := range e.lists() {
		for _, text := range list {
			to = appendText(to, text)
		}
	}
	return to
}

// short body of a message, which is packed; empty for a long one.
func (m Message) short() []byte {
	if len(m.Body) > ShortBody {
		return nil
	}
	return m.Body
}

func (e *Exchange) lists() [2][]string { return [...][]string{e.Why, e.Subjects} }

// texts of an exchange that are packed, in their order. The headers and digests of its messages follow.
func (e *Exchange) texts() [13]*string {
	return [...]*string{
		&e.ID, &e.Method, &e.URL, &e.Remote, &e.Direction, &e.Target, &e.Delivery, &e.Process,
		&e.Operation, &e.Outcome, &e.Decision, &e.Rule, &e.Fault,
	}
}

func (e *Exchange) messages() [2]*Message { return [...]*Message{&e.Request, &e.Response} }

// numbers of an exchange that are packed, in their order.
func (e *Exchange) numbers() [13]int64 {
	flags := 0
	if e.Within {
		flags |= isWithin
	}
	if e.Arrived {
		flags |= hasArrived
	}
	return [...]int64{
		int64(e.Seq), int64(e.Took), int64(e.Held), int64(e.Status), int64(flags),
		e.Request.Size, e.Response.Size, int64(len(e.Why)), int64(len(e.Subjects)),
		e.At.Unix(), int64(e.At.Nanosecond()), e.Started.Unix(), int64(e.Started.Nanosecond()),
	}
}

const (
	isWithin = 1 << iota
	hasArrived
)

// id of the exchange.
func (k *kept) id() string {
	id, _ := packed(k.packed[:min(len(k.packed), longestID)]).next()
	return id
}

// exchange makes it again, as it was.
func (k *kept) exchange() *Exchange {
	e := &Exchange{}
	rest := e.readTexts(packed(k.packed))
	var n [13]int64
	for i := range n {
		n[i], rest = rest.number()
	}
	e.Seq, e.Took, e.Held, e.Status = uint64(n[0]), time.Duration(n[1]), time.Duration(n[2]), int(n[3])
	e.Within, e.Arrived = n[4]&isWithin != 0, n[4]&hasArrived != 0
	e.Request.Size, e.Response.Size = n[5], n[6]
	for _, m := range e.messages() {
		m.Body, rest = rest.bytes()
	}
	e.At, e.Started = time.Unix(n[9], n[10]).In(k.zones.at), time.Unix(n[11], n[12]).In(k.zones.started)
	for i := 0; i < len(k.values); i += 2 {
		c := store.Change{Before: k.values[i], After: k.values[i+1]}
		c.Collection, rest = rest.next()
		c.Key, rest = rest.next()
		e.Changes = append(e.Changes, c)
	}
	e.readLists(rest, int(n[7]), int(n[8]))
	if m := k.more; m != nil {
		e.Findings, e.Taken = m.findings, m.taken
		if m.request != nil {
			e.Request.Body = m.request
		}
		if m.answer != nil {
			e.Response.Body = m.answer
		}
	}
	return e
}

func (e *Exchange) readTexts(from packed) (rest packed) {
	for _, text := range e.texts() {
		*text, from = from.next()
	}
	for _, m := range e.messages() {
		m.Headers, from = from.bytes()
		m.Digest, from = from.next()
	}
	return from
}

func (e *Exchange) readLists(from packed, whys, subjects int) {
	e.Why, from = from.list(whys)
	e.Subjects, _ = from.list(subjects)
}
