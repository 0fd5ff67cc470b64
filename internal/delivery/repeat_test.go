package delivery_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRepeatedGivenUpCall: the process of a call that was given up asks by itself a day later, and
// does not hear what the repeated one is answered.
func TestRepeatedGivenUpCall(t *testing.T) {
	of := newABS(t)
	b := askingBank(t, of)
	of.silence("/abs/get_cli")
	b.load("way4")
	b.later("1h")
	of.silence("")
	of.take()
	b.do(201, "POST", "/_sim/sandboxes/k2/deliveries/del-000001/repeat", "")
	b.settle()
	if diff := cmp.Diff([]string{"GET /abs/get_cli?iinbin=901123300258"}, of.take()); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}

// TestRepeat: a call that waits is tried now, and its process goes on by the answer; one that is
// over is made as another one, which changes nothing.
func TestRepeat(t *testing.T) {
	of := newABS(t)
	b := askingBank(t, of)
	of.silence("/abs/get_cli")
	b.load("way4")
	of.take()
	repeat := func(id string, status int) {
		t.Helper()
		b.do(status, "POST", "/_sim/sandboxes/k2/deliveries/"+id+"/repeat", "")
		b.settle()
	}
	repeat("del-000001", 201)
	const client = "GET /abs/get_cli?iinbin=901123300258"
	if diff := cmp.Diff([]string{client}, of.take()); diff != "" {
		t.Errorf("repeated while it waits (-want +got):\n%s", diff)
	}
	of.silence("")
	repeat("del-000001", 201)
	asked := of.take()
	if len(asked) != 5 || asked[0] != client {
		t.Fatalf("the process went on with %q", asked)
	}
	before := b.do(200, "GET", "/_sim/sandboxes/k2/state/k2.inquiries", "")
	of.become(0, "/abs/get_cli", `{"error_code":404,"error_text":"Клиент не найден"}`)
	repeat("del-000001", 201)
	if diff := cmp.Diff([]string{client}, of.take()); diff != "" {
		t.Errorf("repeated when it is over (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, b.do(200, "GET", "/_sim/sandboxes/k2/state/k2.inquiries", "")); diff != "" {
		t.Errorf("the repeated call changes the process (-before +after):\n%s", diff)
	}
	repeat("del-000099", 404)
	b.do(404, "POST", "/_sim/sandboxes/default/deliveries/del-000001/repeat", "")
}
