package relay

import (
	"io"
	"net"
	"sync"
	"time"
)

// passage is a connection that is passed.
type passage struct {
	client, server net.Conn
	once           sync.Once
}

// pass what comes from one side to the other, until both have ended or one has broken.
func (l *Listener) pass(client, server net.Conn) {
	p := &passage{client: client, server: server}
	l.mu.Lock()
	l.passing[p] = struct{}{}
	l.mu.Unlock()
	if l.here.Err() != nil || l.closes.Err() != nil { // it came too late to be broken off
		p.reset()
	}
	var both sync.WaitGroup
	both.Go(func() { p.copy(server, client) })
	both.Go(func() {
		p.copy(client, server)
		_ = client.SetReadDeadline(l.opts.Clock.Now().Add(ended)) // the server has ended, and reads no more
	})
	both.Wait()
	_ = client.Close() // both directions have ended
	_ = server.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.passing, p)
}

// ended is how long a client may keep a connection that the server has ended.
const ended = time.Minute

// copy as it comes. An end is passed as an end of this direction, and a reset as one of both.
func (p *passage) copy(to, from net.Conn) {
	if _, err := io.Copy(to, from); err != nil {
		p.reset()
		return
	}
	closeWrite(to)
}

// closeWrite ends what is written to a connection, which may have broken meanwhile.
func closeWrite(conn net.Conn) {
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
}

// reset both sides.
func (p *passage) reset() {
	p.once.Do(func() {
		for _, conn := range []net.Conn{p.client, p.server} {
			if socket, ok := conn.(interface{ SetLinger(seconds int) error }); ok {
				_ = socket.SetLinger(0) // so that closing it sends a reset
			}
			_ = conn.Close()
		}
	})
}

// breakOff all that is being passed.
func (l *Listener) breakOff() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for p := range l.passing {
		p.reset()
	}
}
