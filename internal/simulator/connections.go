package simulator

import (
	"container/list"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/kzsim/kzsim/internal/problem"
)

// Connections bounds what clients' connections may take. Zero fields have their
// defaults.
type Connections struct {
	Max    int           // open at once; 0 for half of the process's descriptors, at most 5120
	Idle   time.Duration // between two requests
	Header time.Duration // for the headers of a request
	Write  time.Duration // without progress of an answer
}

// readBodyTimeout is what a client may take for sending a body.
const readBodyTimeout = 30 * time.Second

// The defaults of Connections.
const (
	DefaultIdle   = 2 * time.Minute
	DefaultHeader = 10 * time.Second
	DefaultWrite  = 30 * time.Second
	mostByDefault = 5120
)

// Limit of the connections that are open at once.
func (c Connections) Limit() int {
	if c.Max != 0 {
		return c.Max
	}
	return max(1, min(mostByDefault, descriptors()/2))
}

func (c Connections) orDefaults() (Connections, error) {
	if c.Max < 0 || c.Idle < 0 || c.Header < 0 || c.Write < 0 {
		return c, errors.New("max-connections, idle-timeout, header-timeout and write-timeout are not negative")
	}
	c.Max = c.Limit()
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{{&c.Idle, DefaultIdle}, {&c.Header, DefaultHeader}, {&c.Write, DefaultWrite}} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	return c, nil
}

// reserveOf a limit: connections beyond it that are taken for probes and control.
func reserveOf(limit int) int { return min(64, max(4, limit/8)) }

// How long a client may be without a whole request before its connection is closed for
// another one at the limit.
const (
	sendsSlow = time.Second
	slowCrowd = 50 * time.Millisecond // where an idle one would go instead, and fewer are idle
)

// connections are those that are open. Beyond the limit one is closed for a new one, see
// makeRoom. Where all are busy a few more are taken, on which only the control API
// answers; when those are used up, too, the oldest that has sent no request is closed, or
// else the new one.
type connections struct {
	limit, reserve int
	log            *slog.Logger

	mu           sync.Mutex
	open         map[net.Conn]*connection
	idle, unsent list.List // without a whole request: between two, or not; the longest wait first
	refused      int       // since the last warning
	warned       time.Time // the machine's time
	looking      bool      // for bodies that take too long: a timer is set
	stopped      bool      // no body is read any more
}

type connection struct {
	net.Conn
	state http.ConnState
	since time.Time     // of the state, by the machine's clock
	among *list.List    // idle or unsent; nil while a request is there
	place *list.Element // in it
	extra bool          // beyond the limit

	brokenOff bool // its body is not read any more
}

func newConnections(limit int, log *slog.Logger) *connections {
	return &connections{limit: limit, reserve: reserveOf(limit), log: log, open: map[net.Conn]*connection{}}
}

// changed is the server's ConnState hook.
func (c *connections) changed(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch known := c.open[conn]; {
	case state == http.StateNew:
		c.add(&connection{Conn: conn})
	case known == nil: // it was closed here
	case state == http.StateClosed, state == http.StateHijacked:
		c.forget(known)
	default:
		c.wait(known, state)
	}
}

// sending is called when the headers of a request are there, and its body isn't.
func (c *connections) sending(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	known := c.open[conn]
	if known == nil {
		return
	}
	c.wait(known, http.StateActive)
	switch {
	case c.stopped:
		c.breakOff(known)
	case !c.looking:
		c.lookWithin(readBodyTimeout)
	}
}

// sent is called when a request is there with its body, or no more of it comes.
func (c *connections) sent(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.open[conn]; known != nil {
		c.leaveWaiting(known)
		if known.brokenOff {
			known.brokenOff = false
			_ = conn.SetReadDeadline(time.Time{}) // what is read afterwards has a deadline of its own
		}
	}
}

// stopSending ends the reading of all bodies, now and from now on.
func (c *connections) stopSending() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped = true
	for e := c.unsent.Front(); e != nil; e = e.Next() {
		c.breakOff(e.Value.(*connection))
	}
}

// look for bodies that take too long. There is one timer for all of them.
func (c *connections) look() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.looking = false
	for e := c.unsent.Front(); e != nil; e = e.Next() {
		k := e.Value.(*connection)
		if left := readBodyTimeout - time.Since(k.since); left > 0 {
			c.lookWithin(left)
			return
		}
		c.breakOff(k)
	}
}

