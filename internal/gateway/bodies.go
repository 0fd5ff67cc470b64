package gateway

import (
	"context"
	"io"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/kzsim/kzsim/internal/problem"
)

// DefaultBodies bounds the bodies of all requests under way, in bytes.
const DefaultBodies = 24 << 20

// bodies counts what the bodies of all requests take that are under way, those of the
// control API among them. A request that is held keeps its body.
type bodies struct {
	most  int64
	used  atomic.Int64
	turns chan struct{} // taken by requests with a large body
}

func newBodies(most int64) bodies {
	return bodies{most: most, turns: make(chan struct{}, turns(most))}
}

// A large body waits for its turn to be decoded, because decoding takes many times its
// size. There is one turn for each share of the memory for bodies.
const (
	largeBody     = 64 << 10 // bytes
	shareOfTurn   = 12 << 20 // bytes
	decodedMemory = 40 << 20 // bytes that the largest body takes while it is decoded
)

func turns(most int64) int64 { return max(1, most/shareOfTurn) }

// DecodedMemory is how many bytes the bodies take that are decoded at once, by the
// bytes that all bodies may take.
func DecodedMemory(most int64) int64 { return turns(most) * decodedMemory }

// turn waits, if so many bytes are large, until they may be decoded. The request gives
// the turn up before it waits for anything else.
func (b *bodies) turn(ctx context.Context, size int64) (end func(), err error) {
	if size < largeBody {
		return func() {}, nil
	}
	select {
	case b.turns <- struct{}{}:
		return sync.OnceFunc(func() { <-b.turns }), nil
	case <-ctx.Done():
		return func() {}, ctx.Err()
	}
}

// count a request's body while it is read, until it is released.
func (b *bodies) count(r *http.Request) countedBody {
	counted := countedBody{ReadCloser: r.Body, all: b}
	if r.Body == nil {
		counted.ReadCloser = http.NoBody
	}
	return counted
}

// release what the body takes.
func (c *countedBody) release() {
	if c.endTurn != nil {
		c.endTurn()
	}
	if c.bytes > 0 {
		c.all.used.Add(-c.bytes)
		c.bytes = 0
	}
}

// countedBody is read by one goroutine.
type countedBody struct {
	io.ReadCloser
	all     *bodies
	bytes   int64
	most    int64           // bytes that may be read; 0 if something else bounds that
	turn    context.Context // of a request that waits for its turn, which lasts as long as the request, at the end of its body
	endTurn func()
}

// Read fails with a problem.Problem if there is no memory left for the body, and with an http.MaxBytesError
// if it is too large.
func (c *countedBody) Read(into []byte) (int, error) {
	if c.most > 0 {
		into = into[:min(int64(len(into)), c.most-c.bytes+1)]
	}
	n, err := c.ReadCloser.Read(into)
	c.bytes += int64(n)
	switch {
	case c.all.used.Add(int64(n)) > c.all.most:
		return 0, problem.New(http.StatusServiceUnavailable,
			"the bodies of the requests under way may take %d bytes together (--body-memory), and there is no room for this one now: try again", c.all.most)
	case c.most > 0 && c.bytes > c.most:
		return 0, &http.MaxBytesError{Limit: c.most}
	}
	if err == io.EOF && c.turn != nil {
		turn := c.turn
		c.turn = nil
		if c.endTurn, err = c.all.turn(turn, c.bytes); err == nil {
			err = io.EOF
		}
	}
	return n, err
}
