package control_test

import (
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/testgolden"
)

// outcomes of so many approvals of a citizen's.
func (r *rig) approvals(n int) []string {
	var got []string
	for range n {
		got = append(got, r.do("POST", r.base+addressApprove, of(citizen)).Header().Get("Sim-Outcome"))
	}
	return got
}

const polls = "version: 1\nscenario: polls\ngiven: {subjects: [{iin: 901123300258, phone: 77011234567}]}\n" +
	"rules: [{name: by poll, on: kyc.address.approve, do: [pending, pending, invalid, timeout]}]\n"

func TestScenarioStartsTheSandboxAnew(t *testing.T) {
	r := newRig(t, nil)
	r.ask("found", execProc, of(citizen))
	r.control("PUT", "/scenario", polls, nil)
	diff(t, "approvals", []string{"pending", "pending", "invalid"}, r.approvals(3))
	var list struct{ Requests []struct{ ID string } }
	r.control("GET", "/requests", "", &list)
	if len(list.Requests) != 3 || list.Requests[2].ID != "req-000001" {
		t.Errorf("the journal has %v, want the three since", list.Requests)
	}
	var now struct {
		Name, Source string
		Rules        []struct {
			Name    string
			Decided int
		}
	}
	r.control("GET", "/scenario", "", &now)
	if now.Name != "polls" || now.Source != polls || len(now.Rules) != 1 || now.Rules[0].Decided != 3 {
		t.Errorf("in force is %+v", now)
	}
	r.control("POST", "/reset", "", nil)
	diff(t, "approvals after a reset", []string{"pending", "pending", "invalid"}, r.approvals(3))

	// Other rules over the same state, and those that are the same go on counting.
	r.control("PUT", "/scenario?keep=state", polls+"must: [{on: kyc.address.get}]\n", nil)
	diff(t, "approvals after a change", []string{"timeout"}, r.approvals(1))
	r.control("DELETE", "/scenario?keep=state", "", nil)
	if w := r.do("GET", "/_sim/sandboxes/default/scenario", ""); w.Code != 404 {
		t.Errorf("after a delete there is %s", w.Body)
	}
	if w := r.do("GET", "/_sim/sandboxes/default/phones/77011234567", ""); !strings.Contains(w.Body.String(), "1414") {
		t.Errorf("the state isn't kept: %s", w.Body)
	}
	r.control("DELETE", "/scenario", "", nil)
	if w := r.do("GET", "/_sim/sandboxes/default/phones/77011234567", ""); strings.Contains(w.Body.String(), "1414") {
		t.Errorf("the state is kept: %s", w.Body)
	}
}

func TestBrokenScenarioLeavesTheOldInForce(t *testing.T) {
	r := newRig(t, nil)
	r.control("PUT", "/scenario", polls, nil)
	diff(t, "approvals", []string{"pending"}, r.approvals(1))
	for body, says := range map[string]string{
		strings.Replace(polls, "invalid", "invald", 1):             `"nearest":"invalid"`,
		strings.Replace(polls, "kyc.", "kcy.", 1):                  `"line":4`,
		strings.Replace(polls, "phone: 7", "phone: 8", 1):          ``,
		strings.Replace(polls, "rules", "use: [a.yaml]\nrules", 1): "a.yaml",
		"": "an empty document",
	} {
		for _, query := range []string{"", "?keep=state"} {
			w := r.do("PUT", "/_sim/sandboxes/default/scenario"+query, body)
			if says == "" {
				continue
			}
			if w.Code != 422 || !strings.Contains(w.Body.String(), says) || !strings.Contains(w.Body.String(), `"findings":[{`) {
				t.Errorf("%s: %d %s", body, w.Code, w.Body)
			}
		}
	}
	for _, query := range []string{"?keep=rules", "?case=none"} {
		if w := r.do("PUT", "/_sim/sandboxes/default/scenario"+query, polls); w.Code < 400 || w.Code >= 500 {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
		}
	}
}

// TestNewSandboxWithAScenario: of the library, one of its cases, or written in
// place, as YAML or JSON; a broken one makes no sandbox.
func TestNewSandboxWithAScenario(t *testing.T) {
	r := newRig(t, nil)
	for id, scenario := range map[string]string{
		"library": `"address-rejected"`,
		"yaml":    `"version: 1\nscenario: mine\nrules: [{on: kyc.address.approve, do: invalid}]"`,
		"json":    `{"version": "1", "scenario": "mine", "rules": [{"on": "kyc.address.approve", "do": "invalid"}]}`,
	} {
		w := r.do("POST", "/_sim/sandboxes", `{"id": "`+id+`", "scenario": `+scenario+`}`)
		if w.Code != 201 || !strings.Contains(w.Body.String(), `"scenario": "`) {
			t.Errorf("%s: %d %s", id, w.Code, w.Body)
		}
	}
	r.base = "/s/yaml"
	diff(t, "yaml", []string{"invalid"}, r.approvals(1))
	r.base = "/s/json"
	diff(t, "json", []string{"invalid"}, r.approvals(1))
	for scenario, status := range map[string]int{
		`"addres-rejected"`: 404, `"address-rejected/none"`: 422, `"version: 1\nscenario: x\nrules: [{on: x}]"`: 422, `{"version": 1}`: 422, `7`: 400,
	} {
		w := r.do("POST", "/_sim/sandboxes", `{"id": "broken", "scenario": `+scenario+`}`)
		if w.Code != status {
			t.Errorf("%s: %d %s", scenario, w.Code, w.Body)
		}
		if w := r.do("GET", "/_sim/sandboxes/broken", ""); w.Code != 404 {
			t.Errorf("%s made a sandbox: %s", scenario, w.Body)
		}
	}
}

