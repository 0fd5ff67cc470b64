package gateway_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/scenario"
)

func TestFiles(t *testing.T) {
	get := func(method, rng string) *http.Request {
		r := httptest.NewRequest(method, "/demo/file", nil)
		if rng != "" {
			r.Header.Set("Range", rng)
		}
		return r
	}
	for _, c := range []struct {
		name   string
		kind   string
		params any
		r      *http.Request
		status int
		length string
		body   string
		err    error
	}{
		{"cut", "truncate", "10", get("GET", ""), 200, "100", fileContent[:10], errAborted},
		{"a range, cut", "truncate", "50%", get("GET", "bytes=10-29"), 206, "20", fileContent[10:20], errAborted},
		{"the head of a cut file", "truncate", "10", get("HEAD", ""), 200, "100", "", errAborted},
		{"dribbled", "dribble", "1s", get("GET", "bytes=10-29"), 206, "20", fileContent[10:30], nil},
		{"garbage", "garbage", map[string]any{"as": "bytes", "size": 5}, get("GET", ""), 200, "5", "", nil},
		{"the head of garbage", "garbage", map[string]any{"as": "bytes", "size": 5}, get("HEAD", ""), 200, "5", "", nil},
		{"a range of what can't drift", "drift", nil, get("GET", "bytes=10-29"), 206, "20", fileContent[10:30], nil},
	} {
		d := newDemo(t, fast)
		d.live(fault(t, c.kind, c.params))
		answer, err := d.do(c.r)
		if !errors.Is(err, c.err) || answer.Code != c.status || answer.Header().Get("Content-Length") != c.length {
			t.Errorf("%s: status %d, length %s, error %v; want %d, %s, %v", c.name, answer.Code,
				answer.Header().Get("Content-Length"), err, c.status, c.length, c.err)
		}
		if got := answer.Body.String(); c.name != "garbage" && got != c.body {
			t.Errorf("%s: body %q, want %q", c.name, got, c.body)
		}
		if got := answer.Header().Get("Content-Type"); got != "application/pdf" {
			t.Errorf("%s: Content-Type %s: it stays that of the file", c.name, got)
		}
		want := c.kind
		if c.kind == "drift" {
			want = "" // nothing has drifted
		}
		if got := answer.Header().Get("Sim-Fault"); got != want {
			t.Errorf("%s: Sim-Fault %q, want %q", c.name, got, want)
		}
	}
}

// The journal has what went over the wire, and what the service did.
func TestJournalOfAFault(t *testing.T) {
	for _, c := range []struct {
		kind    string
		params  any
		status  int
		body    string
		outcome string
		changes int
	}{
		{"truncate", "20", 200, `{"status":"STORED","`, "stored", 1},
		{"lost-reply", nil, 0, "", "stored", 1},
		{"lost-reply", "504", 504, gatewayTimeout, "stored", 1},
		{"reset", nil, 0, "", "", 0},
		{"status", "503", 503, "", "", 0},
		{"stale-read", nil, 200, `{"status":"STORED","text":"x"}`, "stored", 0},
		{"drift", map[string]any{"drop": "text"}, 200, `{"status":"STORED"}`, "stored", 1},
	} {
		for _, rule := range []string{"the rule", ""} {
			d := newDemo(t, fast)
			d.plan(scenario.Plan{Rule: rule, Why: []string{"looked at"}, Faults: []faults.Fault{fault(t, c.kind, c.params)}})
			_, _ = d.do(put("901123300258", "x"))
			e := d.last()
			decision := "rule"
			if rule == "" && c.outcome == "" {
				decision = "fault"
			} else if rule == "" {
				decision = "behaviour"
			}
			got := fmt.Sprint(e.Status, string(e.Response.Body), e.Outcome, len(e.Changes), e.Fault, e.Rule, e.Decision, e.Why[0])
			want := fmt.Sprint(c.status, c.body, c.outcome, c.changes, c.kind, rule, decision, "looked at")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s %v (-want +got):\n%s", c.kind, c.params, diff)
			}
		}
	}
}

const gatewayTimeout = "<!DOCTYPE html>\n<html>\n<head><title>504 Gateway Timeout</title></head>\n<body>\n" +
	"<h1>504 Gateway Timeout</h1>\n<hr>\n<p>gateway</p>\n</body>\n</html>\n"

func TestLostReplyThenTheRetryIsADuplicate(t *testing.T) {
	d := newDemo(t, frozen)
	asked := 0
	d.follow(func(*contract.Call) scenario.Plan {
		if asked++; asked > 1 {
			return scenario.Plan{}
		}
		return scenario.Plan{Rule: "lose the first reply", Faults: []faults.Fault{fault(t, "lost-reply", nil)}}
	})
	if _, err := d.do(put("901123300258", "x")); !errors.Is(err, errAborted) {
		t.Errorf("the first request: %v, want a broken connection", err)
	}
	if e := d.last(); e.Outcome != "stored" || len(e.Changes) != 1 {
		t.Errorf("the journal says %q with %d changes, want stored with 1", e.Outcome, len(e.Changes))
	}
	if answer := d.ask(put("901123300258", "x")); answer.Header().Get("Sim-Outcome") != "duplicate" {
		t.Errorf("the retry: %d %s", answer.Code, answer.Body)
	}
}

// The third request of a subject is as late, no matter which clients asked before it.
func TestDrawsBelongToTheRequest(t *testing.T) {
	delays := func(order ...string) map[string][]string {
		d := newDemo(t, fast)
		d.live(fault(t, "delay", map[string]any{"p50": "300ms", "p99": "2s"}))
		drawn := map[string][]string{}
		for _, iin := range order {
			d.ask(read(iin))
			drawn[iin] = append(drawn[iin], d.last().Why...)
		}
		return drawn
	}
	first := delays("901123300258", "901123300258", "901123300266", "901123300258", "901123300266")
	second := delays("901123300266", "901123300266", "901123300258", "901123300258", "901123300258")
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("the order of strangers matters (-first +second):\n%s", diff)
	}
	if d := first["901123300258"]; d[0] == d[1] || d[1] == d[2] {
		t.Errorf("the requests of one subject are all as late: %v", d)
	}
}

// A sandbox that is reset begins anew in this, too.
func TestDrawsBeginAnewAfterAReset(t *testing.T) {
	d := newDemo(t, fast)
	d.live(fault(t, "delay", map[string]any{"p50": "300ms", "p99": "2s"}))
	var lives [2][]string
	for life := range lives {
		for range 3 {
			d.ask(read("901123300258"))
			lives[life] = append(lives[life], d.last().Why...)
		}
		if _, err := d.sandbox.Reset(); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(lives[0], lives[1]); diff != "" {
		t.Errorf("two lives of one sandbox (-first +second):\n%s", diff)
	}
}
