package relay_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/relay"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// pair of ends of a connection. A read of one that would wait for ever fails.
func pair(t *testing.T) (a, b *net.TCPConn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	near, err := net.Dial("tcp", l.Addr().String())
	must(t, err)
	far, err := l.Accept()
	must(t, err)
	t.Cleanup(func() { _, _ = near.Close(), far.Close() })
	return near.(*net.TCPConn), far.(*net.TCPConn)
}

// rig is an exchange under way, with the client and the server at its ends.
type rig struct {
	t              *testing.T
	client, server *net.TCPConn
	exchange       relay.Exchange
	end            context.CancelFunc
	passed         chan bool
}

// begin an exchange of a request with a body of so many bytes.
func begin(t *testing.T, method string, body int64) *rig {
	t.Helper()
	machine, err := clock.New(clock.Settings{})
	must(t, err)
	client, ours := pair(t)
	theirs, server := pair(t)
	for _, conn := range []net.Conn{client, server} {
		must(t, conn.SetDeadline(time.Now().Add(time.Minute)))
	}
	ctx, cancel := context.WithCancel(t.Context())
	r := &rig{t: t, client: client, server: server, end: cancel, passed: make(chan bool, 1)}
	r.exchange = relay.Exchange{
		Client: ours, Sent: bufio.NewReader(ours), Server: theirs, Head: []byte("the head\r\n\r\n"), Method: method, Body: body, Clock: machine,
	}
	go func() { r.passed <- r.exchange.Pass(ctx) }()
	r.serverReads("the head\r\n\r\n")
	return r
}

func reads(t *testing.T, conn net.Conn, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(conn, got); err != nil || string(got) != want {
		t.Fatalf("it reads %q (%v), want %q", got, err, want)
	}
}

func (r *rig) clientReads(want string) { r.t.Helper(); reads(r.t, r.client, want) }
func (r *rig) serverReads(want string) { r.t.Helper(); reads(r.t, r.server, want) }

func (r *rig) says(conn net.Conn, text string) {
	r.t.Helper()
	_, err := io.WriteString(conn, text)
	must(r.t, err)
}

func (r *rig) ends(conn net.Conn, want error) {
	r.t.Helper()
	if n, err := conn.Read(make([]byte, 1)); n != 0 || !errors.Is(err, want) {
		r.t.Errorf("it ends with %d bytes and %v, want %v", n, err, want)
	}
}

// wants the next request of the client to be read, or not.
func (r *rig) wants(goesOn bool) {
	r.t.Helper()
	if got := <-r.passed; got != goesOn {
		r.t.Errorf("the connection goes on: %v", got)
	}
}

const answered = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone"

// TestAnswersThatEnd leave the connection to the client's next request.
func TestAnswersThatEnd(t *testing.T) {
	for _, test := range []struct{ method, answer string }{
		{"GET", answered},
		{"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nA: trailer\r\n\r\n"},
		{"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"},
		{"GET", "HTTP/1.1 204 No Content\r\nODD-case: Kept\r\n\r\n"},
		{"POST", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + answered},
	} {
		r := begin(t, test.method, 0)
		for i := range test.answer { // byte by byte, each before the next one is there
			r.says(r.server, test.answer[i:i+1])
			r.clientReads(test.answer[i : i+1])
		}
		r.wants(true)
		r.says(r.client, "the next one")
		got := make([]byte, 12)
		if _, err := io.ReadFull(r.exchange.Sent, got); err != nil || string(got) != "the next one" {
			t.Errorf("%q: then %q is read (%v)", test.answer, got, err)
		}
	}
}

// TestAnswersWithoutAnEnd pass until the server ends them.
func TestAnswersWithoutAnEnd(t *testing.T) {
	for _, answer := range []string{
		"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
		"HTTP/1.1 200 OK\r\n\r\nuntil the end",
		"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ncut",
		"\x00not HTTP at all",
		"HTTP/1.1 101 Switching Protocols\r\n\r\nother things",
		"",
	} {
		r := begin(t, "GET", 0)
		r.says(r.server, answer)
		r.clientReads(answer)
		must(t, r.server.Close())
		r.ends(r.client, io.EOF)
		must(t, r.client.Close())
		r.wants(false)
	}
}

