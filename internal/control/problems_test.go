package control_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/control"
	"github.com/kzsim/kzsim/internal/problem"
)

// problems are what goes wrong, and a part of what is said about it.
var problems = []struct {
	method, path, body string
	status             int
	detail             string
}{
	{"GET", "/_sim/sandbox", "", 404, "no path /_sim/sandbox"},
	{"GET", "/_sim/sandboxes/", "", 404, "the nearest is /_sim/sandboxes"},
	{"GET", "/_sim/sandboxes/one/clok", "", 404, "the nearest is /_sim/sandboxes/one/clock"},
	{"GET", "/s/one/_sim/health", "", 404, "the nearest is /_sim/health"},
	{"DELETE", "/_sim/contract", "", 405, "what does is GET, HEAD"},
	{"PATCH", "/_sim/sandboxes", "", 405, "PATCH does not go with /_sim/sandboxes"},
	{"GET", "/_sim/sandboxes/nobody", "", 404, "nobody"},
	{"GET", "/_sim/sandboxes/onne", "", 404, "the nearest is one; PUT /_sim/sandboxes/onne makes it"},
	{"DELETE", "/_sim/sandboxes/nobody", "", 404, "nobody"},
	{"POST", "/_sim/sandboxes/nobody/reset", "", 404, "nobody"},
	{"GET", "/s/nobody/_sim/clock", "", 404, "nobody"},

	{"POST", "/_sim/sandboxes", `{"id": "one"}`, 409, "one"},
	{"POST", "/_sim/sandboxes", `{"id": "One!"}`, 400, "lower-case letters"},
	{"POST", "/_sim/sandboxes", `{"id": 1}`, 400, "body:1:8: id: found 1, expected a text"},
	{"POST", "/_sim/sandboxes", `{"idd": "two"}`, 400, `body:1:2: found "idd", expected one of clock, deliver, expires, id, owner, profile, scenario, seed, targets; did you mean "id"?`},
	{"POST", "/_sim/sandboxes", `{"clock": {"strat": "x"}}`, 400, `clock: found "strat", expected one of mode, speed, start, zone; did you mean "start"?`},
	{"POST", "/_sim/sandboxes", `{"clock": {"speed": "fast"}}`, 400, `body:1:21: clock.speed: found "fast", expected a number`},
	{"POST", "/_sim/sandboxes", `{"profile": {"preset": 1}}`, 400, "profile.preset: found 1, expected a text"},
	{"POST", "/_sim/sandboxes", `{"owner": ["a"]}`, 400, "owner: found a list, expected a text"},
	{"POST", "/_sim/sandboxes", `[]`, 400, "body:1:1: found a list, expected an object"},
	{"POST", "/_sim/sandboxes", `id: two`, 400, "body:1:1: found invalid character 'i' looking for beginning of value, expected valid JSON"},
	{"POST", "/_sim/sandboxes", `{"id": "two"} {}`, 400, "body:1:15: found invalid character '{' after top-level value"},
	{"POST", "/_sim/sandboxes", `{"scenario": 5}`, 400, "/scenario: expected a name of the library"},
	{"POST", "/_sim/sandboxes", `{"scenario": "payment"}`, 404, `the nearest is "payment-`},
	{"POST", "/_sim/sandboxes", `{"scenario": "address-approved/x"}`, 422, "it has none"},
	{"POST", "/_sim/sandboxes", `{"seed": -1}`, 400, "seed: found -1, expected a whole number from 0"},
	{"POST", "/_sim/sandboxes", `{`, 400, "body:1:2: found the end of the body, expected the rest of the JSON value"},
	{"POST", "/_sim/sandboxes", `{"clock": {"mode": "slow"}}`, 400, "real, frozen or speed"},
	{"POST", "/_sim/sandboxes", `{"clock": {"mode": "speed", "speed": -1}}`, 400, "speed must be above 0"},
	{"POST", "/_sim/sandboxes", `{"profile": {"preset": "lax"}}`, 400, "documents, observed, strict"},
	{"POST", "/_sim/sandboxes", `{"expires": "soon"}`, 400, "a duration such as 30m"},
	{"POST", "/_sim/sandboxes", `{"expires": "-1m"}`, 400, "a duration such as 30m"},
	{"PUT", "/_sim/sandboxes/two", `{"id": "three"}`, 400, `the body's id "three" is not the path's "two"`},

	{"POST", "/_sim/sandboxes/one/given", "", 422, `the body is empty; it is to be such as {"subjects":`},
	{"POST", "/_sim/sandboxes/one/given", "k2:\n  demands: [{code: P, amuont: 1}]", 422, `given:2:23: k2.demands[0]: found "amuont", expected one of the fields`},
	{"POST", "/_sim/sandboxes/one/given", `{"given": {}}`, 422, `given:1:2: found "given", expected one of the keys subjects`},
	{"POST", "/_sim/sandboxes/one/given", `{"k2": {"loans": [{"each": "1..99999", "item": {}}]}}`, 422, `given:1:28: k2.loans[0].each: found`},
	{"POST", "/_sim/sandboxes/one/given", "subjects: [{iin: 901123300258, phone: '${state.person(1)}'}]", 422, `subjects[0].phone`},
	{"PUT", "/_sim/sandboxes/one/clock", `{"start": "2024-02-01T00:00:00Z"}`, 409, "never goes back"},
	{"PUT", "/_sim/sandboxes/one/clock", `{"mode": "frozen", "speed": 2}`, 400, "speed"},
	{"PUT", "/_sim/sandboxes/one/clock", `{"start": "yesterday"}`, 400, `start: found "yesterday", expected an instant such as 2024-`},
	{"POST", "/_sim/sandboxes/one/clock/advance", `{"by": "-1s"}`, 409, "never goes back"},
	{"POST", "/_sim/sandboxes/one/clock/advance", `{"by": "a day"}`, 400, `a duration such as 30s, 24h or 3d, not "a day"`},
	{"POST", "/_sim/sandboxes/one/clock/advance", `{"by": "1 day"}`, 400, `not "1 day"; or "to" alone is an instant; did you mean "1d"?`},
	{"POST", "/_sim/sandboxes/one/clock/advance", `{"to": "01.04.2030"}`, 400, `not "01.04.2030"; did you mean "2030-04-01T00:00:00+05:00"?`},
	{"PUT", "/_sim/sandboxes/two", `{"expires": "1 час"}`, 400, `or never, not "1 час"; did you mean "1h"?`},
	{"POST", "/_sim/sandboxes/one/clock/advance", `{"to": "tomorrow"}`, 400, `an instant such as 2024-04-01T00:00:00, in the clock's zone unless an offset says which, not "tomorrow"`},
	{"POST", "/_sim/sandboxes/one/clock/advance", `{"to": "2026-04-01T00:00:00", "by": "1s"}`, 400, `or "to" alone is an instant`},
	{"POST", "/_sim/sandboxes/one/clock/advance", `{"to": "1999-04-01T00:00:00"}`, 409, "a sandbox's clock never goes back: advance by -"},
	{"POST", "/_sim/sandboxes/one/clock/advance", ``, 400, `a duration such as 30s, 24h or 3d, not ""`},

	{"PUT", "/_sim/sandboxes/one/profile", `{"kyc.error_envelop": "both"}`, 400, `the nearest is "kyc.error_envelope"`},
	{"PUT", "/_sim/sandboxes/one/profile", `{"kyc.error_envelope": "none"}`, 400, "detail, message, both"},
	{"PUT", "/_sim/sandboxes/one/profile", `{"kyc.otp_life": "long"}`, 400, "a duration such as 5m"},
	{"PUT", "/_sim/sandboxes/one/profile", `[]`, 400, "body:1:1: found a list, expected an object"},

	{"POST", "/_sim/sandboxes/one/subjects/901123300258/answer", `{"with": "approve"}`, 409, "no open address request"},
	{"POST", "/_sim/sandboxes/one/subjects/901123300258/answer", `{"with": "yes"}`, 400, "approve or reject"},
	{"POST", "/_sim/sandboxes/one/phones/77011234567/reply", `{"text": "1"}`, 409, "no open address request"},
	{"POST", "/_sim/sandboxes/one/phones/112/reply", `{"text": "1"}`, 400, "eleven digits"},

	{"GET", "/_sim/sandboxes/one/state/kyc-message", "", 404, `the nearest is "kyc-messages"`},
	{"GET", "/_sim/sandboxes/one/requests?outcom=found", "", 400, `no parameter "outcom"; the nearest is outcome`},
	{"GET", "/_sim/sandboxes/one/requests?outcome=fuond", "", 400, `no operation has an outcome "fuond"; the nearest is "found"`},
	{"GET", "/_sim/sandboxes/one/clock?now=1", "", 400, "it has none"},
	{"GET", "/_sim/sandboxes/one/requests?limit=0", "", 400, "a number from 1"},
	{"GET", "/_sim/sandboxes/one/requests?since=noon", "", 400, "a time such as"},
	{"DELETE", "/_sim/sandboxes/one/faults/fault-1", "", 404, "those that are: none"},
	{"POST", "/_sim/sandboxes/one/faults", " ", 422, `such as {"on": "kyc.*", "fault": "reset"}`},
	{"POST", "/_sim/sandboxes/one/expectations", "", 422, `such as {"on": "kyc.info.*"`},
	{"PUT", "/_sim/sandboxes/one/coverage/scope", `[{"on": "abs.get_pd", "outcome": "not-found", "reason": "x"}]`, 400, `/0: no operation "abs.get_pd"`},
	{"GET", "/_sim/sandboxes/one/requests/req-000001", "", 404, `no request "req-000001"`},
}

