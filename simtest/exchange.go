package simtest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"syscall"
)

// exchange is a request on its way in the process: for the handler it is the
// http.ResponseWriter, for the client it is the connection. What the handler
// writes waits in memory, so a handler never waits for its client.
//
// The answer is the client's when the handler is done or has flushed, as with a
// server that buffers; a handler that is done has written its journal.
type exchange struct {
	patience patience
	leave    context.CancelFunc // ends the request's context, as a client does that closes its connection
	done     chan struct{}      // closed when the handler is

	header http.Header // the handler's

	mu      sync.Mutex
	changed chan struct{} // closed at the next change of what follows
	head    *http.Response
	flushed bool
	body    bytes.Buffer // that the client has not read
	length  int64        // announced; -1 if it isn't
	written int64
	end     error // of the body, when all is read; nil while the handler is at work
	torn    bool  // down, by RST
	closed  bool  // by the client
}

func newExchange(p patience, leave context.CancelFunc) *exchange {
	p.begin()
	return &exchange{
		patience: p, leave: leave, done: make(chan struct{}),
		header: http.Header{}, changed: make(chan struct{}),
	}
}

// serve the request to its end.
func (x *exchange) serve(handler http.Handler, r *http.Request) {
	defer close(x.done)
	defer x.patience.over()
	defer func() { x.finish(recover() != nil) }()
	handler.ServeHTTP(x, r)
}

// change something that the client may wait for.
func (x *exchange) change(fn func()) {
	x.mu.Lock()
	defer x.mu.Unlock()
	fn()
	close(x.changed)
	x.changed = make(chan struct{})
}

// finish says how the connection ended. A handler that panics breaks it off, as
// net/http has it with http.ErrAbortHandler.
func (x *exchange) finish(brokenOff bool) {
	if !brokenOff {
		x.WriteHeader(http.StatusOK) // unless it has said so itself
	}
	x.change(func() {
		switch {
		case x.torn:
			x.end = &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
		case x.head == nil:
			x.end = io.EOF
		case brokenOff, x.length > x.written:
			x.end = io.ErrUnexpectedEOF
		default:
			x.end = io.EOF
		}
	})
}

// Header implements http.ResponseWriter.
func (x *exchange) Header() http.Header { return x.header }

// WriteHeader implements http.ResponseWriter.
func (x *exchange) WriteHeader(status int) {
	x.change(func() {
		if x.head != nil {
			return
		}
		x.length = -1
		if n, err := strconv.ParseInt(x.header.Get("Content-Length"), 10, 64); err == nil {
			x.length = n
		}
		x.head = &http.Response{
			StatusCode: status, Status: strconv.Itoa(status) + " " + http.StatusText(status),
			Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header: x.header.Clone(), ContentLength: x.length,
		}
	})
}

// Write implements io.Writer.
func (x *exchange) Write(p []byte) (int, error) {
	x.WriteHeader(http.StatusOK)
	x.change(func() {
		x.body.Write(p)
		x.written += int64(len(p))
	})
	return len(p), nil
}

// Flush implements http.Flusher.
func (x *exchange) Flush() {
	x.WriteHeader(http.StatusOK)
	x.change(func() { x.flushed = true })
}

// Hijack implements http.Hijacker for a handler that wants to tear the connection
// down; the connection can do nothing else.
func (x *exchange) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	near, _ := net.Pipe()
	return tearing{near, x}, nil, nil
}

type tearing struct {
	net.Conn
	exchange *exchange
}

func (c tearing) Close() error {
	c.exchange.change(func() { c.exchange.torn = true })
	return c.Conn.Close()
}

// answered and readable are what a client waits for.
func (x *exchange) answered() bool { return x.end != nil || x.flushed }
func (x *exchange) readable() bool { return x.end != nil || x.body.Len() > 0 || x.closed }

// wait until something holds, for as long as the client has patience. Then the
// client leaves, and the handler with it.
func (x *exchange) wait(holds func() bool) error {
	for {
		x.mu.Lock()
		ok, changed := holds(), x.changed
		x.mu.Unlock()
		if ok {
			return nil
		}
		if err := x.patience.wait(changed); err != nil {
			x.leave()
			<-x.done
			return err
		}
	}
}

// response is what the client gets, once there is an answer or an end.
func (x *exchange) response(request *http.Request) (*http.Response, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.head == nil {
		x.leave()
		return nil, x.end
	}
	x.head.Request, x.head.Body = request, body{x}
	if request.Method == http.MethodHead {
		x.leave()
		x.head.Body = http.NoBody
	}
	return x.head, nil
}

// body is the client's side of an answer.
type body struct{ x *exchange }

var errClosed = errors.New("http: read on closed response body")

// Read implements io.Reader: what there is, else the connection's end.
func (b body) Read(p []byte) (int, error) {
	if err := b.x.wait(b.x.readable); err != nil {
		return 0, err
	}
	b.x.mu.Lock()
	defer b.x.mu.Unlock()
	if b.x.closed {
		return 0, errClosed
	}
	if b.x.body.Len() == 0 {
		return 0, b.x.end
	}
	return b.x.body.Read(p)
}

// Close implements io.Closer. The client leaves; when it returns, the handler is
// done and the request is in the journal.
func (b body) Close() error {
	b.x.leave()
	<-b.x.done
	b.x.change(func() { b.x.closed = true })
	return nil
}
