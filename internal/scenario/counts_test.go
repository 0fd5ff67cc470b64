package scenario_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
)

// asked is an address request of a subject with an API key.
func asked(t testing.TB, iin, key string) *contract.Call {
	return call(t, "kyc.address.approve", fmt.Sprintf(`{"api_key": %q, "iin": %q}`, key, iin))
}

// got is an address request for a session.
func got(t testing.TB, session string) *contract.Call {
	return call(t, "kyc.address.get", fmt.Sprintf(`{"backend_session_id": %q, "iin": %q, "api_key": "k"}`, session, zarina))
}

func paid(t testing.TB, items string) *contract.Call {
	return call(t, "k2.k2extreq_pay_from_eko", `{"items": [`+items+`]}`)
}

// TestPer: what is counted is counted for each of them by itself.
func TestPer(t *testing.T) {
	one, two := `{"trn_id": 1, "refer": "P", "amount": 1}`, `{"trn_id": 2, "refer": "P", "amount": 1}`
	for _, test := range []struct {
		rule  string
		calls []*contract.Call
		want  string
	}{
		{"on: kyc.address.approve, per: api_key, do: [pending, valid]",
			[]*contract.Call{asked(t, zarina, "a"), asked(t, arman, "a"), asked(t, zarina, "b")}, "pending, valid, pending"},
		{"on: kyc.address.approve, per: request.api_key, do: [pending, valid]",
			[]*contract.Call{asked(t, zarina, "a"), asked(t, arman, "a"), asked(t, zarina, "b")}, "pending, valid, pending"},
		{"on: kyc.address.approve, per: subject, times: 1, do: 503",
			[]*contract.Call{asked(t, zarina, "a"), asked(t, zarina, "b"), asked(t, arman, "a")}, "reply 503, nothing, reply 503"},
		{"on: kyc.address.get, per: session, times: 1, do: 503",
			[]*contract.Call{got(t, "s"), got(t, "s"), got(t, "z"), got(t, ""), got(t, "")}, "reply 503, nothing, reply 503, reply 503, nothing"},
		{"on: kyc.address.get, per: sandbox, do: [503, found]", []*contract.Call{got(t, "s"), got(t, "z")}, "reply 503, found"},
		{"on: k2.k2extreq_pay_from_eko, per: row, do: [lost-reply, pass]",
			[]*contract.Call{paid(t, one), paid(t, two), paid(t, one), paid(t, one+","+two), paid(t, "")}, "lost-reply, lost-reply, pass, lost-reply, lost-reply"},
		{"on: k2.k2extreq_pay_from_eko, per: request.trn_id, do: [lost-reply, pass]",
			[]*contract.Call{paid(t, one), paid(t, two), paid(t, one), paid(t, ""), paid(t, "")}, "lost-reply, lost-reply, pass, lost-reply, pass"},
		{"on: kyc.address.*, per: session, times: 1, do: 503", // without a session: none
			[]*contract.Call{asked(t, zarina, "a"), got(t, "s"), asked(t, arman, "a")}, "reply 503, reply 503, nothing"},
		{"on: kyc.address.get, for: {backend_session_id: s}, times: 1, do: 503", // in all
			[]*contract.Call{got(t, "z"), got(t, "s"), got(t, "s")}, "nothing, reply 503, nothing"},
	} {
		r := runtimeOf(t, "rules: [{"+test.rule+"}]\n")
		if got := strings.Join(decide(r, test.calls...), ", "); got != test.want {
			t.Errorf("%s: met %s, want %s", test.rule, got, test.want)
		}
	}
}

// at another instant.
func at(c *contract.Call, now time.Time) *contract.Call {
	c.Now = now
	return c
}

