package simulator_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/testsim"
)

// The benchmarks are for a run by hand:
//
//	go test ./internal/simulator -run '^$' -bench Kept

// newKept is a simulator whose sandboxes are kept in a file; without a name in none.
func newKept(b *testing.B, file string, sync commitlog.Sync) *simulator.Simulator {
	b.Helper()
	sim, err := simulator.New(simulator.Options{Limits: sandbox.Limits{State: 256 << 20}, States: 256 << 20})
	if err != nil {
		b.Fatal(err)
	}
	if file == "" {
		return sim
	}
	storage, err := commitlog.OpenFile(file, silent)
	if err == nil {
		_, err = sim.Keep(simulator.Keeping{Storage: storage, Sync: sync, Interval: simulator.DefaultInterval})
	}
	if err != nil {
		b.Fatal(err)
	}
	return sim
}

// BenchmarkKeptRequest is what a request that changes something, and one that doesn't, cost
// without and with a file.
func BenchmarkKeptRequest(b *testing.B) {
	for _, sync := range []commitlog.Sync{"", commitlog.Never, commitlog.Group, commitlog.Always} {
		for _, kind := range []string{"write", "read"} {
			b.Run(fmt.Sprintf("%s/sync=%s", kind, sync), func(b *testing.B) {
				file := filepath.Join(b.TempDir(), "state")
				if sync == "" {
					file = ""
				}
				sim := newKept(b, file, sync)
				c := client{handler: sim.Handler()}
				giveLoans(sim, "", 1)
				b.ReportAllocs()
				for n := 0; b.Loop(); n++ {
					c.kept(kind, n)
				}
				if err := sim.StopKeeping(); err != nil {
					b.Fatal(err)
				}
			})
		}
	}
}

// kept is a request that gives the same loan another debt, or one that reads it.
func (c *client) kept(kind string, n int) {
	r := httptest.NewRequest("GET", "/abs/get_acc?iinbin=901123300258", nil)
	if kind == "write" {
		r = httptest.NewRequest("POST", "/restapi/services/run/k2loan_sync_debt",
			strings.NewReader(fmt.Sprintf(`[{"contract_number":"KD0000000000","debt":%d}]`, 1000+n)))
	}
	r.Host = "127.0.0.1:8080"
	r.Header.Set("Content-Type", "application/json")
	c.answers.header = http.Header{}
	c.handler.ServeHTTP(&c.answers, r)
}

// BenchmarkKeptLoans writes 160,000 loans anew at an end, and reads them at a start.
func BenchmarkKeptLoans(b *testing.B) {
	file := filepath.Join(b.TempDir(), "state")
	for b.Loop() {
		_ = os.Remove(file)
		sim := newKept(b, file, commitlog.Group)
		began := time.Now()
		giveLoans(sim, "", 160_000)
		sim.Flush()
		report(b, "s-to-commit", began)
		began = time.Now()
		if err := sim.StopKeeping(); err != nil {
			b.Fatal(err)
		}
		report(b, "s-to-end", began)
		info, err := os.Stat(file)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(info.Size())/1e6, "MB")
		began = time.Now()
		sim = newKept(b, file, commitlog.Group)
		report(b, "s-to-load", began)
		began = time.Now()
		if err := sim.StopKeeping(); err != nil {
			b.Fatal(err)
		}
		report(b, "s-to-end-unchanged", began)
	}
}

func report(b *testing.B, what string, since time.Time) {
	b.ReportMetric(time.Since(since).Seconds(), what)
}

const rowsOfBatch = 5000

// giveLoans to the sandbox below a path.
func giveLoans(sim *simulator.Simulator, below string, count int) {
	for n := 0; n < count; n += rowsOfBatch {
		var rows []string
		for i := n; i < min(n+rowsOfBatch, count); i++ {
			rows = append(rows, fmt.Sprintf(`{"request_id":%d,"contract_number":"KD%010d","dbz_contract_number":"KD%010d",`+
				`"dbz_dt":"2014-02-08","iinbin":"901123300258","debt":2000000,"cur":"KZT"}`, i, i, i))
		}
		post(sim, below+"/restapi/services/run/k2loan_from_eko", "["+strings.Join(rows, ",")+"]")
	}
}

func post(sim *simulator.Simulator, path, body string) {
	if w := testsim.Ask(sim.Handler(), "POST", path, body); w.Code >= 300 {
		panic(w.Body.String())
	}
}
