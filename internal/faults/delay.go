package faults

import (
	"fmt"
	"math"
	"time"
)

// delayKind imitates a service that is slow. State services and a bank's core
// answer in a third of a second at noon and in many seconds at the end of a
// quarter, and the mean says nothing about it: the shape is lognormal, a short
// body with a long tail. A client needs a time-out that the usual tail doesn't
// reach, must not hold a lock or a database connection while it waits, and must
// know that a request which it gave up may have been served all the same: the
// service does its work first, the answer comes late.
var delayKind = Kind{
	Name:  "delay",
	About: "The service does its work, and its answer comes later.",
	Imitates: "A slow service, or a slow road to it. A client needs a time-out above the usual tail, " +
		"and what it gave up waiting for may have been done all the same.",
	Word: true,
	Params: []Param{
		{Name: "fixed", Type: "duration", About: "Always the same.", Default: "1s", schema: durationSchema()},
		{Name: "uniform", Type: "list of two durations", About: "Anything from the first to the second, evenly.",
			schema: map[string]any{"type": "array", "items": durationSchema(), "minItems": 2, "maxItems": 2}},
		{Name: "normal", Type: "mapping of mean and sd", About: "Around a mean, with a standard deviation; never below 0.",
			schema: objectSchema(map[string]any{"mean": durationSchema(), "sd": durationSchema()}, "mean", "sd")},
		{Name: "p50", Type: "duration", About: "Lognormal: half of the answers take no longer. Goes with p99.", schema: durationSchema()},
		{Name: "p99", Type: "duration", About: "Lognormal: 99 of 100 answers take no longer. Goes with p50.", schema: durationSchema()},
	},
	Examples: []string{"300ms", "{fixed: 300ms}", "{uniform: [100ms, 2s]}", "{normal: {mean: 500ms, sd: 100ms}}", "{p50: 300ms, p99: 2s}"},
	lone:     "fixed", work: workSend, repeats: true, parse: parseDelay,
}

// delay is a distribution of times: u in (0,1) is how far out a draw lies.
type delay interface{ at(u float64) time.Duration }

type (
	fixedDelay     time.Duration
	uniformDelay   struct{ from, to time.Duration }
	normalDelay    struct{ mean, sd time.Duration }
	lognormalDelay struct{ p50, p99 time.Duration }
)

// late is the fault: a delay of some distribution.
type late struct{ delay }

// smallest is below every draw but 0, which has no place on a bell curve.
const smallest = 1.0 / (1 << 54)

func (late) Kind() string { return "delay" }

func (l late) apply(in Input, w *Wire) {
	u := max(in.Seed.Float("fault.delay", in.Key, in.nth), smallest)
	d := l.at(u)
	w.Delay += d
	w.note(fmt.Sprintf("delay: %s", d))
}

func (d fixedDelay) at(float64) time.Duration { return time.Duration(d) }

func (d uniformDelay) at(u float64) time.Duration {
	return d.from + time.Duration(u*float64(d.to-d.from))
}

func (d normalDelay) at(u float64) time.Duration {
	return bounded(float64(d.mean) + deviations(u)*float64(d.sd))
}

func (d lognormalDelay) at(u float64) time.Duration {
	p50, p99 := float64(d.p50), float64(d.p99)
	sigma := math.Log(p99/p50) / deviations(0.99)
	return bounded(p50 * math.Exp(sigma*deviations(u)))
}

// deviations is how many standard deviations from the mean the share u of a
// normal distribution lies.
func deviations(u float64) float64 { return math.Sqrt2 * math.Erfinv(2*u-1) }

func bounded(nanoseconds float64) time.Duration {
	return time.Duration(math.Max(0, math.Min(nanoseconds, float64(longest))))
}

func parseDelay(a *arguments) Fault {
	if a.has("p50") || a.has("p99") {
		a.lognormalOnly()
	}
	a.alone("fixed", "uniform", "normal")
	switch {
	case a.has("p50"), a.has("p99"):
		return late{a.lognormal()}
	case a.has("uniform"):
		return late{a.uniform()}
	case a.has("normal"):
		m := a.mapping("normal", "mean", "sd")
		d := normalDelay{mean: m.duration("mean", 0), sd: m.duration("sd", 0)}
		a.err = m.err
		return late{d}
	}
	return late{fixedDelay(a.duration("fixed", time.Second))}
}

func (a *arguments) lognormalOnly() {
	for _, other := range []string{"fixed", "uniform", "normal"} {
		a.alone("p50", other)
		a.alone("p99", other)
	}
}

func (a *arguments) lognormal() lognormalDelay {
	for _, name := range []string{"p50", "p99"} {
		if !a.has(name) {
			a.refuse(name, "nothing", "a duration: p50 and p99 go together", "")
		}
	}
	d := lognormalDelay{p50: a.positive("p50", 0), p99: a.positive("p99", 0)}
	if d.p99 <= d.p50 {
		a.refuse("p99", quote(d.p99.String()), "a duration above p50, which is "+d.p50.String(), "")
	}
	return d
}

func (a *arguments) uniform() uniformDelay {
	list, _ := a.given["uniform"].([]any)
	if len(list) != 2 {
		found := describe(a.given["uniform"])
		if list != nil {
			found = fmt.Sprintf("a list of %d", len(list))
		}
		a.refuse("uniform", found, "a list of two durations, such as [100ms, 2s]", "")
		return uniformDelay{}
	}
	d := uniformDelay{from: a.durationOf("uniform", list[0]), to: a.durationOf("uniform", list[1])}
	if d.to < d.from {
		a.refuse("uniform", fmt.Sprintf("%s before %s", d.from, d.to), "the shorter duration first", "")
	}
	return d
}
