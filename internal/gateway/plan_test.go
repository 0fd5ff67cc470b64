package gateway_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/scenario"
)

// outcome of an operation, as a script finds it in the call.
func outcome(t *testing.T, c *contract.Call, name string) *contract.Outcome {
	t.Helper()
	o, ok := c.Operation.Outcome(name)
	if !ok {
		t.Fatalf("%s has no outcome %s", c.Operation.ID, name)
	}
	return o
}

// ruled answers every request with an outcome by a rule.
func ruled(t *testing.T, d *demo, name string, list ...faults.Fault) {
	d.follow(func(c *contract.Call) scenario.Plan {
		return scenario.Plan{Rule: "the rule", Outcome: outcome(t, c, name), Faults: list}
	})
}

func TestWhatWinsForTheAnswer(t *testing.T) {
	d := newDemo(t, frozen)
	none := func() { d.follow(nil) }
	rule := func() { ruled(t, d, "found") }
	pass := func() { d.plan(scenario.Plan{Rule: "pass"}) }
	chaos := func() {
		d.follow(func(c *contract.Call) scenario.Plan {
			return scenario.Plan{Chaos: true, Rule: "chaos", Outcome: outcome(t, c, "unavailable")}
		})
	}
	for _, c := range []struct {
		name   string
		script func()
		r      *http.Request
		want   string // outcome, decision, Sim-Rule
	}{
		{"behaviour", none, read("901123300258"), "none behaviour "},
		{"reserved over behaviour", none, read(reservedIIN), "unavailable reserved "},
		{"rule over behaviour", rule, read("901123300258"), "found rule the rule"},
		{"rule over reserved", rule, read(reservedIIN), "found rule the rule"},
		{"Prefer over all", rule, prefer(read(reservedIIN), "outcome=none"), "none prefer "},
		{"a rule that passes", pass, read("901123300259"), "none rule pass"},
		{"a rule that passes leaves a reserved value", pass, read(reservedIIN), "unavailable reserved pass"},
		{"chaos", chaos, read("901123300259"), "unavailable chaos chaos"},
		{"Prefer over chaos", chaos, prefer(read("901123300259"), "outcome=none"), "none prefer "},
	} {
		c.script()
		answer := d.ask(c.r)
		e := d.last()
		if got := strings.Join([]string{e.Outcome, e.Decision, e.Rule}, " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if got := answer.Header().Get("Sim-Rule"); got != e.Rule {
			t.Errorf("%s: Sim-Rule %q, the journal %q", c.name, got, e.Rule)
		}
		if _, err := d.sandbox.Reset(); err != nil {
			t.Fatal(err)
		}
	}
}

// A rule's fault is for the requests that it decides, others' are for all.
func TestFaultsUnderPrefer(t *testing.T) {
	for _, c := range []struct {
		name string
		plan scenario.Plan
		want string // status, Sim-Outcome, Sim-Fault, decision
	}{
		{"a rule's", scenario.Plan{Rule: "the rule"}, "200 none  prefer"},
		{"a live one", scenario.Plan{}, "503  status fault"},
		{"chaos", scenario.Plan{Rule: "chaos", Chaos: true}, "503  status chaos"},
	} {
		d := newDemo(t, frozen)
		c.plan.Faults = []faults.Fault{fault(t, "status", "503")}
		d.plan(c.plan)
		answer := d.ask(prefer(read("901123300258"), "outcome=none"))
		h := answer.Header()
		if got := fmt.Sprint(answer.Code, " ", h.Get("Sim-Outcome"), " ", h.Get("Sim-Fault"), " ", d.last().Decision); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if applied := h.Get("Preference-Applied") != ""; applied != (answer.Code == 200) {
			t.Errorf("%s: Preference-Applied is there: %v", c.name, applied)
		}
	}
}

