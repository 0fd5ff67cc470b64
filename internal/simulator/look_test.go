package simulator

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"testing"
)

// serveSockets serves a handler that is called once the read of net/http for the client's leaving got nothing.
func serveSockets(t *testing.T, handler func(w http.ResponseWriter, r *http.Request, s *socket)) net.Conn {
	t.Helper()
	return serveHandler(t, func(w http.ResponseWriter, r *http.Request) {
		s := w.(*answering).leaving.socket
		_, _ = io.Copy(io.Discard, r.Body)
		await(t, s, func() bool { return s.skipped && s.reading.on == 0 })
		handler(w, r, s)
	})
}

func serveHandler(t *testing.T, handler http.HandlerFunc) net.Conn {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	open := newConnections(1, nil)
	server := &http.Server{Handler: boundAnswers(boundBodies(handler, open), DefaultWrite), ConnContext: open.begin}
	go func() { _ = server.Serve(sockets{l}) }()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(); server.Close() })
	return conn
}

// await what becomes of a socket.
func await(t *testing.T, s *socket, is func() bool) {
	ctx, cancel := context.WithTimeout(context.Background(), Grace)
	defer cancel()
	for ctx.Err() == nil {
		s.mu.Lock()
		ok := is()
		s.mu.Unlock()
		if ok {
			return
		}
		runtime.Gosched()
	}
	t.Error("the socket does not become what it should")
}

// requests whose paths tell what the handler does with them.
func ask(t *testing.T, conn net.Conn, paths ...string) {
	t.Helper()
	for _, path := range paths {
		if _, err := fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\n\r\nbody", path); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAnswersDoNotWait: the read of net/http for the client's leaving is over before the handler goes on, so that the
// answer doesn't wait for it. The order of goroutines is sure with one processor, but for what the runtime interrupts.
func TestAnswersDoNotWait(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	const requests = 100
	waits := map[string]int{}
	conn := serveHandler(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		s := w.(*answering).leaving.socket
		s.mu.Lock()
		defer s.mu.Unlock()
		if !s.skipped {
			waits[r.Method]++
		}
	})
	answers := bufio.NewReader(conn)
	for range requests {
		for _, request := range []string{"GET / HTTP/1.1\r\nHost: sim\r\n\r\n", "POST / HTTP/1.1\r\nHost: sim\r\nContent-Length: 4\r\n\r\nbody"} {
			if _, err := io.WriteString(conn, request); err != nil {
				t.Fatal(err)
			}
			if _, err := http.ReadResponse(answers, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	for method, times := range waits {
		if times > requests/10 {
			t.Errorf("%d of %d answers to %s wait for net/http", times, requests, method)
		}
	}
}

// TestLooks: each way in which a handler learns that the client has left.
func TestLooks(t *testing.T) {
	t.Parallel()
	for name, wait := range map[string]func(ctx context.Context){
		"Done": func(ctx context.Context) { <-ctx.Done() },
		"Err": func(ctx context.Context) {
			for ctx.Err() == nil {
				runtime.Gosched()
			}
		},
		"AfterFunc": func(ctx context.Context) {
			ended := make(chan bool)
			context.AfterFunc(ctx, func() { close(ended) })
			<-ended
		},
		"a context that follows": func(ctx context.Context) {
			ctx, cancel := context.WithCancel(context.WithValue(ctx, hereKey{}, true))
			defer cancel()
			<-ctx.Done()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			waits, over := make(chan bool), make(chan error)
			conn := serveSockets(t, func(_ http.ResponseWriter, r *http.Request, s *socket) {
				close(waits)
				wait(r.Context())
				over <- r.Context().Err()
			})
			ask(t, conn, "/")
			<-waits
			conn.Close()
			if err := <-over; err != context.Canceled {
				t.Errorf("the context ended by %v", err)
			}
		})
	}
}

// TestLooksThatAreEnded: of two requests that came at once, the second may ask for its client's leaving before the read
// of net/http for it. That read ends the look, and goes on in its place: the client has not left.
func TestLooksThatAreEnded(t *testing.T) {
	t.Parallel()
	client, server := net.Pipe()
	s := newSocket(server)
	if n, err := s.Read(make([]byte, 1)); n != 0 || err != nil {
		t.Fatal(n, err)
	}
	left := make(chan bool, 1)
	s.ifLeft(func() { left <- true })
	read := make(chan error)
	go func() {
		_, err := s.Read(make([]byte, 1))
		read <- err
	}()
	await(t, s, func() bool { return s.reading.on == 1 })
	if len(left) > 0 {
		t.Error("the client left when a read ended the look")
	}
	client.Close()
	if err := <-read; err != io.EOF {
		t.Errorf("the read that goes on ended by %v", err)
	}
}

// TestLooksAndTheNextRequest: a look takes nothing of what follows, whether it has read of it or not.
func TestLooksAndTheNextRequest(t *testing.T) {
	t.Parallel()
	looks := make(chan bool)
	conn := serveSockets(t, func(w http.ResponseWriter, r *http.Request, s *socket) {
		switch r.URL.Path {
		case "/looks":
			_ = r.Context().Done()
		case "/reads":
			_ = r.Context().Done()
			looks <- true
			await(t, s, func() bool { return len(s.next) == 1 })
		}
		if err := r.Context().Err(); err != nil {
			t.Error(r.URL.Path, err)
		}
		_, _ = io.WriteString(w, r.URL.Path)
	})
	answers := bufio.NewReader(conn)
	want := func(path string) {
		t.Helper()
		answer, err := http.ReadResponse(answers, nil)
		if err != nil {
			t.Fatal(path, err)
		}
		if got, _ := io.ReadAll(answer.Body); string(got) != path {
			t.Errorf("%s was answered as %s", path, got)
		}
	}
	for range 3 {
		ask(t, conn, "/looks")
		want("/looks")
		ask(t, conn, "/reads")
		<-looks
		ask(t, conn, "/early", "/looks")
		for _, path := range []string{"/reads", "/early", "/looks"} {
			want(path)
		}
	}
}
