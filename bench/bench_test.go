package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/simulator"
)

// writer throws an answer away, but for its status.
type writer struct {
	header http.Header
	status int
}

func (w *writer) Header() http.Header         { return w.header }
func (w *writer) Write(p []byte) (int, error) { return len(p), nil }
func (w *writer) WriteHeader(status int)      { w.status = status }

// caller asks a handler without allocating much itself.
type caller struct {
	t       testing.TB
	handler http.Handler
	pool    *sandbox.Pool
}

func newCaller(t testing.TB) *caller {
	t.Helper()
	s, err := simulator.New(simulator.Options{States: simulator.NoBound, Limits: sandbox.Limits{State: simulator.NoBound}})
	if err != nil {
		t.Fatal(err)
	}
	return &caller{t, s.Handler(), s.Pool}
}

func (c call) made() *http.Request {
	r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
	r.Header.Set("User-Agent", "bench")
	if c.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

func (c *caller) ask(r *http.Request) {
	w := &writer{header: http.Header{}}
	c.handler.ServeHTTP(w, r)
	if w.status != http.StatusOK {
		c.t.Fatalf("%s answered %d", r.URL, w.status)
	}
}

// body that can be read again.
type body struct{ strings.Reader }

func (*body) Close() error { return nil }

// asks answers a function that makes the nth request of an operation.
func (c *caller) asks(op operation) func(n int) {
	for _, p := range op.prepare {
		c.ask(p.made())
	}
	r, sent := op.request(0).made(), new(body)
	return func(n int) {
		one := op.request(n)
		sent.Reset(one.body)
		if r.Body = http.NoBody; one.body != "" {
			r.Body = sent
		}
		c.ask(r)
	}
}

func BenchmarkHandler(b *testing.B) {
	for _, op := range operations(10_000) {
		b.Run(op.name, func(b *testing.B) {
			ask := newCaller(b).asks(op)
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				ask(n)
				n++
			}
		})
	}
}

// BenchmarkPage is a page of 25 among 100,000 demands.
func BenchmarkPage(b *testing.B) {
	const demands = 100_000
	c := newCaller(b)
	pages := operations(demands)[3]
	c.asks(pages)
	for name, body := range map[string]string{
		"first":       `{"page":1,"perpage":25}`,
		"last":        `{"page":4000,"perpage":25}`,
		"client":      `{"iinbin":"901100012345"}`,
		"beneficiary": `{"ben_bin":"971240012345"}`,
		"day":         `{"doc_at1":"2021-01-05","doc_at2":"2021-01-05"}`,
	} {
		pages.prepare, pages.request = nil, func(int) call { return call{"POST", "/abs/get_all_pt_from_abs", body} }
		b.Run(name, func(b *testing.B) {
			ask := c.asks(pages)
			b.ReportAllocs()
			for b.Loop() {
				ask(0)
			}
		})
	}
}

// BenchmarkCeiling is what the benchmark takes itself.
func BenchmarkCeiling(b *testing.B) {
	c := &caller{t: b, handler: ceiling([]byte(`{"error_code":0,"error_text":""}`))}
	ask := c.asks(operations(0)[0])
	b.ReportAllocs()
	for b.Loop() {
		ask(0)
	}
}

// BenchmarkAmong is a request for a loan among others, in a sandbox among others.
func BenchmarkAmong(b *testing.B) {
	for _, among := range []struct{ loans, sandboxes int }{{1_000, 1}, {1_000, 10_000}, {100_000, 1}, {1_000_000, 1}} {
		b.Run(fmt.Sprintf("loans=%d/sandboxes=%d", among.loans, among.sandboxes), func(b *testing.B) {
			c := newCaller(b)
			c.fill(among.loans, among.sandboxes)
			ask := c.asks(operations(0)[0])
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				ask(n) // another debt each time, which is written
				n++
			}
		})
	}
}

// fill the default sandbox with loans, and make others.
func (c *caller) fill(loans, sandboxes int) {
	for from := 0; from < loans; from += rows {
		c.ask(call{"POST", "/restapi/services/run/k2loan_from_eko", loansFrom(from)}.made())
	}
	for i := 1; i < sandboxes; i++ {
		if _, err := c.pool.Create(sandbox.Config{ID: fmt.Sprint("team-", i)}); err != nil {
			c.t.Fatal(err)
		}
	}
}

// TestCostIsFlat: what there is beside costs a request nothing.
func TestCostIsFlat(t *testing.T) {
	for _, op := range operations(0)[:2] {
		cost := func(loans, sandboxes int) float64 {
			c := newCaller(t)
			c.fill(loans, sandboxes)
			ask := c.asks(op)
			n := 0
			return testing.AllocsPerRun(200, func() { ask(n); n++ })
		}
		few := cost(rows, 1)
		for name, got := range map[string]float64{"10,000 loans": cost(10_000, 1), "1,000 sandboxes": cost(rows, 1_000)} {
			if got > 1.1*few {
				t.Errorf("with %s %s makes %.0f allocations, with few %.0f", name, op.name, got, few)
			}
		}
	}
}

// loansFrom is a batch of so many other loans.
func loansFrom(first int) string {
	var all []string
	for i := range rows {
		all = append(all, loanRow(fmt.Sprintf("KD1%09d", first+i)))
	}
	return "[" + strings.Join(all, ",") + "]"
}