// TestProblems: an error is a problem of RFC 9457 whose detail helps.
func TestProblems(t *testing.T) {
	for _, p := range problems {
		t.Run(p.method+" "+p.path+" "+p.body, func(t *testing.T) {
			w := newDesk(t, control.Access{}).do(p.method, p.path, p.body)
			var body struct {
				Type, Title, Detail string
				Status              int
			}
			if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
				t.Fatalf("%d %s: %v", w.Code, w.Body, err)
			}
			if w.Code != p.status || body.Status != p.status || w.Header().Get("Content-Type") != "application/problem+json" {
				t.Errorf("%d %s: %s, want %d", w.Code, w.Header().Get("Content-Type"), w.Body, p.status)
			}
			if body.Type != "about:blank" || body.Title != http.StatusText(p.status) || !strings.Contains(body.Detail, p.detail) {
				t.Errorf("%s, want the detail %s", w.Body, p.detail)
			}
		})
	}
}

// TestTheProcessIsAtFault: that nothing can be kept is a 503, whatever problem a handler
// makes of it.
func TestTheProcessIsAtFault(t *testing.T) {
	refused := commitlog.NotKept{Reason: commitlog.Unsure}
	for _, err := range []error{
		refused,
		fmt.Errorf("wrapped: %w", refused),
		problem.New(http.StatusConflict, "%w", refused),
		problem.New(http.StatusBadRequest, "the clock: %w", refused).With("pointer", "/by"),
	} {
		w := httptest.NewRecorder()
		control.WriteError(w, err)
		if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), string(commitlog.Unsure)) {
			t.Errorf("%v: %d %s", err, w.Code, w.Body)
		}
	}
}

