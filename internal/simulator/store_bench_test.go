//go:build unix

package simulator_test

import (
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/commitlog/postgres"
	"github.com/kzsim/kzsim/internal/commitlog/postgres/postgrestest"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/simulator"
)

// The benchmarks are for a run by hand:
//
//	go test ./internal/simulator -run '^$' -bench Stored

// opened is a simulator whose sandboxes are kept in a database, and what ends it.
func opened(b *testing.B, database string, sync commitlog.Sync) (*simulator.Simulator, func()) {
	b.Helper()
	sim, err := simulator.New(simulator.Options{Idle: 1})
	if err != nil {
		b.Fatal(err)
	}
	process, err := postgres.Join(postgres.Options{Database: database, Lease: time.Minute, Clock: sim.Pool.Clock(), Log: silent})
	if err != nil {
		b.Fatal(err)
	}
	log, err := process.Open("sandboxes")
	if err != nil {
		b.Fatal(err)
	}
	if _, err := sim.Keep(simulator.Keeping{
		Storage: log, Sync: sync, Interval: simulator.DefaultInterval, Lossless: true, Holds: process.Holds,
	}); err != nil {
		b.Fatal(err)
	}
	return sim, func() {
		if err := sim.StopKeeping(); err != nil {
			b.Error(err)
		}
		if err := process.Leave(); err != nil {
			b.Error(err)
		}
	}
}

func newServer(b *testing.B) *postgrestest.Server {
	b.Helper()
	server, err := postgrestest.New()
	if err != nil {
		b.Skip(err)
	}
	b.Cleanup(func() { _ = server.Remove() })
	return server
}

// BenchmarkStoredRequests is what a request that changes something costs, of 256 clients at the same time in
// 64 sandboxes, without a store, with a file and with a database.
func BenchmarkStoredRequests(b *testing.B) {
	server := newServer(b)
	for _, in := range []string{"memory", "file/always", "database", "database/without waiting"} {
		b.Run(in, func(b *testing.B) {
			var sim *simulator.Simulator
			stop := func() {}
			switch in {
			case "memory":
				sim = newKept(b, "", "")
			case "file/always":
				sim = newKept(b, filepath.Join(b.TempDir(), "state"), commitlog.Always)
				stop = func() { _ = sim.StopKeeping() }
			default:
				database, err := server.Database()
				if err != nil {
					b.Fatal(err)
				}
				sync := commitlog.Always
				if in != "database" {
					sync = commitlog.Group
				}
				sim, stop = opened(b, database, sync)
			}
			defer stop()
			syncDebts(b, sim)
		})
	}
}

func syncDebts(b *testing.B, sim *simulator.Simulator) {
	const boxes = 64
	for n := range boxes {
		post(sim, "/_sim/sandboxes", fmt.Sprintf(`{"id":"box-%d"}`, n))
		post(sim, fmt.Sprintf("/s/box-%d/restapi/services/run/k2loan_from_eko", n), `[{"request_id":1,"contract_number":"KD0000000000",`+
			`"dbz_contract_number":"KD0000000000","dbz_dt":"2014-02-08","iinbin":"901123300258","debt":2000000,"cur":"KZT"}]`)
	}
	var requests atomic.Int64
	b.SetParallelism(128)
	b.ResetTimer()
	b.RunParallel(func(all *testing.PB) {
		for all.Next() {
			n := requests.Add(1)
			post(sim, fmt.Sprintf("/s/box-%d/restapi/services/run/k2loan_sync_debt", n%boxes),
				fmt.Sprintf(`[{"contract_number":"KD0000000000","debt":%d}]`, 1000+n))
		}
	})
	b.StopTimer()
}

// BenchmarkStoredLoans writes 10,000 loans of a sandbox, ends, and reads them.
func BenchmarkStoredLoans(b *testing.B) {
	server := newServer(b)
	for b.Loop() {
		database, err := server.Database()
		if err != nil {
			b.Fatal(err)
		}
		sim, stop := opened(b, database, commitlog.Group)
		giveLoans(sim, "", 10_000)
		sim.Flush()
		began := time.Now()
		stop()
		report(b, "s-to-end", began)
		began = time.Now()
		_, stop = opened(b, database, commitlog.Group)
		report(b, "s-to-open", began)
		stop()
	}
}

// BenchmarkStoredLoansAway lets a sandbox with 10,000 loans leave memory, and opens it again.
func BenchmarkStoredLoansAway(b *testing.B) {
	database, err := newServer(b).Database()
	if err != nil {
		b.Fatal(err)
	}
	sim, stop := opened(b, database, commitlog.Group)
	defer stop()
	post(sim, "/_sim/sandboxes", `{"id":"box"}`)
	giveLoans(sim, "/s/box", 10_000)
	for b.Loop() {
		began := time.Now()
		if left, err := sim.Pool.Leave(b.Context()); left != 1 || err != nil {
			b.Fatal(left, err)
		}
		report(b, "s-to-leave", began)
		began = time.Now()
		_, away := sim.Pool.Enter("box")
		if err := sim.Pool.Open(b.Context(), away, func(*sandbox.Replay) {}, func(*sandbox.Sandbox) {}); err != nil {
			b.Fatal(err)
		}
		report(b, "s-to-come-back", began)
	}
}
