package delivery_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestTargetsOfOneOperation: what has no target is not asked for.
func TestTargetsOfOneOperation(t *testing.T) {
	of := newABS(t)
	b := newBank(t, answering(200, taken), nil)
	b.create("k2", fmt.Sprintf(`,"targets":{"abs.get_cli":%q}`, of.URL+"/abs"))
	b.load("colvir")
	if asked, made := of.take(), b.demands(); len(asked) != 1 || len(made) != 1 {
		t.Errorf("asked %q, demands %v", asked, made)
	}
}

// TestTargetsOfAScenario: a sandbox that is made with a scenario calls its targets, but those that
// it is given itself go first; one that takes the scenario later calls none.
func TestTargetsOfAScenario(t *testing.T) {
	const calling = `{"version":1,"scenario":"calling","about":"K2 asks the bank.","targets":{"abs":"bank"}}`
	of := newABS(t)
	b := newBank(t, answering(200, taken), nil)
	for id, test := range map[string]struct{ given, to string }{
		"own":   {`,"scenario":` + calling, "sandbox:own"},
		"given": {fmt.Sprintf(`,"scenario":%s,"targets":{"abs":%q}`, calling, of.URL+"/abs"), of.URL + "/abs/get_cli"},
		"later": {"", ""},
	} {
		b.create(id, test.given)
		if id == "later" {
			b.do(200, "PUT", "/_sim/sandboxes/later/scenario", calling)
		}
		var sent struct{ Targets map[string]string }
		if err := json.Unmarshal([]byte(b.do(200, "GET", "/_sim/sandboxes/"+id+"/deliveries", "")), &sent); err != nil {
			t.Fatal(err)
		}
		if to := sent.Targets["abs.get_cli"]; to != test.to {
			t.Errorf("%s: get_cli goes to %q, want %q", id, to, test.to)
		}
		b.do(204, "DELETE", "/_sim/sandboxes/"+id, "")
	}
}

// TestQuestionWithoutTarget: a question that a snapshot brings waits where its operation has
// no target.
func TestQuestionWithoutTarget(t *testing.T) {
	of := newABS(t)
	of.become(0, "/abs/get_acc", "")
	b := askingBank(t, of)
	b.load("colvir")
	taken := b.do(200, "GET", "/_sim/sandboxes/k2/snapshot", "")
	b.do(204, "DELETE", "/_sim/sandboxes/k2", "")
	b.do(201, "POST", "/_sim/sandboxes", fmt.Sprintf(`{"id":"k2","targets":{"abs.get_cli":%q}}`, of.URL+"/abs"))
	b.do(200, "PUT", "/_sim/sandboxes/k2/snapshot", taken)
	b.later("1h")
	if d := b.last(); d.State != "waiting" || len(d.Attempts) != 1 {
		t.Errorf("%s after %d attempts", d.State, len(d.Attempts))
	}
}

// TestWrongTargetIsPointedAt: the refusal tells which member of the request is wrong.
func TestWrongTargetIsPointedAt(t *testing.T) {
	b := newBank(t, answering(200, taken), nil)
	for body, pointer := range map[string]string{
		`{"targets":{"abs":"ftp://127.0.0.1/"}}`:              "/targets",
		`{"targets":{"asb":"http://127.0.0.1/"}}`:             "/targets",
		`{"deliver":{"` + exclusions + `":"127.0.0.1:9000"}}`: "/deliver",
	} {
		if answer := b.do(400, "POST", "/_sim/sandboxes", body); !strings.Contains(answer, `"pointer":"`+pointer+`"`) {
			t.Errorf("%s: %s", body, answer)
		}
	}
}

func TestWrongSystems(t *testing.T) {
	b := newBank(t, answering(200, taken), nil)
	for body, says := range map[string]string{
		`{"targets":{"asb":"http://127.0.0.1:1/abs"}}`: `targets: nothing is sent to \"asb\"; did you mean \"abs\"?`,
		`{"targets":{"abs":"depot"}}`:                  `targets: abs: the process knows no system \"depot\": name it with --target, or give a URL`,
		`{"targets":{"abs":"ftp://127.0.0.1/"}}`:       `no http or https URL`,
	} {
		if answer := b.do(400, "POST", "/_sim/sandboxes", body); !strings.Contains(answer, says) {
			t.Errorf("%s: %s", body, answer)
		}
	}
}
