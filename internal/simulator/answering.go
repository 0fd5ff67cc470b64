package simulator

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"
)

// An answer may come before the client has sent its body, as a refusal does. Many
// clients send all of it before they read, and a connection that is closed before
// loses the answer. So this much of the body is read and thrown away:
const (
	restBefore     = 256 << 10 // before the answer: mostly that is all, and the connection stays open
	restBeforeTime = time.Second
	restAfter      = 32 << 20 // after the answer, which says Connection: close
	restAfterTime  = 10 * time.Second
)

// boundAnswers bounds how long an answer may make no progress, and what is read of
// a body that the handler hasn't read.
func boundAnswers(next http.Handler, write time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := &answering{ResponseWriter: w, request: r, connection: connectionOf(r), write: write}
		awaited := r.Header["Expect"]
		a.body = clientBody{
			ReadCloser: r.Body, from: a.connection, read: r.Body == nil || r.Body == http.NoBody,
			silent: len(awaited) > 0 && awaited[0] != "",
		}
		if a.leaving.socket = socketOf(a.connection.Conn); a.leaving.socket != nil {
			a.leaving.Context = r.Context()
			r = r.WithContext(&a.leaving)
		}
		if !a.body.read {
			r.Body = &a.body
		}
		next.ServeHTTP(a, r)
		a.finish()
		if a.leaving.socket != nil {
			a.leaving.socket.ifLeft(nil) // after a panic the connection has ended, or has another request
		}
	})
}

// clientBody is a body that notes whether it was read to its end.
type clientBody struct {
	io.ReadCloser
	from   *connection
	over   *connections // are told when a handler has read all of it; nil for none
	read   bool
	silent bool // no more of it comes: it broke off, or the client waits until it is asked for
}

// Read implements io.Reader for the handler.
func (b *clientBody) Read(p []byte) (int, error) {
	n, err := b.receive(p)
	if err != nil && b.over != nil {
		b.over.sent(b.from)
	}
	return n, err
}

func (b *clientBody) receive(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read = b.read || err == io.EOF
	b.silent = err != nil && err != io.EOF
	return n, err
}

// unread is the rest of a body, which no handler reads.
type unread struct{ *clientBody }

// Read implements io.Reader.
func (u unread) Read(p []byte) (int, error) { return u.receive(p) }

// answering is the writer of an answer over HTTP/1.
type answering struct {
	http.ResponseWriter
	request    *http.Request
	connection *connection
	leaving    leaving
	body       clientBody
	write      time.Duration
	begun      bool
}

// Unwrap lets an http.ResponseController reach the connection.
func (a *answering) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (a *answering) WriteHeader(status int) {
	a.begin()
	a.ResponseWriter.WriteHeader(status)
}

// begin the answer, whose headers are not sent yet.
func (a *answering) begin() {
	if a.begun {
		return
	}
	a.begun = true
	if a.drain(restBefore, restBeforeTime); !a.body.read {
		a.Header().Set("Connection", "close")
		return
	}
	if a.body.ReadCloser != nil { // net/http would look for the rest of a body that is not closed
		_ = a.body.Close() // all of it is read
		a.request.Body = a.body.ReadCloser
	}
}

// writeAtOnce is how much of an answer has to get through within the time for writing, in
// bytes.
const writeAtOnce = 64 << 10

// Write implements io.Writer.
func (a *answering) Write(p []byte) (int, error) {
	a.begin()
	written := 0
	for {
		piece := p[written:min(len(p), written+writeAtOnce)]
		a.renew()
		n, err := a.ResponseWriter.Write(piece)
		if written += n; err != nil || written == len(p) {
			return written, err
		}
	}
}

// FlushError sends what is written.
func (a *answering) FlushError() error {
	a.begin()
	a.renew()
	return a.control().Flush()
}

func (a *answering) control() *http.ResponseController {
	return http.NewResponseController(a.ResponseWriter)
}

// renew the time for writing, which net/http takes back after each answer.
func (a *answering) renew() {
	_ = a.connection.SetWriteDeadline(time.Now().Add(a.write))
}

// finish sends the answer, and then reads the rest of the body.
func (a *answering) finish() {
	a.begin()
	a.renew()
	if a.body.read {
		return
	}
	_ = a.control().Flush() // a client that left reads no answer
	a.drain(restAfter, restAfterTime)
	_ = a.control().SetReadDeadline(passed) // the server waits for no more of it
	a.renew()
}

// drain reads the rest of the body within a bound of bytes and time.
func (a *answering) drain(most int64, within time.Duration) {
	if a.body.read || a.body.silent || a.control().SetReadDeadline(time.Now().Add(within)) != nil {
		return
	}
	_, err := io.CopyN(io.Discard, unread{&a.body}, most+1)
	a.body.silent = err != nil && err != io.EOF && !errors.Is(err, os.ErrDeadlineExceeded) // more may come later
	_ = a.control().SetReadDeadline(time.Time{})
}
