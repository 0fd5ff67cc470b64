package simulator

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"os"
	"sync"
	"time"

	"github.com/kzsim/kzsim/internal/relay"
)

// sockets accepts clients' connections as sockets, but for secure ones, which the server has to see as they are.
type sockets struct{ net.Listener }

// Accept implements net.Listener.
func (l sockets) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if _, secure := conn.(*tls.Conn); secure || err != nil {
		return conn, err
	}
	return newSocket(conn), nil
}

// socket is a client's connection of which net/http asks less of the system.
//
// While a request is answered, net/http reads a byte in another goroutine, which ends the request's context when the
// client leaves. Such a read is of a single byte, and has no deadline. It gets nothing here: whether the client leaves
// is looked for only once something waits for the end of the context.
//
// A request sets several deadlines, see limit.
type socket struct {
	net.Conn

	mu               sync.Mutex
	reading, writing limit
	skipped          bool      // the last read, of a byte: it got nothing
	left             func()    // is called when the client leaves; nil if nothing waits for that
	looks            bool      // for the client's leaving
	looked           sync.Cond // looks has changed
	next             []byte    // what a look has read
}

func newSocket(conn net.Conn) *socket {
	s := &socket{Conn: conn}
	s.reading.tell, s.writing.tell = conn.SetReadDeadline, conn.SetWriteDeadline
	s.looked.L = &s.mu
	return s
}

// Read implements io.Reader.
func (s *socket) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endLook()
	s.skipped = len(p) == 1 && s.reading.deadline.IsZero() && s.left == nil && len(s.next) == 0
	switch {
	case len(s.next) > 0:
		n := copy(p, s.next)
		s.next = s.next[n:]
		return n, nil
	case s.skipped:
		return 0, nil
	case s.reading.deadline.Equal(passed):
		return 0, os.ErrDeadlineExceeded
	}
	return s.reading.keep(&s.mu, s.Conn.Read, p)
}

// Write implements io.Writer.
func (s *socket) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.writing.keep(&s.mu, s.Conn.Write, p)
}

// SetReadDeadline implements net.Conn.
func (s *socket) SetReadDeadline(t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reading.set(t)
}

// SetWriteDeadline implements net.Conn.
func (s *socket) SetWriteDeadline(t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.writing.set(t)
}

// SetDeadline implements net.Conn.
func (s *socket) SetDeadline(t time.Time) error {
	return errors.Join(s.SetReadDeadline(t), s.SetWriteDeadline(t))
}

// CloseWrite ends what is written to the client.
func (s *socket) CloseWrite() error {
	if half, ok := s.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// NetConn is the system's connection.
func (s *socket) NetConn() net.Conn { return s.Conn }

// ifLeft sets what is called when the client leaves before the next read; nil for nothing.
func (s *socket) ifLeft(left func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left = left; left != nil && s.skipped && !s.looks {
		s.looks = true
		_ = s.reading.say(s.reading.deadline)
		go s.look(left)
	}
}

// look for the client's leaving. It may also send its next request.
func (s *socket) look(left func()) {
	next := make([]byte, 1)
	n, err := s.Conn.Read(next)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next, s.looks = next[:n], false
	s.looked.Broadcast()
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) { // another read has not ended the look
		left()
	}
}

// endLook waits for the end of a look.
func (s *socket) endLook() {
	for s.looks {
		_ = s.reading.say(passed)
		s.looked.Wait()
	}
}

// socketOf a connection; nil if it has none.
func socketOf(conn net.Conn) *socket {
	if back, ok := conn.(*relay.Conn); ok {
		conn = back.Conn
	}
	s, _ := conn.(*socket)
	return s
}

// leaving is the context of a request. It ends when the client leaves, once something waits for that.
type leaving struct {
	context.Context
	socket *socket
	asked  sync.Once
	ends   context.Context
}

// ask that the client's leaving be looked for.
func (l *leaving) ask() context.Context {
	l.asked.Do(func() {
		ends, left := context.WithCancel(l.Context)
		l.ends = ends
		l.socket.ifLeft(left)
	})
	return l.ends
}

// Done implements context.Context.
func (l *leaving) Done() <-chan struct{} { return l.ask().Done() }

// Err implements context.Context.
func (l *leaving) Err() error { return l.ask().Err() }

// AfterFunc lets package context follow the end without a goroutine.
func (l *leaving) AfterFunc(f func()) (stop func() bool) { return context.AfterFunc(l.ask(), f) }
