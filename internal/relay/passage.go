package relay

import (
	"io"
	"net"
	"sync"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
)

// passage is a client's connection and one to the process that serves it.
type passage struct {
	client, server net.Conn
	clock          *clock.Clock
	once           sync.Once
}

// ended is how long a client may keep a connection that the server has ended, and how long it may read
// nothing.
const ended = time.Minute

// copy as it comes. An end is passed as an end of this direction, and a reset as one of both.
func (p *passage) copy(to io.Writer, from io.Reader) {
	if _, err := io.Copy(to, from); err != nil {
		p.reset()
	}
}

// endClient ends what is written to the client, whose own end is awaited for a while.
func (p *passage) endClient() {
	closeWrite(p.client)
	_ = p.client.SetReadDeadline(p.clock.Now().Add(ended)) // it may have broken meanwhile
}

// closeWrite ends what is written to a connection, which may have broken meanwhile.
func closeWrite(conn net.Conn) {
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
}

// close both sides.
func (p *passage) close() {
	_ = p.client.Close()
	_ = p.server.Close()
}

// reset both sides.
func (p *passage) reset() {
	p.once.Do(func() {
		Reset(p.client)
		Reset(p.server)
	})
}

// Reset a connection: a socket that is closed without lingering drops what it holds and sends an RST.
func Reset(conn net.Conn) {
	conn = bottom(conn)
	if socket, ok := conn.(interface{ SetLinger(seconds int) error }); ok {
		_ = socket.SetLinger(0)
	}
	_ = conn.Close()
}

// bottom is the connection below TLS and whatever else has wrapped it. TLS itself must not be closed: it would send
// a close alert first.
func bottom(conn net.Conn) net.Conn {
	for {
		wrapped, ok := conn.(interface{ NetConn() net.Conn })
		if !ok {
			return conn
		}
		conn = wrapped.NetConn()
	}
}
