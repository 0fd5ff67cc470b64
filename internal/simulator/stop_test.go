package simulator_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kzsim/kzsim/internal/simulator"
)

// pipeListener is a listener without a network.
type pipeListener struct {
	connections chan net.Conn
	closed      chan struct{}
}

func (l pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.connections:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l pipeListener) Close() error   { close(l.closed); return nil }
func (l pipeListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

// connect a client that says something and reads what comes until the connection ends.
func (l pipeListener) connect(says string) {
	client, server := net.Pipe()
	l.connections <- server
	go func() {
		defer client.Close()
		if _, err := io.WriteString(client, says); err == nil {
			_, _ = io.Copy(io.Discard, client)
		}
	}()
}

// controlRequest is a request to the control API, in process, so that the end of the
// server's connections doesn't end it.
type controlRequest struct {
	method, path, body string
	status             int
	says               string // in the answer

	answer *httptest.ResponseRecorder
	over   atomic.Bool
}

func (r *controlRequest) do(ctx context.Context, handler http.Handler) {
	request := httptest.NewRequestWithContext(ctx, r.method, "/_sim"+r.path, strings.NewReader(r.body))
	request.Host = "127.0.0.1:8080"
	r.answer = httptest.NewRecorder()
	handler.ServeHTTP(r.answer, request)
	r.over.Store(true)
}

func (r *controlRequest) check(t *testing.T) {
	t.Helper()
	if r.answer.Code != r.status || !strings.Contains(r.answer.Body.String(), r.says) {
		t.Errorf("%s %s %s: %d %s, want %d with %s", r.method, r.path, r.body, r.answer.Code, r.answer.Body, r.status, r.says)
	}
}

// TestWaitingEndsWithTheServer: event streams and expectations that wait end in the
// instant in which the server stops. What holds of an expectation is judged then.
func TestWaitingEndsWithTheServer(t *testing.T) {
	const sandbox = "/sandboxes/default"
	synctest.Test(t, func(t *testing.T) {
		listener := pipeListener{make(chan net.Conn), make(chan struct{})}
		s := serveOn(t, listener, simulator.Options{})
		listener.connect("GET /_sim/sandboxes/default/events HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n")
		waiting := []*controlRequest{
			{method: "GET", path: sandbox + "/events", status: 200, says: ": follows default"},
			{method: "POST", path: sandbox + "/expectations", body: "{on: abs.get_cli, within: 10m}", status: 409, says: "there were 0"},
			{method: "POST", path: sandbox + "/expectations", body: "{on: abs.get_cli, count: 0, within: 10m}", status: 200, says: `"passed": true`},
		}
		ctx, leave := context.WithCancel(t.Context())
		defer leave()
		for _, r := range waiting {
			go r.do(ctx, s.Handler())
		}
		synctest.Wait()
		for _, r := range waiting {
			if r.over.Load() {
				t.Errorf("%s %s is over before the server stops", r.method, r.path)
			}
		}
		wantHealth(t, s.Handler(), 200, "ok")

		s.end()
		synctest.Wait() // no time passes meanwhile
		for _, r := range waiting {
			if !r.over.Load() {
				t.Errorf("%s %s %s goes on after the server has stopped", r.method, r.path, r.body)
				continue
			}
			r.check(t)
		}
		wantHealth(t, s.Handler(), 503, "stopping")
		began := time.Now() // in the bubble
		if err := <-s.over; err != nil || time.Since(began) >= time.Second {
			t.Errorf("the server ended after %s with %v", time.Since(began), err)
		}
	})
}

// wantHealth checks the probes: the process is alive, and ready says this.
func wantHealth(t *testing.T, handler http.Handler, status int, says string) {
	t.Helper()
	for _, r := range []*controlRequest{
		{method: "GET", path: "/health", status: 200, says: `"status": "ok"`},
		{method: "GET", path: "/health/live", status: 200, says: `"status": "ok"`},
		{method: "GET", path: "/health/ready", status: status, says: `"status": "` + says + `"`},
	} {
		r.do(t.Context(), handler)
		r.check(t)
	}
}

// TestPiecesAreFinished: an answer that comes in pieces is finished, also when the server looks for what is
// due while the client still takes a piece.
func TestPiecesAreFinished(t *testing.T) {
	inBubble(t, simulator.Options{}, func(connect func() net.Conn) {
		post := connect()
		defer post.Close()
		const fault = "{on: abs.get_acc, fault: {dribble: {chunk: 300, every: 3s}}}"
		fmt.Fprintf(post, "POST /_sim/sandboxes/default/faults HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n%s", len(fault), fault)
		if answer, err := http.ReadResponse(bufio.NewReader(post), nil); err != nil || answer.StatusCode != 201 {
			t.Fatal(answer, err)
		}
		client := connect()
		fmt.Fprint(client, "GET /abs/get_acc?iinbin=901123300258 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
		go func() {
			defer client.Close()
			answer, err := http.ReadResponse(bufio.NewReader(client), nil)
			for err == nil {
				<-time.After(4500 * time.Millisecond)
				_, err = answer.Body.Read(make([]byte, 1000))
			}
			if err != io.EOF {
				t.Error(err)
			}
		}()
		synctest.Wait()
	})
}
