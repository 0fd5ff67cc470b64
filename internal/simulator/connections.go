package simulator

import (
	"cmp"
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

// unsentFor is how long a client may be without a whole request before its connection
// is closed for another one at the limit.
const unsentFor = time.Second

// connections are those that are open. Beyond the limit one is closed for a new one: the
// one that has been without a whole request for longest, if that is longer than
// unsentFor, or else an idle one. Where all are busy a few more are taken, on which only the control API
// answers; when those are used up, too, the oldest that has sent no request is closed,
// or else the new one.
type connections struct {
	limit, reserve int
	log            *slog.Logger

	mu      sync.Mutex
	last    uint64
	open    map[net.Conn]*connection
	refused int       // since the last warning
	warned  time.Time // the machine's time
}

type connection struct {
	number uint64 // in the order in which they came
	state  http.ConnState
	since  time.Time // of the state, by the machine's clock
	sent   bool      // the present request is there with its body
	extra  bool      // beyond the limit
}

func (k *connection) isIdle() bool { return k.state == http.StateIdle }
func (k *connection) isNew() bool  { return k.state == http.StateNew }

// isSlow reports whether the client has been idle, or sending its request, for too long.
func (k *connection) isSlow() bool { return !k.sent && time.Now().Sub(k.since) > unsentFor }

func (k *connection) before(other *connection) bool {
	return cmp.Or(k.since.Compare(other.since), cmp.Compare(k.number, other.number)) < 0
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
		c.add(conn)
	case known == nil: // it was closed here
	case state == http.StateClosed, state == http.StateHijacked:
		delete(c.open, conn)
	default:
		known.state, known.since, known.sent = state, time.Now(), false
	}
}

// sent is told when a request is there with its body.
func (c *connections) sent(r *http.Request) {
	conn, _ := r.Context().Value(connKey{}).(net.Conn)
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.open[conn]; known != nil {
		known.sent = true
	}
}

func (c *connections) add(conn net.Conn) {
	c.last++
	added := &connection{number: c.last, state: http.StateNew, since: time.Now()}
	c.open[conn] = added
	for len(c.open) > c.limit && (c.closeOldest((*connection).isSlow) || c.closeOldest((*connection).isIdle)) {
	}
	if len(c.open) <= c.limit {
		return
	}
	added.extra = true
	if len(c.open) > c.limit+c.reserve {
		c.closeOldest((*connection).isNew) // the new one itself, if there is no other
	}
	c.warn()
}

// closeOldest closes, of the connections of a kind, the one that has been in its state
// for longest; false if there is none.
func (c *connections) closeOldest(kind func(*connection) bool) bool {
	var oldest net.Conn
	for conn, k := range c.open {
		if kind(k) && (oldest == nil || k.before(c.open[oldest])) {
			oldest = conn
		}
	}
	if oldest == nil {
		return false
	}
	if !c.open[oldest].isIdle() {
		c.refused++
		c.warn()
	}
	delete(c.open, oldest)
	if secure, ok := oldest.(interface{ NetConn() net.Conn }); ok {
		oldest = secure.NetConn() // TLS would say goodbye first, and could wait for that
	}
	_ = oldest.Close() // the server notices
	return true
}

// warnAtMost is how often the log tells that the limit is reached.
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
