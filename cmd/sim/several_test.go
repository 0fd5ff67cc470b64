//go:build linux

package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"regexp"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog/postgres/postgrestest"
	"github.com/kzsim/kzsim/internal/relay"
)

// stand is three processes of one database behind a balancer, to which clients pay.
type stand struct {
	*storePayers
	took      chan *child // those that have taken over
	last      *child      // that took over
	mu        sync.Mutex  // guards the fields below
	processes []*child
	turn      int
	present   *recorded // the history that is being made
}

func newStand(t *testing.T, database string) *stand {
	t.Helper()
	s := &stand{storePayers: newStorePayers(t, database, "1s"), took: make(chan *child, 100)}
	for range 3 {
		s.processes = append(s.processes, s.start())
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	machine, err := clock.New(clock.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	balancer := relay.Listen(l, relay.Options{
		To: s.next, Most: 100, Patience: relay.DefaultPatience, Clock: machine, Log: slog.New(slog.DiscardHandler),
	})
	t.Cleanup(func() { _ = balancer.Close() })
	s.base = "http://" + l.Addr().String()
	return s
}

// next process in turn, whatever it does.
func (s *stand) next() (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn++
	return s.processes[s.turn%len(s.processes)].address, true
}

// start a process.
func (s *stand) start() *child {
	s.t.Helper()
	c := startChild(s.t, s.flags...)
	go func() {
		if _, took := c.said.wait(`(KYC, K2 and ABS on)`); took {
			s.took <- c
		}
	}()
	return c
}

// owner is the number of the process that has the sandboxes.
func (s *stand) owner() int {
	s.t.Helper()
	for {
		if n := slices.Index(s.processes, s.last); n >= 0 {
			return n
		}
		s.last = <-s.took
	}
}

// replace a process by another one.
func (s *stand) replace(n int) {
	s.t.Helper()
	c := s.start()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.processes[n] = c
}

// event is what happens to a stand.
type event struct {
	name    string
	happens func(owner, other int)
}

// events of a stand: to the process that has the sandboxes, to another one, and to the database.
func (s *stand) events(server *postgrestest.Server) []event {
	return []event{
		{"the owner is killed", func(owner, _ int) { s.end(owner, syscall.SIGKILL) }},
		{"the owner ends", func(owner, _ int) { s.end(owner, syscall.SIGTERM) }},
		{"another one is killed", func(_, other int) { s.end(other, syscall.SIGKILL) }},
		{"another one ends", func(_, other int) { s.end(other, syscall.SIGTERM) }},
		{"the owner is paused past its lease", func(owner, _ int) {
			paused := s.processes[owner]
			s.signal(paused, syscall.SIGSTOP)
			s.replace(owner) // the balancer knows it no more
			s.owner()        // clients of the paused one wait until they give up
			s.present.await(20)
			late := make(chan string)
			go func() { late <- s.present.ask(-1, "http://"+paused.address, 0) }()
			s.signal(paused, syscall.SIGCONT)
			<-late
			if err := <-paused.ended; err == nil {
				s.t.Error("the paused process ends well")
			}
		}},
		{"the database fails", func(_, _ int) {
			if err := errors.Join(server.Stop(), server.Start()); err != nil {
				s.t.Error(err)
			}
		}},
	}
}

// TestSeveralProcesses: whatever happens, no payment that was acknowledged is lost, none is booked twice, clients
// are answered again, and what they are answered has an order.
func TestSeveralProcesses(t *testing.T) {
	server, database := postgreSQL(t)
	s := newStand(t, database)
	for _, e := range s.events(server) {
		h := s.history(func() {
			owner := s.owner()
			e.happens(owner, (owner+1)%len(s.processes))
		})
		result := porcupine.CheckOperationsTimeout(payments, h.operations, time.Minute)
		t.Logf("%s: %d requests, %d of them without an answer, %d refused", e.name, len(h.operations), h.unknown, h.refused)
		if result != porcupine.Ok || t.Failed() {
			t.Fatalf("when %s: the history is %s", e.name, result)
		}
	}
}

// end a process, and start another one in its place.
func (s *stand) end(n int, signal syscall.Signal) {
	s.t.Helper()
	c := s.processes[n]
	s.signal(c, signal)
	if err := <-c.ended; err != nil && signal == syscall.SIGTERM {
		s.t.Errorf("its end: %v: %s", err, c.said)
	}
	s.replace(n)
}

// TestAPausedProcessReadsNothingOld: what came to it while it was paused, and another process had taken over, is not
// answered from its own state, whatever the request only reads.
func TestAPausedProcessReadsNothingOld(t *testing.T) {
	_, database := postgreSQL(t)
	p := newStorePayers(t, database, "1s")
	paused := startChild(t, p.flags...)
	next := startChild(t, p.flags...)
	p.to(paused)
	p.must("PUT", "/_sim/sandboxes/default/scenario", paidLoan)
	h := &recorded{t: t, asks: http.DefaultClient}
	for range 3 { // it is at rest when it is paused
		if said := h.request(p.base, 0); said != "0.00" {
			t.Fatalf("before: %s", said)
		}
	}
	p.signal(paused, syscall.SIGSTOP)
	next.hasTakenOver(t)
	if said := h.request("http://"+next.address, 7); said != booked {
		t.Fatalf("the next process: %s", said)
	}
	late := make(chan string)
	for range 4 {
		go func() { late <- h.request("http://"+paused.address, 0) }()
	}
	p.signal(paused, syscall.SIGCONT)
	for range 4 {
		if said := <-late; said != unknown && said != "" {
			t.Errorf("the paused one answers %s", said)
		}
	}
}

// TestRollingRestart of all three, twice, under load: requests are answered, or refused by what was promised.
func TestRollingRestart(t *testing.T) {
	_, database := postgreSQL(t)
	s := newStand(t, database)
	s.must("PUT", "/_sim/sandboxes/default/scenario", paidLoan)
	s.while(func() {
		for n := range 2 * len(s.processes) {
			s.end(n%len(s.processes), syscall.SIGTERM)
			s.acknowledge(10)
		}
	})
	s.check()
	t.Logf("%d of %d payments were acknowledged", len(s.acked), s.payers.next.Load())
}

// wireFaults are live faults of each kind that shows on the wire.
var wireFaults = []string{
	`{delay: 10s}`, `hang`, `{hang: 10s}`, `reset`, `{reset: null, delay: 10s}`, `close`, `{truncate: 20}`, `{truncate: 0}`,
	`{truncate: 20, hang: null}`, `{dribble: 10s}`, `{dribble: 10s, truncate: 20}`, `{garbage: json}`, `{status: 503}`,
	`lost-reply`, `{lost-reply: reset}`, `{lost-reply: hang}`, `stale-read`, `{drift: {drop: error_text}}`,
}

// TestFaultsThroughAnotherProcess: a client of a process that passes sees each fault on the wire as a client of the
// owner does, byte by byte to the end.
func TestFaultsThroughAnotherProcess(t *testing.T) {
	_, database := postgreSQL(t)
	p := newStorePayers(t, database, "10s")
	owner := startChild(t, p.flags...)
	owner.hasTakenOver(t)
	other := startChild(t, p.flags...)
	for n, fault := range append([]string{""}, wireFaults...) {
		var seen [2]string
		for i, c := range []*child{owner, other} {
			p.to(other) // any process takes any request
			box := fmt.Sprintf("fault-%d-%d", n, i)
			p.must("PUT", "/_sim/sandboxes/"+box, `{"clock": {"mode": "speed", "speed": 1000000, "start": "2026-01-01T00:00:00Z"}}`)
			if fault != "" {
				p.must("POST", "/_sim/sandboxes/"+box+"/faults", "on: abs.get_acc\nfault: "+fault)
			}
			seen[i] = onTheWire(t, c.address, box)
		}
		if diff := cmp.Diff(seen[0], seen[1]); diff != "" {
			t.Errorf("%s (-owner +other):\n%s", fault, diff)
		}
	}
}

// varying is what differs between two answers that are the same.
var varying = regexp.MustCompile(`(?m)^(Date|Sim-Sandbox): .*\r\n`)

// onTheWire is all that a client reads of an answer, and how it ends.
func onTheWire(t *testing.T, address, box string) string {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /s/%s/abs/get_acc?iinbin=901123300258 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", box)
	_ = conn.SetReadDeadline(time.Now().Add(2 * time.Second)) // for one that hangs
	read, err := io.ReadAll(conn)
	end := "ends"
	switch {
	case errors.Is(err, syscall.ECONNRESET):
		end = "is reset"
	case errors.Is(err, os.ErrDeadlineExceeded):
		end = "hangs"
	case err != nil:
		end = err.Error()
	}
	return varying.ReplaceAllString(string(read), "") + end
}
