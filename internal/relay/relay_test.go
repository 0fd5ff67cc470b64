package relay_test

import (
	"bufio"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
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

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// rig is a process that passes, and one that serves.
type rig struct {
	t      *testing.T
	serves net.Listener
	passes *relay.Listener
	clock  *clock.Clock
	known  atomic.Bool
	down   atomic.Bool // the process that serves is known and can't be reached
}

func newRig(t *testing.T, mode clock.Mode) *rig {
	t.Helper()
	r := &rig{t: t, serves: listen(t)}
	var err error
	r.clock, err = clock.New(clock.Settings{Mode: mode})
	must(t, err)
	r.known.Store(true)
	r.passes = relay.Listen(listen(t), relay.Options{
		To: r.to, Most: 4,
		Patience: relay.DefaultPatience, Clock: r.clock, Log: slog.New(slog.DiscardHandler),
	})
	t.Cleanup(func() { _ = r.passes.Close() })
	return r
}

func (r *rig) to() (address string, known bool) {
	if r.down.Load() {
		return "127.0.0.1:1", true // a port below 1024, which no test gets
	}
	return r.serves.Addr().String(), r.known.Load()
}

// connect a client to the process that passes, and answer both ends of what is passed once bytes pass.
func (r *rig) connect() (client, server *net.TCPConn) {
	r.t.Helper()
	client = r.dial()
	conn, err := r.serves.Accept()
	must(r.t, err)
	server = r.bounded(conn)
	say(r.t, client, "begins")
	says(r.t, server, "begins")
	return client, server
}

func (r *rig) dial() *net.TCPConn {
	r.t.Helper()
	conn, err := net.Dial("tcp", r.passes.Addr().String())
	must(r.t, err)
	return r.bounded(conn)
}

// bounded lets a read fail that would wait for ever, and closes the connection with the test.
func (r *rig) bounded(conn net.Conn) *net.TCPConn {
	r.t.Helper()
	r.t.Cleanup(func() { _ = conn.Close() })
	must(r.t, conn.SetDeadline(time.Now().Add(time.Minute)))
	return conn.(*net.TCPConn)
}

func says(t *testing.T, conn net.Conn, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(conn, got); err != nil || string(got) != want {
		t.Fatalf("it reads %q (%v), want %q", got, err, want)
	}
}

func say(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	_, err := io.WriteString(conn, text)
	must(t, err)
}

func ends(t *testing.T, conn net.Conn, want error) {
	t.Helper()
	if n, err := conn.Read(make([]byte, 1)); n != 0 || !errors.Is(err, want) {
		t.Errorf("it ends with %d bytes and %v, want %v", n, err, want)
	}
}

// TestBytesPass as they come, in both directions, before either ends.
func TestBytesPass(t *testing.T) {
	client, server := newRig(t, clock.Real).connect()
	for range 3 {
		say(t, client, "\x00not HTTP at all")
		says(t, server, "\x00not HTTP at all")
		say(t, server, "H")
		says(t, client, "H")
	}
	must(t, client.CloseWrite())
	ends(t, server, io.EOF)
	say(t, server, "an answer to a client that has ended its side")
	says(t, client, "an answer to a client that has ended its side")
	must(t, server.Close())
	ends(t, client, io.EOF)
}

// TestResetsPass: who resets one end resets the other, behind what was sent before.
func TestResetsPass(t *testing.T) {
	r := newRig(t, clock.Real)
	client, server := r.connect()
	say(t, server, "a part")
	says(t, client, "a part")
	must(t, server.SetLinger(0))
	must(t, server.Close())
	ends(t, client, syscall.ECONNRESET)
	client, server = r.connect()
	must(t, client.SetLinger(0))
	must(t, client.Close())
	ends(t, server, syscall.ECONNRESET)
}

// TestTakeOver: what is passed breaks off, what waits is served here, and so is what comes.
func TestTakeOver(t *testing.T) {
	r := newRig(t, clock.Real)
	passed, _ := r.connect()
	r.known.Store(false)
	waits := r.dial()
	say(t, waits, "waits")
	r.passes.TakeOver()
	ends(t, passed, syscall.ECONNRESET)
	here, err := r.passes.Accept()
	must(t, err)
	says(t, here, "waits")
	comes := r.dial()
	say(t, comes, "comes")
	here, err = r.passes.Accept()
	must(t, err)
	says(t, here, "comes")
	must(t, r.passes.Close())
	if _, err := r.passes.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("after the end: %v", err)
	}
}

// TestNoProcessServes: a client is told so when its connection has waited for long enough.
func TestNoProcessServes(t *testing.T) {
	for _, known := range []bool{false, true} {
		r := newRig(t, clock.Frozen)
		r.known.Store(false)
		r.down.Store(known)
		client := r.dial()
		say(t, client, "GET / HTTP/1.1\r\n\r\n")
		for r.clock.Waiting() == 0 { // until it has tried once
			_, err := r.clock.Advance(time.Nanosecond)
			must(t, err)
		}
		_, err := r.clock.Advance(relay.DefaultPatience)
		must(t, err)
		answer, err := http.ReadResponse(bufio.NewReader(client), nil)
		must(t, err)
		body, err := io.ReadAll(answer.Body)
		must(t, err)
		if answer.StatusCode != http.StatusServiceUnavailable || !strings.Contains(string(body), "nothing was done") || !answer.Close {
			t.Errorf("%s: %s", answer.Status, body)
		}
	}
}

// TestMostConnections: one more waits until one of those that are passed has ended.
func TestMostConnections(t *testing.T) {
	r := newRig(t, clock.Real)
	first, server := r.connect()
	for range 3 {
		r.connect()
	}
	fifth := r.dial() // the machine accepts it
	say(t, fifth, "the fifth")
	must(t, r.serves.(*net.TCPListener).SetDeadline(r.clock.Now().Add(50*time.Millisecond)))
	if _, err := r.serves.Accept(); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a fifth one is passed (%v)", err)
	}
	must(t, r.serves.(*net.TCPListener).SetDeadline(time.Time{}))
	must(t, first.Close())
	ends(t, server, io.EOF)
	must(t, server.Close())
	conn, err := r.serves.Accept()
	must(t, err)
	says(t, conn, "the fifth")
}

// TestTheEnd breaks off what is passed.
func TestTheEnd(t *testing.T) {
	r := newRig(t, clock.Real)
	client, server := r.connect()
	must(t, r.passes.Close())
	ends(t, client, syscall.ECONNRESET)
	ends(t, server, syscall.ECONNRESET)
}
