package simulator

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
)

// links are connections to other processes, between two requests.
type links struct {
	clock *clock.Clock
	mu    sync.Mutex
	idle  map[string][]link // by address, the one that was used last at the end
}

// link is a connection that waits for its next request.
type link struct {
	net.Conn
	since time.Time
	ended chan error // of reading: the process has ended the connection, or it is used again
}

// The bounds of links. The other process closes a connection that is idle for longer than --idle-timeout.
const (
	longestIdle = time.Second
	mostIdle    = 64 // for each process
)

// take a connection; nil if there is none to the process.
func (l *links) take(ctx context.Context, address string) net.Conn {
	for idle, ok := l.pick(address); ok; idle, ok = l.pick(address) {
		if idle.isOpen() {
			return idle.Conn
		}
	}
	ctx, cancel := context.WithTimeout(ctx, dialOwner)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil
	}
	return conn
}

// isOpen ends the wait of a link, and closes one that the other process has ended: a request would get no answer
// on it.
func (l link) isOpen() bool {
	_ = l.SetReadDeadline(passed)
	if errors.Is(<-l.ended, os.ErrDeadlineExceeded) && l.SetReadDeadline(time.Time{}) == nil {
		return true
	}
	_ = l.Close()
	return false
}

// pick the one that was used last. Those that were idle for too long are closed.
func (l *links) pick(address string) (link, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	idle := l.idle[address]
	for len(idle) > 0 && l.clock.Now().Sub(idle[0].since) > longestIdle {
		_ = idle[0].Close()
		idle = idle[1:]
	}
	if len(idle) == 0 {
		delete(l.idle, address)
		return link{}, false
	}
	last := len(idle) - 1
	l.idle[address] = idle[:last]
	return idle[last], true
}

// put a connection back.
func (l *links) put(address string, conn net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.idle[address]) >= mostIdle {
		_ = conn.Close()
		return
	}
	idle := link{conn, l.clock.Now(), make(chan error, 1)}
	l.idle[address] = append(l.idle[address], idle)
	go func() {
		_, err := conn.Read(make([]byte, 1)) // nothing comes without a request
		idle.ended <- err
	}()
}
