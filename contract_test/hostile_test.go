//go:build !race

package contract_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/contract"
)

// What one request may cost, whatever it holds. Time is not measured here: see
// TestHostileCosts. The race detector allocates more than is judged here.
const (
	mostAllocated = 256 << 20 // bytes, garbage included
	mostAnswered  = 8 << 20   // bytes of the answer
	// Of less it doesn't matter how it grows.
	muchAllocated = 48 << 20
)

// request is sent without a network; the answer is only counted.
type counted struct {
	header http.Header
	status int
	length int
}

func (c *counted) Header() http.Header { return c.header }
func (c *counted) WriteHeader(s int)   { c.status = s }
func (c *counted) Write(p []byte) (int, error) {
	c.length += len(p)
	return len(p), nil
}

// hostileRequest is one request with its answer.
type hostileRequest struct {
	method, path, query, body string
	header                    http.Header
}

func (h hostileRequest) send() *counted {
	header := http.Header{"Content-Type": {"application/json"}}
	for name, values := range h.header {
		header[name] = values
	}
	r := &http.Request{
		Method: h.method, URL: &url.URL{Path: h.path, RawQuery: h.query}, Host: "127.0.0.1", Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, RemoteAddr: "127.0.0.1:1",
		Body: io.NopCloser(strings.NewReader(h.body)), ContentLength: int64(len(h.body)),
	}
	c := &counted{header: http.Header{}}
	served.Handler().ServeHTTP(c, r)
	return c
}

// isSent reports whether a hostile request is sent. One costs up to a quarter of a second,
// and there are some nine hundred: of each endpoint's only every fourth is sent, another
// one of the next endpoint, unless HOSTILE is set.
func isSent(endpoint, kind int) bool {
	return (endpoint+kind)%4 == 0 || os.Getenv("HOSTILE") != ""
}

// allocated is how many bytes a function allocates.
func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// hostileSandbox is new, and gone at the end of fn.
func hostileSandbox(t testing.TB, fn func(id string)) {
	t.Helper()
	id := fmt.Sprintf("hostile-%d", made.Add(1))
	if a := serve("PUT", "/_sim/sandboxes/"+id, "", `{"clock": {"mode": "frozen", "start": "`+start+`"}}`); a.status != http.StatusCreated {
		t.Fatalf("%d %s", a.status, a.body)
	}
	fn(id)
	serve("DELETE", "/_sim/sandboxes/"+id, "", "")
	serve("DELETE", "/_sim/sandboxes/"+id+"-more", "", "")
}

// judgeCost sends a request in a sandbox of its own and judges what it allocates and
// what comes back.
func judgeCost(t *testing.T, name string, request func(id string) hostileRequest) (bytes uint64, answer *counted) {
	t.Helper()
	hostileSandbox(t, func(id string) {
		h := request(id)
		bytes = allocated(func() { answer = h.send() })
	})
	switch {
	case bytes > mostAllocated:
		t.Errorf("%s: %d MiB were allocated, at most %d are taken", name, bytes>>20, mostAllocated>>20)
	case answer.status >= 500 || answer.status == 0:
		t.Errorf("%s: the answer is %d", name, answer.status)
	case answer.length > mostAnswered:
		t.Errorf("%s: the answer has %d bytes", name, answer.length)
	case len(answer.header["Sim-Finding"]) > 11:
		t.Errorf("%s: %d findings in headers", name, len(answer.header["Sim-Finding"]))
	}
	return bytes, answer
}

// judgeHostile judges a body of a mebibyte and, where it costs much, that half of it
// costs about half.
func judgeHostile(t *testing.T, name string, h hostile, request func(id, body string) hostileRequest) *counted {
	t.Helper()
	of := func(size int) (uint64, *counted) {
		body := h.body(size)
		if len(body) > mebibyte {
			t.Errorf("%s: the body itself has %d bytes", name, len(body))
		}
		return judgeCost(t, name, func(id string) hostileRequest { return request(id, body) })
	}
	whole, answer := of(mebibyte)
	if whole < muchAllocated {
		return answer
	}
	if half, _ := of(mebibyte / 2); whole > 3*half {
		t.Errorf("%s: %d MiB were allocated, and of half the body %d: the cost isn't linear", name, whole>>20, half>>20)
	}
	return answer
}

// TestHostileBodies: whatever a megabyte holds, each operation answers it at a cost
// that is bounded and grows with its length.
func TestHostileBodies(t *testing.T) {
	for i, op := range table().Operations {
		if op.Method != http.MethodPost {
			continue
		}
		for kind, h := range hostileBodies(t, op) {
			if !isSent(i, kind) {
				continue
			}
			answer := judgeHostile(t, op.ID+": "+h.name, h, func(id, body string) hostileRequest {
				return hostileRequest{method: op.Method, path: pathIn(id, op), body: body}
			})
			if h.name == "too many rows" {
				judgeTooMany(t, op, answer, h.body(mebibyte))
			}
		}
	}
}

func pathIn(id string, op operation) string {
	return "/s/" + id + strings.Replace(op.Path, "{document_type}", "passport", 1)
}

// judgeTooMany: the bound is named, and how many rows there were.
func judgeTooMany(t *testing.T, op operation, answer *counted, body string) {
	t.Helper()
	finding := answer.header.Get("Sim-Finding")
	if answer.header.Get("Sim-Outcome") != "malformed" ||
		!strings.Contains(finding, fmt.Sprint(contract.MaxElements)) || !strings.Contains(finding, fmt.Sprint(strings.Count(body, "{}"))) {
		t.Errorf("%s: too many rows are %s: %s", op.ID, answer.header.Get("Sim-Outcome"), finding)
	}
}

// TestHostileControl: the same holds for the control API.
func TestHostileControl(t *testing.T) {
	for i, route := range controlRoutes(t) {
		for kind, h := range route.hostileDocuments() {
			if !isSent(i, kind) {
				continue
			}
			judgeHostile(t, route.method+" "+route.path+": "+h.name, h, func(id, body string) hostileRequest {
				return hostileRequest{method: route.method, path: route.in(id), body: body}
			})
		}
	}
}

// TestHostileHeads: and for what stands before a body.
func TestHostileHeads(t *testing.T) {
	for i, op := range table().Operations {
		for kind, h := range hostileHeads {
			if !isSent(i, kind) || op.Method == http.MethodPost && h.query != "" {
				continue
			}
			judgeCost(t, op.ID+": "+h.name, func(id string) hostileRequest {
				path := h.path
				if path == "" {
					path = pathIn(id, op)
				}
				body := ""
				if op.Method == http.MethodPost {
					body = filled(t, sampleText(op), fuzzed)
				}
				return hostileRequest{method: op.Method, path: path, query: h.query, header: h.header, body: body}
			})
		}
	}
}
