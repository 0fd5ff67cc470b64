//go:build linux

package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// stand is three processes of one database behind a balancer, to which clients pay.
type stand struct {
	*storePayers
	mu        sync.Mutex // guards the fields below
	processes []*child
	turn      int
	present   []*recorded               // the histories that are being made
	happened  atomic.Pointer[time.Time] // the last event, or part of one
}

// now something happens, or has ended: clients ask often.
func (s *stand) now() {
	now := time.Now()
	s.happened.Store(&now)
}

func newStand(t *testing.T, database string, flags ...string) *stand {
	t.Helper()
	s := &stand{storePayers: newStorePayers(t, database, shortLease)}
	s.flags = append(s.flags, flags...)
	s.processes = startTogether(t, 3, s.flags...)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go s.balance(l)
	s.base = "http://" + l.Addr().String()
	s.now()
	s.settle()
	return s
}

// startTogether starts so many processes at the same time: the first one alone would take all shards, and hand them over one
// after the other.
func startTogether(t *testing.T, count int, flags ...string) (all []*child) {
	t.Helper()
	for range count {
		all = append(all, beginChild(t, flags...))
	}
	for _, c := range all {
		c.serves(t)
	}
	for _, c := range all {
		c.hasShards(t, 32/count)
	}
	return all
}

// balance connections over the processes, whatever these do.
func (s *stand) balance(l net.Listener) {
	for {
		client, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer client.Close()
			server := s.dial()
			if server == nil {
				return
			}
			defer server.Close()
			var both sync.WaitGroup
			for _, way := range [][2]net.Conn{{client, server}, {server, client}} {
				both.Go(func() {
					_, _ = io.Copy(way[0], way[1])
					_ = way[0].(*net.TCPConn).CloseWrite()
				})
			}
			both.Wait()
		}()
	}
}

// dial the process whose turn it is, or the next one that can be reached; nil for none.
func (s *stand) dial() net.Conn {
	for range s.processes {
		s.mu.Lock()
		s.turn++
		address := s.processes[s.turn%len(s.processes)].address
		s.mu.Unlock()
		if conn, err := net.Dial("tcp", address); err == nil {
			return conn
		}
	}
	return nil
}

// settle waits until the processes have all shards, each about as many.
func (s *stand) settle() {
	s.t.Helper()
	until(s.t, func() bool {
		all, least, most := 0, 32, 0
		for _, c := range s.processes {
			here := c.shards(s.t)
			all, least, most = all+here, min(least, here), max(most, here)
		}
		return all == 32 && most-least < 2 // nothing is handed over any more
	})
}

var shardsHere = regexp.MustCompile(`"here": (\d+)`)

