package control_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// hostile rules need gigabytes or hours of a payment with a reference of a mebibyte,
// but for their budgets. The last rule decides.
const hostile = `version: 1
scenario: hostile
rules:
  - {on: k2.*, when: 'len(replace(body.items[0].refer, "", body.items[0].refer)) > 1', do: 503}
  - {on: k2.*, when: 'let a = body.items[0].refer + "x"; let b = a + a; let c = b + b; let d = c + c; len(d + d) > 1', do: 503}
  - {on: k2.*, when: 'body.items[0].refer matches "(a?){40}a{40}b"', do: 503}
  - {on: k2.*, do: 504}
`

// TestHostileScenarioOverLoopback: large requests that meet hostile rules are answered,
// several at once, and so are the requests of another sandbox meanwhile.
func TestHostileScenarioOverLoopback(t *testing.T) {
	r := newRig(t, nil)
	server := httptest.NewServer(r.sim.Handler())
	defer server.Close()
	send := func(method, path, body string) (status int, outcome string) {
		request, err := http.NewRequest(method, server.URL+path, strings.NewReader(body))
		if err != nil {
			t.Error(err)
			return 0, ""
		}
		request.Header.Set("Content-Type", "application/json")
		answer, err := server.Client().Do(request)
		if err != nil {
			t.Errorf("%s %s: %v", method, path, err)
			return 0, ""
		}
		defer answer.Body.Close()
		return answer.StatusCode, answer.Header.Get("Sim-Outcome")
	}
	if status, _ := send("PUT", "/_sim/sandboxes/default/scenario", hostile); status != http.StatusOK {
		t.Fatalf("the scenario: %d", status)
	}
	if status, _ := send("POST", "/_sim/sandboxes", `{"id": "other"}`); status != http.StatusCreated {
		t.Fatalf("the other sandbox: %d", status)
	}
	payment := `{"items": [{"trn_id": 1, "refer": "` + strings.Repeat("a", 1<<20-100) + `", "amount": 5}]}`
	var requests sync.WaitGroup
	for range 4 {
		requests.Go(func() {
			if status, _ := send("POST", "/restapi/services/run/k2extreq_pay_from_eko", payment); status != http.StatusGatewayTimeout {
				t.Errorf("the payment is answered by %d, want the last rule's 504", status)
			}
			if _, outcome := send("POST", "/s/other"+execProc, of(citizen)); outcome != "found" {
				t.Errorf("the other sandbox answers %q", outcome)
			}
		})
	}
	requests.Wait()
	var list struct{ Requests []struct{ ID string } }
	r.control("GET", "/requests", "", &list)
	var one struct{ Why []string }
	r.control("GET", "/requests/"+list.Requests[0].ID, "", &one)
	const steps = " is false: the budget of an evaluation is spent: 2000000 steps"
	diff(t, "why", []string{
		`rule 1: when len(replace(body.items[0].refer, "", body.items[0].refer)) > 1` + steps,
		`rule 2: when let a = body.items[0].refer + "x"; let b = a + a; let c = b + b; let d = c + c; len(d + d) > 1 is false: ` +
			"the budget of an evaluation is spent: 6 MiB for the texts and lists that it makes",
		`rule 3: when body.items[0].refer matches "(a?){40}a{40}b"` + steps,
		"rule 4: decided: 504",
	}, one.Why)
}
