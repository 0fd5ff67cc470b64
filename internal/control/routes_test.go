package control_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/gorilla/mux"

	"github.com/kzsim/kzsim/internal/control"
)

// routes are all of them, each with a request that it grants and a part of the
// answer. The sandbox `one` has had a request, a scenario and a live fault; {phone},
// {fault} and {snapshot} are that sandbox's.
var routes = []struct {
	method, path string // as routed, below /_sim
	ask          string // the path asked; the routed one if empty
	body         string
	status       int
	says         string
	media        string // application/json if empty
}{
	{"GET", "/health", "", "", 200, `"status": "ok"`, ""},
	{"GET", "/health/live", "", "", 200, `"status": "ok"`, ""},
	{"GET", "/health/ready", "", "", 200, `"status": "ok"`, ""},
	{"GET", "/version", "", "", 200, `"version": "v1.2.3"`, ""},
	{"GET", "/metrics", "", "", 200, "metrics of the desk", "text/plain"},
	{"GET", "/openapi.json", "", "", 200, `"openapi"`, ""},
	{"GET", "/contract", "", "", 200, `"id": "kyc.address.get"`, ""},
	{"GET", "/contract/openapi.json", "", "", 200, `/api/v1/backend/address/`, ""},
	{"GET", "/coverage", "/coverage?format=md", "", 200, "kyc.address.approve", "text/markdown; charset=utf-8"},
	{"GET", "/coverage/scope", "", "", 200, "[]", ""},
	{"PUT", "/coverage/scope", "", `[{"on": "abs.get_pdf", "outcome": "scan", "reason": "no archive"}]`, 200, `"no archive"`, ""},
	{"GET", "/scenarios", "", "", 200, `"tags": [`, ""},
	{"GET", "/scenarios/{scenario}", "/scenarios/address-approved", "", 200, "scenario: address-approved", "application/yaml"},
	{"POST", "/scenarios/check", "", "version: 2", 200, `"valid": false`, ""},

	{"GET", "/sandboxes", "", "", 200, `"id": "one"`, ""},
	{"POST", "/sandboxes", "", `{"id": "two"}`, 201, `"id": "two"`, ""},
	{"GET", "/sandboxes/{sandbox}", "/sandboxes/one", "", 200, `"base_url": "http://localhost:8080/s/one"`, ""},
	{"PUT", "/sandboxes/{sandbox}", "/sandboxes/two", "", 201, `"token": "`, ""},
	{"DELETE", "/sandboxes/{sandbox}", "/sandboxes/one", "", 204, "", ""},
	{"POST", "/sandboxes/{sandbox}/reset", "/sandboxes/one/reset", "", 200, `"id": "one"`, ""},
	{"GET", "/sandboxes/{sandbox}/clock", "/sandboxes/one/clock", "", 200, `"mode": "frozen"`, ""},
	{"PUT", "/sandboxes/{sandbox}/clock", "/sandboxes/one/clock", `{"mode": "speed", "speed": 60}`, 200, `"speed": 60`, ""},
	{"POST", "/sandboxes/{sandbox}/clock/advance", "/sandboxes/one/clock/advance", `{"by": "90s"}`, 200, `"now": "2024-03-01T09:01:30+05:00"`, ""},
	{"GET", "/sandboxes/{sandbox}/profile", "/sandboxes/one/profile", "", 200, `"preset": "documents"`, ""},
	{"PUT", "/sandboxes/{sandbox}/profile", "/sandboxes/one/profile", `{"preset": "strict"}`, 200, `"preset": "strict"`, ""},
	{"POST", "/sandboxes/{sandbox}/given", "/sandboxes/one/given", "k2: {incoming: [{reference: PTP1}]}", 204, "", ""},
	{"POST", "/sandboxes/{sandbox}/subjects/{iin}/answer", "/sandboxes/one/subjects/901123300258/answer", `{"with": "approve"}`, 204, "", ""},
	{"GET", "/sandboxes/{sandbox}/phones", "/sandboxes/one/phones", "", 200, `"77`, ""},
	{"GET", "/sandboxes/{sandbox}/phones/{phone}", "/sandboxes/one/phones/{phone}", "", 200, `"from": "1414"`, ""},
	{"POST", "/sandboxes/{sandbox}/phones/{phone}/reply", "/sandboxes/one/phones/{phone}/reply", `{"text": "нет"}`, 200, `"phone": "77`, ""},
	{"POST", "/sandboxes/{sandbox}/incoming-demands", "/sandboxes/one/incoming-demands", `{"refer": "PTP1", "iinbin": "901123300258", "amount": 1, "knp": "423"}`, 204, "", ""},
	{"POST", "/sandboxes/{sandbox}/incoming-demands/{reference}/withdraw", "/sandboxes/one/incoming-demands/PTP0/withdraw", `{"reason_code": "06"}`, 204, "", ""},
	{"POST", "/sandboxes/{sandbox}/incoming-demands/{reference}/return", "/sandboxes/one/incoming-demands/PTP0/return", `{"reason_code": "06"}`, 204, "", ""},

	{"GET", "/sandboxes/{sandbox}/state", "/sandboxes/one/state", "", 200, `"kyc-address-sessions": 1`, ""},
	{"GET", "/sandboxes/{sandbox}/state/{collection}", "/sandboxes/one/state/kyc-messages", "", 200, `"iin": "901123300258"`, ""},
	{"GET", "/sandboxes/{sandbox}/snapshot", "/sandboxes/one/snapshot", "", 200, `"kyc-messages"`, ""},
	{"PUT", "/sandboxes/{sandbox}/snapshot", "/sandboxes/one/snapshot", "{snapshot}", 200, `"id": "one"`, ""},
	{"GET", "/sandboxes/{sandbox}/invariants", "/sandboxes/one/invariants", "", 200, `"name": "k2.paid"`, ""},
	{"POST", "/sandboxes/{sandbox}/deliveries/{delivery}/repeat", "/sandboxes/one/deliveries/del-000001/repeat", "", 404, "no such delivery", "application/problem+json"},
	{"GET", "/sandboxes/{sandbox}/deliveries", "/sandboxes/one/deliveries", "", 200, `"deliveries": []`, ""},

	{"GET", "/sandboxes/{sandbox}/requests", "/sandboxes/one/requests", "", 200, `"outcome": "pending"`, ""},
	{"DELETE", "/sandboxes/{sandbox}/requests", "/sandboxes/one/requests", "", 204, "", ""},
	{"GET", "/sandboxes/{sandbox}/requests/{request}", "/sandboxes/one/requests/req-000001", "", 200, `"collection": "kyc-messages"`, ""},
	{"GET", "/sandboxes/{sandbox}/requests.har", "/sandboxes/one/requests.har", "", 200, `"version": "1.2"`, ""},
	{"GET", "/sandboxes/{sandbox}/events", "/sandboxes/one/events?after=0", "", 200, "event: request", "text/event-stream"},
	{"POST", "/sandboxes/{sandbox}/expectations", "/sandboxes/one/expectations", "{on: kyc.address.approve, count: 1}", 200, `"passed": true`, ""},
	{"GET", "/sandboxes/{sandbox}/verdict", "/sandboxes/one/verdict", "", 200, `"passed": true`, ""},
	{"GET", "/sandboxes/{sandbox}/coverage", "/sandboxes/one/coverage", "", 200, `"kyc.address.approve"`, ""},
	{"GET", "/sandboxes/{sandbox}/coverage/scope", "/sandboxes/one/coverage/scope", "", 200, "[]", ""},
	{"PUT", "/sandboxes/{sandbox}/coverage/scope", "/sandboxes/one/coverage/scope", "[]", 200, "[]", ""},

	{"GET", "/sandboxes/{sandbox}/scenario", "/sandboxes/one/scenario", "", 200, "of-the-desk", ""},
	{"PUT", "/sandboxes/{sandbox}/scenario", "/sandboxes/one/scenario", deskScenario, 200, "of-the-desk", ""},
	{"DELETE", "/sandboxes/{sandbox}/scenario", "/sandboxes/one/scenario", "", 204, "", ""},
	{"GET", "/sandboxes/{sandbox}/faults", "/sandboxes/one/faults", "", 200, `"on": "abs.get_cli"`, ""},
	{"POST", "/sandboxes/{sandbox}/faults", "/sandboxes/one/faults", "{on: abs.get_acc, fault: reset}", 201, `"on": "abs.get_acc"`, ""},
	{"DELETE", "/sandboxes/{sandbox}/faults", "/sandboxes/one/faults", "", 204, "", ""},
	{"DELETE", "/sandboxes/{sandbox}/faults/{fault}", "/sandboxes/one/faults/{fault}", "", 204, "", ""},
	{"GET", "/sandboxes/{sandbox}/chaos", "/sandboxes/one/chaos", "", 200, `"share": 0`, ""},
	{"PUT", "/sandboxes/{sandbox}/chaos", "/sandboxes/one/chaos", `{"share": 0.5}`, 200, `"share": 0.5`, ""},
}