// shards that a process has.
func (c *child) shards(t *testing.T) int {
	t.Helper()
	resp, err := http.Get("http://" + c.address + "/_sim/health")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	said := shardsHere.FindSubmatch(content)
	if err != nil || said == nil {
		t.Fatalf("health: %s %v", content, err)
	}
	n, err := strconv.Atoi(string(said[1]))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// replace a process by another one.
func (s *stand) replace(n int) {
	s.t.Helper()
	c := startChild(s.t, s.flags...)
	s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.processes[n] = c
}

// end a process, and start another one in its place.
func (s *stand) end(n int, signal syscall.Signal) {
	s.t.Helper()
	c := s.processes[n]
	s.now()
	s.signal(c, signal)
	if err := <-c.ended; err != nil && signal == syscall.SIGTERM {
		s.t.Errorf("its end: %v: %s", err, c.said)
	}
	s.replace(n)
}

// pause a process past its lease. When it goes on it answers for nothing that it has lost, and ends.
func (s *stand) pause(n int) {
	s.t.Helper()
	paused := s.processes[n]
	s.signal(paused, syscall.SIGSTOP)
	s.replace(n) // the balancer knows it no more
	s.settle()
	s.now()
	var late sync.WaitGroup
	s.await(5)
	for _, h := range s.present {
		late.Go(func() { h.ask(-1, "http://"+paused.address, 0) })
	}
	s.signal(paused, syscall.SIGCONT)
	late.Wait()
	if err := <-paused.ended; err == nil {
		s.t.Error("the paused process ends well")
	}
}

// TestAPausedProcessReadsNothingOld: what came to it while it was paused, and another process had taken over, is not
// answered from its own state, whatever the request only reads.
func TestAPausedProcessReadsNothingOld(t *testing.T) {
	t.Parallel()
	database := emptyDatabase(t)
	p := newStorePayers(t, database, shortLease)
	paused := startChild(t, p.flags...)
	p.to(paused)
	p.must("PUT", "/_sim/sandboxes/default/scenario", paidLoan)
	h := &recorded{t: t, box: "default", asks: http.DefaultClient}
	for range 3 { // it is at rest when it is paused
		if said := h.answer(p.base, 0); said != "0.00" {
			t.Fatalf("before: %s", said)
		}
	}
	p.signal(paused, syscall.SIGSTOP)
	next := startChild(t, p.flags...)
	next.hasShards(t, 32)
	if said := h.answer("http://"+next.address, 7); said != booked && said != duplicate {
		t.Fatalf("the next process: %s", said)
	}
	late := make(chan string)
	for range 4 {
		go func() { late <- h.request("http://"+paused.address, 0) }()
	}
	p.signal(paused, syscall.SIGCONT)
	for range 4 {
		if said := <-late; said != unknown && said != "" && said != "10.00" {
			t.Errorf("the paused one answers %s", said)
		}
	}
}

// hasShards waits until a process has so many shards.
func (c *child) hasShards(t *testing.T, want int) {
	t.Helper()
	until(t, func() bool { return c.shards(t) >= want })
}

// TestRollingRestart of all three, twice, under load: requests are answered, or refused by what was promised.
func TestRollingRestart(t *testing.T) {
	t.Parallel()
	database := emptyDatabase(t)
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
// process that has the sandbox does, byte by byte to the end, and over TLS, too.
func TestFaultsThroughAnotherProcess(t *testing.T) {
	t.Parallel()
	database := emptyDatabase(t)
	p := newStorePayers(t, database, "10s")
	p.flags = append(p.flags, "--tls", "--tls-addr", "127.0.0.1:0", "--tls-dir", t.TempDir())
	all := startTogether(t, 2, p.flags...)
	faults := append([]string{""}, wireFaults...)
	seen := make([][4]string, len(faults))
	var views sync.WaitGroup
	for n, fault := range faults {
		for i := range seen[n] {
			p.to(all[n%2]) // any process takes any request
			box := fmt.Sprintf("fault-%d-%d", n, i)
			made := p.must("PUT", "/_sim/sandboxes/"+box, `{"clock": {"mode": "speed", "speed": 1000000, "start": "2026-01-01T00:00:00Z"}}`)
			if fault != "" {
				p.must("POST", "/_sim/sandboxes/"+box+"/faults", "on: abs.get_acc\nfault: "+fault)
			}
			at, other := all[0], all[1]
			if !strings.Contains(made, `"direct_url": "http://`+at.address) {
				at, other = other, at
			}
			if i%2 == 1 {
				at = other
			}
			views.Go(func() { seen[n][i] = onTheWire(t, at.wire(t, i > 1), box) })
		}
	}
	views.Wait()
	for n, fault := range faults {
		for i, of := range []string{"another process", "the process, by TLS", "another process, by TLS"} {
			if diff := cmp.Diff(seen[n][0], seen[n][i+1]); diff != "" {
				t.Errorf("%s (-the process +%s):\n%s", fault, of, diff)
			}
		}
	}
}

// wire to a process.
func (c *child) wire(t *testing.T, secure bool) net.Conn {
	t.Helper()
	var conn net.Conn
	var err error
	if secure {
		address, _ := c.said.wait(`https://(\S+:\d+)`)
		conn, err = tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true})
	} else {
		conn, err = net.Dial("tcp", c.address)
	}
	if err != nil {
		t.Error(err)
		conn, _ = net.Pipe()
	}
	return conn
}

// varying is what differs between two answers that are the same.
var varying = regexp.MustCompile(`(?m)^(Date|Sim-Sandbox): .*\r\n`)

// onTheWire is all that a client reads of an answer, and how it ends.
func onTheWire(t *testing.T, conn net.Conn, box string) string {
	t.Helper()
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
