package control_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// snapshot of the default sandbox.
func (r *rig) snapshot() string {
	r.t.Helper()
	w := r.do("GET", "/_sim/sandboxes/default/snapshot", "")
	if w.Code != 200 {
		r.t.Fatalf("%d %s", w.Code, w.Body)
	}
	return w.Body.String()
}

// resumed is a fresh simulator that goes on from a snapshot.
func resumed(t *testing.T, document string) *rig {
	t.Helper()
	r := newRig(t, nil)
	r.resume(document)
	return r
}

func (r *rig) resume(document string) {
	r.t.Helper()
	if w := r.do("PUT", "/_sim/sandboxes/default/snapshot", document); w.Code != 200 {
		r.t.Fatalf("%d %s", w.Code, w.Body)
	}
}

// mixed is a scenario whose rules count in every way that there is.
const mixed = `version: 1
scenario: mixed
about: Poll by poll, by chance, a few times, and stale.
seed: 7
given:
  subjects: [{iin: 901123300258, phone: 77011234567}]
rules:
  - {on: kyc.address.approve, do: [pending, pending, valid]}
  - {name: sometimes, on: kyc.info.exec_proc, probability: 0.5, do: not-found}
  - {on: abs.get_cli, times: 2, do: not-found}
  - {on: abs.get_acc, between: [0s, 15s], do: not-found}
  - {on: k2.k2extreq_by_dbz, do: [stale-read, pass]}
must:
  - {on: kyc.address.get, outcome: found}
`

// step of a client's flow; session is that of its first answer.
type step func(r *rig, session string) *httptest.ResponseRecorder

func posts(path, body string) step {
	return func(r *rig, session string) *httptest.ResponseRecorder {
		return r.do("POST", path, strings.ReplaceAll(body, "SESSION", session))
	}
}

func gets(path string) step {
	return func(r *rig, _ string) *httptest.ResponseRecorder { return r.do("GET", path, "") }
}

func waits(by string) step {
	return func(r *rig, _ string) *httptest.ResponseRecorder {
		return r.do("POST", "/_sim/sandboxes/default/clock/advance", `{"by":"`+by+`"}`)
	}
}

var flow = []step{
	posts(addressApprove, of(citizen)),
	posts(execProc, of(citizen)),
	gets("/abs/get_cli?iinbin=" + citizen),
	gets("/abs/get_acc?iinbin=" + citizen),
	posts("/restapi/services/run/k2loan_from_eko", `[{"request_id":1,"contract_number":"KD1","dbz_contract_number":"KD1",`+
		`"dbz_dt":"2014-02-08","iinbin":"`+citizen+`","debt":2000000,"cur":"KZT"}]`),
	posts("/restapi/services/run/k2extreq_by_dbz", `{"contract_number":"KD1","dbz_dt":"2014-02-08"}`), // stale
	posts(addressApprove, of(citizen)),
	waits("10s"),
	gets("/abs/get_cli?iinbin=" + citizen),
	posts(execProc, of(citizen)),
	posts(execProc, of(stranger)),
	posts(addressApprove, of(citizen)), // valid
	gets("/abs/get_acc?iinbin=" + citizen),
	waits("10s"),
	gets("/abs/get_acc?iinbin=" + citizen),
	posts(addressGet, `{"api_key":"`+aKey+`","iin":"`+citizen+`","backend_session_id":"SESSION"}`),
	posts(addressGet, `{"api_key":"`+aKey+`","iin":"`+citizen+`","backend_session_id":"SESSION"}`),
	gets("/abs/get_cli?iinbin=" + citizen),
	posts("/restapi/services/run/k2extreq_by_dbz", `{"contract_number":"KD1","dbz_dt":"2014-02-08"}`),
	posts(documentAsk, `{"api_key":"k","iin":"`+citizen+`","phone":"77015550001"}`),
	posts(execProc, of(citizen)),
}

// beginFlow in a sandbox with the scenario and a live fault that isn't the first.
func beginFlow(t *testing.T) *rig {
	t.Helper()
	r := newRig(t, nil)
	r.beginFlow()
	return r
}