func (c *connections) lookWithin(left time.Duration) {
	c.looking = true
	time.AfterFunc(left, c.look)
}

// breakOff the reading of a body, also a read that is on.
func (c *connections) breakOff(k *connection) {
	if k.state == http.StateActive {
		k.brokenOff = true
		_ = k.Conn.SetReadDeadline(time.Unix(1, 0))
	}
}

func (c *connections) wait(k *connection, state http.ConnState) {
	among := &c.unsent
	if state == http.StateIdle {
		among = &c.idle
	}
	k.state, k.since = state, time.Now()
	if k.among == among {
		among.MoveToBack(k.place)
		return
	}
	c.leaveWaiting(k)
	k.among, k.place = among, among.PushBack(k)
}

func (c *connections) leaveWaiting(k *connection) {
	if k.among != nil {
		k.among.Remove(k.place)
		k.among, k.place = nil, nil
	}
}

func (c *connections) forget(k *connection) {
	c.leaveWaiting(k)
	delete(c.open, k.Conn)
}

func (c *connections) add(added *connection) {
	c.open[added.Conn] = added
	c.wait(added, http.StateNew)
	for len(c.open) > c.limit && c.makeRoom() {
	}
	if len(c.open) <= c.limit {
		return
	}
	added.extra = true
	if len(c.open) > c.limit+c.reserve {
		c.closeNew()
	}
	c.warn()
}

// makeRoom closes one connection, of those that are idle or of those whose clients send
// slowly, whichever are more: the one that has waited for longest. It is false if there is
// none.
func (c *connections) makeRoom() bool {
	idle, unsent := first(&c.idle), first(&c.unsent)
	patience := sendsSlow
	if idle != nil {
		patience = slowCrowd
	}
	switch {
	case c.unsent.Len() > c.idle.Len() && time.Now().Sub(unsent.since) > patience:
		c.close(unsent)
	case idle != nil:
		c.close(idle)
	default:
		return false
	}
	return true
}

func first(of *list.List) *connection {
	if e := of.Front(); e != nil {
		return e.Value.(*connection)
	}
	return nil
}

// closeNew closes the first connection that has sent nothing yet.
func (c *connections) closeNew() {
	for e := c.unsent.Front(); e != nil; e = e.Next() {
		if k := e.Value.(*connection); k.state == http.StateNew {
			c.close(k)
			return
		}
	}
}

func (c *connections) close(k *connection) {
	if k.state != http.StateIdle {
		c.refused++
		c.warn()
	}
	c.forget(k)
	conn := k.Conn
	if secure, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = secure.NetConn() // TLS would send a close alert first, and could wait for that
	}
	_ = conn.Close() // the server notices
}

// warnAtMost is the least time between two warnings that the limit is reached.
const warnAtMost = time.Minute

func (c *connections) warn() {
	now := time.Now()
	if !c.warned.IsZero() && now.Sub(c.warned) < warnAtMost {
		return
	}
	c.log.Warn("connections are at the limit, see --max-connections", "open", len(c.open), "limit", c.limit, "refused", c.refused)
	c.warned, c.refused = now, 0
}

// mayAsk reports whether a connection is within the limit: one that came beyond it is,
// once others have gone.
func (c *connections) mayAsk(conn net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	known := c.open[conn]
	if known == nil || !known.extra {
		return true
	}
	if len(c.open) <= c.limit {
		known.extra = false
		return true
	}
	c.refused++
	return false
}

// connKey is the context's key for a request's connection.
type connKey struct{}

func withConn(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, conn)
}

// admit refuses requests to the services on connections beyond the limit.
func (c *connections) admit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _ := r.Context().Value(connKey{}).(net.Conn)
		if isControl(r.URL.Path) || c.mayAsk(conn) {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Connection", "close")
		w.Header().Set("Retry-After", "1")
		problem.New(http.StatusServiceUnavailable, "as many connections are open as may be, %d (--max-connections)", c.limit).Write(w)
	})
}

// isControl reports whether a path is the control API's, of the process or of a
// sandbox.
func isControl(path string) bool {
	if rest, ok := strings.CutPrefix(path, "/s/"); ok {
		_, below, _ := strings.Cut(rest, "/")
		path = "/" + below
	}
	return path == "/_sim" || strings.HasPrefix(path, "/_sim/")
}