const deskScenario = `{version: 1, scenario: of-the-desk, rules: [{on: abs.get_pdf, do: not-found}]}`

// TestEveryRoute asks every route once.
func TestEveryRoute(t *testing.T) {
	for _, route := range routes {
		t.Run(route.method+" "+route.path, func(t *testing.T) {
			d := newDesk(t, control.Access{})
			known := d.furnish()
			path := route.ask
			if path == "" {
				path = route.path
			}
			if route.media == "text/event-stream" {
				d.control.Stop() // it would go on for ever
			}
			w := d.do(route.method, "/_sim"+known.Replace(path), known.Replace(route.body))
			if w.Code != route.status || !strings.Contains(w.Body.String(), route.says) {
				t.Errorf("%d %s\nwant %d, %s", w.Code, w.Body, route.status, route.says)
			}
			checkHead(t, w, route.media)
		})
	}
}

// furnish the sandbox `one`, and answer what its routes can name.
func (d *desk) furnish() *strings.Replacer {
	d.t.Helper()
	wantOutcome(d.t, d.do("POST", approve, subject), "pending")
	d.in("PUT", "/scenario?keep=state", deskScenario, nil)
	var fault struct{ ID string }
	d.in("POST", "/faults", "{on: abs.get_cli, fault: reset}", &fault)
	d.in("POST", "/incoming-demands", `{"refer": "PTP0", "iinbin": "901123300258", "amount": 1, "knp": "423"}`, nil)
	var phones []string
	d.in("GET", "/phones", "", &phones)
	snapshot := d.do("GET", "/_sim/sandboxes/one/snapshot", "").Body.String()
	return strings.NewReplacer("{phone}", phones[0], "{fault}", fault.ID, "{snapshot}", snapshot)
}

