package relay

import (
	"bufio"
	"context"
	"crypto/tls"
	"net"
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
)

// Back is a listener that accepts the connections that are given back to it: a server reads their next
// request. It is safe for concurrent use.
type Back struct {
	opts   BackOptions
	conns  chan net.Conn
	closes context.Context
	close  context.CancelFunc
}

// BackOptions of a Back.
type BackOptions struct {
	Addr  net.Addr      // that it shows
	Idle  time.Duration // for which a connection may wait for its next request
	Clock *clock.Clock  // the machine's time
}

// NewBack has no connection.
func NewBack(opts BackOptions) *Back {
	b := &Back{opts: opts, conns: make(chan net.Conn)}
	b.closes, b.close = context.WithCancel(context.Background())
	return b
}

// Give a connection back, with what was read of it and belongs to the next request.
func (b *Back) Give(conn net.Conn, read *bufio.Reader) {
	before, _ := read.Peek(read.Buffered()) // what is buffered has no error
	next := &Conn{Conn: conn, before: slices.Clone(before), idle: b.opts.Clock.Now().Add(b.opts.Idle)}
	if was, ok := conn.(*Conn); ok {
		next.Conn, next.before = was.Conn, slices.Concat(before, was.before)
	}
	select {
	case b.conns <- next:
	case <-b.closes.Done():
		_ = next.Close() // nothing is served any more
	}
}

// Accept implements net.Listener.
func (b *Back) Accept() (net.Conn, error) {
	select {
	case conn := <-b.conns:
		return conn, nil
	case <-b.closes.Done():
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (b *Back) Close() error {
	b.close()
	return nil
}

// Addr implements net.Listener.
func (b *Back) Addr() net.Addr { return b.opts.Addr }

// Conn is a connection that was given back.
type Conn struct {
	net.Conn
	before []byte    // what is read first
	idle   time.Time // the earliest first deadline: a server has one for new connections that is too early
}

// Read implements io.Reader.
func (c *Conn) Read(p []byte) (int, error) {
	if len(c.before) == 0 {
		return c.Conn.Read(p)
	}
	n := copy(p, c.before)
	c.before = c.before[n:]
	return n, nil
}

// SetReadDeadline implements net.Conn. The first one is for the head of the next request, for which the
// client may take its time.
func (c *Conn) SetReadDeadline(t time.Time) error {
	if len(c.before) == 0 && !t.IsZero() && t.Before(c.idle) && t.Unix() > 1 {
		t = c.idle
	}
	c.idle = time.Time{}
	return c.Conn.SetReadDeadline(t)
}

// CloseWrite ends what is written to the client.
func (c *Conn) CloseWrite() error {
	closeWrite(c.Conn)
	return nil
}

// NetConn is the connection below TLS.
func (c *Conn) NetConn() net.Conn { return bottom(c.Conn) }

// TLS is the state of a secure connection; nil for one that is not.
func (c *Conn) TLS() *tls.ConnectionState {
	secure, ok := c.Conn.(*tls.Conn)
	if !ok {
		return nil
	}
	state := secure.ConnectionState()
	return &state
}
