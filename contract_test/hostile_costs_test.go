//go:build !race

package contract_test

import (
	"fmt"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"
	"time"
)

// costed is what one request took.
type costed struct {
	name string
	took time.Duration
	peak uint64 // bytes of the heap beyond what was there before
}

// TestHostileCosts prints what the dearest hostile requests cost: HOSTILE_COSTS=20
// prints twenty by time and twenty by memory. It is run by hand on a quiet machine.
func TestHostileCosts(t *testing.T) {
	var most int
	if fmt.Sscan(os.Getenv("HOSTILE_COSTS"), &most); most == 0 {
		t.Skip("run by hand: HOSTILE_COSTS=20 go test -run HostileCosts -v ./contract_test")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(100)) // as the product collects
	var all []costed
	measure := func(name string, h hostile, request func(id, body string) hostileRequest) {
		body := h.body(mebibyte)
		one := costed{name: name + ": " + h.name}
		hostileSandbox(t, func(id string) { one.took = duration(request(id, body)) })
		hostileSandbox(t, func(id string) { one.peak = peak(request(id, body)) })
		all = append(all, one)
	}
	for _, op := range table().Operations {
		if op.Method != http.MethodPost {
			continue
		}
		for _, h := range hostileBodies(t, op) {
			measure(op.ID, h, func(id, body string) hostileRequest {
				return hostileRequest{method: op.Method, path: pathIn(id, op), body: body}
			})
		}
	}
	for _, route := range controlRoutes(t) {
		for _, h := range route.hostileDocuments() {
			measure(route.method+" "+route.path, h, func(id, body string) hostileRequest {
				return hostileRequest{method: route.method, path: route.in(id), body: body}
			})
		}
	}
	t.Logf("%d requests", len(all))
	slices.SortFunc(all, func(a, b costed) int { return int(b.took - a.took) })
	logCosts(t, "time", all[:most])
	slices.SortFunc(all, func(a, b costed) int { return int(b.peak) - int(a.peak) })
	logCosts(t, "memory", all[:most])
}

func logCosts(t *testing.T, by string, all []costed) {
	var lines strings.Builder
	for _, one := range all {
		fmt.Fprintf(&lines, "\n%6d ms %5d MiB  %s", one.took.Milliseconds(), one.peak>>20, one.name)
	}
	t.Logf("by %s:%s", by, lines.String())
}

// duration of a request, the better of two.
func duration(h hostileRequest) time.Duration {
	best := time.Hour
	for range 2 {
		runtime.GC()
		begin := time.Now()
		h.send()
		best = min(best, time.Since(begin))
	}
	return best
}

// peak of the heap while a request is answered. Garbage is collected early, so that
// it counts little.
func peak(h hostileRequest) uint64 {
	defer debug.SetGCPercent(debug.SetGCPercent(5))
	runtime.GC()
	before := heap()
	highest, done, stopped := before, make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-done:
				return
			default:
				highest = max(highest, heap())
				runtime.Gosched()
			}
		}
	}()
	h.send()
	close(done)
	<-stopped
	return highest - before
}

func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