// checkHead checks what every answer of the control API has.
func checkHead(t *testing.T, w *httptest.ResponseRecorder, media string) {
	t.Helper()
	switch {
	case w.Code == http.StatusNoContent:
	case media == "":
		media = "application/json"
	}
	for name, want := range map[string]string{
		"Content-Type": media, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// routed are the router's routes as METHOD PATH.
func routed(t *testing.T) (all []string) {
	t.Helper()
	err := control.Router().Walk(func(r *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		path, err := r.GetPathTemplate()
		if err != nil {
			return err
		}
		methods, err := r.GetMethods()
		for _, method := range methods[:1] { // a HEAD goes with every GET
			all = append(all, method+" "+path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestRoutesAreTested: the table above is whole.
func TestRoutesAreTested(t *testing.T) {
	var want []string
	for _, route := range routes {
		want = append(want, route.method+" /_sim"+route.path)
	}
	got := routed(t)
	slices.Sort(want)
	slices.Sort(got)
	diff(t, "routes", want, got)
}

// TestBelowTheSandbox: the routes of one sandbox stand below its prefix, too.
func TestBelowTheSandbox(t *testing.T) {
	d := newDesk(t, control.Access{})
	for path, want := range map[string]string{
		"/s/one/_sim":         `"id": "one"`,
		"/s/one/_sim/":        `"id": "one"`,
		"/s/one/_sim/profile": `"preset": "documents"`,
		"/s/one/_sim/clock":   `"mode": "frozen"`,
	} {
		if w := d.do("GET", path, ""); w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	if w := d.do("POST", "/s/one/_sim/clock/advance", `{"by": "1h"}`); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
