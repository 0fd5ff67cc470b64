package faults_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/faults"
)

const requests = 10_000

// delays are those of ten thousand requests, shortest first; no time passes.
func delays(t *testing.T, value string) []time.Duration {
	t.Helper()
	f := fault(t, "delay", value)
	all := make([]time.Duration, requests)
	for i := range all {
		in := faults.Input{Seed: 1, Key: fmt.Sprintf("k2.k2loan_from_eko 901123300258 %d", i)}
		all[i] = faults.Combine([]faults.Fault{f}, in).Delay
	}
	slices.Sort(all)
	return all
}

// percentile of sorted durations: the share p of them is at most this long.
func percentile(all []time.Duration, p float64) time.Duration {
	return all[int(math.Ceil(p*float64(len(all))))-1]
}

func within(t *testing.T, what string, got, want time.Duration, share float64) {
	t.Helper()
	if off := math.Abs(float64(got-want)) / float64(want); off > share {
		t.Errorf("%s is %s, want %s within %.0f%%", what, got, want, share*100)
	}
}

func TestLognormalDelaysHaveTheirPercentiles(t *testing.T) {
	for _, c := range []struct {
		value    string
		p50, p99 time.Duration
	}{
		{"{p50: 300ms, p99: 2s}", 300 * time.Millisecond, 2 * time.Second},
		{"{p50: 1s, p99: 1100ms}", time.Second, 1100 * time.Millisecond},
		{"{p50: 20ms, p99: 1m}", 20 * time.Millisecond, time.Minute},
	} {
		all := delays(t, c.value)
		spread := math.Log(float64(c.p99) / float64(c.p50))
		// The error of a sample's percentile grows with the spread; five per cent
		// is asked of a spread as services have it.
		share := 0.05 * max(1, spread/2)
		within(t, c.value+" p50", percentile(all, 0.50), c.p50, share)
		within(t, c.value+" p99", percentile(all, 0.99), c.p99, share)
	}
}

func TestNormalDelays(t *testing.T) {
	all := delays(t, "{normal: {mean: 1s, sd: 200ms}}")
	var sum, squares float64
	for _, d := range all {
		sum += d.Seconds()
	}
	mean := sum / requests
	for _, d := range all {
		squares += (d.Seconds() - mean) * (d.Seconds() - mean)
	}
	within(t, "mean", time.Duration(mean*1e9), time.Second, 0.02)
	within(t, "standard deviation", time.Duration(math.Sqrt(squares/requests)*1e9), 200*time.Millisecond, 0.05)
	if shortest := delays(t, "{normal: {mean: 1ms, sd: 1s}}")[0]; shortest != 0 {
		t.Errorf("the shortest delay is %s, want 0: time does not run back", shortest)
	}
}

func TestUniformDelays(t *testing.T) {
	all := delays(t, "{uniform: [100ms, 2s]}")
	if all[0] < 100*time.Millisecond || all[requests-1] > 2*time.Second {
		t.Errorf("from %s to %s, want from 100ms to 2s", all[0], all[requests-1])
	}
	within(t, "p50", percentile(all, 0.50), 1050*time.Millisecond, 0.05)
}

func TestADelayIsTheRequestsOwn(t *testing.T) {
	list := []faults.Fault{fault(t, "delay", "{p50: 300ms, p99: 2s}"), fault(t, "delay", "{p50: 300ms, p99: 2s}")}
	in := faults.Input{Seed: 1, Key: "a"}
	one := faults.Combine(list[:1], in).Delay
	if again := faults.Combine(list[:1], in).Delay; again != one {
		t.Errorf("the same request is delayed by %s and by %s", one, again)
	}
	if both := faults.Combine(list, in).Delay; both == 2*one {
		t.Errorf("two delays of one request draw the same %s", one)
	}
	for name, other := range map[string]faults.Input{"key": {Seed: 1, Key: "b"}, "seed": {Seed: 2, Key: "a"}} {
		if faults.Combine(list[:1], other).Delay == one {
			t.Errorf("another %s is delayed by the same %s", name, one)
		}
	}
}
