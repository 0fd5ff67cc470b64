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

// MaxBody is how much of a body is kept; the rest is there as a digest only.
const MaxBody = 64 << 10

// Exchange is one request and what became of it. It is not changed once it is in
// the journal.
type Exchange struct {
	ID      string        // req-000001: unique in the sandbox
	Seq     uint64        // order of arrival, from 1
	At      time.Time     // the sandbox's time
	Started time.Time     // the machine's time
	Took    time.Duration // of the machine's time
	Held    time.Duration // of the sandbox's time, while it was answered

	Method  string
	URL     string // path and query as they were sent
	Request Message
	Remote  string

	Status   int
	Response Message

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

// Message is one side of an exchange. Body is its head, up to MaxBody; Size is
// the whole length, and Digest (SHA-256) is there when the body was cut.
type Message struct {
	Header http.Header
	Body   []byte
	Size   int64
	Digest string
}

// NewMessage keeps a body as far as a journal keeps one.
func NewMessage(header http.Header, body []byte) Message {
	m := Message{Header: header, Body: body, Size: int64(len(body))}
	if len(body) > MaxBody {
		sum := sha256.Sum256(body)
		m.Digest = hex.EncodeToString(sum[:])
		m.Body = append([]byte(nil), body[:MaxBody]...)
	}
	return m
}

// What an exchange costs beside its bodies: the struct, its headers, its place
// in the lists. Measured roughly; the budget is a bound, not an account.
const (
	exchangeOverhead = 1024
	changeOverhead   = 256
)

func (e *Exchange) size() int64 {
	n := exchangeOverhead + len(e.URL) + len(e.Request.Body) + len(e.Response.Body)
	n += changeOverhead * (len(e.Changes) + len(e.Findings) + len(e.Why) + len(e.Taken))
	return int64(n)
}

// IsText reports whether the kept head of the body is text that can be shown. A
// head may end within a character.
func (m Message) IsText() bool {
	head := m.Body
	for cut := 0; cut < utf8.UTFMax && len(head) > 0 && m.Digest != ""; cut++ {
		if r, size := utf8.DecodeLastRune(head); r != utf8.RuneError || size != 1 {
			break
		}
		head = head[:len(head)-1]
	}
	return utf8.Valid(head) && !bytes.ContainsRune(head, 0)
}