func (r *rig) beginFlow() {
	r.t.Helper()
	r.control("PUT", "/scenario", mixed, nil)
	r.control("POST", "/faults", `{on: abs.*, fault: reset}`, nil)
	r.control("POST", "/faults", `{on: kyc.info.exec_proc, fault: drift}`, nil) // which change is drawn
	r.control("DELETE", "/faults/fault-1", "", nil)
}

// run steps of the flow and answer every byte that came back.
func (r *rig) run(steps []step, session *string) []string {
	var answers []string
	for _, step := range steps {
		w := step(r, *session)
		if *session == "" {
			*session = member(r.t, w.Body.String(), "backend_session_id")
		}
		var header strings.Builder
		_ = w.Result().Header.Write(&header) // to memory
		answers = append(answers, fmt.Sprintf("%d\n%s\n%s", w.Code, &header, w.Body))
	}
	return answers
}

// TestSnapshotGoesOn: wherever the flow is cut in two, a fresh process goes on
// with the same bytes, the numbers of its requests among them, and comes to the
// same state.
func TestSnapshotGoesOn(t *testing.T) {
	whole := beginFlow(t)
	session := ""
	want := whole.run(flow, &session)
	for _, outcome := range []string{"pending", "valid", "found", "already-received", "not-found", "none"} {
		if !strings.Contains(strings.Join(want, ""), "Sim-Outcome: "+outcome+"\r") {
			t.Errorf("the flow never meets %s: it tests less than it should", outcome)
		}
	}
	end := whole.snapshot()
	var rest *rig
	for cut := range len(flow) {
		whole.beginFlow()
		session := ""
		whole.run(flow[:cut], &session)
		if cut%5 == 0 {
			rest = newRig(t, nil) // what comes after it has lived already
		}
		rest.resume(whole.snapshot())
		what := fmt.Sprintf(" when it is cut after %d", cut)
		diff(t, "the answers"+what, want[cut:], rest.run(flow[cut:], &session))
		diff(t, "the state in the end"+what, end, rest.snapshot())
	}
}

// TestSnapshotIsTheResetsBeginning: who looks for a bug loads it again and again.
func TestSnapshotIsTheResetsBeginning(t *testing.T) {
	first, session := beginFlow(t), ""
	first.run(flow[:8], &session)
	document := first.snapshot()
	r := resumed(t, document)
	want := r.run(flow[8:], &session)
	r.control("POST", "/reset", "", nil)
	diff(t, "after a reset", document, r.snapshot())
	diff(t, "answers", want, r.run(flow[8:], &session))

	r.control("PUT", "/scenario", "version: 1\nscenario: other\n", nil)
	r.control("POST", "/reset", "", nil)
	var now struct{ Name string }
	if r.control("GET", "/scenario", "", &now); now.Name != "other" {
		t.Errorf("after another scenario a reset brings back %q", now.Name)
	}
}

func TestSnapshotAsYAML(t *testing.T) {
	first, session := beginFlow(t), ""
	first.run(flow[:8], &session)
	var value any
	if err := json.Unmarshal([]byte(first.snapshot()), &value); err != nil {
		t.Fatal(err)
	}
	document, err := yaml.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "snapshot", first.snapshot(), resumed(t, string(document)).snapshot())
}

// TestSnapshotOfACase: its scenario is a part of a file.
func TestSnapshotOfACase(t *testing.T) {
	r := newRig(t, nil)
	r.control("PUT", "/scenario?case=second", `
version: 1
scenario: whole
rules: [{on: abs.get_cli, do: not-found}]
cases:
  - {name: first, rules: [{on: kyc.info.exec_proc, do: not-found}], try: [{call: abs.get_cli, expect: not-found}]}
  - {name: second, rules: [{on: kyc.info.exec_proc, do: [unavailable, not-found]}], try: [{call: abs.get_cli, expect: not-found}]}
`, nil)
	r.ask("unavailable", execProc, of(citizen))
	other := resumed(t, r.snapshot())
	other.ask("not-found", execProc, of(citizen))
	other.ask("not-found", "/abs/get_cli?iinbin="+citizen, "")
}

