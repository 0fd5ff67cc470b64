package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"

	"github.com/kzsim/kzsim/internal/gateway"
)

// What the process takes beside what is counted, in bytes.
const (
	uncounted     = 32 << 20
	forConnection = 32 << 10 // a request is held on it
)

// limitMemory lets the collector work harder before the process takes more than its
// budgets come to, unless GOMEMLIMIT says something else.
func (cfg *serveConfig) limitMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(cfg.memoryLimit())
	}
}

// leastHeap is what the heap may grow to before it is collected, in bytes. By default Go collects it
// whenever it has doubled, which a small heap does every few hundred requests.
const leastHeap = 32 << 20

// smallestHeap is what Go lets any heap grow to by default.
const smallestHeap = 4 << 20

// collectSeldom lets the heap grow to leastHeap, unless GOGC says something else. A heap of which more
// than a half is in use is collected as by default, when it has doubled.
func collectSeldom() {
	if os.Getenv("GOGC") != "" {
		return
	}
	percent := 100 * leastHeap / smallestHeap
	debug.SetGCPercent(percent)
	afterCollection(func() {
		if wanted := growth(); wanted*10 < percent*9 || wanted*10 > percent*11 { // to set it stops all goroutines
			percent = wanted
			debug.SetGCPercent(percent)
		}
	})
}

// growth is by how many percent of what is in use the heap may grow.
func growth() int {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	if live[0].Value.Kind() != metrics.KindUint64 {
		return 100
	}
	used := max(smallestHeap, int(live[0].Value.Uint64()))
	return max(100, 100*(leastHeap-used)/used)
}

// afterCollection calls a function when the collector has run, each time. The runtime has no hook for
// that, but it runs the finalizer of an object that is not in use.
func afterCollection(do func()) {
	type mark struct{ _ [16]byte } // tiny objects share memory, and may have no finalizer run
	var again func(*mark)
	again = func(m *mark) {
		do()
		runtime.SetFinalizer(m, again)
	}
	runtime.SetFinalizer(new(mark), again)
}

// memoryLimit is the sum of the budgets.
func (cfg *serveConfig) memoryLimit() int64 {
	bodies := cfg.bodyMemory + gateway.DecodedMemory(cfg.bodyMemory)
	return cfg.memory + cfg.stateMemory + bodies + int64(cfg.connections.Limit())*forConnection + uncounted
}