func TestMalformedRequestsMeetNoScript(t *testing.T) {
	d := newDemo(t, frozen)
	d.follow(func(c *contract.Call) scenario.Plan {
		t.Error("the script was asked about a request of the wrong shape")
		return scenario.Plan{}
	})
	r := httptest.NewRequest("POST", "/demo/put", strings.NewReader(`{"iin": 1}`))
	if answer := d.ask(r); answer.Code != 400 {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
}

// setText is a patch of one field.
func setText(value any) func(any) any {
	return func(body any) any {
		body.(map[string]any)["text"] = value
		return body
	}
}

func TestPatch(t *testing.T) {
	for _, c := range []struct {
		name   string
		plan   scenario.Plan
		r      *http.Request
		status int
		body   string // or a part of it
		stored int
	}{
		{"fits", scenario.Plan{Patch: setText("patched")}, put("901123300258", "x"), 200, `{"status":"STORED","text":"patched"}`, 1},
		{"does not fit", scenario.Plan{Patch: setText(5)}, put("901123300258", "x"), 500,
			`the rule \"the rule\" can't be followed: the patched answer does not fit demo/note.json: /text`, 0},
		{"need not fit", scenario.Plan{Patch: setText(5), OffContract: true}, put("901123300258", "x"), 200, `{"status":"STORED","text":5}`, 1},
		{"is no JSON", scenario.Plan{Patch: func(any) any { return func() {} }}, put("901123300258", "x"), 500, "its patch makes no JSON", 0},
		{"of a file", scenario.Plan{Patch: setText("x")}, httptest.NewRequest("GET", "/demo/file", nil), 500, "no JSON to change in the answer file", 0},
	} {
		d := newDemo(t, frozen)
		c.plan.Rule = "the rule"
		d.plan(c.plan)
		answer := d.ask(c.r)
		if answer.Code != c.status || !strings.Contains(answer.Body.String(), c.body) {
			t.Errorf("%s: %d %s, want %d with %s", c.name, answer.Code, answer.Body, c.status, c.body)
		}
		if got := len(d.stored()); got != c.stored {
			t.Errorf("%s: %d notes are stored, want %d", c.name, got, c.stored)
		}
	}
}

// A fault spoils the answer after the patch, and no check is in its way.
func TestDriftOfAPatchedAnswer(t *testing.T) {
	d := newDemo(t, frozen)
	d.plan(scenario.Plan{Rule: "the rule", Patch: setText("patched"),
		Faults: []faults.Fault{fault(t, "drift", map[string]any{"null": "status"})}})
	if got := d.ask(put("901123300258", "x")).Body.String(); got != `{"status":null,"text":"patched"}` {
		t.Errorf("%s", got)
	}
}

func TestOwnReply(t *testing.T) {
	teapot := scenario.Reply{Status: 418, Header: http.Header{"Content-Type": {"text/plain"}, "X-Pot": {"tea"}}, Body: []byte("short and stout")}
	for _, c := range []struct {
		name    string
		reply   scenario.Reply
		off     bool
		status  int
		outcome string
		typ     string
		body    string // or a part of it
	}{
		{"outside of the contract", teapot, true, 418, "off-contract", "text/plain", "short and stout"},
		{"outside without saying so", teapot, false, 500, "", "application/problem+json", `the rule \"the rule\" can't be followed: its reply is no outcome of demo.put`},
		{"within", scenario.Reply{Status: 409, Body: []byte(`{"detail":"Duplicate"}`)}, false, 409, "duplicate", "application/json", `{"detail":"Duplicate"}`},
		{"another text", scenario.Reply{Status: 409, Body: []byte(`{"detail":"Dublicate"}`)}, false, 500, "", "application/problem+json", "no outcome of"},
		{"empty", scenario.Reply{Status: 503}, true, 503, "off-contract", "", ""},
		{"no status", scenario.Reply{}, true, 500, "", "application/problem+json", "expected 200 to 599"},
	} {
		d := newDemo(t, frozen)
		d.plan(scenario.Plan{Rule: "the rule", Reply: &c.reply, OffContract: c.off})
		answer := d.ask(put("901123300258", "x"))
		h := answer.Header()
		if answer.Code != c.status || h.Get("Sim-Outcome") != c.outcome || h.Get("Content-Type") != c.typ || !strings.Contains(answer.Body.String(), c.body) {
			t.Errorf("%s: %d, outcome %q, type %q: %s", c.name, answer.Code, h.Get("Sim-Outcome"), h.Get("Content-Type"), answer.Body)
		}
		if c.reply.Header != nil && c.off && h.Get("X-Pot") != "tea" {
			t.Errorf("%s: its headers are lost: %v", c.name, h)
		}
		if e := d.last(); e.Outcome != c.outcome || len(d.stored()) != 0 {
			t.Errorf("%s: the journal says %q, %d notes are stored", c.name, e.Outcome, len(d.stored()))
		}
	}
}

// event writes a note before the service is asked.
func event(iin string) func(*contract.Call) error {
	return func(c *contract.Call) error {
		notes.Put(c.Tx, iin, note{Text: "happened " + c.Now.Format(time.TimeOnly)})
		return nil
	}
}

// What happens in the world happens once, whatever becomes of the request.
func TestEventsOfTheWorld(t *testing.T) {
	const other = "901123300266"
	for _, c := range []struct {
		name    string
		plan    scenario.Plan
		r       *http.Request
		outcome string
		notes   int
		changes int
	}{
		{"the service sees it", scenario.Plan{}, read(other), "found", 1, 1},
		{"beside a write", scenario.Plan{}, put("901123300258", "x"), "stored", 2, 2},
		{"before a refusal", scenario.Plan{}, put(other, "x"), "duplicate", 1, 1},
		{"before a stale read", scenario.Plan{Faults: []faults.Fault{fault(t, "stale-read", nil)}}, read(other), "none", 1, 1},
		{"though the request is lost", scenario.Plan{Faults: []faults.Fault{fault(t, "status", "503")}}, read(other), "", 1, 1},
		{"beside an own reply", scenario.Plan{Reply: &scenario.Reply{Status: 503}, OffContract: true}, read(other), "off-contract", 1, 1},
	} {
		d := newDemo(t, frozen)
		c.plan.Rule, c.plan.Before = "the rule", event(other)
		d.plan(c.plan)
		d.ask(c.r)
		if e := d.last(); e.Outcome != c.outcome || len(e.Changes) != c.changes || len(d.stored()) != c.notes {
			t.Errorf("%s: outcome %q, %d changes, stored %v; want %q, %d, %d notes",
				c.name, e.Outcome, len(e.Changes), d.stored(), c.outcome, c.changes, c.notes)
		}
	}
	d := newDemo(t, frozen)
	d.plan(scenario.Plan{Rule: "the rule", Before: func(*contract.Call) error { return fmt.Errorf("nobody is there") }})
	if answer := d.ask(put("901123300258", "x")); answer.Code != 500 ||
		!strings.Contains(answer.Body.String(), "what happens first: nobody is there") || len(d.stored()) != 0 {
		t.Errorf("an event that fails: %d %s", answer.Code, answer.Body)
	}
}

func TestAdvanceComesFirst(t *testing.T) {
	d := newDemo(t, frozen)
	d.plan(scenario.Plan{Rule: "the rule", Advance: time.Hour, Before: event("901123300258")})
	d.ask(read("901123300258"))
	if diff := cmp.Diff(map[string]string{"901123300258": "happened 15:00:00"}, d.stored()); diff != "" {
		t.Errorf("the event (-want +got):\n%s", diff)
	}
	if now := d.sandbox.Run().Clock.Now(); !now.Equal(start.Add(time.Hour)) {
		t.Errorf("the clock stands at %s", now)
	}
	d.plan(scenario.Plan{Rule: "the rule", Advance: -time.Hour})
	if answer := d.ask(read("901123300258")); answer.Code != 500 || !strings.Contains(answer.Body.String(), "never goes back") {
		t.Errorf("back in time: %d %s", answer.Code, answer.Body)
	}
}

func TestForcedOutcomeOnStaleStateKeepsNothing(t *testing.T) {
	d := newDemo(t, frozen)
	ruled(t, d, "found", fault(t, "stale-read", nil))
	answer := d.ask(read("901123300258"))
	if answer.Body.String() != `{"status":"FOUND","text":"arranged"}` || len(d.stored()) != 0 {
		t.Errorf("%s, stored %v", answer.Body, d.stored())
	}
}