// TestBrokenSnapshotsChangeNothing: neither the state nor the numbers.
func TestBrokenSnapshotsChangeNothing(t *testing.T) {
	r, session := beginFlow(t), ""
	r.run(flow[:8], &session)
	before := r.snapshot()
	var good map[string]any
	if err := json.Unmarshal([]byte(before), &good); err != nil {
		t.Fatal(err)
	}
	settings := func(name string, value any) map[string]any {
		records := good["records"].(map[string]any)["settings"].(map[string]any)
		changed := maps.Clone(records["in-force"].(map[string]any))
		changed[name] = value
		return map[string]any{"settings": map[string]any{"in-force": changed}}
	}
	for _, test := range []struct {
		member string
		value  any
		says   string
	}{
		{"version", 1, "not a snapshot of version 2"},
		{"state", nil, "not a snapshot"},
		{"state", map[string]any{"kyc-messages": map[string]any{"k": 7}}, "kyc-messages"},
		{"state", map[string]any{"subjects": map[string]any{citizen: map[string]any{"cases": 1 << 31}}}, "expected 0 to 100"},
		{"state", map[string]any{"subjects": map[string]any{citizen: map[string]any{"cases": -1}}}, "expected 0 to 100"},
		{"state", map[string]any{"subjects": map[string]any{citizen: map[string]any{"after": -1}}}, "from 0s on"},
		{"state", map[string]any{"kyc-address-sessions": map[string]any{"k": map[string]any{"status": "PENDING", "answer": "shrug"}}}, "shrug"},
		{"state", map[string]any{"kyc-address-sessions": map[string]any{"k": map[string]any{"status": "ASLEEP"}}}, "ASLEEP"},
		{"state", map[string]any{"kyc-edocument-sessions": map[string]any{"k": map[string]any{"status": "ASLEEP"}}}, "ASLEEP"},
		{"state", map[string]any{"nothing": map[string]any{}}, "nothing"},
		{"clock", map[string]any{"mode": "backwards"}, "backwards"},
		{"counters", map[string]any{"k": 7}, "counters"},
		{"records", map[string]any{}, "not a snapshot"},
		{"records", map[string]any{"settings": map[string]any{"in-force": 7}}, "settings"},
		{"records", settings("profile", map[string]any{"preset": "lax"}), "lax"},
		{"records", settings("moon", "full"), "moon"},
		{"moon", "full", "moon"},
		{"records", settings("source", "version: 2\nscenario: mixed\n"), "version 1"},
		{"records", settings("scenario", "mixed/none"), "none"},
		{"records", settings("chaos", 2), "a share from 0 to 1"},
		{"records", settings("chaos", map[string]any{"source": "{share: 1}", "moon": "full"}), "moon"},
		{"records", settings("faults", []any{map[string]any{"id": "fault-9", "source": "fault: rest"}}), "rest"},
		{"records", settings("faults", []any{map[string]any{"id": "mine", "source": "fault: reset"}}), "mine"},
	} {
		changed := maps.Clone(good)
		changed[test.member] = test.value
		document, err := json.Marshal(changed)
		if err != nil {
			t.Fatal(err)
		}
		w := r.do("PUT", "/_sim/sandboxes/default/snapshot", string(document))
		if w.Code != 422 || !strings.Contains(w.Body.String(), test.says) {
			t.Errorf("%s %v: %d %s", test.member, test.value, w.Code, w.Body)
		}
	}
	for _, document := range []string{"", "[]", "{", "a: [", "just text"} {
		if w := r.do("PUT", "/_sim/sandboxes/default/snapshot", document); w.Code != 422 {
			t.Errorf("%q: %d %s", document, w.Code, w.Body)
		}
	}
	diff(t, "the snapshot after all that", before, r.snapshot())
}
