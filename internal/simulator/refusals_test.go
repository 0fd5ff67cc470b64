package simulator_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/simulator"
)

const mebibyte = 1 << 20

// TestRefusalIsReadAfterTheWholeBody: a client that writes all of its body before it
// reads gets the whole refusal.
func TestRefusalIsReadAfterTheWholeBody(t *testing.T) {
	s := serve(t, simulator.Options{})
	const approve, asJSON = "/api/v1/backend/address/approve/", "Content-Type: application/json"
	for _, test := range []struct {
		name, request, header string
		mebibytes, status     int
	}{
		{"413 of a service", "POST " + approve, asJSON, 8, 413},
		{"404 of a service", "POST /nothing", asJSON, 8, 404},
		{"404 of a sandbox", "POST /s/nobody" + approve, asJSON, 8, 404},
		{"405 of a service", "PUT " + approve, asJSON, 8, 405},
		{"415 of a service", "POST " + approve, "Content-Type: text/html", 8, 415},
		{"a body that isn't read", "GET " + clientPath, asJSON, 8, 200},
		{"413 of the control API", "PUT /_sim/sandboxes/default/scenario", asJSON, 40, 413},
		{"404 of the control API", "PUT /_sim/nothing", asJSON, 8, 404},
		{"404 of a control sandbox", "GET /_sim/sandboxes/nobody", asJSON, 8, 404},
		{"405 of the control API", "POST /_sim/version", asJSON, 8, 405},
		{"403 of the console", "POST /_sim/console/session", "Origin: http://evil.example.com", 8, 403},
	} {
		for _, chunked := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, chunked %t", test.name, chunked), func(t *testing.T) {
				c := s.dial(t)
				c.upload(test.request, test.header, test.mebibytes, chunked)
				answer, err := http.ReadResponse(c.in, nil)
				if err != nil {
					t.Fatal(err)
				}
				body, err := io.ReadAll(answer.Body)
				if err != nil || answer.StatusCode != test.status || len(body) == 0 {
					t.Errorf("%d %s, %v, want %d", answer.StatusCode, body, err, test.status)
				}
				if rest, err := io.ReadAll(c.in); err != nil || len(rest) > 0 {
					t.Errorf("after the answer: %q, %v", rest, err)
				}
			})
		}
	}
}

// upload all of a body before anything is read.
func (c *rawClient) upload(request, header string, mebibytes int, chunked bool) {
	c.t.Helper()
	length := fmt.Sprintf("Content-Length: %d", mebibytes*mebibyte)
	if chunked {
		length = "Transfer-Encoding: chunked"
	}
	out := bufio.NewWriter(c)
	fmt.Fprintf(out, "%s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n%s\r\n\r\n", request, header, length)
	part := strings.Repeat(" ", mebibyte)
	for range mebibytes {
		if chunked {
			fmt.Fprintf(out, "%x\r\n%s\r\n", mebibyte, part)
		} else {
			io.WriteString(out, part)
		}
	}
	if chunked {
		io.WriteString(out, "0\r\n\r\n")
	}
	if err := out.Flush(); err != nil {
		c.t.Fatalf("while it writes: %v", err)
	}
}

// TestSmallUnreadBodyKeepsTheConnection: it is read before the answer, and the next
// request goes over the same connection.
func TestSmallUnreadBodyKeepsTheConnection(t *testing.T) {
	s := serve(t, simulator.Options{})
	c := s.dial(t)
	for range 3 {
		fmt.Fprintf(c, "PUT /abs/get_cli HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\nhello")
		if status := c.status(); status != 405 {
			t.Fatalf("%d, want 405", status)
		}
	}
}

// TestExpectedBodyIsNotWaitedFor: a client that waits for 100 Continue sends none, and
// isn't waited for.
func TestExpectedBodyIsNotWaitedFor(t *testing.T) {
	inBubble(t, simulator.Options{}, func(connect func() net.Conn) {
		conn := connect()
		defer conn.Close()
		began := time.Now()
		io.WriteString(conn, "PUT /abs/get_cli HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || answer.StatusCode != 405 || !answer.Close {
			t.Errorf("%v %v", answer, err)
		}
		if took := time.Since(began); took != 0 {
			t.Errorf("it took %s", took)
		}
	})
}
