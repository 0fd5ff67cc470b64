// Package relay passes a request to the process that serves it, and the answer back, byte by byte: what goes
// wrong on the wire reaches the client as it came.
package relay

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
)

// Exchange is a request that is passed, and its answer.
type Exchange struct {
	Client net.Conn
	Sent   *bufio.Reader // of Client: what it sends behind the head of the request
	Server net.Conn
	Head   []byte // of the request, as the server gets it
	Method string
	Body   int64 // bytes of the request's body as it is sent; Chunked if that shows in the body
	Clock  *clock.Clock
}

// Chunked is the length of a body that is sent in chunks.
const Chunked = -1

// running is an Exchange under way.
type running struct {
	Exchange
	*passage
	bodySent chan struct{} // closed when the whole body has been passed
	over     chan struct{} // closed when nothing more is read from the client
	goOn     chan bool     // whether what the client sends behind the body is passed, too
	open     bool          // the client has ended nothing; to be read when over is closed
	end      error         // of what the server sends
}

// Pass the request and the answer, until the context ends at the latest. If the client's next request may come
// then on the same connection, Pass returns true: what the client has sent of it stands in Sent. Otherwise both
// connections are closed. The server's connection is whole, too, if Pass returns true.
func (x Exchange) Pass(ctx context.Context) bool {
	r := &running{
		Exchange: x, passage: &passage{client: x.Client, server: x.Server, clock: x.Clock},
		bodySent: make(chan struct{}), over: make(chan struct{}), goOn: make(chan bool, 1),
	}
	defer context.AfterFunc(ctx, r.reset)()
	go r.request()
	if r.answer() && r.bodyIsSent() {
		r.goOn <- false
		_ = x.Client.SetReadDeadline(time.Unix(1, 0)) // ends the wait for what the client sends
		<-r.over
		if r.open && x.Client.SetReadDeadline(time.Time{}) == nil && ctx.Err() == nil {
			return true
		}
		r.close()
		return false
	}
	r.goOn <- true
	if r.end == nil {
		_, r.end = io.Copy(patient{r.passage}, x.Server)
	}
	if r.end == nil || r.end == io.EOF {
		r.endClient()
	} else {
		r.reset()
	}
	<-r.over
	r.close()
	return false
}

// request passes what the client sends. When the body has been passed it waits for more: a client that leaves
// is shown to the server at once, and what belongs to the next request stays where it is.
func (r *running) request() {
	defer close(r.over)
	if _, err := r.Server.Write(r.Head); err != nil {
		return // how the server has ended shows when its answer is read
	}
	if !r.passBody() {
		return
	}
	close(r.bodySent)
	_, err := r.Sent.Peek(1)
	switch {
	case err == nil:
		r.open = true
		if <-r.goOn {
			r.copy(r.Server, r.Sent)
			closeWrite(r.Server)
		}
	case errors.Is(err, os.ErrDeadlineExceeded):
		r.open = true
	case err == io.EOF:
		closeWrite(r.Server)
	default:
		r.reset()
	}
}

// passBody is false if the body has not been passed as a whole.
func (r *running) passBody() bool {
	var err error
	if r.Body == Chunked {
		err = copyChunks(r.Server, r.Sent)
	} else {
		_, err = io.CopyN(r.Server, r.Sent, r.Body)
	}
	switch {
	case err == nil:
		return true
	case errors.Is(err, errNoChunk):
		r.copy(r.Server, r.Sent) // the server says what is wrong
		closeWrite(r.Server)
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		closeWrite(r.Server)
	case isWrite(err):
		// how the server has ended shows when its answer is read
	default:
		r.reset()
	}
	return false
}

func isWrite(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "write"
}

// errNoChunk is the error of a body that isn't in chunks as it should be. All that was read of it was passed.
var errNoChunk = errors.New("not a chunk")

// copyChunks of a body with its trailer, as they are.
func copyChunks(to io.Writer, from *bufio.Reader) error {
	for {
		line, err := copyLine(to, from)
		if err != nil {
			return err
		}
		size, _, _ := strings.Cut(line, ";")
		n, err := strconv.ParseUint(strings.TrimSpace(size), 16, 62)
		if err != nil {
			return errNoChunk
		}
		if n == 0 {
			break
		}
		if _, err := io.CopyN(to, from, int64(n)); err != nil {
			return err
		}
		if line, err = copyLine(to, from); err != nil {
			return err
		} else if line != "" {
			return errNoChunk
		}
	}
	for {
		if line, err := copyLine(to, from); err != nil || line == "" {
			return err
		}
	}
}

// copyLine without its end. It is as long as the reader's buffer at most.
func copyLine(to io.Writer, from *bufio.Reader) (string, error) {
	line, err := from.ReadSlice('\n')
	if _, unsent := to.Write(line); unsent != nil {
		return "", unsent
	}
	if errors.Is(err, bufio.ErrBufferFull) {
		err = errNoChunk
	}
	return string(bytes.TrimRight(line, "\r\n")), err
}

// answer passes the answer while it is read. It is true if the answer has an end, and the connection goes on
// behind it.
func (r *running) answer() bool {
	read := bufio.NewReader(io.TeeReader(noting{r}, patient{r.passage}))
	request := &http.Request{Method: r.Method}
	for {
		answer, err := http.ReadResponse(read, request)
		if err != nil {
			return false
		}
		if _, err := io.Copy(io.Discard, answer.Body); err != nil {
			return false
		}
		if answer.StatusCode >= 200 {
			return !answer.Close && read.Buffered() == 0 && r.end == nil
		}
		if answer.StatusCode == http.StatusSwitchingProtocols {
			return false
		}
	}
}

// noting reads from the server, and notes how that ends: it can be read once.
type noting struct{ *running }

// Read implements io.Reader.
func (n noting) Read(b []byte) (int, error) {
	read, err := n.Server.Read(b)
	if err != nil {
		n.end = err
	}
	return read, err
}

// patient writes to the client, which has to read now and then.
type patient struct{ *passage }

// Write implements io.Writer.
func (p patient) Write(b []byte) (int, error) {
	_ = p.client.SetWriteDeadline(p.clock.Now().Add(ended)) // writing then says that it has broken
	n, err := p.client.Write(b)
	if err != nil {
		p.reset()
	}
	return n, err
}

// bodyIsSent waits until the body has been passed; it is false if that breaks off.
func (r *running) bodyIsSent() bool {
	_ = r.Client.SetReadDeadline(r.Clock.Now().Add(ended)) // a client that stops sending is shown by reading
	select {
	case <-r.bodySent:
	case <-r.over:
	}
	select {
	case <-r.bodySent: // before the client has ended
		return true
	default:
		return false
	}
}
