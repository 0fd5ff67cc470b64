// Package inprocess asks handlers of the same process as clients ask servers, without a
// connection.
package inprocess

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"
)

// Transport goes to a handler. The handler has the request's context; if it aborts the
// connection there is no answer.
func Transport(h http.Handler) http.RoundTripper { return transport{h} }

type transport struct{ handler http.Handler }

var errAborted = errors.New("the connection was closed")

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	defer func() {
		if p := recover(); p == http.ErrAbortHandler {
			resp, err = nil, errAborted
		} else if p != nil {
			panic(p)
		}
		if p := PatienceOf(r.Context()); p != nil && p.over {
			resp, err = nil, timeout{}
		}
	}()
	// A server reads from the wire: its request has no client's fields.
	served := r.Clone(r.Context())
	served.RequestURI, served.RemoteAddr, served.Host = r.URL.RequestURI(), "127.0.0.1:1", r.URL.Host
	if served.Body == nil {
		served.Body = http.NoBody
	}
	w := &recorder{header: http.Header{}}
	t.handler.ServeHTTP(w, served)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return w.response(r), nil
}

// Patience is how long the client of a request would wait for the answer. Where a request
// has one, the handler waits for no clock: it spends what it would have waited.
type Patience struct {
	left time.Duration
	over bool
}

type patienceKey struct{}

// WithPatience is a context of a request whose client would wait so long.
func WithPatience(ctx context.Context, most time.Duration) context.Context {
	return context.WithValue(ctx, patienceKey{}, &Patience{left: most})
}

// PatienceOf a request by its context; nil for a client that really waits.
func PatienceOf(ctx context.Context) *Patience {
	p, _ := ctx.Value(patienceKey{}).(*Patience)
	return p
}

// Spend a wait. It is false if the client would have left before its end: then there is no
// answer.
func (p *Patience) Spend(wait time.Duration) bool {
	p.left -= min(wait, p.left+1)
	p.over = p.over || p.left < 0
	return !p.over
}

// timeout is the error of a client that would have left.
type timeout struct{}

func (timeout) Error() string { return "no answer in time" }
func (timeout) Timeout() bool { return true }

// recorder keeps what a handler writes.
type recorder struct {
	header, sent http.Header
	status       int
	body         bytes.Buffer
}

// Header implements http.ResponseWriter.
func (w *recorder) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter.
func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status, w.sent = status, w.header.Clone()
	}
}

// Write implements http.ResponseWriter.
func (w *recorder) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

func (w *recorder) response(r *http.Request) *http.Response {
	w.WriteHeader(http.StatusOK)
	length := int64(-1)
	if n, err := strconv.ParseInt(w.sent.Get("Content-Length"), 10, 64); err == nil {
		length = n
	}
	return &http.Response{
		StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: w.sent, Body: io.NopCloser(&w.body), ContentLength: length,
	}
}
