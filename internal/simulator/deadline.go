package simulator

import (
	"crypto/tls"
	"net"
	"sync"
	"time"
)

// listener accepts connections whose deadlines cost little. Secure ones are as they come: the server has to see them.
type listener struct{ net.Listener }

// Accept implements net.Listener.
func (l listener) Accept() (net.Conn, error) {
	accepted, err := l.Listener.Accept()
	if _, secure := accepted.(*tls.Conn); secure || err != nil {
		return accepted, err
	}
	c := &conn{Conn: accepted}
	c.read.tell, c.write.tell = accepted.SetReadDeadline, accepted.SetWriteDeadline
	return c, nil
}

// conn is a connection that isn't secure.
type conn struct {
	net.Conn
	read, write deadline
}

// SetReadDeadline implements net.Conn.
func (c *conn) SetReadDeadline(at time.Time) error { return c.read.set(at) }

// SetWriteDeadline implements net.Conn.
func (c *conn) SetWriteDeadline(at time.Time) error { return c.write.set(at) }

// SetDeadline implements net.Conn.
func (c *conn) SetDeadline(at time.Time) error {
	_ = c.read.set(at) // the other's error is the same
	return c.write.set(at)
}

// Close implements net.Conn.
func (c *conn) Close() error {
	c.read.stop()
	c.write.stop()
	return c.Conn.Close()
}

// NetConn is the connection below.
func (c *conn) NetConn() net.Conn { return c.Conn }

// CloseWrite ends what is written to the client.
func (c *conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// deadline for reading or writing. The server sets one, or takes it back, eight times for each request, and mostly
// nothing waits so long. So the connection is told only of one that has passed.
type deadline struct {
	tell func(time.Time) error // the connection

	mu    sync.Mutex
	at    time.Time // zero for none
	told  bool      // of one that has passed
	timer *time.Timer
	rings time.Time // the timer; zero while it is not set
}

// set or, for the zero time, take back.
func (d *deadline) set(at time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = at
	if !at.IsZero() && (d.rings.IsZero() || at.Before(d.rings)) {
		return d.await()
	}
	return d.take()
}

// await the deadline.
func (d *deadline) await() error {
	left := time.Until(d.at)
	if left <= 0 {
		d.told = true
		return d.tell(d.at)
	}
	d.rings = d.at
	if d.timer == nil {
		d.timer = time.AfterFunc(left, d.ring)
	} else {
		d.timer.Reset(left)
	}
	return d.take()
}

// take back what the connection was told.
func (d *deadline) take() error {
	if !d.told {
		return nil
	}
	d.told = false
	return d.tell(time.Time{})
}

// ring is called when a deadline may have passed, or was set anew meanwhile.
func (d *deadline) ring() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.rings = time.Time{}
	if !d.at.IsZero() {
		_ = d.await() // the connection may be closed
	}
}

// stop waiting.
func (d *deadline) stop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = time.Time{}
	if d.timer != nil {
		d.timer.Stop()
		d.rings = time.Time{}
	}
}
