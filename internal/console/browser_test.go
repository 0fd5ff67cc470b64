package console_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/simulator"
)

// TestAddressIsApprovedOnThePhone: a client's request appears as it comes, its
// subject approves it on the phone, and the client's next poll is VALID. Then the
// clock is advanced, and the session expires before the reader's eyes.
func TestAddressIsApprovedOnThePhone(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	b.open(s, "default/live")
	b.countListings()

	session := s.askForAddress().wants(t, "pending").field(t, "backend_session_id")
	b.visible("ol.rows a", "kyc.address.approve")
	if n := value[int](b, `window.listings`); n != 0 {
		t.Errorf("the page asked for the list %d times, where the event tells of the request", n)
	}
	b.click("ol.rows a")
	b.visible(".message", session)

	b.click(`.pages a[href$="/phones"]`)
	b.click(`[data-answer="approve"]`)
	b.visible(`[data-status="VALID"]`, "Approved")
	s.askForAddress().wants(t, "valid")

	b.click(".clock-button")
	b.click(`.clock-pop [data-by="5m"]`)
	b.visible(`[data-status="EXPIRED"]`, "Expired")
	s.fetchAddress(session).wants(t, "token-expired")
	b.untroubled()
}

// countListings counts, from now on, how often the page asks for the list of requests.
// (To see what is in flight it asks for one request.)
func (b *tab) countListings() {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](`{
		const fetched = window.fetch;
		window.listings = 0;
		window.fetch = (url, ...more) => {
			if (/\/requests(?!.*limit=1$)/.test(url)) window.listings += 1;
			return fetched(url, ...more);
		};
	}`))
}

// TestAddressIsRejectedOnThePhone is what the other button does.
func TestAddressIsRejectedOnThePhone(t *testing.T) {
	b := newTab(t, 390, 844)
	s := serve(t, simulator.Options{})
	s.askForAddress().wants(t, "pending")
	b.open(s, "default/phones")
	b.click(".things a")
	b.click(`[data-answer="reject"]`)
	b.visible(`[data-status="INVALID"]`, "Rejected")
	s.askForAddress().wants(t, "invalid")
	b.untroubled()
}

// TestCodeIsReadFromThePhone: the OTP of a document request stands on the page,
// and is good.
func TestCodeIsReadFromThePhone(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	b.open(s, "default/phones")
	session := s.do("POST", documentPath, `{"api_key":"my key","iin":"901123300258","phone":"77015550001"}`).
		wants(t, "requested").field(t, "backend_session_id")
	b.visible(".bubble", "Код подтверждения")
	code := value[string](b, `document.querySelector('.code-chip').textContent`)
	s.do("POST", codePath, `{"backend_session_id":"`+session+`","code":"`+code+`","file":false,"file_type":"pdf"}`).
		wants(t, "document")
	b.visible(".foot .state", "the document was received")
	b.untroubled()
}

const brokenScenario = `version: 1
scenario: mine
rules:
  - on: kyc.address.approve
    do: [pendng, valid]
`

// TestBrokenScenario is shown at its line, and can't be put in force; mended it
// can.
func TestBrokenScenario(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	b.open(s, "default/sandboxes/scenario")
	b.write(".editor textarea", brokenScenario)
	b.visible(`.line.wrong[data-line="5"]`, `did you mean "pending"?`)
	b.visible(".finding", "5:10")
	b.until(`document.querySelector('.btns .primary').disabled`)

	b.write(".editor textarea", `version: 1
scenario: mine
rules:
  - on: kyc.address.approve
    do: [timeout, valid]
`)
	b.until(`!document.querySelector('.line.wrong') && !document.querySelector('.btns .primary').disabled`)
	b.click(".btns .primary")
	b.visible(".in-force", "mine")
	s.askForAddress().wants(t, "timeout")
	b.untroubled()
}

// write a text into a field, as pasting does.
func (b *tab) write(selector, text string) {
	b.t.Helper()
	encoded, err := json.Marshal(text)
	if err != nil {
		b.t.Fatal(err)
	}
	b.do(chromedp.WaitVisible(chromedp.CSS(selector)), chromedp.Evaluate[chromedp.Void](`{
		const field = document.querySelector('`+selector+`');
		field.value = `+string(encoded)+`;
		field.dispatchEvent(new Event('input', { bubbles: true }));
	}`))
}

// TestFilter leaves the exchanges that hold every word.
func TestFilter(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	s.askForAddress()
	s.do("POST", "/abs/colvir_get_loan_debt", `{"dep_id":2,"id":1001}`)
	b.open(s, "default/live")
	b.visible(".bar", "2 exchanges")
	b.do(chromedp.SendKeys(chromedp.CSS("input[name=filter]"), "KYC pend"))
	b.visible(".bar", "1 of 2")
	if rows := value[string](b, `[...document.querySelectorAll('ol.rows li:not([hidden]) .op')].map((e) => e.textContent).join()`); rows != "kyc.address.approve" {
		t.Errorf("the filter leaves %q", rows)
	}
}

// TestSavedExchangeIsAScenario: what Live saves the checker accepts, and in force
// it answers what the exchange did.
func TestSavedExchangeIsAScenario(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	s.do("POST", approvePath, somebody, "Prefer", "outcome=timeout").wants(t, "timeout")
	b.open(s, "default/live/req-000001")
	b.click(".beside .bar button:nth-of-type(2)")
	b.visible(".found", "nothing is wrong")
	b.click(".btns .primary")
	b.visible(".in-force", "from-req-000001")
	s.askForAddress().wants(t, "timeout")
	b.untroubled()
}

