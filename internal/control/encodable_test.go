package control_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/commitlog/commitlogtest"
	"github.com/kzsim/kzsim/internal/control"
	"github.com/kzsim/kzsim/internal/simulator"
)

const beyondDay = "2026-01-01T00:00:00+24:00" // time.Parse takes this offset, JSON does not

// TestWhatCannotBeEncodedIsRefused: each way in which a time or a number comes.
func TestWhatCannotBeEncodedIsRefused(t *testing.T) {
	const one = "/_sim/sandboxes/one"
	scenario := func(text string) string { return "version: 1\nscenario: q\n" + text + "\n" }
	for _, c := range []struct{ method, path, body string }{
		{"POST", "/_sim/sandboxes", `{"clock": {"mode": "frozen", "start": "` + beyondDay + `"}}`},
		{"POST", "/_sim/sandboxes", `{"clock": {"mode": "frozen", "start": "9500-01-01T00:00:00Z"}}`},
		{"POST", "/_sim/sandboxes", `{"clock": {"mode": "frozen", "start": "1969-12-31T00:00:00Z"}}`},
		{"POST", "/_sim/sandboxes", `{"clock": {"mode": "speed", "speed": 1e400}}`},
		{"PUT", one + "/clock", `{"start": "` + beyondDay + `"}`},
		{"PUT", one + "/clock", `{"start": "9000-01-01T00:00:01Z"}`},
		{"PUT", one + "/scenario", scenario("clock: {start: " + beyondDay + "}")},
		{"PUT", one + "/scenario", scenario("clock: {start: 2026-01-01T00:00:00-24:00}")},
		{"PUT", one + "/scenario", scenario("clock: {start: 9000-01-02T00:00:00Z}")},
		{"PUT", one + "/scenario", scenario("clock: {mode: speed, speed: .inf}")},
		{"PUT", one + "/scenario", scenario("rules: [{on: 'kyc.*', between: [" + beyondDay + ", 2027-01-01T00:00:00Z], do: 503}]")},
		{"PUT", one + "/scenario", scenario("rules: [{on: 'kyc.*', probability: .nan, do: 503}]")},
		{"PUT", one + "/chaos", `{"share": 1e400}`},
		{"PUT", one + "/snapshot", "version: 2\nseed: 1\nclock: {mode: frozen, start: " + beyondDay + "}\nrequests: 0\nstate: {}\n"},
		{"PUT", one + "/snapshot", `{"version":2,"seed":1,"clock":{"mode":"frozen","start":"` + beyondDay + `"},"requests":0,"state":{}}`},
		{"GET", one + "/requests?since=2026-01-01T00:00:00%2B24:00", ""},
	} {
		r := newRig(t, nil)
		r.do("PUT", one, "")
		if w := r.do(c.method, c.path, c.body); w.Code < 400 || w.Code >= 500 {
			t.Errorf("%s %s %s: %d %s", c.method, c.path, c.body, w.Code, w.Body)
		}
	}
	r := newRig(t, nil)
	r.control("PUT", "/clock", `{"start": "8999-12-31T23:59:59Z"}`, nil)
	if w := r.do("POST", "/_sim/sandboxes/default/clock/advance", `{"by": "2s"}`); w.Code != http.StatusBadRequest {
		t.Errorf("an advance beyond the range: %d %s", w.Code, w.Body)
	}
}

// TestEverythingIsEncodedAtTheEndOfTime: a run at the last instant, with the longest
// durations, is answered whole by every route that can be got.
func TestEverythingIsEncodedAtTheEndOfTime(t *testing.T) {
	r := newRig(t, nil)
	const longest = "2562047h"
	r.control("PUT", "/scenario", `version: 1
scenario: end
clock: {mode: frozen, start: 9000-01-01T00:00:00+23:59}
profile: {kyc.answer_timeout: `+longest+`, kyc.token_life: `+longest+`, kyc.otp_life: `+longest+`, k2.demand_step: `+longest+`}
given:
  subjects: [{iin: 901123300258, after: `+longest+`}]
rules:
  - {on: kyc.info.exec_proc, times: 1, do: {off_contract: true, reply: {status: 503, body: {a: .nan}}}}
`, nil)
	r.do("POST", addressApprove, of("901123300258"))
	r.do("POST", documentAsk, of("901123300258"))
	r.do("POST", execProc, of("901123300258"))
	r.control("POST", "/subjects/901123300258/answer", `{"with": "approve"}`, nil)
	r.do("POST", addressApprove, of("901123300258"))
	for _, path := range append([]string{"", "/clock", "/profile", "/phones", "/state", "/snapshot", "/deliveries", "/requests",
		"/requests/req-000001", "/requests/req-000002", "/requests.har", "/verdict", "/coverage", "/scenario", "/faults", "/chaos"}, "s") {
		full := "/_sim/sandboxes/default" + path
		if path == "s" {
			full = "/_sim/sandboxes"
		}
		if w := r.do("GET", full, ""); w.Code != http.StatusOK || !json.Valid(w.Body.Bytes()) {
			t.Errorf("GET %s: %d %.300s", full, w.Code, w.Body)
		}
	}
	log := new(commitlogtest.Memory)
	if _, err := r.sim.Keep(simulator.Keeping{Storage: log}); err != nil {
		t.Fatal(err)
	}
	if err := r.sim.StopKeeping(); err != nil {
		t.Fatal(err)
	}
	fresh, err := simulator.New(simulator.Options{NoDefault: true})
	if err != nil {
		t.Fatal(err)
	}
	if found, err := fresh.Keep(simulator.Keeping{Storage: log}); err != nil || found.Records == 0 || len(found.Failed) > 0 {
		t.Errorf("the log: %v, %d records, failed %v", err, found.Records, found.Failed)
	}
}

// TestAnAnswerThatCannotBeEncodedIsA500 that says so.
func TestAnAnswerThatCannotBeEncodedIsA500(t *testing.T) {
	w := httptest.NewRecorder()
	control.WriteJSON(w, http.StatusOK, map[string]any{"share": math.NaN()})
	if w.Code != http.StatusInternalServerError || w.Header().Get("Content-Type") != "application/problem+json" ||
		!strings.Contains(w.Body.String(), "can't be written as JSON: json: unsupported value: NaN") {
		t.Errorf("%d %s %s", w.Code, w.Header(), w.Body)
	}
}

// TestABadSandboxIsListedBesideTheOthers, and told by name in the log.
func TestABadSandboxIsListedBesideTheOthers(t *testing.T) {
	var log bytes.Buffer
	c := control.New(control.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	raw, err := json.Marshal(c.Listed(map[string]float64{"good": 0.5, "bad": math.Inf(1)}))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"id":"good","base_url"`, `{"error":"json: unsupported value: +Inf","id":"bad"}`} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("no %s in %s", want, raw)
		}
	}
	if !strings.Contains(log.String(), "sandbox=bad") || strings.Contains(log.String(), "good") {
		t.Errorf("the log: %s", &log)
	}
}
