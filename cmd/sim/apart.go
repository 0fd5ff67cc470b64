package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/kzsim/kzsim/internal/gateway"
	"github.com/kzsim/kzsim/internal/simulator"
)

// readHeaderTimeout bounds how long a client may take to say what it wants.
const readHeaderTimeout = 10 * time.Second

// serve everything, until the context ends.
func (at *listening) serve(ctx context.Context, s *simulator.Simulator, log *slog.Logger) error {
	if at.control == nil {
		return s.Serve(ctx, at.services()...)
	}
	return at.serveApart(ctx, s, log)
}

// serveApart serves all on the control API's own listener, so that a page there can
// try the services, and on the clients' nothing but the services.
func (at *listening) serveApart(ctx context.Context, s *simulator.Simulator, log *slog.Logger) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	requests, letGo := context.WithCancel(context.Background())
	defer letGo()
	clients := &http.Server{
		Handler: gateway.WithoutControl(s.Handler()), ReadHeaderTimeout: readHeaderTimeout,
		ErrorLog:    slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		BaseContext: func(net.Listener) context.Context { return requests },
	}
	ended := make(chan error)
	for _, l := range at.services() {
		go func() {
			err := clients.Serve(l)
			stop()
			ended <- err
		}()
	}
	shut := make(chan error, 1)
	context.AfterFunc(ctx, func() { shut <- shutDown(clients, letGo) })
	err := s.Serve(ctx, at.control)
	stop()
	for range at.services() {
		if failed := <-ended; !errors.Is(failed, http.ErrServerClosed) {
			err = errors.Join(err, failed)
		}
	}
	return errors.Join(err, <-shut)
}

// shutDown takes no more connections and finishes what is in flight, as
// simulator.Serve does: what is still held after some patience is let go.
func shutDown(server *http.Server, letGo func()) error {
	err := within(simulator.Patience, server.Shutdown)
	if errors.Is(err, context.DeadlineExceeded) {
		letGo()
		err = within(simulator.Grace, server.Shutdown)
	}
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return server.Close()
}

func within(atMost time.Duration, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), atMost)
	defer cancel()
	return do(ctx)
}
