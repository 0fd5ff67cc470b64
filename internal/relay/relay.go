// Package relay passes the connections of a process that doesn't serve yet to the one that does,
// byte by byte: what goes wrong on the wire reaches the client as it came.
package relay

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/problem"
)

// Options of a Listener.
type Options struct {
	// To is the address of the process that serves; false while none is known.
	To       func() (address string, known bool)
	Most     int           // connections passed at once; others wait to be accepted
	Patience time.Duration // for which a connection waits for a process that serves
	Clock    *clock.Clock  // the machine's time
	Log      *slog.Logger
}

// DefaultPatience of Options.
const DefaultPatience = 15 * time.Second

// Listener passes what it accepts to another process until TakeOver. From then on Accept returns it.
// It is safe for concurrent use.
type Listener struct {
	net.Listener
	opts     Options
	slots    chan struct{} // one for each connection that is passed
	accepted chan net.Conn
	here     context.Context // is done when this process serves
	takeOver context.CancelFunc
	closes   context.Context
	close    context.CancelFunc

	mu      sync.Mutex
	passing map[*passage]struct{}
}

// Listen goes on with a listener, which nothing else accepts from.
func Listen(on net.Listener, opts Options) *Listener {
	l := &Listener{
		Listener: on, opts: opts, slots: make(chan struct{}, opts.Most), accepted: make(chan net.Conn),
		passing: map[*passage]struct{}{},
	}
	l.here, l.takeOver = context.WithCancel(context.Background())
	l.closes, l.close = context.WithCancel(context.Background())
	go l.accept()
	return l
}

// pause after a connection that could not be accepted, and between two tries to reach the process
// that serves.
const pause = 50 * time.Millisecond

// accept connections until the listener is closed.
func (l *Listener) accept() {
	waiter := l.opts.Clock.Waiter()
	defer waiter.Close()
	for {
		passes := l.reserve()
		conn, err := l.Listener.Accept()
		switch {
		case err == nil && passes:
			go l.handle(conn)
			continue
		case err == nil:
			l.give(conn)
			continue
		case errors.Is(err, net.ErrClosed):
			return
		}
		l.opts.Log.Warn("a connection can't be accepted", "error", err)
		if passes {
			<-l.slots
		}
		if waiter.Until(l.closes, l.opts.Clock.Now().Add(pause), nil) != nil {
			return
		}
	}
}

// reserve a slot for the next connection; false if there is no need, since this process serves.
func (l *Listener) reserve() bool {
	select {
	case <-l.here.Done():
		return false
	default:
	}
	select {
	case l.slots <- struct{}{}:
		return true
	case <-l.here.Done():
		return false
	}
}

// handle a connection, which has a slot: pass it, or let it be served here.
func (l *Listener) handle(conn net.Conn) {
	defer func() { <-l.slots }()
	switch to := l.await(); {
	case to != nil:
		l.pass(conn, to)
	case l.here.Err() != nil, l.closes.Err() != nil:
		l.give(conn)
	default:
		l.refuse(conn)
	}
}

// await a connection to the process that serves; nil if this one serves or ends, or if there is
// none for Patience.
func (l *Listener) await() net.Conn {
	waiter := l.opts.Clock.Waiter()
	defer waiter.Close()
	for end := l.opts.Clock.Now().Add(l.opts.Patience); l.here.Err() == nil; {
		if to := l.dial(); to != nil {
			return to
		}
		now := l.opts.Clock.Now()
		if !now.Before(end) || waiter.Until(l.closes, now.Add(pause), l.here.Done()) != nil {
			return nil
		}
	}
	return nil
}

// give a connection to the server of this process.
func (l *Listener) give(conn net.Conn) {
	select {
	case l.accepted <- conn:
	case <-l.closes.Done():
		_ = conn.Close() // nothing is served any more
	}
}

// dial the process that serves; nil if it can't be reached.
func (l *Listener) dial() net.Conn {
	address, known := l.opts.To()
	if !known {
		return nil
	}
	ctx, cancel := context.WithTimeout(l.here, l.opts.Patience/3)
	defer cancel()
	to, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		l.opts.Log.Debug("the process that serves can't be reached", "process", address, "error", err)
		return nil
	}
	return to
}

// refuse a connection for which there is no process that serves. What the client goes on to send is
// read for a while: closing a connection with unread bytes would take the answer from the client.
func (l *Listener) refuse(conn net.Conn) {
	body := problem.New(http.StatusServiceUnavailable,
		"this process passes requests to the one that has the sandboxes, which can't be reached; nothing was done; ask again").Body()
	head := "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Type: " + problem.ContentType +
		"\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n"
	_, _ = conn.Write(append([]byte(head), body...)) // a client that left reads nothing
	closeWrite(conn)
	_ = conn.SetReadDeadline(l.opts.Clock.Now().Add(farewell))
	_, _ = io.CopyN(io.Discard, conn, mostUnread)
	_ = conn.Close()
}

// What a client may send to a connection that has got its answer.
const (
	farewell   = 5 * time.Second
	mostUnread = 1 << 20 // bytes
)

// TakeOver lets this process serve: what is being passed is broken off, and what waits is served here.
func (l *Listener) TakeOver() {
	l.takeOver()
	l.breakOff()
}

// Accept implements net.Listener.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.accepted:
		return conn, nil
	case <-l.closes.Done():
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (l *Listener) Close() error {
	l.close()
	l.breakOff()
	return l.Listener.Close()
}
