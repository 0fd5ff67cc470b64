package control_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/control"
)

// sandboxInfo is what the tests look at of a sandbox.
type sandboxInfo struct {
	ID, Owner, Token, Expires string
	BaseURL                   string `json:"base_url"`
	KYC                       string `json:"kyc_url"`
	K2                        string `json:"k2_url"`
	ABS                       string `json:"abs_url"`
	Seed                      uint64
	Profile                   map[string]string
	Requests                  int
	Clock                     struct {
		Mode  string
		Start time.Time
	}
}

// TestSandboxAsAsked: a sandbox is what it was asked to be; its token is told once.
func TestSandboxAsAsked(t *testing.T) {
	d := newDesk(t, control.Access{})
	w := d.do("POST", "/_sim/sandboxes", `{"id": "two", "owner": "team a", "seed": 7, "expires": "10m",
		"clock": {"mode": "frozen", "start": "`+nine+`"}, "profile": {"preset": "strict", "kyc.otp_life": "1m"}}`)
	var made, later sandboxInfo
	if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	if made.Token == "" {
		t.Error("whoever makes a sandbox isn't told its token")
	}
	made.Token = ""
	want := sandboxInfo{
		ID: "two", Owner: "team a", Seed: 7, Expires: "10m0s", Profile: map[string]string{"preset": "strict", "kyc.otp_life": "1m"},
		BaseURL: "http://localhost:8080/s/two", KYC: "http://localhost:8080/s/two", K2: "http://localhost:8080/s/two",
		ABS: "http://localhost:8080/s/two/abs",
	}
	want.Clock.Mode, want.Clock.Start = "frozen", made.Clock.Start
	diff(t, "as made", want, made)
	if !made.Clock.Start.Equal(time.Date(2024, 3, 1, 4, 0, 0, 0, time.UTC)) {
		t.Errorf("the clock starts at %s", made.Clock.Start)
	}
	if err := json.Unmarshal(d.do("GET", "/_sim/sandboxes/two", "").Body.Bytes(), &later); err != nil {
		t.Fatal(err)
	}
	diff(t, "as told later", want, later)
}

// TestPutIsIdempotent: a sandbox that is there stays as it is, state and all.
func TestPutIsIdempotent(t *testing.T) {
	d := newDesk(t, control.Access{})
	wantOutcome(t, d.do("POST", approve, subject), "pending")
	w := d.do("PUT", "/_sim/sandboxes/one", `{"seed": 9}`)
	var info sandboxInfo
	if err := json.Unmarshal(w.Body.Bytes(), &info); err != nil || w.Code != http.StatusOK || info.Token != "" || info.Seed != 1 || info.Requests != 1 {
		t.Errorf("%d %s (%v)", w.Code, w.Body, err)
	}
}

