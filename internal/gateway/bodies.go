package gateway

import (
	"io"
	"net/http"
	"sync/atomic"

	"github.com/kzsim/kzsim/internal/problem"
)

// DefaultBodies bounds the bodies of all requests under way, in bytes.
const DefaultBodies = 24 << 20

// bodies counts what the bodies of all requests take that are under way, those of the
// control API among them. A request that is held keeps its body.
type bodies struct {
	most int64
	used atomic.Int64
}

// count a request's body while it is read, until it is released.
func (b *bodies) count(r *http.Request) (release func()) {
	if r.Body == nil || r.Body == http.NoBody {
		return func() {}
	}
	counted := &countedBody{ReadCloser: r.Body, all: b}
	r.Body = counted
	return func() { b.used.Add(-counted.bytes) }
}

// countedBody is read by one goroutine.
type countedBody struct {
	io.ReadCloser
	all   *bodies
	bytes int64
}

// Read fails with a problem.Problem where there is no room.
func (c *countedBody) Read(into []byte) (int, error) {
	n, err := c.ReadCloser.Read(into)
	c.bytes += int64(n)
	if c.all.used.Add(int64(n)) > c.all.most {
		return 0, problem.New(http.StatusServiceUnavailable,
			"the bodies of the requests under way may take %d MiB together (--body-memory), and there is no room for this one now: try again", c.all.most>>20)
	}
	return n, err
}
