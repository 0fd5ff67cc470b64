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
	packed      []byte // what appendExchange has written
	at, started time.Time
	changes     []store.Change
	more        *more // nil for nothing
}

// more of an exchange, which most don't have.
type more struct {
	request, answer []byte // long bodies
	findings        []contract.Finding
	taken           []contract.Taken
}

const (
	ShortBody  = 2 << 10  // bytes of a body that is packed
	slabSize   = 32 << 10 // bytes of the slabs of a journal that has many exchanges
	longestID  = 64       // bytes that are looked at for an id
	slabShare  = 8        // the part of what a journal keeps that its newest slab may be
	changeSlab = 32       // changes that lie together: all of them stay until the last one's exchange is dropped
)

// keep an exchange, in the slab.
func (j *Journal) keep(e *Exchange) kept {
	if need := e.packedSize(); need > cap(j.slab) {
		j.slab = make([]byte, 0, max(need, min(slabSize, need*j.entries.length/slabShare)))
	}
	packed := appendExchange(j.slab, e)
	j.slab = packed[len(packed):]
	return kept{packed: slices.Clip(packed), at: e.At, started: e.Started, changes: j.keepChanges(e.Changes), more: e.more()}
}

// keepChanges copies them into the memory that the journal has for changes.
func (j *Journal) keepChanges(changes []store.Change) []store.Change {
	if len(changes) == 0 {
		return nil
	}
	if len(changes) > cap(j.changes) {
		j.changes = make([]store.Change, 0, max(len(changes), min(changeSlab, j.entries.length/slabShare)))
	}
	copied := append(j.changes, changes...)
	j.changes = copied[len(copied):]
	return slices.Clip(copied)
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
	const numbers, length = 32, 2 // bytes, as they mostly are
	texts, messages := e.texts(), e.messages()
	n := numbers + length*(len(texts)+2*len(messages)+len(e.Why)+len(e.Subjects))
	for _, text := range texts {
		n += len(*text)
	}
	for _, m := range messages {
		n += len(m.Headers) + len(m.Digest) + len(m.short())
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
func (e *Exchange) numbers() [9]int64 {
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
	e := &Exchange{At: k.at, Started: k.started, Changes: k.changes}
	rest := e.readTexts(packed(k.packed))
	var n [9]int64
	for i := range n {
		n[i], rest = rest.number()
	}
	e.Seq, e.Took, e.Held, e.Status = uint64(n[0]), time.Duration(n[1]), time.Duration(n[2]), int(n[3])
	e.Within, e.Arrived = n[4]&isWithin != 0, n[4]&hasArrived != 0
	e.Request.Size, e.Response.Size = n[5], n[6]
	for _, m := range e.messages() {
		m.Body, rest = rest.bytes()
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
