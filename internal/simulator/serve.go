package simulator

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Grace is how long Serve waits, after its context has ended, for the requests
// that are on their way.
const Grace = 10 * time.Second

// patience is how long it waits for an answer that may never come.
const patience = time.Second

// Serve on the listeners until the context ends; then accepts no more connections and
// finishes what is in flight. What is held and won't end by itself within the grace,
// such as a request that hangs, ends without an answer.
// Requests over a tls.Listener's connections are secure ones.
func (s *Simulator) Serve(ctx context.Context, listeners ...net.Listener) error {
	requests, letGo := context.WithCancel(context.Background())
	defer letGo()
	open := newConnections(s.opts.Connections.Max, s.log)
	defer context.AfterFunc(requests, open.stopSending)()
	server := &http.Server{
		Handler:           boundAnswers(open.admit(boundBodies(s.handler, open)), s.opts.Connections.Write),
		ReadHeaderTimeout: s.opts.Connections.Header, IdleTimeout: s.opts.Connections.Idle,
		ErrorLog:    slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
		BaseContext: func(net.Listener) context.Context { return requests },
		ConnContext: open.begin, ConnState: open.changed,
	}
	background, stop := context.WithCancel(ctx)
	defer stop()
	go s.Pool.Run(background)
	failed := make(chan error, len(listeners)+1)
	for _, l := range listeners {
		s.Callers.ServedOn(l.Addr())
		go func() { failed <- server.Serve(sockets{l}) }()
	}
	if s.sharing != nil {
		go func() { failed <- server.Serve(s.sharing.back) }()
	}
	select {
	case err := <-failed:
		_ = server.Close() // the first error is the one that is returned
		return err
	case <-ctx.Done():
	}
	s.control.Stop()
	if s.sharing != nil {
		s.sharing.Leave()
		defer s.sharing.drain(patience)
	}
	return s.end(server, letGo)
}

// end stops a server: finish what is in flight, then end requests that hang.
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

// finish what ends by itself within the grace. An answer that comes in pieces waits for nothing while it sends one: so
// what is due is asked twice, with some patience between.
func (s *Simulator) finish(server *http.Server) (err error) {
	for left := Grace; left > 0; {
		due := s.dueWithin(left)
		wait := min(left, due+patience)
		if err = shutdown(server, wait); !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		if left -= wait; due == 0 && s.dueWithin(left) == 0 {
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

// boundBodies notifies the connections when a request's body is there: they bound how long that takes. The
// server's own ReadTimeout would end held requests, too.
func boundBodies(handler http.Handler, open *connections) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a := w.(*answering); a.body.read {
			open.sent(a.connection)
		} else {
			a.body.over = open
		}
		handler.ServeHTTP(w, r)
	})
}
