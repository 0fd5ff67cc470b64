package simulator_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kzsim/kzsim/internal/simulator"
)

// logged is a log that tests read while it is written.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// dial a connection that is closed at the end of the test.
func (s *served) dial(t *testing.T) *rawClient {
	t.Helper()
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &rawClient{t, conn, bufio.NewReader(conn)}
}

type rawClient struct {
	t *testing.T
	net.Conn
	in *bufio.Reader
}

// get a path, and answer the status; 0 if the connection was closed.
func (c *rawClient) get(path string) int {
	c.t.Helper()
	if _, err := fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", path); err != nil {
		return 0
	}
	return c.status()
}

func (c *rawClient) status() int {
	c.t.Helper()
	answer, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return 0
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		c.t.Error(err)
	}
	return answer.StatusCode
}

const (
	clientPath = "/abs/get_cli?iinbin=901123300258"
	scanPath   = "/abs/get_pdf?dbz_num=R0000-001&dbz_dt=2014-02-08&iinbin=901123300258"
	healthPath = "/_sim/health"
)

// TestIdleConnectionsMakeRoom: beyond the limit the oldest idle one is closed.
func TestIdleConnectionsMakeRoom(t *testing.T) {
	inBubble(t, simulator.Options{Connections: simulator.Connections{Max: 3}}, func(connect func() net.Conn) {
		var all []*rawClient
		for range 10 {
			conn := connect()
			defer conn.Close()
			c := &rawClient{t, conn, bufio.NewReader(conn)}
			if status := c.get(clientPath); status != 200 {
				t.Fatalf("connection %d: %d", len(all)+1, status)
			}
			synctest.Wait() // for the server to see that it is idle
			all = append(all, c)
		}
		for i, c := range all {
			want := 0
			if i >= 7 {
				want = 200
			}
			if status := c.get(clientPath); status != want {
				t.Errorf("connection %d: %d, want %d", i+1, status, want)
			}
		}
	})
}

// TestSlowClientsGoBeforeIdleOnes: thousands of slow clients within a second don't take
// the connection of a client that pauses between two requests.
func TestSlowClientsGoBeforeIdleOnes(t *testing.T) {
	inBubble(t, simulator.Options{Connections: simulator.Connections{Max: 3}}, func(connect func() net.Conn) {
		begin := func() *rawClient {
			conn := connect()
			return &rawClient{t, conn, bufio.NewReader(conn)}
		}
		fast := begin()
		defer fast.Close()
		for range 10 {
			if status := fast.get(clientPath); status != 200 {
				t.Fatalf("the fast client: %d", status)
			}
			for range 2 {
				defer begin().Close()
			}
			synctest.Wait()
			<-time.After(100 * time.Millisecond)
		}
	})
}

// TestSlowClientsMakeRoom: at the limit a client that has been sending its request for
// longer than a second loses its connection to another; one that waits for its answer
// does not.
func TestSlowClientsMakeRoom(t *testing.T) {
	post := "POST /api/v1/backend/address/approve/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 44\r\n\r\n"
	inBubble(t, simulator.Options{Connections: simulator.Connections{Max: 4}}, func(connect func() net.Conn) {
		begin := func(says string) *rawClient {
			conn := connect()
			c := &rawClient{t, conn, bufio.NewReader(conn)}
			if _, err := io.WriteString(c, says); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			return c
		}
		held := begin("POST /_sim/sandboxes/default/expectations HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 38\r\n\r\n" + `{"on":"kyc.*","count":1,"within":"9s"}`)
		slow := []*rawClient{begin(""), begin("GET " + clientPath + " HTTP/1.1\r\nHost"), begin(post + `{"api_key"`)}
		early := begin("")
		if status := early.get(clientPath); status != 503 {
			t.Errorf("at once a further client is answered %d", status)
		}
		_ = early.Close()
		<-time.After(2 * time.Second)
		for i, c := range slow {
			fast := begin("")
			if status := fast.get(clientPath); status != 200 {
				t.Errorf("fast client %d: %d", i+1, status)
			}
			if status := c.status(); status != 0 {
				t.Errorf("slow client %d is answered %d", i+1, status)
			}
			defer fast.Close()
			if i < len(slow)-1 { // it is in the midst of another request, or it would be the one to go
				if _, err := io.WriteString(fast, post+"{"); err != nil {
					t.Error(err)
				}
				synctest.Wait()
			}
		}
		if status := held.status(); status != 200 && status != 409 {
			t.Errorf("the one that waits for its answer: %d", status)
		}
		_ = held.Close()
	})
}

