package console_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/kzsim/kzsim/internal/simulator"
)

// TestAnswerFromElsewhere: an answer that a test gives, or another page, is seen on
// the phone as it comes.
func TestAnswerFromElsewhere(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	s.askForAddress().wants(t, "pending")
	b.open(s, "default/phones")
	b.visible(`[data-answer="approve"]`, "Approve")
	s.do("POST", "/_sim/sandboxes/default/subjects/901123300258/answer", `{"with":"reject"}`)
	b.visible(`[data-status="INVALID"]`, "Rejected")
	b.untroubled()
}

// TestWhatFallsDueByItself is seen on the phone, though it makes no event: on a clock
// that runs the subject answers, and then the right to fetch ends.
func TestWhatFallsDueByItself(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	s.askForAddress().wants(t, "pending")
	b.open(s, "default/phones")
	b.visible(".left", "Approves without you in")
	s.do("PUT", "/_sim/sandboxes/default/clock", `{"mode":"speed","speed":60}`)
	b.visible(`[data-status="VALID"]`, "Approved")
	b.visible(".asked", "VALID")
	s.do("PUT", "/_sim/sandboxes/default/clock", `{"mode":"speed","speed":600}`)
	b.visible(`[data-status="EXPIRED"]`, "Expired")
	b.visible(".asked", "EXPIRED")
	b.untroubled()
}

// TestSandboxAddress: a browser that opens a sandbox's own address comes to that
// sandbox's console.
func TestSandboxAddress(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	s.do("POST", "/_sim/sandboxes", `{"id":"ours"}`)
	for path, hash := range map[string]string{"/s/ours/_sim/": "#/ours/live", "/s/ours/": "#/ours/live", "/": ""} {
		b.do(chromedp.Navigate(s.URL + path))
		b.until(`document.querySelector('.top[data-connected="yes"]')`)
		if got := value[string](b, `location.pathname + location.hash`); got != "/_sim/"+hash {
			t.Errorf("%s leads to %s", path, got)
		}
	}
	if a := s.do("GET", "/s/ours/_sim/", ""); a.field(t, "id") != "ours" {
		t.Errorf("a program gets %s", a.body)
	}
	b.untroubled()
}

