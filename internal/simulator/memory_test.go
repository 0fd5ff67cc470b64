package simulator_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/simulator"
)

// load is how much a memory test asks of a simulator.
type load struct {
	requests, sandboxes int
	memory              int64
}

// soak fills a small budget several times over. KZSIM_SOAK=1000000 makes so many
// requests to a thousand sandboxes under the usual budget, for a run by hand.
func soak(t *testing.T) load {
	t.Helper()
	text := os.Getenv("KZSIM_SOAK")
	if text == "" {
		return load{requests: 4000, sandboxes: 100, memory: 2 << 20}
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return load{requests: n, sandboxes: 1000, memory: sandbox.DefaultMemory}
}

// client makes requests of all kinds, in turn, as the same hundred people.
type client struct {
	handler http.Handler
	answers discard
}

// discard is an answer that is not read.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}

func (c *client) request(n int, prefix string) {
	iin := fmt.Sprintf("9011233%05d", n%100)
	var r *http.Request
	switch n % 4 {
	case 0:
		r = httptest.NewRequest("POST", prefix+"/api/v1/backend/info/kz/exec_proc_info/", strings.NewReader(`{"api_key":"k","iin":"`+iin+`"}`))
	case 1:
		r = httptest.NewRequest("POST", prefix+"/api/v1/backend/address/approve/", strings.NewReader(`{"api_key":"k","iin":"`+iin+`"}`))
	case 2:
		r = httptest.NewRequest("GET", prefix+"/abs/get_acc?iinbin="+iin, nil)
	case 3:
		r = httptest.NewRequest("POST", prefix+"/restapi/services/run/k2loan_from_eko",
			strings.NewReader(`[{"request_id":1,"contract_number":"KD`+iin+`","dbz_contract_number":"KD`+iin+
				`","dbz_dt":"2014-02-08","iinbin":"`+iin+`","debt":2000000,"cur":"KZT"}]`))
	}
	r.Host = "127.0.0.1:8080"
	r.Header.Set("Content-Type", "application/json")
	c.answers.header = http.Header{}
	c.handler.ServeHTTP(&c.answers, r)
}

// heap in use once everything that is not held is gone, in MiB.
func heap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

// resident memory in MiB; 0 where the system doesn't say.
func resident() float64 {
	statm, err := os.ReadFile("/proc/self/statm")
	var size, pages float64
	if err == nil {
		_, err = fmt.Sscan(string(statm), &size, &pages)
	}
	if err != nil {
		return 0
	}
	return pages * float64(os.Getpagesize()) / (1 << 20)
}

// flat checks that the heap of the second half is that of the first, and that the
// budget is what the journals take.
func flat(t *testing.T, s *simulator.Simulator, n int, request func(int)) {
	t.Helper()
	const parts = 10
	var half float64
	base := heap()
	for part := 1; part <= parts; part++ {
		for i := (part - 1) * n / parts; i < part*n/parts; i++ {
			request(i)
		}
		now := heap()
		used, dropped := s.Pool.Budget().Usage()
		t.Logf("%8d requests: heap %6.1f MiB, resident %6.1f MiB, journals %6.1f MiB, %d dropped",
			part*n/parts, now, resident(), float64(used)/(1<<20), dropped)
		if part == parts/2 {
			half = now
			if dropped == 0 {
				t.Error("nothing is dropped by half of the time: the bound isn't reached")
			}
		}
		if part > parts/2 && now > half*1.1+1 {
			t.Errorf("the heap has grown from %.1f to %.1f MiB since the bound was reached", half, now)
		}
	}
	budget := float64(s.Pool.Budget().Max()) / (1 << 20)
	if grown := half - base; grown > 1.5*budget+8 {
		t.Errorf("journals of %.1f MiB take %.1f MiB of the heap", budget, grown)
	}
}

func TestMemoryOfOneSandbox(t *testing.T) {
	l := soak(t)
	s, err := simulator.New(simulator.Options{Memory: l.memory})
	if err != nil {
		t.Fatal(err)
	}
	c := client{handler: s.Handler()}
	flat(t, s, l.requests, func(n int) { c.request(n, "") })
}

func TestMemoryOfManySandboxes(t *testing.T) {
	l := soak(t)
	s, err := simulator.New(simulator.Options{Memory: l.memory, AutoSandbox: true})
	if err != nil {
		t.Fatal(err)
	}
	c := client{handler: s.Handler()}
	flat(t, s, l.requests, func(n int) { c.request(n/4, "/s/team-"+strconv.Itoa(n%l.sandboxes)) })
}
