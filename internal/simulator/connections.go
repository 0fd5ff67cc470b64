package simulator

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"runtime"
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
	idle, unsent waiting   // without a whole request: between two, or not
	refused      int       // since the last warning
	warned       time.Time // the machine's time
	looking      bool      // for bodies that take too long: a timer is set
	stopped      bool      // no body is read any more
}

type connection struct {
	net.Conn
	state        http.ConnState
	since        time.Time   // among unsent, by the machine's clock
	among        *waiting    // idle or unsent; nil while a request is there
	older, newer *connection // in it
	extra        bool        // beyond the limit
	forgotten    bool        // it is not one of those that are open

	brokenOff bool // its body is not read any more
}

// waiting is a list of connections, the longest wait first. A connection changes from one list to
// the other at each request, so the places in them are a part of it.
type waiting struct {
	first, last *connection
	count       int
}

func (w *waiting) push(k *connection) {
	k.among, k.older, k.newer = w, w.last, nil
	if w.last == nil {
		w.first = k
	} else {
		w.last.newer = k
	}
	w.last = k
	w.count++
}

func (w *waiting) remove(k *connection) {
	if k.older == nil {
		w.first = k.newer
	} else {
		k.older.newer = k.newer
	}
	if k.newer == nil {
		w.last = k.older
	} else {
		k.newer.older = k.older
	}
	k.among, k.older, k.newer = nil, nil, nil
	w.count--
}

func newConnections(limit int, log *slog.Logger) *connections {
	return &connections{limit: limit, reserve: reserveOf(limit), log: log, open: map[net.Conn]*connection{}}
}

// changed is the server's ConnState hook.
func (c *connections) changed(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch known := c.open[conn]; {
	case known == nil: // it was closed here
	case state == http.StateNew:
		c.admitNew(known)
	case state == http.StateActive:
		c.sending(known)
	case state == http.StateIdle:
		c.wait(known, state)
	default:
		c.forget(known)
	}
}

// sending is called when the headers of a request are there, and its body may not be.
func (c *connections) sending(k *connection) {
	c.wait(k, http.StateActive)
	switch {
	case c.stopped:
		c.breakOff(k)
	case !c.looking:
		c.lookWithin(readBodyTimeout)
	}
}

// sent is called when a request is there with its body, or no more of it comes. net/http has begun then to read a byte
// in another goroutine, which gets nothing (see socket). That goroutine goes first: otherwise the answer waits for it.
func (c *connections) sent(k *connection) {
	defer runtime.Gosched()
	c.mu.Lock()
	defer c.mu.Unlock()
	if k.forgotten {
		return
	}
	c.leaveWaiting(k)
	if k.brokenOff {
		k.brokenOff = false
		_ = k.Conn.SetReadDeadline(time.Time{}) // what is read afterwards has a deadline of its own
	}
}

// stopSending ends the reading of all bodies, now and from now on.
func (c *connections) stopSending() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped = true
	for k := c.unsent.first; k != nil; k = k.newer {
		c.breakOff(k)
	}
}

// look for bodies that take too long. There is one timer for all of them.
func (c *connections) look() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.looking = false
	for k := c.unsent.first; k != nil; k = k.newer {
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
		_ = k.Conn.SetReadDeadline(passed)
	}
}

func (c *connections) wait(k *connection, state http.ConnState) {
	among := &c.idle
	if state != http.StateIdle {
		among, k.since = &c.unsent, time.Now()
	}
	k.state = state
	c.leaveWaiting(k)
	among.push(k)
}

func (c *connections) leaveWaiting(k *connection) {
	if k.among != nil {
		k.among.remove(k)
	}
}

func (c *connections) forget(k *connection) {
	c.leaveWaiting(k)
	k.forgotten = true
	delete(c.open, k.Conn)
}

func (c *connections) admitNew(added *connection) {
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
	idle, unsent := c.idle.first, c.unsent.first
	patience := sendsSlow
	if idle != nil {
		patience = slowCrowd
	}
	switch {
	case c.unsent.count > c.idle.count && time.Now().Sub(unsent.since) > patience:
		c.close(unsent)
	case idle != nil:
		c.close(idle)
	default:
		return false
	}
	return true
}

// closeNew closes the first connection that has sent nothing yet.
func (c *connections) closeNew() {
	for k := c.unsent.first; k != nil; k = k.newer {
		if k.state == http.StateNew {
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
func (c *connections) mayAsk(k *connection) bool {
	if !k.extra { // which is set before the first request, and afterwards only here
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if k.forgotten {
		return true
	}
	if len(c.open) <= c.limit {
		k.extra = false
		return true
	}
	c.refused++
	return false
}

// connKey is the context's key for a request's connection.
type connKey struct{}

// begin is the server's ConnContext hook, which is called before that of ConnState.
func (c *connections) begin(ctx context.Context, conn net.Conn) context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := &connection{Conn: conn}
	c.open[conn] = k
	return context.WithValue(ctx, connKey{}, k)
}

// connectionOf a request; nil for a call within the process.
func connectionOf(r *http.Request) *connection {
	k, _ := r.Context().Value(connKey{}).(*connection)
	return k
}

// admit refuses requests to the services on connections beyond the limit.
func (c *connections) admit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isControl(r.URL.Path) || c.mayAsk(w.(*answering).connection) {
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
