package control_test

import (
	"strings"
	"testing"
)

// TestNoKeyOutlivesItsRequest: api keys go through everything that a client can do
// with them, right or wrong, and nothing that the control API shows has one.
func TestNoKeyOutlivesItsRequest(t *testing.T) {
	r := newRig(t, nil)
	r.control("PUT", "/scenario", `
version: 1
scenario: keys
given: {keys: [{api_key: another-very-secret-key-of-forty-seven-chars-02}]}
rules:
  - {on: kyc.address.*, when: 'body.api_key == "somebody else"', do: timeout}
  - {on: kyc.info.exec_proc, for: {api_key: nobody}, do: not-found}
  - {on: kyc.info.exec_proc, when: 'body.api_key in [body.iin, "x"]', do: not-found}
`, nil)
	const iin = "901123300258"
	r.ask("no-subscription", addressApprove, of(iin))
	r.ask("valid", addressApprove, of(iin), "Prefer", "outcome=valid")
	r.ask("no-subscription-for-technology", documentAsk, `{"api_key":"`+aKey+`","iin":"`+iin+`","phone":"77015550001"}`)
	r.ask("no-subscription-for-technology", execProc, of(iin))
	for _, body := range []string{
		`{"api_key":"` + aKey + `","iin":"901123300258",}`,
		`{"api_key":["` + aKey + `"],"iin":"901123300258"}`,
		`{"api\u005fkey":"` + aKey + `","iin":7}`,
		`{"iin":"901123300258","api_key":"` + aKey,
		`{"API_KEY":{"value":"` + aKey + `"}}`,
	} {
		r.do("POST", execProc, body, "X-Api-Key", aKey, "Authorization", "Bearer "+aKey)
	}
	r.do("GET", "/abs/get_cli?iinbin=901123300258&api_key="+aKey, "")
	r.do("POST", "/nowhere?api-key="+aKey, of(iin))

	for _, path := range []string{
		"/requests?limit=1000", "/requests.har", "/verdict", "/state/kyc-address-sessions", "/state/kyc-edocument-sessions",
		"/state/kyc-address-current", "/state/kyc-ordinals", "/state/kyc-subscriptions", "/coverage",
	} {
		w := r.do("GET", "/_sim/sandboxes/default"+path, "")
		if w.Code != 200 || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s has a key in it: %d %s", path, w.Code, w.Body)
		}
	}
	var list struct{ Requests []struct{ ID string } }
	r.control("GET", "/requests?limit=1000", "", &list)
	if len(list.Requests) < 11 {
		t.Fatalf("%d requests are kept, want all", len(list.Requests))
	}
	for _, one := range list.Requests {
		if w := r.do("GET", "/_sim/sandboxes/default/requests/"+one.ID, ""); strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s has a key in it: %s", one.ID, w.Body)
		}
	}
}
