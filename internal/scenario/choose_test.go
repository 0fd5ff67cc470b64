package scenario_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const choosing = "rules: [{on: kyc.address.approve, do: {choose: {pass: 70, delay: 20, timeout: 5, 503: 5}}}]\n"

// TestChoose: requests meet the steps by their weights, the same ones under a seed.
func TestChoose(t *testing.T) {
	const requests = 4000
	meet := func() (all []string, each map[string]int) {
		r, each := runtimeOf(t, choosing), map[string]int{}
		for i := range requests {
			got := met(r.Decide(approve(t, fmt.Sprintf("%012d", i%100))))
			each[got]++
			all = append(all, got)
		}
		return all, each
	}
	first, each := meet()
	for step, percent := range map[string]int{"pass": 70, "delay": 20, "timeout": 5, "reply 503": 5} {
		want := requests * percent / 100
		if got := each[step]; got < want*8/10 || got > want*12/10 {
			t.Errorf("%s was met %d times, want some %d", step, got, want)
		}
	}
	if again, _ := meet(); cmp.Diff(first, again) != "" {
		t.Error("the same requests met others under the same seed")
	}
}

// TestParallelChoices: of 64 clients at once each meets the same under a seed, however
// their requests mix: by their subject, or by what per says.
func TestParallelChoices(t *testing.T) {
	const clients, requests = 64, 20
	for name, rules := range map[string]string{
		"by subject": choosing,
		"by key":     "rules: [{on: kyc.address.approve, per: api_key, do: {choose: {pass: 1, timeout: 1}}}]\n",
		"in a list":  "rules: [{on: kyc.address.approve, per: api_key, do: [{choose: {pass: 1, timeout: 1}}, {choose: {503: 1, 502: 1}}]}]\n",
	} {
		meet := func() [][]string {
			r, seen := runtimeOf(t, rules), make([][]string, clients)
			var all sync.WaitGroup
			for i := range clients {
				iin := zarina
				if name == "by subject" {
					iin = fmt.Sprintf("%012d", i)
				}
				all.Go(func() {
					for range requests {
						seen[i] = append(seen[i], met(r.Decide(asked(t, iin, fmt.Sprint("key", i)))))
					}
				})
			}
			all.Wait()
			return seen
		}
		if diff := cmp.Diff(meet(), meet()); diff != "" {
			t.Errorf("%s (-first +second):\n%s", name, diff)
		}
	}
}

func TestChooseSaysWhy(t *testing.T) {
	r := runtimeOf(t, "rules: [{on: kyc.address.approve, do: {choose: {timeout: 3}}}]\n")
	if diff := cmp.Diff([]string{"rule 1: decided: timeout, chosen with 3 of 3"}, r.Decide(approve(t, zarina)).Why); diff != "" {
		t.Error(diff)
	}
}
