package console_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/kzsim/kzsim/internal/simulator"
)

// TestFaultsAndChaos are put on and taken off.
func TestFaultsAndChaos(t *testing.T) {
	b := newTab(t, 390, 844)
	s := serve(t, simulator.Options{})
	b.open(s, "default/sandboxes/faults")
	b.visible(".deliveries", "No live fault is on")
	b.write(`[name="fault"]`, "on: kyc.*\nfault: {statuss: 503}\n")
	b.click("form.stack .primary")
	b.visible(".note.bad", `did you mean "status"?`)
	b.write(`[name="fault"]`, "on: kyc.*\nfault: {status: 503}\ntimes: 1\n")
	b.click("form.stack .primary")
	b.visible(`.delivery[data-id="fault-1"]`, "0 requests met it")
	if a := s.askForAddress(); a.StatusCode != 503 {
		t.Errorf("the request is answered %d", a.StatusCode)
	}
	b.visible(`.delivery[data-id="fault-1"]`, "1 request met it")
	b.click(`.delivery[data-id="fault-1"] .btn`)
	b.visible(".deliveries", "No live fault is on")

	b.until(`(document.querySelector('#say').textContent = '') === ''`) // what was said before
	b.write(`[name="share"]`, "12.5")
	b.click("form.btns .primary")
	b.until(`document.querySelector('#say').textContent === 'The faults were changed'`)
	if chaos := s.do("GET", "/_sim/sandboxes/default/chaos", "").body; !strings.Contains(chaos, "0.125") {
		t.Errorf("chaos is %s", chaos)
	}
	s.do("PUT", "/_sim/sandboxes/default/chaos", `{"share": "20%", "name": "old clients", "per": "api_key", "until": "2100-01-01T00:00:00+05:00"}`)
	b.visible("section pre.code", `"per": "api_key"`)
	b.write(`[name="fault"]`, "name: bank down\non: kyc.*\nfault: {status: 503}\nuntil: 10m\n")
	b.click("form.stack .primary")
	b.visible(`.delivery[data-id="fault-2"]`, "bank down, until ")
	b.uncut("faults")
	b.untroubled()
}

// TestVerdict: what the scenario demands is not met, and then is.
func TestVerdict(t *testing.T) {
	b := newTab(t, 390, 844)
	s := serve(t, simulator.Options{})
	s.do("PUT", "/_sim/sandboxes/default/scenario", "version: 1\nscenario: mine\nmust: [{on: kyc.address.approve, count: 1}]\n", "Content-Type", "application/yaml")
	s.do("POST", "/abs/colvir_get_loan_debt", `{"dep_id":2,"id":1001}`)
	b.open(s, "default/sandboxes/verdict")
	b.visible(".note.bad", "has not done")
	b.click(".delivery details summary")
	b.visible(".delivery details", "abs.colvir_get_loan_debt")
	b.uncut("verdict")
	s.askForAddress()
	b.visible(".note.good", "has done what")
	b.visible(`.delivery[data-passed="true"]`, "req-000002")
	b.untroubled()
}

// TestState is read a collection at a time.
func TestState(t *testing.T) {
	b := newTab(t, 390, 844)
	s := serve(t, simulator.Options{})
	s.askForAddress()
	b.open(s, "default/sandboxes/overview")
	b.click(`.counts a[href$="/kyc-messages"]`)
	b.visible(".state-rows summary", "7701")
	b.click(".state-rows summary")
	b.visible(".state-rows .code", "901123300258")
	b.write(`[name="state-filter"]`, "nothing like it")
	b.until(`document.querySelectorAll('.state-rows li').length === 0`)
	b.uncut("state")
	b.untroubled()
}

// TestIncomingDemand: another bank's demand arrives by the form, its calls are on the line of
// time, one of them is repeated, and the other bank withdraws the demand.
func TestIncomingDemand(t *testing.T) {
	b := newTab(t, 390, 844)
	s := serve(t, simulator.Options{})
	s.do("POST", "/_sim/sandboxes", mustJSON(t, map[string]any{
		"id": "asking", "clock": map[string]string{"mode": "frozen"}, "targets": map[string]string{"abs": "sandbox:self"},
	}))
	b.open(s, "asking/sandboxes/processes")
	b.visible(".deliveries", "No process yet")
	b.click(".padded > .btns .primary")
	b.write(`dialog [name="document"]`, `{"refer":"PTP1","iinbin":"901123300258","ben_iban":"KZ71722R000000000001","amount":2000000,"cur":"KZT","knp":"423"}`)
	b.click("dialog .primary")
	b.visible(`.delivery[data-about="PTP1"] .state-now`, "registered")
	b.until(`document.querySelectorAll('.line-of-time > li[data-state="delivered"]').length === 3`)
	b.click(`li[data-id="del-000003"] .btn`)
	b.visible(`li[data-id="del-000004"]`, "repeats del-000003")
	b.visible(`li[data-id="del-000004"] .tries`, "HTTP 200")
	b.click(`.delivery[data-about="PTP1"] > .btns .btn`)
	b.visible("dialog", "Reason code")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('dialog .primary').click()`))
	b.visible(`.delivery[data-about="PTP1"] .state-now`, "withdrawn")
	b.visible(".line-of-time", "abs.refuse_pt")
	b.uncut("processes")
	b.untroubled()
}
