package contract_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// step is one thing that a client, a subject or a test does in a sandbox.
type step func(*run)

// run is a case under way: the last answer, and what was saved from those before.
type run struct {
	*sandbox
	op    operation // under test
	saved map[string]string
	last  answer
}

// The values that stand in the documents' requests unless a step saves others.
const (
	anyKey     = "suite-api-key-of-the-real-length-of-47-characters"
	citizen    = "901123300258" // an ordinary one
	phone      = "77011234567"
	anySession = "f1b5887b-5f91-417a-bf04-bb45fe28cc4e"
)

// newRun begins a case of an operation in a sandbox of its own.
func newRun(t testing.TB, op operation) *run {
	t.Helper()
	return &run{sandbox: newSandbox(t), op: op, saved: map[string]string{
		"key": anyKey, "iin": citizen, "phone": phone, "session": anySession, "code": "123456",
		"501 runes": strings.Repeat("ұ", 501),
	}}
}

func (r *run) do(steps []step) {
	r.t.Helper()
	for _, s := range steps {
		s(r)
	}
}

// ask sends a request; the answer has to be in order, whatever its outcome.
func (r *run) ask(q request, header ...string) answer {
	r.t.Helper()
	r.last = send(r.t, q.op.Method, r.base+q.target(r.t, r.saved), filled(r.t, q.body, r.saved), header...)
	check(r.t, q.op, r.last)
	return r.last
}

// ask the operation under test with the document's sample and edits over it.
func ask(edits ...string) step {
	return func(r *run) {
		r.t.Helper()
		r.ask(sampleRequest(r.op).edited(r.t, edits...))
	}
}

// askOf another operation.
func askOf(operation string, edits ...string) step {
	return func(r *run) {
		r.t.Helper()
		r.ask(sampleRequest(operationOf(operation)).edited(r.t, edits...))
	}
}

// save a string of the last answer's body, for ${name} in later steps.
func save(name, member string) step {
	return func(r *run) {
		r.t.Helper()
		var body map[string]any
		r.last.decode(r.t, &body)
		r.saved[name] = fmt.Sprint(body[member])
	}
}

// of makes somebody else the subject of the steps that follow.
func of(iin string) step { return func(r *run) { r.saved["iin"] = iin } }

// given states something that no client can bring about, as a scenario does.
func given(fixture, item string) step {
	return func(r *run) {
		r.t.Helper()
		r.sandbox.given(fixture, filled(r.t, item, r.saved))
	}
}

// profile sets one switch over the preset documents.
func profile(key, value string) step {
	return func(r *run) {
		r.t.Helper()
		r.control("PUT", "/profile", fmt.Sprintf("{%q: %q}", key, value))
	}
}

// advance the sandbox's clock.
func advance(by string) step {
	return func(r *run) {
		r.t.Helper()
		r.control("POST", "/clock/advance", fmt.Sprintf(`{"by": %q}`, by))
	}
}

// answers lets the subject answer the open address requests.
func answers(with string) step {
	return func(r *run) {
		r.t.Helper()
		r.control("POST", "/subjects/"+r.saved["iin"]+"/answer", fmt.Sprintf(`{"with": %q}`, with))
	}
}

// message is one on a phone.
type message struct {
	From, Text, Kind, Code string
	Session                string `json:"backend_session_id"`
}

// messages on the case's phone, oldest first.
func (r *run) messages(number string) []message {
	r.t.Helper()
	var p struct{ Messages []message }
	r.control("GET", "/phones/"+number, "").decode(r.t, &p)
	return p.Messages
}

// readCode saves the code of the last message on the phone as ${code}.
func readCode(r *run) {
	r.t.Helper()
	all := r.messages(r.saved["phone"])
	if len(all) == 0 {
		r.t.Fatalf("no message on %s", r.saved["phone"])
	}
	r.saved["code"] = all[len(all)-1].Code
}

// wantOutcome checks what a step has come to, on the way to another.
func wantOutcome(name string) step {
	return func(r *run) {
		r.t.Helper()
		if got := r.last.outcome(); got != name {
			r.t.Fatalf("outcome %s, want %s: %s %s", strconv.Quote(got), name, r.last.body, r.last.findings())
		}
	}
}
