// Package journal remembers what happened in a sandbox: every exchange with its
// request, its answer and why the answer was that one.
//
// A journal is bounded by a count of its own and by a budget of bytes that all
// journals of a process share. What doesn't fit any more goes, oldest first, and
// is counted.
package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
)

// MaxBody is how much of a body is kept; the rest is there as a digest only. Of a
// path and query that are longer than maxURL nothing is there of the rest: lists of
// exchanges show them.
const (
	MaxBody = 64 << 10
	maxURL  = 16 << 10
)

// Exchange is one request and what became of it. It is not changed once it is in
// the journal.
type Exchange struct {
	ID      string        // req-000001, of a call del-000001.1: unique in the run
	Seq     uint64        // order of arrival, from 1; of a call that of the last request before it
	At      time.Time     // the sandbox's time
	Started time.Time     // the machine's time
	Took    time.Duration // of the machine's time
	Held    time.Duration // of the sandbox's time, while it was answered

	Method  string
	URL     string // path and query as they were sent, up to maxURL
	Request Message
	Remote  string

	Status   int
	Response Message
	Within   bool // it was a call within the process: no client has met the answer
	Arrived  bool // the whole answer was sent as it was meant; false if a fault was in the way

	Direction string // Out for a call that a service has made; empty for a request that came
	Target    string // of a call: scheme and host, or sandbox:ID
	Delivery  string // of a call: the id of the delivery that it tries
	Process   string // of a call: the process that asks; empty for a push

	Operation string
	Outcome   string
	Decision  string // behaviour, prefer, rule, reserved, transport
	Rule      string
	Why       []string // which rules were looked at and why each did or didn't decide
	Fault     string
	Findings  []contract.Finding
	Subjects  []string // IINs and BINs that the request names
	Changes   []store.Change
	Taken     []contract.Taken
}

// Out is the direction of a call. In is the other one, which an exchange doesn't name.
const (
	In  = "in"
	Out = "out"
)

// Message is one side of an exchange. Body is its head, up to MaxBody; Size is
// the whole length, and Digest (SHA-256) is there when the body was cut.
type Message struct {
	Headers Headers
	Body    []byte
	Size    int64
	Digest  string
}

// Header of the message, a copy of its own each time.
func (m Message) Header() http.Header { return m.Headers.unpack() }

// NewMessage keeps a message as it was sent. The body isn't changed any more.
func NewMessage(header http.Header, body []byte) Message {
	return newMessage(sent.header(nil, header), body)
}

// RedactedMessage keeps a message without the credentials in it.
func RedactedMessage(header http.Header, body []byte) Message {
	return newMessage(redacted.header(nil, header), Redacted(body))
}

// RedactedFile keeps a message whose body is a file: that has no credentials.
func RedactedFile(header http.Header, body []byte) Message {
	return newMessage(redacted.header(nil, header), body)
}

// Room has memory for the headers of an exchange. They lie there until the Room is used for another exchange: the
// journal copies what it keeps.
type Room struct{ request, response []byte }

// Request is a RedactedMessage whose headers lie in the room.
func (r *Room) Request(header http.Header, body []byte) Message {
	r.request = redacted.header(r.request, header)
	return newMessage(r.request, Redacted(body))
}

// Response is a NewMessage whose headers lie in the room.
func (r *Room) Response(header http.Header, body []byte) Message {
	r.response = sent.header(r.response, header)
	return newMessage(r.response, body)
}

// Emptied is the room for the next exchange.
func (r *Room) Emptied() Room {
	const most = 4 << 10 // bytes: what is larger is given back
	if cap(r.request)+cap(r.response) > most {
		return Room{}
	}
	return *r
}

// newMessage keeps a body as far as a journal keeps one.
func newMessage(headers Headers, body []byte) Message {
	m := Message{Headers: headers, Body: body, Size: int64(len(body))}
	if len(body) > MaxBody {
		sum := sha256.Sum256(body)
		m.Digest = hex.EncodeToString(sum[:])
		m.Body = append([]byte(nil), body[:MaxBody]...)
	}
	return m
}

// What an exchange costs beside what clients can make long: the struct, its place
// in the lists; a change (beside its values) or a remark; a subject.
// Measured roughly; the budget is a bound, not an account.
const (
	exchangeOverhead = 1024
	changeOverhead   = 256
	textOverhead     = 32
)

func (e *Exchange) size() int64 {
	n := exchangeOverhead + len(e.URL) + len(e.Target) + e.Request.size() + e.Response.size()
	n += changeOverhead * (len(e.Changes) + len(e.Findings) + len(e.Why) + len(e.Taken))
	for _, c := range e.Changes {
		n += int(store.SizeOf(c.Before) + store.SizeOf(c.After))
	}
	for _, f := range e.Findings {
		n += len(f.Path) + len(f.Text)
	}
	for _, why := range e.Why {
		n += len(why)
	}
	for _, subject := range e.Subjects {
		n += textOverhead + len(subject)
	}
	return int64(n)
}

func (m Message) size() int {
	n := len(m.Headers) + len(m.Body)
	if len(m.Body) > ShortBody {
		n += cap(m.Body) - len(m.Body) // which is kept, too
	}
	return n
}

// IsText reports whether the kept head of the body is text that can be shown. A
// head may end within a character.
func (m Message) IsText() bool {
	head := m.Body
	if m.Digest != "" {
		head = withoutBrokenEnd(head)
	}
	return utf8.Valid(head) && !bytes.ContainsRune(head, 0)
}

// withoutBrokenEnd drops the first bytes of a character whose rest is cut off.
func withoutBrokenEnd(head []byte) []byte {
	for back := 1; back < utf8.UTFMax && back <= len(head); back++ {
		at := len(head) - back
		if utf8.RuneStart(head[at]) {
			if !utf8.FullRune(head[at:]) {
				head = head[:at]
			}
			break
		}
	}
	return head
}
