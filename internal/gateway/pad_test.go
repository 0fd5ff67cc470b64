package gateway_test

import (
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/simulator"
)

// counted is a client that reads an answer and keeps nothing of it.
type counted struct {
	header http.Header
	bytes  int
}

func (c *counted) Header() http.Header { return c.header }
func (c *counted) WriteHeader(int)     {}
func (c *counted) Write(p []byte) (int, error) {
	c.bytes += len(p)
	return len(p), nil
}

// TestAPadTakesNoMemory: an answer that is made as long as it may be is sent in pieces, of
// which there is one for all.
func TestAPadTakesNoMemory(t *testing.T) {
	sim, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	do := func(method, path, body string) *counted {
		c := &counted{header: http.Header{}}
		r := httptest.NewRequest(method, "http://localhost"+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		sim.Handler().ServeHTTP(c, r)
		return c
	}
	do("PUT", "/_sim/sandboxes/default/scenario", "version: 1\nscenario: long\nrules: [{on: kyc.info.exec_proc, do: {pad: 100MiB}}]\n")
	const exec, ask = "/api/v1/backend/info/kz/exec_proc_info/", `{"api_key": "k", "iin": "901123300258"}`
	do("POST", exec, ask) // what is made once
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got := do("POST", exec, ask)
	runtime.ReadMemStats(&after)
	if taken := after.TotalAlloc - before.TotalAlloc; got.bytes < 100<<20 || taken > 4<<20 {
		t.Errorf("an answer of %d bytes took %d of memory", got.bytes, taken)
	}
}
