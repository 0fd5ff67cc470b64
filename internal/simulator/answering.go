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
		body := &clientBody{ReadCloser: r.Body, read: r.Body == nil || r.Body == http.NoBody, silent: len(r.Header["Expect"]) > 0}
		if !body.read {
			r.Body = body
		}
		a := &answering{ResponseWriter: w, connection: http.NewResponseController(w), body: body, write: write}
		next.ServeHTTP(a, r)
		a.finish()
	})
}

// clientBody is a body that notes whether it was read to its end.
type clientBody struct {
	io.ReadCloser
	read   bool
	silent bool // no more of it comes: it broke off, or the client waits until it is asked for
}

// Read implements io.Reader.
func (b *clientBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read = b.read || err == io.EOF
	b.silent = err != nil && err != io.EOF
	return n, err
}

// answering is the writer of an answer over HTTP/1.
type answering struct {
	http.ResponseWriter
	connection *http.ResponseController
	body       *clientBody
	write      time.Duration
	begun      bool
	renewed    time.Time // the time for writing
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
	}
	a.renew()
}

// writeAtOnce is how much of an answer has to get through within the time for writing, in
// bytes.
const writeAtOnce = 64 << 10

// Write implements io.Writer.
func (a *answering) Write(p []byte) (int, error) {
	a.begin()
	written := 0
	for {
		a.renew()
		n, err := a.ResponseWriter.Write(p[written:min(len(p), written+writeAtOnce)])
		if written += n; err != nil || written == len(p) {
			return written, err
		}
	}
}

// FlushError sends what is written.
func (a *answering) FlushError() error {
	a.begin()
	a.renew()
	return a.connection.Flush()
}

// renew the time for writing, unless that has just been done. Where there is no connection
// there is nothing to bound.
func (a *answering) renew() {
	if now := time.Now(); now.Sub(a.renewed) > a.write/100 {
		a.renewed = now
		_ = a.connection.SetWriteDeadline(now.Add(a.write))
	}
}

// finish sends the answer, and then reads the rest of the body.
func (a *answering) finish() {
	a.begin()
	a.renew()
	if a.body.read {
		return
	}
	_ = a.connection.Flush() // a client that left reads no answer
	a.drain(restAfter, restAfterTime)
	_ = a.connection.SetReadDeadline(time.Unix(1, 0)) // the server waits for no more of it
	a.renew()
}

// drain reads the rest of the body within a bound of bytes and time.
func (a *answering) drain(most int64, within time.Duration) {
	if a.body.read || a.body.silent || a.connection.SetReadDeadline(time.Now().Add(within)) != nil {
		return
	}
	_, err := io.CopyN(io.Discard, a.body, most+1)
	a.body.silent = err != nil && err != io.EOF && !errors.Is(err, os.ErrDeadlineExceeded) // more may come later
	_ = a.connection.SetReadDeadline(time.Time{})
}