// TestHealthIsAnsweredAtTheLimit: while all connections are busy a service is
// refused, with a reason, and probes and control are answered; also after many
// connections that say nothing. The log tells it once.
func TestHealthIsAnsweredAtTheLimit(t *testing.T) {
	var log logged
	s := serve(t, simulator.Options{
		Connections: simulator.Connections{Max: 3}, Log: slog.New(slog.NewTextHandler(&log, nil)),
	})
	s.fault(t, "hang")
	for range 3 {
		if _, err := io.WriteString(s.dial(t), "GET "+clientPath+" HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
	}
	s.wantHeld(t, 3)
	if status := s.dial(t).get(clientPath); status != 503 {
		t.Errorf("a service beyond the limit: %d", status)
	}
	for range 50 {
		s.dial(t) // and says nothing
	}
	for _, path := range []string{healthPath, "/_sim/sandboxes", "/s/default/_sim/clock"} {
		if status := s.dial(t).get(path); status != 200 {
			t.Errorf("%s beyond the limit: %d", path, status)
		}
	}
	if n := strings.Count(log.String(), "connections are at the limit"); n != 1 || !strings.Contains(log.String(), "limit=3") {
		t.Errorf("the log tells it %d times:\n%s", n, &log)
	}
}

// inBubble serves on a listener without a network, in the bubble's time.
func inBubble(t *testing.T, opts simulator.Options, test func(connect func() net.Conn)) {
	synctest.Test(t, func(t *testing.T) {
		listener := pipeListener{make(chan net.Conn), make(chan struct{})}
		s := serveOn(t, listener, opts)
		test(func() net.Conn {
			client, server := net.Pipe()
			listener.connections <- server
			return client
		})
		s.end()
		if err := <-s.over; err != nil {
			t.Error(err)
		}
	})
}

// TestSilentConnectionsEnd: after these times, and not before.
func TestSilentConnectionsEnd(t *testing.T) {
	limits := simulator.Connections{Idle: 40 * time.Second, Header: 7 * time.Second, Write: 20 * time.Second}
	request := "GET " + clientPath + " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
	for _, test := range []struct {
		name, says   string
		again, reads bool // it is said right after a request that was answered; the answer is read
		after        time.Duration
	}{
		{"nothing is said", "", false, true, 7 * time.Second},
		{"the headers don't end", request, false, true, 7 * time.Second},
		{"the headers of the second request don't end", request, true, true, 7 * time.Second},
		{"the second request doesn't come", request + "\r\n", false, true, 40 * time.Second},
		{"the third request doesn't come", request + "\r\n", true, true, 40 * time.Second},
		{"the answer isn't read", request + "\r\n", false, false, 20 * time.Second},
		{"the second answer, a long one, isn't read", strings.Replace(request, clientPath, scanPath, 1) + "\r\n", true, false, 20 * time.Second},
		{"a body isn't sent that isn't read", request + "Content-Length: 9\r\n\r\n", false, true, 11 * time.Second},
		{"the second body isn't sent that isn't read", request + "Content-Length: 9\r\n\r\n", true, true, 11 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, simulator.Options{Connections: limits}, func(connect func() net.Conn) {
				began := time.Now()
				conn := connect()
				defer conn.Close()
				if c := (&rawClient{t, conn, bufio.NewReader(conn)}); test.again && c.get(clientPath) != 200 {
					t.Fatal("the first request is not answered")
				}
				if _, err := io.WriteString(conn, test.says); err != nil {
					t.Fatal(err)
				}
				if test.reads {
					_, _ = io.Copy(io.Discard, conn)
				}
				for err := error(nil); err == nil; { // a client that doesn't read finds the end when it writes
					_, err = io.WriteString(conn, "G")
				}
				if took := time.Since(began); took != test.after {
					t.Errorf("it ended after %s, want %s", took, test.after)
				}
			})
		})
	}
}

// TestBodiesThatDoNotEnd: each is broken off half a minute after its headers, whenever
// others are, and its client is told.
func TestBodiesThatDoNotEnd(t *testing.T) {
	inBubble(t, simulator.Options{}, func(connect func() net.Conn) {
		began := time.Now()
		var all sync.WaitGroup
		for _, begins := range []time.Duration{0, 0, 20 * time.Second, 2 * time.Minute} {
			all.Go(func() {
				<-time.After(begins)
				c := &rawClient{t: t, Conn: connect()}
				defer c.Close()
				c.in = bufio.NewReader(c)
				_ = c.SetReadDeadline(time.Now().Add(time.Minute))
				_, _ = io.WriteString(c, "POST /abs/reg_pt HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{")
				status := c.status()
				if took := time.Since(began) - begins; status != 400 || took != 30*time.Second {
					t.Errorf("the body that began after %s: %d after %s", begins, status, took)
				}
			})
		}
		all.Wait()
	})
}

// TestSlowAnswersAreFinished: no time-out ends an answer that is on its way: one that
// is held, a stream of events, one that is sent or read slowly.
func TestSlowAnswersAreFinished(t *testing.T) {
	limits := simulator.Connections{Idle: time.Second, Header: time.Second, Write: time.Second}
	inBubble(t, simulator.Options{Connections: limits}, func(connect func() net.Conn) {
		post := func(body string) {
			conn := connect()
			defer conn.Close()
			fmt.Fprintf(conn, "POST /_sim/sandboxes/default/faults HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
			if answer, err := http.ReadResponse(bufio.NewReader(conn), nil); err != nil || answer.StatusCode != 201 {
				t.Fatal(answer, err)
			}
		}
		post("{on: abs.get_cli, fault: {delay: 5m}}")
		post("{on: abs.get_acc, fault: {dribble: 5m}}")
		for _, path := range []string{clientPath, "/abs/get_acc?iinbin=901123300258"} {
			conn := connect()
			fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", path)
			answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err == nil {
				_, err = io.ReadAll(answer.Body)
			}
			if err != nil || answer.StatusCode != 200 {
				t.Errorf("%s: %v", path, err)
			}
			conn.Close()
		}
		conn := connect()
		io.WriteString(conn, "GET /_sim/sandboxes/default/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
		began, in := time.Now(), bufio.NewReader(conn)
		for time.Since(began) < 5*time.Minute {
			if _, err := in.ReadString('\n'); err != nil {
				t.Errorf("the events end after %s: %v", time.Since(began), err)
				break
			}
		}
		conn.Close()
	})
}

func TestWrongConnections(t *testing.T) {
	if _, err := simulator.New(simulator.Options{Connections: simulator.Connections{Idle: -1}}); err == nil {
		t.Error("a negative time is taken")
	}
}
