package console_test

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/kzsim/kzsim/internal/simulator"
)

var pictures = flag.String("pictures", "", "folder for pictures of every page of the console, to be looked at")

// picture is a place of the console, and what is done there before it is taken.
type picture struct {
	name, place string
	ready       string // a CSS selector of what has to be there
	then        func(*tab)
	wider       bool // a wide page shows more there than what a narrow one hides
}

// wide is how many pixels have room for a list and, beside it, what it opens.
const wide = 1280

var places = []picture{
	{name: "live", place: "default/live", ready: "ol.rows li:nth-child(12)"},
	{name: "live-one", place: "default/live/req-000003", ready: ".exchange .diff"},
	{name: "live-findings", place: "default/live/req-000012", ready: ".exchange .findings"},
	{name: "phones", place: "default/phones", ready: ".things a", wider: true},
	{name: "phone", place: "default/phones/77019930751", ready: "[data-answer]"},
	{name: "phone-code", place: "default/phones/77015550001", ready: ".code-chip"},
	{name: "sandboxes", place: "default/sandboxes", ready: ".things a", wider: true},
	{name: "new", place: "default/sandboxes/overview", ready: ".counts", then: func(b *tab) {
		b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.side .btn.primary')?.click()`))
		b.until(`document.querySelector('dialog[open]')`)
	}},
	{name: "overview", place: "default/sandboxes/overview", ready: ".counts"},
	{name: "scenario", place: "team-collection/sandboxes/scenario", ready: ".rules-in-force"},
	{name: "scenario-broken", place: "default/sandboxes/scenario", ready: ".found p", then: func(b *tab) {
		b.write(".editor textarea", brokenScenario)
		b.until(`document.querySelector('.line.wrong')`)
	}},
	{name: "library", place: "default/sandboxes/scenario", ready: ".shelf .pick", then: func(b *tab) {
		b.write(".editor textarea", brokenScenario)
		b.click(".library summary")
		b.until(`document.querySelector('.draft p')`)
	}},
	{name: "verdict", place: "team-collection/sandboxes/verdict", ready: "main .delivery", then: func(b *tab) {
		b.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll('main details').forEach((d) => { d.open = true; })`))
	}},
	{name: "faults", place: "default/sandboxes/faults", ready: "main .delivery"},
	{name: "faults-refused", place: "default/sandboxes/faults", ready: "main .delivery", then: func(b *tab) {
		b.write("textarea[name=fault]", "on: kyx.*\nfault: {delay: 5}\ntimes: 0\n")
		b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('textarea[name=fault]').form.requestSubmit()`))
		b.until(`document.querySelector('.note.bad p')`)
	}},
	{name: "state", place: "default/sandboxes/state/kyc-messages", ready: ".state-rows li", then: func(b *tab) {
		b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.state-rows details').open = true`))
		b.until(`document.querySelector('.state-rows .code')`)
	}},
	{name: "processes", place: "asking/sandboxes/processes", ready: ".delivery:nth-child(2) .tries li"},
	{name: "demand", place: "asking/sandboxes/processes", ready: ".delivery", then: func(b *tab) {
		b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.padded > .btns .primary').click()`))
		b.until(`document.querySelector('dialog[open]')`)
	}},
	{name: "live-masked", place: "default/live/req-000003", ready: ".exchange .diff", then: func(b *tab) {
		b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.beside .bar button').click()`))
		b.until(`document.querySelector('.beside .note.warn')`)
	}},
	{name: "gone", place: "not-there/live", ready: ".gone"},
	{name: "profile", place: "nightly/sandboxes/profile", ready: ".switch", then: func(b *tab) {
		b.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll('.switch details')[2].open = true`))
	}},
	{name: "coverage", place: "default/sandboxes/coverage", ready: ".cell.met"},
	{name: "deliveries", place: "nightly/sandboxes/deliveries", ready: ".delivery:nth-child(3)", then: func(b *tab) {
		b.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll('.delivery:nth-child(1) .tries details, .delivery:nth-child(2) > details').forEach((d) => { d.open = true; })`))
	}},
	{name: "deliveries-old", place: "nightly/sandboxes/deliveries", ready: ".delivery:nth-child(4)", then: func(b *tab) {
		b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.delivery:nth-child(4)').scrollIntoView()`))
	}},
	{name: "deliveries-none", place: "default/sandboxes/deliveries", ready: "main .measure"},
	{name: "deliveries-refused", place: "unheard/sandboxes/deliveries", ready: ".delivery .tries li"},
	{name: "contract", place: "default/contract", ready: ".things a", wider: true, then: func(b *tab) {
		b.until(`document.querySelector('.one-outcome') || !document.querySelector('.beside').checkVisibility()`)
	}},
	{name: "operation", place: "default/contract/kyc.address.get/token-expired", ready: ".one-outcome details[open]", then: func(b *tab) {
		b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('[data-try="token-expired"]').click()`))
		b.until(`document.querySelector('.try .code')`)
	}},
	{name: "reserved", place: "default/contract/reserved", ready: ".stacks"},
	{name: "ledger", place: "default/contract/ledger/12", ready: ".entry.wanted"},
	{name: "clock-refused", place: "default/live", ready: "ol.rows li", then: func(b *tab) {
		b.click(".clock-button")
		b.until(`document.querySelector('.clock-pop .face')?.textContent`)
		b.do(chromedp.Evaluate[chromedp.Void](`{
			const { form } = Object.assign(document.querySelector('.clock-pop [name=until]'), { value: '2000-01-01T00:00:00' });
			form.requestSubmit();
		}`))
		b.until(`document.querySelector('.clock-pop .note.bad')`)
	}},
	{name: "clock", place: "default/live", ready: "ol.rows li", then: func(b *tab) {
		b.click(".clock-button")
		b.until(`document.querySelector('.clock-pop .face')?.textContent`)
	}},
}

// TestPictures takes a picture of every page in three widths, both languages and both themes.
func TestPictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("no folder for pictures: -pictures")
	}
	s := serve(t, simulator.Options{})
	s.morning()
	for _, size := range [][2]int64{{1280, 800}, {390, 844}, {320, 700}} {
		for _, language := range []string{"en", "ru"} {
			t.Run(fmt.Sprintf("%d-%s", size[0], language), func(t *testing.T) {
				b := newTab(t, size[0], size[1])
				b.open(s, "default/live")
				b.language(language)
				for _, p := range places {
					b.reach(p)
					b.uncut(p.name)
					for _, scheme := range []string{"light", "dark"} {
						b.theme(scheme)
						b.save(filepath.Join(*pictures, fmt.Sprintf("%s-%d-%s-%s.png", p.name, size[0], language, scheme)))
					}
				}
				b.untroubled()
			})
		}
	}
}

// reach a place of the console that is open, and wait until it is drawn.
func (b *tab) reach(p picture) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](`{
		document.querySelector('dialog')?.close();
		document.querySelector(':popover-open')?.hidePopover();
	}`))
	sandbox, page, _ := strings.Cut(p.place, "/")
	other := "live"
	if strings.HasPrefix(page, other) {
		other = "phones"
	}
	b.visit(sandbox + "/" + other) // a page is made anew after another one
	b.until(`document.querySelector('.page-` + other + `')`)
	b.visit(p.place)
	b.until(`document.querySelector('` + p.ready + `')`)
	if p.then != nil {
		p.then(b)
	}
	b.until(`document.fonts.status === 'loaded' && document.getAnimations().length === 0`)
}

func (b *tab) save(file string) {
	b.t.Helper()
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(file, png, 0o644)
	}
	if err != nil {
		b.fail(err)
	}
}

// TestPictureOfSigningIn is taken where a token is needed.
func TestPictureOfSigningIn(t *testing.T) {
	if *pictures == "" {
		t.Skip("no folder for pictures: -pictures")
	}
	s := serve(t, simulator.Options{Token: token})
	b := newTab(t, 390, 844)
	b.do(chromedp.Navigate(s.URL + "/_sim/"))
	b.until(`document.querySelector('#token')`)
	b.save(filepath.Join(*pictures, "sign-in-narrow-en.png"))
}

// uncut fails the test if anything is wider than the page, or a control's text
// wider than the control.
func (b *tab) uncut(name string) {
	b.t.Helper()
	for _, what := range value[[]string](b, `[
		...(document.documentElement.scrollWidth > innerWidth ? ['the page'] : []),
		...[...document.querySelectorAll('.scroll, .bar, .top, .btn, .seg, dialog, h1:not(.unseen), h2, h3, th:not(.unseen *), .field, .facts')].filter((e) =>
			e.checkVisibility() && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline').map((e) => e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 40)),
	]`) {
		b.t.Errorf("%s: cut: %s", name, what)
	}
}

// busy is an endpoint that takes one list of eight.
func busy(t *testing.T) string {
	t.Helper()
	var came atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if came.Add(1) == 8 {
			_, _ = io.WriteString(w, taken)
			return
		}
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, `{"error":"the queue is full","retry":true}`)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/exclusions"
}

// morning is what a client did before somebody looked.
func (s *served) morning() {
	s.do("POST", "/api/v1/backend/info/kz/exec_proc_info/", somebody)
	s.do("POST", "/api/v1/backend/info/kz/exec_proc_info/", `{"api_key":"my key","iin":"990101505037"}`)
	s.askForAddress()
	s.do("POST", documentPath, `{"api_key":"my key","iin":"901123300258","phone":"77015550001"}`)
	s.do("POST", "/_sim/sandboxes/default/clock/advance", `{"by":"1s"}`)
	s.askForAddress()
	s.do("POST", addressPath, `{"api_key":"my key","iin":"901123300258","backend_session_id":"f1b5887b-5f91-417a-bf04-bb45fe28cc4e"}`, "Prefer", "outcome=token-expired")
	s.do("POST", "/restapi/services/run/k2loan_from_eko", `[
		{"request_id":1,"contract_number":"KD0000000001","dbz_contract_number":"KD0000000001","dbz_dt":"2014-02-08","iinbin":"901123300258","debt":2000000,"cur":"KZT"},
		{"request_id":2,"contract_number":"KD0000000002","dbz_contract_number":"KD0000000002","dbz_dt":"2014-02-08","iinbin":"90112330025","debt":1000.50,"cur":"KZT"}]`)
	s.do("POST", "/restapi/services/run/k2extreq_by_dbz", `{"contract_number":"KD0000000001","dbz_dt":"2014-02-08"}`)
	s.do("POST", "/abs/reg_pt", `{"refer":"PTP0000000000001","accept_dt":"2021-01-05","doc_num":"16","doc_at":"2021-01-04","iinbin":"901123300258","ben_bin":"971240001315","amount":500.50,"cur":"KZT"}`)
	s.do("POST", "/abs/get_all_pt_from_abs", `{"page":1,"perpage":1,"iinbin":"901123300258"}`)
	s.do("POST", "/api/v1/backend/address/approve", somebody)
	s.do("POST", "/restapi/services/run/k2loan_sync_debt", `[{"contract_number":"UNKNOWN","debt":1}]`)
	s.do("PUT", "/_sim/sandboxes/default/coverage/scope", `[{"on":"abs.get_pdf","outcome":"not-found","reason":"the client never asks for scans"}]`)
	s.do("POST", "/_sim/sandboxes", mustJSON(s.t, map[string]any{
		"id": "nightly", "clock": map[string]any{"mode": "frozen", "start": "2024-03-01T09:00:00+05:00"},
		"profile": map[string]any{"preset": "strict", "kyc.wrong_code": "government-error"},
		"deliver": map[string]string{exclusions: busy(s.t)},
	}))
	s.exclude("nightly", "820730400016")
	s.do("POST", "/_sim/sandboxes/nightly/clock/advance", `{"by":"1h"}`)
	for _, iin := range []string{"901123300258", "750105450019", "830412301239"} {
		s.exclude("nightly", iin)
	}
	s.do("POST", "/_sim/sandboxes", mustJSON(s.t, map[string]any{"id": "unheard", "deliver": map[string]string{exclusions: "http://127.0.0.1:1/exclusions"}}))
	s.exclude("unheard", "820730400016")
	s.do("POST", "/_sim/sandboxes/default/faults", `{"on": "abs.get_pdf", "fault": {"status": 503}, "times": 3}`)
	s.do("POST", "/_sim/sandboxes", mustJSON(s.t, map[string]any{
		"id": "asking", "clock": map[string]any{"mode": "frozen", "start": "2024-03-01T09:00:00+05:00"}, "targets": map[string]string{"abs": "sandbox:self"},
	}))
	s.do("POST", "/_sim/sandboxes/asking/faults", `{"on": "abs.get_pdf", "fault": {"status": 503}}`)
	s.do("POST", "/s/asking/restapi/services/run/k2loan_from_eko", `[{"contract_number":"KD7","dbz_contract_number":"KD7","dbz_dt":"2020-02-08",
		"iinbin":"901123300258","fullname":"Тестов Тест","debt":2000000,"cur":"KZT","iban":"KZ86125KZT5004100100","dep_id":1001,"id":77,"system":"colvir"}]`)
	s.do("POST", "/_sim/sandboxes/asking/incoming-demands", `{"refer":"PTP0000000000001","iinbin":"901123300258","amount":2000000,"cur":"KZT","knp":"423"}`)
	s.do("GET", "/_sim/sandboxes/asking/deliveries?within=10s", "")
	s.do("POST", "/_sim/sandboxes", `{"id":"team-collection","owner":"collection / pipeline 4711","scenario":"payment-lost-reply"}`)
	s.do("POST", "/s/team-collection/restapi/services/run/k2extreq_pay_from_eko", `{"items":[{"trn_id":11,"refer":"PTPJ000000000001","amount":900,"cur":"KZT","incoming_amount":900,"request_id":1}]}`)
}
