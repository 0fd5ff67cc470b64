package scenario_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
)

// everyCount is every way to count and to draw, each for requests of its own.
const everyCount = `rules:
  - {name: quota, on: kyc.address.approve, when: 'header["x-step"] == "0"', per: api_key, over: 3/1h, do: {fault: {status: 429}}}
  - {name: some, on: kyc.address.approve, when: 'header["x-step"] == "1"', per: subject, share: 50%, do: timeout}
  - name: weights
    on: kyc.address.approve
    when: 'header["x-step"] == "2"'
    per: subject
    do: {choose: {pending: 3, valid: 2, timeout: 1}}
  - {name: drawn, on: kyc.address.approve, when: 'header["x-step"] == "3"', probability: 0.5, do: valid}
  - {name: made, on: kyc.address.approve, when: 'header["x-step"] == "4"', do: {reply: {status: 200, body: {id: "${uuid} ${uuid}"}}, off_contract: true}}
  - {name: one by one, on: kyc.address.approve, when: 'header["x-step"] == "5"', do: [pending, timeout, valid]}
`

// step of a client's requests, of which each meets another rule.
func step(t testing.TB, client, n int) *contract.Call {
	c := asked(t, fmt.Sprintf("%012d", client), fmt.Sprint("key", client))
	c.Header.Set("X-Step", fmt.Sprint(n%6))
	return c
}

// together lets 64 clients send their requests at once, from one number up to another, and
// answers what each of them met.
func together(t *testing.T, r *force, from, to int) [][]string {
	const clients = 64
	seen := make([][]string, clients)
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() {
			for n := from; n < to; n++ {
				plan := r.Decide(step(t, i, n))
				one := met(plan)
				if plan.Reply != nil {
					one += string(plan.Reply.Body)
				}
				seen[i] = append(seen[i], one)
			}
		})
	}
	all.Wait()
	return seen
}

// TestParallelClientsMeetTheSameAgain: with one key for each client, what it meets is the
// same under one seed to the byte, however the requests mix, and over a snapshot.
func TestParallelClientsMeetTheSameAgain(t *testing.T) {
	const half, whole = 18, 36
	first := together(t, runtimeOf(t, everyCount), 0, whole)
	second := together(t, runtimeOf(t, everyCount), 0, whole)
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("again (-first +second):\n%s", diff)
	}
	r := runtimeOf(t, everyCount)
	kept := together(t, r, 0, half)
	for i, rest := range together(t, r.again(t), half, whole) {
		kept[i] = append(kept[i], rest...)
	}
	if diff := cmp.Diff(first, kept); diff != "" {
		t.Errorf("over a snapshot (-without +with):\n%s", diff)
	}
	met, made := map[string]int{}, map[string]bool{}
	for _, client := range first {
		for n, one := range client {
			made[one] = true
			met[fmt.Sprintf("%d %.7s", n%6, one)]++
		}
	}
	if len(made) < 64*6 {
		t.Errorf("of %d values that are another one each time some are alike: %d answers differ", 64*6, len(made))
	}
	for what, want := range map[string][2]int{ // at least and at most
		"0 status": {64 * 3, 64 * 3}, "1 timeout": {64, 320}, "2 pending": {128, 256}, "2 valid": {64, 192}, "2 timeout": {16, 128},
		"3 valid": {128, 256}, "4 reply 2": {64 * 6, 64 * 6}, "5 pending": {64, 64}, "5 timeout": {64, 64}, "5 valid": {64 * 4, 64 * 4},
	} {
		if got := met[what]; got < want[0] || got > want[1] {
			t.Errorf("%q was met %d times, want %d to %d", what, got, want[0], want[1])
		}
	}
}

// TestParallelAnswersAreAwaitedExactly: a rule that waits for a hundred answers decides every
// request after the hundredth, and none before, for any of 64 clients.
func TestParallelAnswersAreAwaitedExactly(t *testing.T) {
	const clients, requests, awaited = 64, 8, 100
	r := runtimeOf(t, fmt.Sprintf(`rules:
  - {on: kyc.address.approve, until: {on: kyc.address.approve, outcome: pending, count: %d}, do: pending}
  - {on: kyc.address.approve, once: {on: kyc.address.approve, outcome: pending, count: %[1]d}, do: timeout}
`, awaited))
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() {
			for n := range requests {
				c := step(t, i, n)
				r.count(func(counters *store.Counters) { // a request is decided and answered in one transaction
					plan := r.settings.Decide(c, counters)
					r.settings.CountAwaited(answeredWith(c, plan.Outcome.Name), counters)
				})
			}
		})
	}
	all.Wait()
	if diff := cmp.Diff([]int{awaited, clients*requests - awaited}, r.decided()); diff != "" {
		t.Errorf("decided (-want +got):\n%s", diff)
	}
}