// TestMissingSandbox: of a sandbox that isn't there the pages say so, offer to make
// it, and show it once it is made; the contract is there all the same.
func TestMissingSandbox(t *testing.T) {
	b := newTab(t, 390, 844)
	b.shortWaits()
	s := serve(t, simulator.Options{})
	for _, place := range []string{"ours/live", "ours/phones", "ours/sandboxes/scenario"} {
		b.load(s, place)
		b.visible("h1", "There is no sandbox ours")
		b.uncut(place)
	}
	b.visit("ours/contract/abs.get_cli")
	b.visible(".one-outcome", "found")
	b.visit("ours/live")
	b.visible("h1", "There is no sandbox ours")
	b.click(".gone .primary")
	b.visible(".empty", "No requests yet")
	s.do("DELETE", "/_sim/sandboxes/ours", "")
	b.visible("h1", "There is no sandbox ours")
	if a := s.do("PUT", "/_sim/sandboxes/ours", ""); a.StatusCode != http.StatusCreated {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	b.visible(".empty", "No requests yet")
	b.untroubled()
}

// TestTitlesAndBack: each place has a title of its own, and the browser's way back
// goes through them.
func TestTitlesAndBack(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	s.askForAddress()
	titles := []string{
		"Live · default · kzsim", "req-000001 · Live · default · kzsim", "Profile · Sandboxes · default · kzsim",
		"kyc.address.get · token-expired · Contract · default · kzsim",
	}
	for i, place := range []string{"default/live", "default/live/req-000001", "default/sandboxes/profile", "default/contract/kyc.address.get/token-expired"} {
		if i == 0 {
			b.open(s, place)
		}
		b.visit(place)
		b.until(`document.title === '` + titles[i] + `'`)
	}
	for i := len(titles) - 2; i >= 0; i-- {
		b.do(chromedp.NavigateBack())
		b.until(`document.title === '` + titles[i] + `'`)
	}
	b.untroubled()
}

// TestEscapeClosesWhatIsInFront, and nothing behind it.
func TestEscapeClosesWhatIsInFront(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	s.askForAddress()
	b.open(s, "default/live/req-000001")
	b.visible(".exchange-head", "req-000001")
	b.click(".clock-button")
	b.until(`document.querySelector('.clock-pop:popover-open .face')`)
	b.do(chromedp.KeyEvent(kb.Escape))
	b.until(`!document.querySelector(':popover-open')`)
	b.visible(".exchange-head", "req-000001")
	b.do(chromedp.KeyEvent(kb.Escape))
	b.until(`document.querySelector('.split.alone')`)

	b.visit("default/sandboxes/overview")
	b.visible(".counts", "kyc") // what is loaded moves the button
	b.click(".btn.danger")
	b.until(`document.activeElement.closest('dialog') && !document.activeElement.matches('.danger')`)
	b.do(chromedp.KeyEvent(kb.Escape))
	b.until(`!document.querySelector('dialog')`)
	b.untroubled()
}

// TestQuietLog: where nothing is wrong the browser has nothing to note, not even an
// answer that isn't a success, a page that is loaded asks for nothing twice, and where
// nothing changes nothing is drawn.
func TestQuietLog(t *testing.T) {
	b := newTab(t, 1280, 800)
	b.noteAsked()
	s := serve(t, simulator.Options{})
	s.askForAddress()
	b.strictly()
	for _, place := range []string{
		"default/live", "default/live/req-000001", "default/phones", "default/sandboxes/overview", "default/sandboxes/scenario",
		"default/sandboxes/profile", "default/sandboxes/coverage", "default/sandboxes/deliveries",
		"default/sandboxes/verdict", "default/sandboxes/faults", "default/sandboxes/state", "default/sandboxes/processes",
		"default/contract", "default/contract/ledger",
	} {
		if b.loads == 0 {
			b.open(s, place)
			for _, twice := range value[[]string](b, `window.asked.filter((url, i, all) => all.indexOf(url) !== i)`) {
				t.Errorf("the page asked twice for %s", twice)
			}
		} else {
			b.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll('main .scroll').forEach((drawn) => drawn.replaceChildren())`))
			b.visit(place)
		}
		b.until(`[...document.querySelectorAll('main .scroll')].some((drawn) => drawn.textContent)`)
	}
	drawn, err := chromedp.Run(b.ctx, chromedp.Evaluate[int](`new Promise((done) => {
		const seen = [], observer = new MutationObserver((records) => seen.push(...records));
		observer.observe(document.querySelector('.clock-button'), { subtree: true, childList: true, characterData: true });
		let ticks = 0;
		setInterval(() => (ticks += 1) === 3 && done(seen.length), 250);
	})`, chromedp.EvalAwaitPromise))
	if err != nil || drawn != 0 {
		t.Errorf("a clock that stands still has been drawn %d times: %v", drawn, err)
	}
	b.untroubled()
}

// TestAStreamThatIsHeldBack: something between, such as a proxy, gives the page no stream and no error.
func TestAStreamThatIsHeldBack(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	s.askForAddress()
	b.shortWaits()
	b.begin(`window.EventSource = class extends EventTarget { close() {} };`)
	b.load(s, "default/live")
	b.until(`document.querySelector('.page-live')?.textContent.includes('address.approve')`)
	b.until(`document.querySelector('header').textContent.match(/\d\d:\d\d:\d\d/)`)
	b.language("ru")
	b.visible(".lost", "нет связи")
}

// TestPhonesDoNotComeBack: a page of the phones that is left before its answer comes stays left. Where there
// is room for a phone beside the list, the answer opens one.
func TestPhonesDoNotComeBack(t *testing.T) {
	b := newTab(t, wide, 800)
	b.open(serve(t, simulator.Options{}), "default/live")
	b.do(chromedp.Evaluate[chromedp.Void](`{
		const fetched = window.fetch;
		const rows = '{"1": {"phone": "77015550001", "at": "2024-03-01T09:00:00+05:00", "text": ""}}';
		window.fetch = (url, ...more) => (/kyc-messages/.test(url)
			? new Promise((done) => { window.answer = () => done({ ok: true, text: async () => rows }); })
			: fetched(url, ...more));
	}`))
	b.visit("default/phones")
	b.until(`window.answer`)
	b.visit("default/contract")
	b.until(`document.querySelector('.page-contract')`)
	b.do(chromedp.Evaluate[chromedp.Void](`new Promise((done) => { window.answer(); setTimeout(done); })`, chromedp.EvalAwaitPromise))
	if place := value[string](b, "location.hash"); !strings.HasPrefix(place, "#/default/contract") {
		t.Errorf("the page is at %s", place)
	}
	b.untroubled()
}