// TestTryIt has an outcome of the contract answered with its exact body.
func TestTryIt(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	b.open(s, "default/contract/kyc.address.get")
	b.click(`[data-try="token-expired"]`)
	b.visible(".try", "Token Expired")
	b.visible(".try", "HTTP 400")
	b.untroubled()
}

// TestRussian is remembered.
func TestRussian(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	b.open(s, "default/sandboxes/overview")
	b.click(`.langs [lang="ru"]`)
	b.visible("h1", "Песочницы")
	b.open(s, "default/phones")
	b.visible("h1", "Телефоны")
	if lang := value[string](b, `document.documentElement.lang`); lang != "ru" {
		t.Errorf("the page says that its language is %q", lang)
	}
	b.untroubled()
}

// TestKeyboard: Tab comes to the list once, the arrows go through it, Enter opens,
// Escape closes, and a slash begins to filter.
func TestKeyboard(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	s.askForAddress()
	s.askForAddress()
	b.open(s, "default/live")
	b.visible(".bar", "2 exchanges")
	press := func(keys string) { b.do(chromedp.KeyEvent(keys)) }
	press("/")
	b.until(`document.activeElement.name === 'filter'`)
	press(kb.Tab)
	press(kb.Tab)
	press(kb.Tab)
	b.until(`document.activeElement.closest('li')?.dataset.id === 'req-000002'`)
	press(kb.ArrowDown)
	b.until(`document.activeElement.closest('li')?.dataset.id === 'req-000001'`)
	press(kb.Enter)
	b.visible(".exchange-head", "req-000001")
	press(kb.Tab)
	b.until(`document.activeElement.closest('.beside')`)
	press(kb.Escape)
	b.until(`document.querySelector('.split.alone')`)
	b.untroubled()
}

// TestSandboxIsMadeAndDeleted from the library, by its forms.
func TestSandboxIsMadeAndDeleted(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	b.open(s, "default/sandboxes")
	b.click(".side .btn.primary")
	b.do(chromedp.SendKeys(chromedp.CSS(`dialog [name="id"]`), "ours", chromedp.NodeVisible),
		chromedp.SetValue(chromedp.CSS(`dialog [name="scenario"]`), "payment-lost-reply"))
	b.click("dialog .btn.primary")
	b.visible(".things [aria-current]", "ours")
	b.visible(".facts", "payment-lost-reply")

	b.click(`.beside .btn.danger:last-of-type`)
	b.click("dialog .btn.danger")
	b.visible(".things [aria-current]", "default")
	if a := s.do("GET", "/_sim/sandboxes/ours", ""); a.StatusCode != http.StatusNotFound {
		t.Errorf("the deleted sandbox: %d", a.StatusCode)
	}
	b.untroubled()
}

// TestAwaySandboxIsMarked in the list, which does not bring it back.
func TestAwaySandboxIsMarked(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	list := `[{"id":"default","clock":{"mode":"frozen"},"requests":0},{"id":"ours","clock":{"mode":"real"},"requests":3,"away":true}]`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/_sim/sandboxes" {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, list)
			return
		}
		s.Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	t.Cleanup(server.CloseClientConnections)
	s.URL = server.URL
	b.open(s, "default/sandboxes")
	b.visible(`.things a[href*="ours"]`, "out of memory until it is used")
	if marked := value[int](b, `[...document.querySelectorAll('.things a')].filter((e) => e.textContent.includes('out of memory')).length`); marked != 1 {
		t.Errorf("%d sandboxes are marked", marked)
	}
	b.untroubled()
}

// TestSwitchIsSet: a profile's switch acts at once, and says what it is set over.
func TestSwitchIsSet(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	b.open(s, "default/sandboxes/profile")
	b.click(`.switch [name="kyc.no_cases"][value="empty-list"]`)
	b.visible(".switch .set", "not-found")
	if profile := s.do("GET", "/_sim/sandboxes/default/profile", "").field(t, "kyc.no_cases"); profile != "empty-list" {
		t.Errorf("the switch is %q", profile)
	}
	b.untroubled()
}

// TestCurl: the command that is copied sends the request again, to the byte.
func TestCurl(t *testing.T) {
	for _, name := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skip("no " + name + " on this machine")
		}
	}
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	const body = `{"iin": "9011233\n00258", "title": "it's $HOME \u0022 \\ Ә"}`
	s.do("POST", "/restapi/services/run/k2loan_exclude_off_by_iin_dbznum?a=1&b='2'", body, "X-Client", "it's")
	b.open(s, "default/live/req-000001")
	command, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`Promise.all([
		import('/_sim/console/console.js'), fetch('/_sim/sandboxes/default/requests/req-000001').then((r) => r.json()),
	]).then(([{ modules }, info]) => modules.curl.curl(info))`, chromedp.EvalAwaitPromise))
	if err != nil {
		b.fail(err)
	}
	if out, err := exec.Command("sh", "-c", command).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", command, err, out)
	}
	type sent struct {
		Method, URL string
		Request     struct {
			Text   string
			Header http.Header
		}
	}
	var first, second sent
	for id, into := range map[string]*sent{"req-000001": &first, "req-000002": &second} {
		if err := json.Unmarshal([]byte(s.do("GET", "/_sim/sandboxes/default/requests/"+id, "").body), into); err != nil {
			t.Fatal(err)
		}
		for name := range into.Request.Header {
			if name != "X-Client" && name != "Content-Type" {
				into.Request.Header.Del(name)
			}
		}
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("the command sends another request (-first +second):\n%s", diff)
	}
}
