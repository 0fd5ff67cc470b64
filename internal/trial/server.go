package trial

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
)

// server serves a handler over pipes: real HTTP with its connections, so that a
// reply that breaks off breaks off, and no port.
type server struct {
	http  *http.Server
	conns chan net.Conn
	once  sync.Once
	ended chan struct{}
}

func serve(handler http.Handler) *server {
	s := &server{conns: make(chan net.Conn), ended: make(chan struct{})}
	s.http = &http.Server{
		Handler:           handler,
		ErrorLog:          log.New(io.Discard, "", 0), // the client sees what goes wrong
		ReadHeaderTimeout: 0,                          // the only client is this process
	}
	go func() { _ = s.http.Serve(s) }() // it ends with close
	return s
}

// Accept implements net.Listener.
func (s *server) Accept() (net.Conn, error) {
	select {
	case conn := <-s.conns:
		return conn, nil
	case <-s.ended:
		return nil, net.ErrClosed
	}
}

// Addr implements net.Listener.
func (s *server) Addr() net.Addr { return pipeAddr{} }

// Close implements net.Listener.
func (s *server) Close() error {
	s.once.Do(func() { close(s.ended) })
	return nil
}

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }

func (s *server) close() { _ = s.http.Close() }

// client sends each request over a connection of its own.
func (s *server) client() *http.Client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		near, far := net.Pipe()
		select {
		case s.conns <- far:
			return near, nil
		case <-s.ended:
			return nil, net.ErrClosed
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return &http.Client{
		Transport:     &http.Transport{DialContext: dial, DisableKeepAlives: true, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
