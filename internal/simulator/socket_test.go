package simulator_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/simulator"
)

const (
	getClient = "GET " + clientPath + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
	accounts  = "GET /abs/get_acc?iinbin=901123300258 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
	approve   = "POST /api/v1/backend/address/approve/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" +
		"Content-Length: 37\r\n\r\n" + `{"api_key":"k", "iin":"901123300258"}`
)

// TestLeavingClients: a request that is held ends when its client leaves.
func TestLeavingClients(t *testing.T) {
	t.Parallel()
	for name, sent := range map[string][]string{
		"a request without a body":  {getClient},
		"a request with a body":     {approve},
		"the third request":         {healthRequest, healthRequest, approve},
		"the second one, bodyless":  {healthRequest, getClient},
		"a body that comes in two":  {approve[:len(approve)-5], approve[len(approve)-5:]},
		"a request byte after byte": bytesOf(getClient),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, simulator.Options{})
			s.fault(t, "hang")
			client := s.dial(t)
			for _, text := range sent {
				if _, err := io.WriteString(client, text); err != nil {
					t.Fatal(err)
				}
				if text == healthRequest && client.status() != http.StatusOK {
					t.Fatal("no health")
				}
			}
			s.wantHeld(t, 1)
			client.Close()
			s.wantHeld(t, 0)
		})
	}
}

const healthRequest = "GET " + healthPath + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

func bytesOf(text string) (all []string) {
	for _, one := range text {
		all = append(all, string(one))
	}
	return all
}

// TestTheNextRequestComesEarly: what a client sends while its request is held is the next request, whole.
func TestTheNextRequestComesEarly(t *testing.T) {
	inBubble(t, simulator.Options{}, func(connect func() net.Conn) {
		conn := connect()
		defer conn.Close()
		client := &rawClient{t, conn, bufio.NewReader(conn)}
		body := `{on: abs.get_cli, fault: {delay: 1m}}`
		fmt.Fprintf(conn, "POST /_sim/sandboxes/default/faults HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		if status := client.status(); status != http.StatusCreated {
			t.Fatal(status)
		}
		began := time.Now()
		go func() {
			for _, request := range []string{getClient, accounts, approve, getClient} {
				_, _ = io.WriteString(conn, request)
				synctest.Wait()
			}
		}()
		var got []string
		for range 4 {
			answer, err := http.ReadResponse(client.in, nil)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, answer.Body)
			got = append(got, fmt.Sprint(answer.StatusCode, " ", answer.Header.Get("Sim-Outcome"), " after ", time.Since(began).Round(time.Second)))
		}
		want := []string{"200 found after 1m0s", "200 found after 1m0s", "200 pending after 1m0s", "200 found after 2m0s"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// TestTheSystemIsAskedLittle: a request takes one read of its connection for each of its pieces. The first deadlines serve for many: the
// one for the first headers, and the one for writing.
func TestTheSystemIsAskedLittle(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	counted := &countedListener{Listener: l}
	client := serveOn(t, counted, simulator.Options{Connections: simulator.Connections{Write: time.Hour}}).dial(t)
	const requests = 10
	for range requests {
		for _, piece := range []string{approve[:len(approve)-5], approve[len(approve)-5:]} {
			_, _ = io.WriteString(client, piece)
		}
		if client.status() != http.StatusOK {
			t.Fatal("no answer")
		}
	}
	// That of the next request, which does not come, may be there or not.
	if reads := counted.reads.Load(); reads > 2*requests+1 {
		t.Errorf("%d requests took %d reads", requests, reads)
	}
	if deadlines, writes := counted.deadlines.Load(), counted.writes.Load(); deadlines != 1 || writes != 1 {
		t.Errorf("the system was told %d times of deadlines for reading and %d for writing, want 1 and 1", deadlines, writes)
	}
}

// countedListener counts what its connections are asked for.
type countedListener struct {
	net.Listener
	reads, deadlines, writes atomic.Int64
}

func (l *countedListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	return countedConn{conn, l}, err
}

type countedConn struct {
	net.Conn
	of *countedListener
}

func (c countedConn) Read(p []byte) (int, error) {
	c.of.reads.Add(1)
	return c.Conn.Read(p)
}

func (c countedConn) SetReadDeadline(t time.Time) error {
	c.of.deadlines.Add(1)
	return c.Conn.SetReadDeadline(t)
}

func (c countedConn) SetWriteDeadline(t time.Time) error {
	c.of.writes.Add(1)
	return c.Conn.SetWriteDeadline(t)
}

// TestLaterDeadlines: a request has its time whatever was bounded before it.
func TestLaterDeadlines(t *testing.T) {
	limits := simulator.Connections{Idle: 40 * time.Second, Header: 7 * time.Second, Write: 30 * time.Second}
	for name, test := range map[string]struct {
		says  string
		reads bool // the answer
		after time.Duration
	}{
		"no further request":      {"", true, 11 * time.Second},
		"headers that don't end":  {"GET ", true, 7 * time.Second},
		"a body that doesn't end": {approve[:len(approve)-1], true, 30 * time.Second},
		"a body in time":          {approve, true, 40 * time.Second},
		"an unread answer":        {getClient, false, 30 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, simulator.Options{Connections: limits}, func(connect func() net.Conn) {
				conn := connect()
				defer conn.Close()
				client := &rawClient{t, conn, bufio.NewReader(conn)}
				for range 3 {
					if status := client.get(clientPath); status != http.StatusOK {
						t.Fatal(status)
					}
					_ = conn.SetReadDeadline(time.Now().Add(29 * time.Second))
					_, _ = client.in.Peek(1) // nothing comes
					_ = conn.SetReadDeadline(time.Time{})
				}
				began := time.Now()
				_, _ = io.WriteString(conn, test.says)
				if test.reads {
					_, _ = io.Copy(io.Discard, client.in)
				}
				for err := error(nil); err == nil; {
					_, err = io.WriteString(conn, "G")
				}
				if took := time.Since(began).Round(time.Second); took != test.after {
					t.Errorf("it ended after %s, want %s", took, test.after)
				}
			})
		})
	}
}