// TestSandboxExpires when nobody has used it for as long as it was asked to live.
// A look at it is a use.
func TestSandboxExpires(t *testing.T) {
	d := newDesk(t, control.Access{})
	for _, id := range []string{"brief", "lasting"} {
		expires := map[string]string{"brief": "10m", "lasting": "never"}[id]
		if w := d.do("PUT", "/_sim/sandboxes/"+id, `{"expires": "`+expires+`"}`); w.Code != 201 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	pass := func(by time.Duration) {
		if _, err := d.clock.Advance(by); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		by     time.Duration
		id     string
		status int
	}{
		{9 * time.Minute, "brief", 200}, {9 * time.Minute, "brief", 200}, {10 * time.Minute, "brief", 404},
		{1000 * time.Hour, "lasting", 200}, {0, "one", 404},
	} {
		pass(step.by)
		if w := d.do("GET", "/_sim/sandboxes/"+step.id, ""); w.Code != step.status {
			t.Errorf("%s after %s: %d, want %d", step.id, step.by, w.Code, step.status)
		}
	}
}

// TestReset brings back what the sandbox was made with: no state, the first clock
// and profile, an empty journal.
func TestReset(t *testing.T) {
	d := newDesk(t, control.Access{})
	wantOutcome(t, d.do("POST", approve, subject), "pending")
	first := d.do("POST", approve, subject).Body.String()
	d.in("PUT", "/profile", `{"preset": "strict"}`, nil)
	d.in("POST", "/clock/advance", `{"by": "1h"}`, nil)
	d.in("POST", "/reset", "", nil)

	state := map[string]int{}
	d.in("GET", "/state", "", &state)
	for collection, n := range state {
		if n != 0 {
			t.Errorf("%s still has %d", collection, n)
		}
	}
	var journal struct{ Requests []any }
	d.in("GET", "/requests", "", &journal)
	if len(journal.Requests) > 0 {
		t.Errorf("the journal has %v", journal.Requests)
	}
	var profile map[string]string
	d.in("GET", "/profile", "", &profile)
	diff(t, "profile", map[string]string{"preset": "documents"}, profile)
	if again := d.do("POST", approve, subject); again.Body.String() != first || again.Header().Get("Sim-Request") != "req-000001" {
		t.Errorf("%s as %s, want %s as req-000001", again.Body, again.Header().Get("Sim-Request"), first)
	}
}

// TestProfileIsReplaced: what a PUT doesn't name is the preset's again, and a
// wrong word leaves the profile in force.
func TestProfileIsReplaced(t *testing.T) {
	d := newDesk(t, control.Access{})
	d.in("PUT", "/profile", `{"preset": "observed", "kyc.otp_life": "1m"}`, nil)
	d.in("PUT", "/profile", `{"k2.rows": "atomic"}`, nil)
	if w := d.do("PUT", "/_sim/sandboxes/one/profile", `{"k2.rows": "none"}`); w.Code != 400 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	var profile map[string]string
	d.in("GET", "/profile", "", &profile)
	diff(t, "profile", map[string]string{"preset": "documents", "k2.rows": "atomic"}, profile)
}

// TestSubjectAnswers by itself, or from the phone.
func TestSubjectAnswers(t *testing.T) {
	d := newDesk(t, control.Access{})
	for _, with := range []string{"approve", "reject"} {
		d.in("POST", "/reset", "", nil)
		wantOutcome(t, d.do("POST", approve, subject), "pending")
		d.in("POST", "/subjects/901123300258/answer", `{"with": "`+with+`"}`, nil)
		wantOutcome(t, d.do("POST", approve, subject), map[string]string{"approve": "valid", "reject": "invalid"}[with])
	}
	d.in("POST", "/reset", "", nil)
	wantOutcome(t, d.do("POST", approve, subject), "pending")
	var phones []string
	d.in("GET", "/phones", "", &phones)
	var phone struct {
		Messages []struct{ Code, Text, From string }
	}
	d.in("GET", "/phones/+"+phones[0], "", &phone) // callers write numbers in their own ways
	if len(phone.Messages) != 1 || phone.Messages[0].From != "1414" {
		t.Fatalf("messages: %v", phone)
	}
	d.in("POST", "/phones/8"+phones[0][1:]+"/reply", `{"text": " `+phone.Messages[0].Code+`\n"}`, nil)
	wantOutcome(t, d.do("POST", approve, subject), "valid")
}

// exchange is what the tests look at of the journal.
type exchange struct {
	ID, Operation, Outcome string
	DecidedBy              string `json:"decided_by"`
	Subjects               []string
}

// TestJournal shows the newest first, filtered.
func TestJournal(t *testing.T) {
	d := newDesk(t, control.Access{})
	wantOutcome(t, d.do("POST", approve, subject), "pending")
	d.do("GET", "/s/one/abs/get_cli?iinbin=780204403060", "")
	wantOutcome(t, d.do("POST", approve, subject, "Prefer", "outcome=timeout"), "timeout")
	d.in("POST", "/clock/advance", `{"by": "1m"}`, nil)
	wantOutcome(t, d.do("POST", approve, `{}`), "malformed")
	d.do("GET", "/s/one/nowhere", "")

	timeout := exchange{"req-000003", "kyc.address.approve", "timeout", "prefer", []string{"901123300258"}}
	pending := exchange{"req-000001", "kyc.address.approve", "pending", "behaviour", []string{"901123300258"}}
	client := exchange{"req-000002", "abs.get_cli", "found", "behaviour", []string{"780204403060"}}
	malformed := exchange{"req-000004", "kyc.address.approve", "malformed", "shape", nil}
	nowhere := exchange{"req-000005", "", "", "transport", nil}
	for query, want := range map[string][]exchange{
		"":                               {nowhere, malformed, timeout, client, pending},
		"?limit=2":                       {nowhere, malformed},
		"?operation=abs.get_cli":         {client},
		"?outcome=pending":               {pending},
		"?iin=901123300258":              {timeout, pending},
		"?since=2024-03-01T04:00:30Z":    {nowhere, malformed},
		"?iin=901123300258&outcome=none": {},
	} {
		var got struct{ Requests []exchange }
		d.in("GET", "/requests"+query, "", &got)
		diff(t, query, want, got.Requests)
	}
	d.in("DELETE", "/requests", "", nil)
	var left struct{ Requests []exchange }
	d.in("GET", "/requests", "", &left)
	diff(t, "after the journal was cleared", []exchange{}, left.Requests)
}

// TestExchange shows both sides of a request, what it changed and where the key
// stood nothing but stars.
func TestExchange(t *testing.T) {
	d := newDesk(t, control.Access{})
	wantOutcome(t, d.do("POST", approve, subject), "pending")
	var e struct {
		Request, Response struct{ Text string }
		Changes           []struct{ Collection string }
		Status            int
	}
	d.in("GET", "/requests/req-000001", "", &e)
	if e.Status != 200 || len(e.Changes) == 0 || e.Response.Text == "" || e.Request.Text == "" {
		t.Errorf("%+v", e)
	}
	if e.Request.Text == subject {
		t.Errorf("the journal shows the API key: %s", e.Request.Text)
	}
}
