// Command bench measures the simulator beside the least that an HTTP server in Go can do:
// a handler that reads the body and writes the same bytes. bench/run builds both and runs
// it; docs/performance.md says what came out.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"time"
)

// plan is what is measured, and how long.
type plan struct {
	sim         string
	runs        int
	each        time.Duration
	connections int
	demands     int
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == ceilingCommand {
		serveCeiling()
		return
	}
	var p plan
	flag.StringVar(&p.sim, "sim", "sim", "the simulator's binary")
	flag.IntVar(&p.runs, "runs", 5, "runs of each operation and server, of which the medians count")
	flag.DurationVar(&p.each, "time", 3*time.Second, "how long a run takes")
	flag.IntVar(&p.connections, "connections", 8, "clients that ask at the same time")
	flag.IntVar(&p.demands, "demands", 100_000, "demands that get_all_pt_from_abs pages through")
	flag.Parse()
	if err := p.run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (p plan) run() error {
	start, err := p.coldStart()
	if err != nil {
		return err
	}
	fmt.Printf("cold start, median of %d: %.1f ms to the first answer\n\n", p.runs, float64(start.Microseconds())/1000)
	fmt.Println("| operation | requests a second | of the ceiling | server CPU a request | of the ceiling | allocations | p50 | p99 | resident |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|")
	for _, op := range operations(p.demands) {
		if err := p.measure(op); err != nil {
			return fmt.Errorf("%s: %w", op.name, err)
		}
	}
	return nil
}

// measure an operation: simulator and ceiling in turn.
func (p plan) measure(op operation) error {
	sim, err := startSimulator(p.sim)
	if err != nil {
		return err
	}
	defer sim.stop()
	for _, c := range op.prepare {
		if _, err := sim.ask(c); err != nil {
			return err
		}
	}
	answer, err := sim.ask(op.request(0))
	if err != nil {
		return err
	}
	ceiling, err := startCeiling(answer)
	if err != nil {
		return err
	}
	defer ceiling.stop()
	var ours, best []result
	next := 1
	for range p.runs {
		for _, one := range []struct {
			of   *server
			into *[]result
		}{{sim, &ours}, {ceiling, &best}} {
			r, err := p.load(one.of, op, next)
			if err != nil {
				return err
			}
			next += r.requests
			*one.into = append(*one.into, r)
		}
	}
	resident, err := sim.resident()
	if err != nil {
		return err
	}
	row(op.name, ours, best, resident)
	return nil
}

func row(name string, ours, best []result, resident int64) {
	rate := func(r result) float64 { return r.rate }
	cpu := func(r result) float64 { return r.cpu }
	fmt.Printf("| `%s` | %.0f of %.0f | %.2f | %.0f µs of %.0f | %.1f | %.0f | %.2f ms | %.2f ms | %.0f MiB |\n", name,
		median(ours, rate), median(best, rate), median(ours, rate)/median(best, rate),
		median(ours, cpu), median(best, cpu), median(ours, cpu)/median(best, cpu),
		median(ours, func(r result) float64 { return r.allocations }),
		median(ours, func(r result) float64 { return r.p50 }), median(ours, func(r result) float64 { return r.p99 }),
		float64(resident)/(1<<20))
}

func median(all []result, of func(result) float64) float64 {
	var values []float64
	for _, r := range all {
		values = append(values, of(r))
	}
	slices.Sort(values)
	return values[len(values)/2]
}
