package scenario_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/scenario"
)

// TestALiveFaultEnds: at an instant, or so long after it was put on; a snapshot keeps the end.
func TestALiveFaultEnds(t *testing.T) {
	at := noon.Add(time.Hour) // when it is put on
	for until, end := range map[string]time.Time{"10m": at.Add(10 * time.Minute), noon.Add(2 * time.Hour).Format(time.RFC3339): noon.Add(2 * time.Hour)} {
		f, err := liveFault(t, "{name: bank down, fault: {status: 503}, on: kyc.*, until: "+until+"}").Begin(at)
		if err != nil {
			t.Fatal(err)
		}
		r := runtimeOf(t, "rules: []\n")
		r.add(f)
		raw, err := r.settings.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if r.settings, err = options().ReadSettings(raw); err != nil {
			t.Fatal(err)
		}
		for after, want := range map[time.Duration][]string{-time.Nanosecond: {"live bank down (fault-1): decided: status 503"}, 0: nil, time.Hour: nil} {
			c := approve(t, zarina)
			c.Now = end.Add(after)
			if diff := cmp.Diff(want, r.Decide(c).Why); diff != "" {
				t.Errorf("until %s, %s after the end (-want +got):\n%s", until, after, diff)
			}
			if unserved := r.settings.Unserved(table().Operations()[:1], c.Now); (len(unserved.Faults) > 0) != (want != nil) {
				t.Errorf("until %s, %s after the end: a request that is malformed meets %v", until, after, unserved.Faults)
			}
		}
		if n := len(r.settings.WithoutEnded(end).Faults); n != 0 {
			t.Errorf("%d faults are there after the end", n)
		}
	}
	if _, err := liveFault(t, "{fault: reset, until: 2001-01-01T00:00:00Z}").Begin(noon); err == nil || !strings.Contains(err.Error(), "name a later instant") {
		t.Errorf("an end that has passed: %v", err)
	}
}

// TestChaosForSome: on, for, per and an end say whom chaos meets.
func TestChaosForSome(t *testing.T) {
	for _, test := range []struct {
		source string
		met    []string // of zarina and arman for approve, and of zarina an hour later
	}{
		{"{share: 1}", []string{"zarina", "arman", "later"}},
		{"{share: 100%, on: k2.*}", nil},
		{"{share: 1, for: {iin: 031231500126}}", []string{"arman"}},
		{"{share: 1, when: 'body.iin startsWith \"90\"'}", []string{"zarina", "later"}},
		{"{share: 1, until: 30m}", []string{"zarina", "arman"}},
		{"{share: 0}", nil},
	} {
		r := runtimeOf(t, "rules: []\n")
		chaos, err := parsedChaos(t, test.source).Begin(noon)
		if err != nil {
			t.Fatal(err)
		}
		r.become(r.settings.WithChaos(chaos))
		var met []string
		for i, iin := range []string{zarina, arman, zarina} {
			c := approve(t, iin)
			if c.Now = noon; i == 2 {
				c.Now = noon.Add(time.Hour)
			}
			if r.Decide(c).Chaos {
				met = append(met, []string{"zarina", "arman", "later"}[i])
			}
		}
		if diff := cmp.Diff(test.met, met); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.source, diff)
		}
	}
}

// TestChaosPer: all requests of some persons, no request of the others, and so many of them.
func TestChaosPer(t *testing.T) {
	r := runtimeOf(t, "rules: []\n")
	r.become(r.settings.WithChaos(parsedChaos(t, "{name: some, share: 30%, per: subject}")))
	const persons = 1000
	met := 0
	for i := range persons {
		var times []bool
		for range 3 {
			plan := r.Decide(approve(t, fmt.Sprintf("%012d", i)))
			if times = append(times, plan.Chaos); plan.Chaos && !strings.HasPrefix(plan.Rule, "chaos some: ") {
				t.Fatalf("it is called %q", plan.Rule)
			}
		}
		if slices.Contains(times, !times[0]) {
			t.Fatalf("person %d: %v", i, times)
		}
		if times[0] {
			met++
		}
	}
	if met < persons*25/100 || met > persons*35/100 {
		t.Errorf("%d of %d persons are met, want 30 %%", met, persons)
	}
}

func parsedChaos(t testing.TB, source string) scenario.Chaos {
	t.Helper()
	c, findings := scenario.ParseChaos([]byte(source), options())
	if findings.Broken() {
		t.Fatal(findings)
	}
	return c
}

// TestBrokenTerms: what live faults and chaos are refused for.
func TestBrokenTerms(t *testing.T) {
	fault := func(source string) string {
		_, findings := scenario.ParseFault([]byte(source), options())
		return findings.Error()
	}
	chaos := func(source string) string {
		_, findings := scenario.ParseChaos([]byte(source), options())
		return findings.Error()
	}
	for _, test := range []struct{ got, want string }{
		{fault("{fault: reset, until: soon}"), `fault:1:23: until: found "soon", expected an instant with its offset, such as 2024-03-01T09:00:00+05:00, or how long from now, such as 10m`},
		{fault("{fault: reset, until: 0s}"), `fault:1:23: until: found "0s", expected a duration above 0`},
		{fault("{fault: reset, name: [a]}"), `fault:1:22: name: found a list, expected a name for the fault`},
		{fault("{fault: reset, per: session, on: kyc.info.exec_proc, times: 1}"), `fault:1:21: per: found "session", expected whose requests are counted: subject, api_key, sandbox, request.api_key, request.iin, request.iinbin`},
		{chaos("{on: kyc.*}"), `chaos:1:1: found no share, expected the key share: which share of the requests, such as 0.05 or 20%`},
		{chaos("{share: 101%}"), `chaos:1:9: share: found "101%", expected a share from 0 to 1, such as 0.05, or from 0% to 100%`},
		{chaos("{share: 0.1, per: sandbox}"), `chaos:1:2: share: found share beside per sandbox, expected a share of many, such as per: subject: there is one sandbox`},
		{chaos("{share: 0.1, on: kyc.info.exec_proc, for: {iim: 1}}"), `chaos:1:44: for: found "iim", expected a field of the request: api_key, iin; did you mean "iin"?`},
		{chaos("{share: 0.1, times: 1}"), `chaos:1:14: found "times", expected one of the keys share, on, for, when, per, name, until`},
		{chaos("{share: 0.1, on: kyc.adres.get}"), `chaos:1:18: on: found "kyc.adres.get", expected an operation, or a pattern such as kyc.address.*; did you mean "kyc.address.get"?`},
		{chaos("{share: 0.1, until: tomorrow}"), `chaos:1:21: until: found "tomorrow", expected an instant with its offset, such as 2024-03-01T09:00:00+05:00, or how long from now, such as 10m`},
	} {
		if test.got != test.want {
			t.Errorf("got %s\nwant %s", test.got, test.want)
		}
	}
}
