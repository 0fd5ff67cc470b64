package simulator_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/testsim"
)

// served is a simulator on a port of its own, until end is called or the test is over.
type served struct {
	*simulator.Simulator
	address string
	end     context.CancelFunc
	over    chan error // has what Serve says, and is closed
}

func serve(t *testing.T, opts simulator.Options) *served {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return serveOn(t, l, opts)
}

func serveOn(t *testing.T, l net.Listener, opts simulator.Options) *served {
	t.Helper()
	s, err := simulator.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	up := &served{s, l.Addr().String(), end, make(chan error, 1)}
	go func() {
		up.over <- s.Serve(ctx, l)
		close(up.over)
	}()
	t.Cleanup(func() {
		end()
		up.wantEnd(t)
	})
	return up
}

// wantEnd waits for the end of Serve, which has to come well before its grace is
// over.
func (s *served) wantEnd(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), simulator.Grace/2)
	defer cancel()
	select {
	case err := <-s.over:
		if err != nil {
			t.Error(err)
		}
	case <-ctx.Done():
		t.Error("it still serves")
	}
}

// held is how many requests the default sandbox holds.
func (s *served) held(t *testing.T) int {
	t.Helper()
	sb, err := s.Pool.Get(sandbox.DefaultID)
	if err != nil {
		t.Fatal(err)
	}
	return sb.Held()
}

// wantHeld waits until so many requests are held.
func (s *served) wantHeld(t *testing.T, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), simulator.Grace)
	defer cancel()
	for s.held(t) != n {
		if ctx.Err() != nil {
			t.Fatalf("%d requests are held, not %d", s.held(t), n)
		}
		runtime.Gosched()
	}
}

// fault is put on without a connection, which would count among those that are open.
func (s *served) fault(t *testing.T, fault string) {
	t.Helper()
	if w := testsim.Ask(s.Handler(), "POST", "/_sim/sandboxes/default/faults", "{fault: "+fault+"}"); w.Code != http.StatusCreated {
		t.Fatal(w.Code, w.Body)
	}
}

// TestHeldRequestsEndWithTheServer: a stop of the simulator doesn't wait for a
// request that hangs on purpose.
func TestHeldRequestsEndWithTheServer(t *testing.T) {
	t.Parallel()
	s := serve(t, simulator.Options{})
	s.fault(t, "hang")
	const clients = 3
	answers := make(chan error, clients)
	for range clients {
		go func() {
			answer, err := http.Get("http://" + s.address + "/abs/get_cli?iinbin=901123300258")
			if err == nil {
				answer.Body.Close()
			}
			answers <- err
		}()
	}
	s.wantHeld(t, clients)
	s.end()
	s.wantEnd(t)
	for range clients {
		if err := <-answers; err == nil {
			t.Error("a request that hangs was answered")
		}
	}
}

// TestAnswersUnderWayAreFinished: what comes by itself within the grace isn't cut
// short, also where something hangs beside it.
func TestAnswersUnderWayAreFinished(t *testing.T) {
	t.Parallel()
	s := serve(t, simulator.Options{})
	s.fault(t, "{delay: 1500ms}, on: abs.get_cli")
	s.fault(t, "{dribble: 2500ms}, on: abs.get_acc")
	s.fault(t, "hang, on: kyc.*")
	answered := make(chan string)
	for _, path := range []string{"/abs/get_cli?iinbin=901123300258", "/abs/get_acc?iinbin=901123300258"} {
		go func() {
			answer, err := http.Get("http://" + s.address + path)
			if err != nil {
				answered <- err.Error()
				return
			}
			defer answer.Body.Close()
			_, err = io.ReadAll(answer.Body)
			answered <- fmt.Sprint(answer.StatusCode, err)
		}()
	}
	go func() {
		_, err := http.Post("http://"+s.address+"/api/v1/backend/address/approve/", "application/json",
			strings.NewReader(`{"api_key": "k", "iin": "901123300258"}`))
		answered <- fmt.Sprint("hung ", err != nil)
	}()
	s.wantHeld(t, 3)
	s.end()
	var got []string
	for range 3 {
		got = append(got, <-answered)
	}
	if diff := cmp.Diff([]string{"200 <nil>", "200 <nil>", "hung true"}, slices.Sorted(slices.Values(got))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	s.wantEnd(t)
}

// TestAnUnfinishedBodyEndsWithTheServer: a client that announces more than it sends
// keeps nobody waiting, and is told what is wrong.
func TestAnUnfinishedBodyEndsWithTheServer(t *testing.T) {
	t.Parallel()
	s := serve(t, simulator.Options{})
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, err = io.WriteString(conn, "POST /abs/reg_pt HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{")
	if err != nil {
		t.Fatal(err)
	}
	sb, err := s.Pool.Get(sandbox.DefaultID)
	if err != nil {
		t.Fatal(err)
	}
	for sb.Run().Log.Numbered() < 1 {
		runtime.Gosched()
	}
	s.end()
	s.wantEnd(t)
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.Contains(string(answer), "the body broke off") {
		t.Errorf("%q, %v", answer, err)
	}
}