// TestWrongMethod names the right ones, as OPTIONS does.
func TestWrongMethod(t *testing.T) {
	d := newDesk(t, control.Access{})
	for path, want := range map[string]string{
		"/_sim/sandboxes": "GET, HEAD, POST", "/_sim/sandboxes/one": "GET, HEAD, PUT, DELETE",
		"/_sim/sandboxes/one/clock/advance": "POST", "/_sim/metrics": "GET, HEAD", "/_sim/coverage/scope": "GET, HEAD, PUT",
	} {
		for method, status := range map[string]int{"PATCH": 405, "OPTIONS": 204, "TRACE": 405} {
			w := d.do(method, path, "")
			if got := w.Header().Get("Allow"); got != want || w.Code != status {
				t.Errorf("%s %s: %d, Allow is %q, want %d, %q", method, path, w.Code, got, status, want)
			}
		}
	}
}

// TestMethodOfAnotherPath: that another path takes a method doesn't hide that this
// one has others.
func TestMethodOfAnotherPath(t *testing.T) {
	d := newDesk(t, control.Access{})
	for _, method := range []string{"POST", "PUT", "DELETE"} {
		if w := d.do(method, "/_sim/contract", ""); w.Code != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d %s", method, w.Code, w.Body)
		}
	}
}

// TestHead: what can be got can be asked for its head, which for events is all.
func TestHead(t *testing.T) {
	d := newDesk(t, control.Access{})
	for path, media := range map[string]string{
		"/_sim/health/ready": "application/json", "/_sim/sandboxes/one": "application/json",
		"/_sim/sandboxes/one/events": "text/event-stream", "/_sim/metrics": "text/plain",
	} {
		w := d.do("HEAD", path, "")
		if got := w.Header().Get("Content-Type"); w.Code != http.StatusOK || got != media {
			t.Errorf("%s: %d %s", path, w.Code, got)
		}
	}
	if w := d.do("HEAD", "/_sim/sandboxes/nobody", ""); w.Code != http.StatusNotFound {
		t.Errorf("a sandbox that isn't there: %d", w.Code)
	}
}

// TestProbesTakeParameters: balancers and collectors add their own.
func TestProbesTakeParameters(t *testing.T) {
	d := newDesk(t, control.Access{})
	for _, path := range []string{"/_sim/health/ready?from=balancer", "/_sim/version?v=1", "/_sim/metrics?module=sim"} {
		if w := d.do("GET", path, ""); w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}

// TestLargeControlBody is refused before it is read whole.
func TestLargeControlBody(t *testing.T) {
	w := newDesk(t, control.Access{}).do("POST", "/_sim/sandboxes", `{"owner": "`+strings.Repeat("a", 33<<20)+`"}`)
	if w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("%d %.200s", w.Code, w.Body)
	}
}

// TestTooManySandboxes: the pool's bound is a conflict, not a crash.
func TestTooManySandboxes(t *testing.T) {
	d := newDesk(t, control.Access{})
	for _, want := range []int{201, 201, 409} { // three with the desk's own
		if w := d.do("POST", "/_sim/sandboxes", ""); w.Code != want {
			t.Errorf("%d %s, want %d", w.Code, w.Body, want)
		}
	}
}