// TestResetsPass: who resets one end resets the other, behind what was sent before.
func TestResetsPass(t *testing.T) {
	r := begin(t, "GET", 0)
	r.says(r.server, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\na part")
	r.clientReads("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\na part")
	must(t, r.server.SetLinger(0))
	must(t, r.server.Close())
	r.ends(r.client, syscall.ECONNRESET)
	r.wants(false)
	r = begin(t, "GET", 0)
	must(t, r.client.SetLinger(0))
	must(t, r.client.Close())
	r.ends(r.server, syscall.ECONNRESET)
	r.wants(false)
}

// TestBodies pass as they are sent, and nothing behind them does.
func TestBodies(t *testing.T) {
	const chunks = "3;name=value\r\nabc\r\nA\r\n0123456789\r\n0\r\nA: trailer\r\n\r\n"
	for _, test := range []struct {
		length int64
		body   string
	}{{7, "1234567"}, {relay.Chunked, chunks}, {relay.Chunked, "0\r\n\r\n"}} {
		r := begin(t, "POST", test.length)
		for i := range test.body {
			r.says(r.client, test.body[i:i+1])
			if test.length != relay.Chunked { // a line of a chunk's size passes as a whole
				r.serverReads(test.body[i : i+1])
			}
		}
		if test.length == relay.Chunked {
			r.serverReads(test.body)
		}
		r.says(r.client, "the next one")
		r.says(r.server, answered)
		r.clientReads(answered)
		r.wants(true)
		must(t, r.exchange.Server.Close())
		if rest, err := io.ReadAll(r.server); err != nil || len(rest) > 0 {
			t.Errorf("%q: behind the body the server reads %q (%v)", test.body, rest, err)
		}
		reads(t, readConn{r.exchange.Client, r.exchange.Sent}, "the next one")
	}
}

type readConn struct {
	net.Conn
	io.Reader
}

func (c readConn) Read(p []byte) (int, error) { return c.Reader.Read(p) }

// TestABrokenBody passes as it is: what is wrong with it is the server's to say.
func TestABrokenBody(t *testing.T) {
	for _, body := range []string{"no size\r\n", "2\r\nabc\r\n", "1\r\nabc\r\n", strings.Repeat("1", 5000)} {
		r := begin(t, "POST", relay.Chunked)
		r.says(r.client, body)
		must(t, r.client.CloseWrite())
		r.serverReads(body)
		r.ends(r.server, io.EOF)
		r.says(r.server, answered)
		r.clientReads(answered)
		must(t, r.server.Close())
		r.ends(r.client, io.EOF)
		r.wants(false)
	}
}

// TestAnEarlyAnswer: the server ends the connection and reads no body; the client has the answer.
func TestAnEarlyAnswer(t *testing.T) {
	r := begin(t, "POST", 1<<20)
	const refused = "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
	r.says(r.server, refused)
	must(t, r.server.CloseWrite())
	r.clientReads(refused)
	r.ends(r.client, io.EOF)
	must(t, r.client.Close())
	r.wants(false)
}

// TestAClientThatLeaves is shown to the server while that still works.
func TestAClientThatLeaves(t *testing.T) {
	r := begin(t, "GET", 0)
	must(t, r.client.CloseWrite())
	r.ends(r.server, io.EOF)
	r.says(r.server, answered) // it may want the answer
	r.clientReads(answered)
	r.wants(false)
	r.ends(r.client, io.EOF)
}

// TestTheEnd of the process breaks off what is passed.
func TestTheEnd(t *testing.T) {
	r := begin(t, "GET", 0)
	r.end()
	r.ends(r.client, syscall.ECONNRESET)
	r.ends(r.server, syscall.ECONNRESET)
	r.wants(false)
}

// TestBack: a connection that is given back is accepted, and what was read of it comes first.
func TestBack(t *testing.T) {
	r := begin(t, "GET", 0)
	r.says(r.client, "the next")
	r.says(r.server, answered)
	r.clientReads(answered)
	r.wants(true)
	back := relay.NewBack(relay.BackOptions{Addr: r.exchange.Client.LocalAddr(), Idle: time.Minute, Clock: r.exchange.Clock})
	for range 2 { // and again
		go back.Give(r.exchange.Client, r.exchange.Sent)
		conn, err := back.Accept()
		must(t, err)
		r.exchange.Client, r.exchange.Sent = conn, bufio.NewReader(conn)
	}
	conn := r.exchange.Client
	must(t, conn.SetReadDeadline(time.Now().Add(time.Millisecond))) // that of a server for a new connection
	reads(t, conn, "the next")
	must(t, conn.SetReadDeadline(time.Time{}))
	r.says(r.client, " one")
	reads(t, conn, " one")
	must(t, back.Close())
	if _, err := back.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("after the end: %v", err)
	}
	back.Give(conn, bufio.NewReader(conn))
	r.ends(r.client, io.EOF)
}