// TestVerdict is on what the client has done, and tells what was remarked.
func TestVerdict(t *testing.T) {
	r := newRig(t, nil)
	r.control("PUT", "/scenario", `
version: 1
scenario: must
must:
  - {on: kyc.info.exec_proc, outcome: found, count: 2}
  - {on: kyc.address.approve, within: 10s}
  - {on: abs.*, count: 0}
`, nil)
	r.ask("found", execProc, of(citizen))
	r.control("POST", "/clock/advance", `{"by": "11s"}`, nil)
	r.ask("pending", addressApprove, of(citizen), "Content-Type", "")
	r.ask("pending", addressApprove, of(citizen), "Content-Type", "")
	r.do("POST", "/no/operation", "{}")
	testgolden.Compare(t, "testdata/verdict.json", r.do("GET", "/_sim/sandboxes/default/verdict", "").Body.String())

	r.control("POST", "/reset", "", nil)
	r.ask("found", execProc, of(citizen))
	r.ask("found", execProc, of(citizen))
	r.ask("pending", addressApprove, of(citizen))
	var v struct{ Passed bool }
	if r.control("GET", "/verdict", "", &v); !v.Passed {
		t.Error("the client has done all that it must, and failed")
	}
}

// TestFaultsAndChaos are for every request, beside the rules.
func TestFaultsAndChaos(t *testing.T) {
	r := newRig(t, nil)
	var fault struct{ ID string }
	r.control("POST", "/faults", `{"on": "abs.*", "fault": {"status": 503}, "times": 1}`, &fault)
	if w := r.do("GET", "/abs/get_cli?iinbin="+citizen, ""); w.Code != 503 || w.Header().Get("Sim-Fault") != "status" {
		t.Errorf("%d %s", w.Code, w.Header())
	}
	r.ask("found", "/abs/get_cli?iinbin="+citizen, "")
	var all []struct {
		ID, On, Faults string
		Met            int
	}
	r.control("GET", "/faults", "", &all)
	if len(all) != 1 || all[0].Met != 1 || all[0].On != "abs.*" || all[0].Faults != "status" {
		t.Errorf("on are %+v", all)
	}
	r.control("DELETE", "/faults/"+fault.ID, "", nil)
	r.control("PUT", "/chaos", `{"share": 1}`, nil)
	var info struct {
		Faults int
		Chaos  float64
	}
	if r.control("GET", "", "", &info); info.Faults != 0 || info.Chaos != 1 {
		t.Errorf("the sandbox tells of %+v", info)
	}
	r.control("PUT", "/chaos", `{"share": "20%", "per": "subject", "on": "kyc.*", "name": "some", "until": "10m"}`, nil)
	dial := r.do("GET", "/_sim/sandboxes/default/chaos", "").Body.String()
	for _, says := range []string{`"share": 0.2`, `"per": "subject"`, `"on": "kyc.*"`, `"name": "some"`, `"until": "`} {
		if !strings.Contains(dial, says) {
			t.Errorf("the dial tells nothing of %s: %s", says, dial)
		}
	}
	r.control("POST", "/faults", `{"fault": "reset", "name": "brief", "until": "10m"}`, nil)
	r.control("POST", "/clock/advance", `{"by": "10m"}`, nil)
	for _, path := range []string{"/faults", "/chaos"} {
		if w := r.do("GET", "/_sim/sandboxes/default"+path, ""); !strings.Contains(w.Body.String(), `"ended": true`) {
			t.Errorf("%s after the end: %s", path, w.Body)
		}
	}
	r.control("GET", "", "", &info)
	r.control("POST", "/faults", "fault: reset", nil)
	if w := r.do("GET", "/_sim/sandboxes/default/faults", ""); info.Chaos != 0 || strings.Contains(w.Body.String(), "brief") {
		t.Errorf("chaos %g after its end; the faults are %s", info.Chaos, w.Body)
	}
	for _, body := range []string{`{"share": 2}`, `{"share": -0.1}`, `{"part": 1}`, ``, `{share: 0.1, until: 2001-01-01T00:00:00Z}`, `{share: 50%, per: sandbox}`} {
		if w := r.do("PUT", "/_sim/sandboxes/default/chaos", body); w.Code != 422 {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
	for body, says := range map[string]string{`{fault: rest}`: `"nearest":"reset"`, `{on: x.*, fault: reset}`: "x.*", ``: "empty"} {
		if w := r.do("POST", "/_sim/sandboxes/default/faults", body); w.Code != 422 || !strings.Contains(w.Body.String(), says) {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
}
