package sandbox_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/store"
	_ "github.com/kzsim/kzsim/internal/testgc"
)

func heap() float64 {
	runtime.GC()
	runtime.GC() // what the first one's finalizers let go
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc)
}

// BenchmarkTenThousandSandboxes makes ten thousand sandboxes, uses each once and
// lets them expire. It reports the heap that one takes in use, and what is left
// of each when all are gone.
func BenchmarkTenThousandSandboxes(b *testing.B) {
	const count = 10_000
	var inUse, left float64
	for b.Loop() {
		bench := newBench(b, func(o *sandbox.Options) {
			for i := range 25 { // as many collections as the three services have
				collection := store.Define[string](fmt.Sprintf("collection-%d", i))
				o.Records = append(o.Records, collection.Definition())
			}
		})
		before := heap()
		for i := range count {
			use(b, bench.create(sandbox.Config{ID: fmt.Sprintf("job-%d", i)}), bench.Now())
		}
		inUse = heap() - before
		bench.advance(time.Hour)
		if n := bench.Expire(); n != count {
			b.Fatalf("%d expired", n)
		}
		left = heap() - before
		runtime.KeepAlive(bench)
	}
	b.ReportMetric(inUse/count, "heap-B/sandbox")
	b.ReportMetric(left/count, "heap-B/expired-sandbox")
}
