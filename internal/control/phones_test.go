package control_test

import (
	"encoding/json"
	"testing"
)

// TestMessagesTellHowTheyStand: each message has the status that its request has
// now, asked or not.
func TestMessagesTellHowTheyStand(t *testing.T) {
	const phone = "77015550001"
	document := func(r *rig) string {
		return member(t, r.ask("requested", documentAsk, `{"api_key":"k","iin":"901123300258","phone":"`+phone+`"}`), "backend_session_id")
	}
	address := func(r *rig) { r.ask("pending", addressApprove, of("901123300258")) }
	answer := func(with string) func(*rig) {
		return func(r *rig) {
			address(r)
			r.control("POST", "/subjects/901123300258/answer", `{"with": "`+with+`"}`, nil)
		}
	}
	for name, c := range map[string]struct {
		done func(*rig)
		want string
	}{
		"asked for an address": {address, "PENDING"},
		"approved":             {answer("approve"), "VALID"},
		"rejected":             {answer("reject"), "INVALID"},
		"approved by itself":   {func(r *rig) { address(r); r.control("POST", "/clock/advance", `{"by": "6s"}`, nil) }, "VALID"},
		"approved too long ago": {func(r *rig) {
			address(r)
			r.control("POST", "/clock/advance", `{"by": "1h"}`, nil)
		}, "EXPIRED"},
		"asked for a document": {func(r *rig) { document(r) }, "REQUESTED"},
		"fetched the document": {func(r *rig) {
			session := document(r)
			code := r.messages(phone)[0].Code
			r.ask("document", documentGet, `{"backend_session_id":"`+session+`","code":"`+code+`","file":false,"file_type":"pdf"}`)
		}, "RECEIVED"},
		"let the code expire": {func(r *rig) { document(r); r.control("POST", "/clock/advance", `{"by": "5m"}`, nil) }, "EXPIRED"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, nil)
			c.done(r)
			var phones []string
			r.control("GET", "/phones", "", &phones)
			before := r.do("GET", "/_sim/sandboxes/default/state/kyc-address-sessions", "").Body.String()
			if all := r.messages(phones[0]); len(all) != 1 || all[0].Status != c.want {
				t.Errorf("the messages are %+v, want one that is %s", all, c.want)
			}
			diff(t, "the state after a look", before, r.do("GET", "/_sim/sandboxes/default/state/kyc-address-sessions", "").Body.String())
		})
	}
}

type message struct{ Code, Status string }

func (r *rig) messages(phone string) []message {
	r.t.Helper()
	var info struct{ Messages []message }
	w := r.do("GET", "/_sim/sandboxes/default/phones/"+phone, "")
	if err := json.Unmarshal(w.Body.Bytes(), &info); err != nil {
		r.t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	return info.Messages
}

// TestMessagesAreInTheClocksZone: a message tells its time as the clock does.
func TestMessagesAreInTheClocksZone(t *testing.T) {
	r := newRig(t, nil)
	r.control("PUT", "/clock", `{"mode": "frozen", "start": "2030-01-01T09:00:00+05:00", "zone": "Asia/Tokyo"}`, nil)
	var clock struct{ Now string }
	r.control("GET", "/clock", "", &clock)
	r.ask("pending", addressApprove, of("901123300258"))
	var phones []string
	r.control("GET", "/phones", "", &phones)
	var info struct{ Messages []struct{ At string } }
	r.control("GET", "/phones/"+phones[0], "", &info)
	diff(t, "the time of the message", clock.Now, info.Messages[0].At)
}
