package console_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/kzsim/kzsim/internal/simulator"
)

// exclusions is the operation of the client's that K2 sends its list to, and taken
// how a client takes it.
const (
	exclusions = "abs.post_all_loan_exclude_to_eko"
	taken      = `{"error_code":0,"error_text":""}`
)

// endpoint of a client's, which refuses the first list that it gets with an answer,
// and takes the others.
func endpoint(t *testing.T, first string) string {
	t.Helper()
	var refused atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if refused.Swap(true) {
			_, _ = io.WriteString(w, taken)
			return
		}
		http.Error(w, first, http.StatusServiceUnavailable)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/exclusions"
}

// exclude a loan, so that a sandbox has another list to send.
func (s *served) exclude(sandbox, iin string) {
	s.t.Helper()
	s.do("POST", "/s/"+sandbox+"/restapi/services/run/k2loan_exclude_on_by_iin_dbznum", mustJSON(s.t, map[string]any{
		"iin": iin, "dbz_num": "KD0000000001", "return_extreq": false, "fio": "Тест", "title": "court",
	})).wants(s.t, "accepted")
	s.do("GET", "/_sim/sandboxes/"+sandbox+"/deliveries?within=10s", "")
}

// TestDelivery: a sandbox is made with an endpoint, which refuses the first list;
// the page says why, and shows it delivered once the clock has come to the next try.
func TestDelivery(t *testing.T) {
	b := newTab(t, 390, 844)
	s := serve(t, simulator.Options{})
	url := endpoint(t, "out for lunch")
	b.open(s, "default/sandboxes")
	b.click(".side .btn.primary")
	b.do(chromedp.SendKeys(chromedp.CSS(`dialog [name="id"]`), "ours", chromedp.NodeVisible),
		chromedp.SetValue(chromedp.CSS(`dialog [name="mode"]`), "frozen"),
		chromedp.SendKeys(chromedp.CSS(`dialog [name="deliver"]`), url))
	b.click("dialog .btn.primary")
	b.visible(".beside h2", "ours")
	b.click(`.tabs a[href$="/deliveries"]`)
	b.visible(".facts", url)
	b.visible("main", "Nothing has been sent yet")

	s.exclude("ours", "901123300258")
	b.visible(`.delivery[data-state="waiting"]`, exclusions+" has no answer with HTTP 503")
	b.visible(".delivery .next", "in 0:01")
	b.click(".tries summary")
	b.visible(".tries .code", "out for lunch")

	b.click(".clock-button")
	b.click(`.clock-pop [data-by="30s"]`)
	b.visible(`.delivery[data-state="delivered"]`, "HTTP 200")
	if shown := value[string](b, `[...document.querySelectorAll('.tries .status')].map((e) => e.textContent).join()`); shown != "HTTP 503,HTTP 200" {
		t.Errorf("the tries are %s", shown)
	}
	b.visible(".tries .code", "out for lunch") // somebody is at it
	b.click(".clock-button")                   // closes what lies over the page
	b.click(".delivery > details > summary")
	b.visible(".delivery > details .code", `"iin": "901123300258"`)
	b.uncut("deliveries")

	s.do("POST", "/_sim/sandboxes/ours/reset", "")
	b.visible("main", "Nothing has been sent yet")
	b.untroubled()
}

// TestQuestion: what K2 asks the ABS is shown with its query, and without a body if it has
// none.
func TestQuestion(t *testing.T) {
	b := newTab(t, 390, 844)
	s := serve(t, simulator.Options{})
	bank := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(bank.Close)
	s.do("POST", "/_sim/sandboxes", mustJSON(t, map[string]any{
		"id": "asking", "clock": map[string]string{"mode": "frozen"}, "targets": map[string]string{"abs": bank.URL + "/abs"},
	}))
	s.do("POST", "/s/asking/restapi/services/run/k2loan_from_eko", `[{"contract_number":"KD7","iinbin":"901123300258","debt":5}]`).wants(t, "accepted")
	b.open(s, "asking/sandboxes/deliveries")
	b.visible(".delivery", "abs.get_cli?iinbin=901123300258")
	if bodies := value[int](b, `document.querySelectorAll('.delivery > details').length`); bodies != 0 {
		t.Errorf("%d bodies are shown", bodies)
	}
	b.uncut("deliveries")
	b.untroubled()
}

// TestDeliveryIsOvertaken by a newer one, which stands above it.
func TestDeliveryIsOvertaken(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	s.do("POST", "/_sim/sandboxes", mustJSON(t, map[string]any{
		"id": "ours", "clock": map[string]any{"mode": "frozen"}, "deliver": map[string]string{exclusions: endpoint(t, "")},
	}))
	s.exclude("ours", "901123300258")
	b.open(s, "ours/sandboxes/deliveries")
	b.visible(".delivery", "waiting")
	s.exclude("ours", "820730400016")
	b.until(`document.querySelectorAll('.delivery').length === 2 && document.querySelector('.delivery[data-state="overtaken"]')`)
	shown := value[[]string](b, `[...document.querySelectorAll('.delivery')].map((e) => e.dataset.id + ' ' + e.dataset.state)`)
	if got := strings.Join(shown, ", "); got != "del-000002 delivered, del-000001 overtaken" {
		t.Errorf("the page has %s", got)
	}
	b.untroubled()
}

// TestDeliveriesToNobody: a sandbox without an endpoint says how to name one.
func TestDeliveriesToNobody(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	b.open(s, "default/sandboxes/deliveries")
	b.visible("main", "--deliver "+exclusions+"=")
	b.untroubled()
}

// TestCallsAreInTheList: the calls of K2 stand among the exchanges, in the order in which they
// began, and one of them tells where it went.
func TestCallsAreInTheList(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	s.do("POST", "/_sim/sandboxes", mustJSON(t, map[string]any{
		"id": "asking", "clock": map[string]string{"mode": "frozen"}, "targets": map[string]string{"abs": "sandbox:self"},
	}))
	s.do("POST", "/s/asking/restapi/services/run/k2loan_from_eko", `[{"contract_number":"KD7","iinbin":"901123300258","debt":5,"system":"way4"}]`).wants(t, "accepted")
	s.do("GET", "/_sim/sandboxes/asking/deliveries?within=10s", "")
	b.open(s, "asking/live")
	b.until(`document.querySelectorAll('li[data-id^="del-"]').length === 3`)
	shown := value[[]string](b, `[...document.querySelectorAll('li[data-id^="del-"]')].map((e) => e.dataset.id)`)
	if got := strings.Join(shown, " "); got != "del-000003.1 del-000002.1 del-000001.1" {
		t.Errorf("the list has %s", got)
	}
	b.visible(`li[data-id="del-000001.1"]`, "call of K2")
	b.visible(`li[data-id="del-000001.1"]`, "sandbox:asking")
	b.click(`li[data-id="del-000001.1"] a`)
	b.visible(".exchange-head", "K2 called sandbox:asking, del-000001")
	b.visible(".reasons", "that system answered")
	b.untroubled()
}