// TestTheFirstOfManyRules: beyond the rules that are explained, too, the first one that
// matches decides, whether its `for` names the request or it has none.
func TestTheFirstOfManyRules(t *testing.T) {
	others := strings.Repeat("  - {on: k2.k2extreq_pay_from_eko, for: {trn_id: 7}, times: 1, do: 503}\n", 60)
	for _, test := range []struct{ first, second, want string }{
		{"for: {trn_id: 3}, do: 501", "do: 502", "reply 501"},
		{"do: 502, times: 9", "for: {trn_id: 3}, do: 501", "reply 502"},
		{"for: {trn_id: 4}, do: 501", "for: {refer: [Q, P]}, do: 502", "reply 502"},
		{"for: {trn_id: 3, refer: Q}, do: 501", "for: {trn_id: [1, 3]}, do: 502", "reply 502"},
		{"for: {trn_id: 4}, do: 501", "for: {refer: R}, do: 502", "nothing"},
	} {
		r := runtimeOf(t, "rules:\n"+others+"  - {on: k2.*, "+test.first+"}\n  - {on: k2.*, "+test.second+"}\n")
		if got := met(r.Decide(paid(t, `{"trn_id": 3.0, "refer": "P", "amount": 1}`))); got != test.want {
			t.Errorf("%s, then %s: met %s, want %s", test.first, test.second, got, test.want)
		}
	}
}

// TestParallelCountsAreThoseInTurn: what 64 clients count who share a key is what the same
// requests count one after another, over a snapshot, too.
func TestParallelCountsAreThoseInTurn(t *testing.T) {
	const clients, requests = 64, 8
	for name, test := range map[string]struct {
		rules string
		want  map[string]int // nil for what it is in turn
	}{
		"per":    {"{on: kyc.address.approve, per: api_key, times: 100, do: timeout}", map[string]int{"timeout": 100, "nothing": 412}},
		"over":   {"{on: kyc.address.approve, per: api_key, over: 100/1m, do: timeout}", map[string]int{"timeout": 412, "nothing": 100}},
		"share":  {"{on: kyc.address.approve, per: subject, share: 40%, do: timeout}", nil},
		"choose": {"{on: kyc.address.approve, per: api_key, do: {choose: {timeout: 3, valid: 2, pass: 1}}}", nil},
		"once": {
			"{on: kyc.address.approve, once: {on: kyc.address.approve, outcome: pending, count: 100}, do: timeout}",
			map[string]int{"timeout": 412, "nothing": 100},
		},
	} {
		inTurn, r := map[string]int{}, runtimeOf(t, "rules: ["+test.rules+"]\n")
		for i := range clients {
			meetAll(t, r, i, requests, func(what string) { inTurn[what]++ })
		}
		if diff := cmp.Diff(test.want, inTurn); test.want != nil && diff != "" || len(inTurn) < 2 {
			t.Errorf("%s, in turn (-want +got):\n%s %v", name, diff, inTurn)
		}
		atOnce, first := map[string]int{}, runtimeOf(t, "rules: ["+test.rules+"]\n")
		for _, half := range []func() *force{func() *force { return first }, func() *force { return first.again(t) }} {
			var mu sync.Mutex
			var all sync.WaitGroup
			of := half()
			for i := range clients {
				all.Go(func() {
					meetAll(t, of, i, requests/2, func(what string) {
						mu.Lock()
						defer mu.Unlock()
						atOnce[what]++
					})
				})
			}
			all.Wait()
		}
		if diff := cmp.Diff(inTurn, atOnce); diff != "" {
			t.Errorf("%s, at once (-in turn +at once):\n%s", name, diff)
		}
	}
}

// meetAll lets a client send requests, and answers each in the transaction that decides it.
func meetAll(t *testing.T, r *force, client, requests int, saw func(string)) {
	for range requests {
		c := asked(t, fmt.Sprintf("%012d", client), "shared")
		r.count(func(counters *store.Counters) {
			plan := r.settings.Decide(c, counters)
			outcome := "pending"
			if plan.Outcome != nil {
				outcome = plan.Outcome.Name
			}
			r.settings.CountAwaited(answeredWith(c, outcome), counters)
			saw(met(plan))
		})
	}
}
