package simulator

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Grace is how long Serve waits, after its context has ended, for the requests
// that are on their way.
const Grace = 10 * time.Second

// patience is how long it waits for an answer of which nobody knows when it comes.
const patience = time.Second

// readBodyTimeout is what a client may take for sending a body.
const readBodyTimeout = 30 * time.Second

// Serve on the listeners until the context ends; then accepts nobody any more and
// finishes what is in flight. What is held and won't end by itself within the grace,
// such as a request that hangs, ends without an answer: nobody who stops a simulator
// waits for it. Requests over a tls.Listener's connections are secure ones.
func (s *Simulator) Serve(ctx context.Context, listeners ...net.Listener) error {
	requests, letGo := context.WithCancel(context.Background())
	defer letGo()
	open := newConnections(s.connections.Max, s.log)
	server := &http.Server{
		Handler:           boundAnswers(open.admit(boundBodies(s.handler, readBodyTimeout, open.sent)), s.connections.Write),
		ReadHeaderTimeout: s.connections.Header, IdleTimeout: s.connections.Idle,
		ErrorLog:    slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
		BaseContext: func(net.Listener) context.Context { return requests },
		ConnContext: withConn, ConnState: open.changed,
	}
	background, stop := context.WithCancel(ctx)
	defer stop()
	go s.Pool.Run(background)
	failed := make(chan error, len(listeners))
	for _, l := range listeners {
		s.Office.ServedOn(l.Addr())
		go func() { failed <- server.Serve(l) }()
	}
	select {
	case err := <-failed:
		_ = server.Close() // the first error is the one to tell
		return err
	case <-ctx.Done():
	}
	s.control.Stop()
	return s.end(server, letGo)
}

// end a server: finish what is in flight, and let go what hangs.
func (s *Simulator) end(server *http.Server, letGo func()) error {
	err := s.finish(server)
	if errors.Is(err, context.DeadlineExceeded) {
		letGo()
		err = shutdown(server, patience)
	}
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return server.Close()
}

// finish what ends by itself within the grace.
func (s *Simulator) finish(server *http.Server) (err error) {
	for left := Grace; left > 0; {
		wait := min(left, s.dueWithin(left)+patience)
		if err = shutdown(server, wait); !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		if left -= wait; s.dueWithin(left) == 0 {
			return err
		}
	}
	return err
}

// dueWithin is how long the last of the requests is held that are due by themselves
// within so much of the machine's time.
func (s *Simulator) dueWithin(limit time.Duration) time.Duration {
	var last time.Duration
	for _, sb := range s.Pool.List() {
		last = max(last, sb.Run().Clock.DueWithin(limit))
	}
	return last
}

func shutdown(server *http.Server, atMost time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), atMost)
	defer cancel()
	return server.Shutdown(ctx)
}

// boundBodies ends the reading of a body that takes too long, or whose request's
// context ends: a client that announces more than it sends would hold its
// connection for ever. The server's own ReadTimeout would end held requests, too.
// sent is told when there is nothing more to read.
func boundBodies(handler http.Handler, atMost time.Duration, sent func(*http.Request)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body == nil || r.Body == http.NoBody {
			sent(r)
			handler.ServeHTTP(w, r)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), atMost)
		defer cancel()
		// A deadline that is over ends a read that is on. Where there is no connection to
		// set one on there is no client to wait for.
		var mu sync.Mutex
		over := false
		stop := context.AfterFunc(ctx, func() {
			mu.Lock()
			defer mu.Unlock()
			if !over { // what is read afterwards has a deadline of its own
				_ = http.NewResponseController(w).SetReadDeadline(time.Unix(1, 0))
			}
		})
		defer func() {
			stop()
			mu.Lock()
			defer mu.Unlock()
			over = true
		}()
		r.Body = &boundBody{r.Body, func() { stop(); sent(r) }}
		handler.ServeHTTP(w, r)
	})
}

// boundBody is out of bounds as soon as it has been read.
type boundBody struct {
	io.ReadCloser
	done func()
}

// Read implements io.Reader.
func (b *boundBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		b.done()
	}
	return n, err
}
