package simtest

import (
	"context"
	"net"
	"net/http"
	"time"
)

// loopback is where a sandbox listens: any free port of this machine.
const loopback = "127.0.0.1:0"

// Listen opens a port on the loopback interface for the time of the test and
// returns the sandbox's base URL on it, such as http://127.0.0.1:41873/s/sb-1a2b3c4d:
// the paths of KYC and K2 follow it, those of the ABS follow /abs behind it, and the
// sandbox's control API is at /_sim. It is for clients that Client can't serve: in
// another process, in another language.
//
// Of a clock that stands still a request from there moves as much as Client's do,
// up to half a minute; a client's own time-out is reckoned on the machine's clock.
func (s *Sim) Listen() string {
	s.t.Helper()
	l, err := net.Listen("tcp", loopback)
	if err != nil {
		s.t.Fatalf("simtest: %v", err)
		return ""
	}
	server := &http.Server{Handler: http.HandlerFunc(s.serve), ReadHeaderTimeout: usualPatience}
	over := make(chan struct{})
	go func() {
		defer close(over)
		_ = server.Serve(l) // it ends by Close
	}()
	s.t.Cleanup(func() {
		_ = server.Close()
		<-over
	})
	return "http://" + l.Addr().String() + "/s/" + s.sandbox.ID()
}

// usualPatience is how long clients usually wait.
const usualPatience = 30 * time.Second

// serve a request that came by a socket. Its client waits, so time may pass.
func (s *Sim) serve(w http.ResponseWriter, r *http.Request) {
	p := s.patience(context.WithoutCancel(r.Context()))
	p.longest = usualPatience
	p.begin()
	if p.traffic != nil {
		done := make(chan struct{})
		defer close(done)
		go func() { _ = p.wait(done) }() // after its patience it only stops moving the clock
	}
	defer p.over()
	s.process.Handler().ServeHTTP(w, r)
}