// TestOver: in no stretch of a minute are there more than two requests within the quota,
// and one that is beyond it doesn't count.
func TestOver(t *testing.T) {
	r := runtimeOf(t, "rules: [{on: kyc.address.approve, per: api_key, over: 2/1m, do: {fault: {status: 429}}}]\n")
	var all []string
	for _, one := range []struct {
		after time.Duration
		key   string
	}{
		{0, "a"}, {30 * time.Second, "a"}, {31 * time.Second, "a"}, {31 * time.Second, "b"}, {time.Minute - 1, "a"},
		{time.Minute, "a"}, {61 * time.Second, "a"}, {89 * time.Second, "a"}, {90 * time.Second, "a"}, {91 * time.Second, "a"},
	} {
		all = append(all, met(r.Decide(at(asked(t, zarina, one.key), noon.Add(one.after)))))
	}
	want := []string{"nothing", "nothing", "status", "nothing", "status", "nothing", "status", "status", "nothing", "status"}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestOverWithOthers: a quota without `per` is one of all, and what a rule before it
// decides is not within it.
func TestOverWithOthers(t *testing.T) {
	r := runtimeOf(t, fmt.Sprintf(`rules:
  - {on: kyc.address.approve, for: {iin: %q}, do: timeout}
  - {on: kyc.address.approve, over: 1/1h, times: 1, do: 503}
`, arman))
	got := decide(r, asked(t, arman, "a"), asked(t, zarina, "a"), asked(t, zarina, "b"), asked(t, zarina, "c"))
	if diff := cmp.Diff([]string{"timeout", "nothing", "reply 503", "nothing"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestShare: of a client all requests are met or none, the same ones under a seed.
func TestShare(t *testing.T) {
	const clients = 1000
	of := func(order func(i int) int) (met []string) {
		r := runtimeOf(t, "rules: [{on: kyc.address.approve, per: subject, share: 20%, do: 503}]\n")
		for range 2 {
			for i := range clients {
				iin := fmt.Sprintf("%012d", order(i))
				if got := decide(r, approve(t, iin)); got[0] != "nothing" {
					met = append(met, iin)
				}
			}
		}
		slices.Sort(met)
		return met
	}
	forth, back := of(func(i int) int { return i }), of(func(i int) int { return clients - 1 - i })
	if diff := cmp.Diff(forth, back); diff != "" {
		t.Errorf("in another order (-forth +back):\n%s", diff)
	}
	each := slices.Compact(slices.Clone(forth))
	if len(forth) != 2*len(each) || len(each) < 150 || len(each) > 250 {
		t.Errorf("of %d clients %d were met, %d times", clients, len(each), len(forth))
	}
}

// TestCountsSayWhy: the explanation names whose requests are counted, without API keys.
func TestCountsSayWhy(t *testing.T) {
	r := runtimeOf(t, `rules:
  - {name: quota, on: kyc.address.approve, per: subject, over: 1/1m, do: {fault: {status: 429}}}
  - {name: once, on: kyc.address.approve, per: api_key, times: 1, do: pending}
  - {name: some, on: kyc.address.approve, per: subject, share: 0.000001%, do: 504}
`)
	var all []string
	for range 3 {
		all = append(all, r.Decide(asked(t, zarina, "secret")).Why...)
	}
	want := []string{
		"quota: over: request for subject 901123300258 is within 1 in 1m0s", "once: decided for api_key 2bb80d537b1da3e3: pending",
		"quota: decided for subject 901123300258: fault status 429",
		"quota: decided for subject 901123300258: fault status 429",
	}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	later := r.Decide(at(asked(t, zarina, "secret"), noon.Add(time.Hour))).Why
	want = []string{
		"quota: over: request for subject 901123300258 is within 1 in 1m0s",
		"once: times: it has decided 1 for api_key 2bb80d537b1da3e3, all that it may",
		"some: share: subject 901123300258 is not among the 0.000001%",
	}
	if diff := cmp.Diff(want, later); diff != "" {
		t.Errorf("later (-want +got):\n%s", diff)
	}
}

// counting uses every way to count.
const counting = `rules:
  - {on: kyc.address.approve, per: api_key, over: 3/1h, do: {fault: {status: 429}}}
  - {on: kyc.address.approve, per: api_key, times: 2, do: timeout}
  - {on: kyc.address.approve, per: subject, share: 50%, do: [pending, valid]}
`

// TestCountsSurviveASnapshot: what is counted goes on where it was.
func TestCountsSurviveASnapshot(t *testing.T) {
	before := runtimeOf(t, counting)
	for i := range 3 {
		before.Decide(asked(t, fmt.Sprintf("%012d", i), "secret"))
	}
	raw, err := before.store.Image().Encode()
	if err != nil {
		t.Fatal(err)
	}
	if text, err := json.Marshal(raw); err != nil || strings.Contains(string(text), "secret") {
		t.Errorf("the snapshot has the API key (%v): %s", err, text)
	}
	after := before.again(t)
	for i := range 4 {
		c := at(asked(t, fmt.Sprintf("%012d", i), "secret"), noon.Add(time.Duration(i)*20*time.Minute))
		if diff := cmp.Diff(before.Decide(c).Why, after.Decide(c).Why); diff != "" {
			t.Errorf("request %d (-before +after):\n%s", i, diff)
		}
	}
}

// TestParallelClientsAreCountedExactly: 64 clients at once, each with its key. What each
// of them meets is the same under the same seed, however their requests mix.
func TestParallelClientsAreCountedExactly(t *testing.T) {
	const clients, requests = 64, 8
	met := func() [][]string {
		r := runtimeOf(t, counting)
		seen := make([][]string, clients)
		var all sync.WaitGroup
		for i := range clients {
			all.Go(func() {
				for range requests {
					seen[i] = append(seen[i], met(r.Decide(asked(t, fmt.Sprintf("%012d", i), fmt.Sprint("key", i)))))
				}
			})
		}
		all.Wait()
		return seen
	}
	first := met()
	for i, one := range first {
		third := one[2]
		if want := []string{"timeout", "timeout", third, "status", "status", "status", "status", "status"}; cmp.Diff(want, one) != "" {
			t.Errorf("client %d met %v", i, one)
		}
		if third != "pending" && third != "nothing" {
			t.Errorf("client %d met %s third", i, third)
		}
	}
	if diff := cmp.Diff(first, met()); diff != "" {
		t.Errorf("again (-first +second):\n%s", diff)
	}
}

// TestParallelRequestsOfOneKey: of 64 clients that share a key a quota lets exactly as
// many requests through as it says.
func TestParallelRequestsOfOneKey(t *testing.T) {
	const clients, requests = 64, 8
	r := runtimeOf(t, "rules: [{on: kyc.address.approve, per: api_key, over: 100/1m, do: 503}]\n")
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() {
			for range requests {
				r.Decide(asked(t, fmt.Sprintf("%012d", i), "shared"))
			}
		})
	}
	all.Wait()
	if got := r.decided()[0]; got != clients*requests-100 {
		t.Errorf("%d of %d requests were beyond 100", got, clients*requests)
	}
}

// TestSharesKeepNothing: whether a client is among them follows from the seed, so there
// may be any number of clients.
func TestSharesKeepNothing(t *testing.T) {
	r := runtimeOf(t, "rules: [{on: kyc.address.approve, per: subject, share: 99.999999%, do: 503}]\n")
	const clients = 10_010
	for i := range clients {
		r.Decide(approve(t, fmt.Sprint(i)))
	}
	if got := r.decided()[0]; got != clients {
		t.Errorf("%d of %d clients were met", got, clients)
	}
}

// TestCountedKeysAreBounded: a rule counts for so many, and says so when there are more.
func TestCountedKeysAreBounded(t *testing.T) {
	for _, test := range []struct {
		rule string
		most int
		why  string
	}{
		{"times: 1", 10_000, "it counts for 10000 already, which is the most; it leaves subject last to others"},
		{"over: 50/1m", 2_000, "it counts for 2000 already, which is the most; it leaves subject last to others"},
	} {
		r := runtimeOf(t, "rules: [{on: kyc.address.approve, per: subject, "+test.rule+", do: 503}]\n")
		for i := range test.most {
			r.Decide(approve(t, fmt.Sprint(i)))
		}
		plan := r.Decide(approve(t, "last"))
		if want := "rule 1: per: " + test.why; plan.Rule != "" || plan.Why[0] != want {
			t.Errorf("%s: %q decided, because %q, want %q", test.rule, plan.Rule, plan.Why, want)
		}
		if again := r.Decide(approve(t, "0")).Why[0]; strings.Contains(again, "most;") {
			t.Errorf("%s: one that is counted already: %s", test.rule, again)
		}
	}
}
