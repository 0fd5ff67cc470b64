package console_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/kzsim/kzsim/internal/simulator"
)

const token = "a-control-token"

// TestHeaders: every answer of the console carries the policy, refusals too.
func TestHeaders(t *testing.T) {
	s := serve(t, simulator.Options{})
	for _, path := range []string{"/_sim/", "/_sim/console/console.js", "/_sim/console/session", "/_sim/console/nothing"} {
		h := s.do("GET", path, "").Header
		policy := h.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "require-trusted-types-for 'script'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: the policy lacks %s: %q", path, part, policy)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
			t.Errorf("%s: the policy lets in too much: %q", path, policy)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY"} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q, want %q", path, name, h.Get(name), want)
			}
		}
	}
}

// TestAddresses: the page has one address, and is told from what it is made of.
func TestAddresses(t *testing.T) {
	s := serve(t, simulator.Options{})
	if a := s.do("GET", "/_sim", ""); a.StatusCode != http.StatusPermanentRedirect || a.Header.Get("Location") != "/_sim/" {
		t.Errorf("/_sim: %d to %q", a.StatusCode, a.Header.Get("Location"))
	}
	page := s.do("GET", "/_sim/", "")
	if page.StatusCode != http.StatusOK || !strings.Contains(page.body, "console/console.js") {
		t.Errorf("/_sim/: %d %s", page.StatusCode, page.body)
	}
	again := s.do("GET", "/_sim/", "", "If-None-Match", page.Header.Get("ETag"))
	if again.StatusCode != http.StatusNotModified {
		t.Errorf("asked again: %d", again.StatusCode)
	}
	for _, path := range []string{"/_sim/console/", "/_sim/console/../session.go", "/_sim/console/js", "/_sim/console/nothing.js"} {
		if a := s.do("GET", path, ""); a.StatusCode == http.StatusOK {
			t.Errorf("%s: %d %s", path, a.StatusCode, a.body)
		}
	}
}

// TestWrongMethod is told as the control API tells it.
func TestWrongMethod(t *testing.T) {
	s := serve(t, simulator.Options{})
	for path, want := range map[string]string{
		"/_sim/": "GET, HEAD", "/_sim/console/console.js": "GET, HEAD", "/_sim/console/session": "GET, HEAD, POST, DELETE",
	} {
		for method, status := range map[string]int{"PUT": 405, "OPTIONS": 204} {
			a := s.do(method, path, "")
			if a.StatusCode != status || a.Header.Get("Allow") != want {
				t.Errorf("%s %s: %d, Allow %q", method, path, a.StatusCode, a.Header.Get("Allow"))
			}
			if media := a.Header.Get("Content-Type"); status == 405 && media != "application/problem+json" {
				t.Errorf("%s %s: %s", method, path, media)
			}
		}
	}
}

// TestForeignHost: on loopback a name that somebody made lead here is refused, by
// the page as by the API.
func TestForeignHost(t *testing.T) {
	s := serve(t, simulator.Options{})
	for _, path := range []string{"/_sim/", "/_sim/console/console.js", "/_sim/console/session", "/_sim/sandboxes"} {
		if a := s.do("GET", path, "", "Host", "evil.example.com"); a.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d %s", path, a.StatusCode, a.body)
		}
	}
}

// signIn posts the console's form.
func (s *served) signIn(given string, header ...string) answer {
	s.t.Helper()
	return s.do("POST", "/_sim/console/session", url.Values{"token": {given}}.Encode(),
		append([]string{"Content-Type", "application/x-www-form-urlencoded"}, header...)...)
}

// TestSignIn: without a token the page is there and nothing else; with one a
// cookie opens what the token opens, and no script can read it.
func TestSignIn(t *testing.T) {
	s := serve(t, simulator.Options{Token: token})
	if a := s.do("GET", "/_sim/", ""); a.StatusCode != http.StatusOK {
		t.Errorf("the page: %d", a.StatusCode)
	}
	for _, path := range []string{"/_sim/sandboxes", "/_sim/contract", "/_sim/sandboxes/default/requests", "/_sim/sandboxes/default/events"} {
		if a := s.do("GET", path, ""); a.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s without a token: %d", path, a.StatusCode)
		}
	}
	for _, wrong := range []string{"", "wrong", token + "x", token[:4]} {
		if a := s.signIn(wrong); a.StatusCode != http.StatusUnauthorized || len(a.Cookies()) > 0 {
			t.Errorf("the token %q: %d, cookies %v", wrong, a.StatusCode, a.Cookies())
		}
	}
	made := s.do("POST", "/_sim/sandboxes", `{"id":"ours"}`, "Authorization", "Bearer "+token)
	cookies := map[string]string{}
	for name, given := range map[string]string{"all": token, "ours": made.field(t, "token")} {
		a := s.signIn(given)
		if a.StatusCode != http.StatusOK || len(a.Cookies()) != 1 {
			t.Fatalf("%s: %d %s, cookies %v", name, a.StatusCode, a.body, a.Cookies())
		}
		c := a.Cookies()[0]
		if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/_sim/" {
			t.Errorf("%s: the cookie %v", name, c)
		}
		cookies[name] = c.Name + "=" + c.Value
	}
	for _, c := range []struct {
		who, path string
		status    int
	}{
		{"all", "/_sim/sandboxes", 200}, {"all", "/_sim/sandboxes/ours/requests", 200},
		{"ours", "/_sim/sandboxes", 401}, {"ours", "/_sim/sandboxes/default/requests", 401}, {"ours", "/_sim/sandboxes/ours/requests", 200},
	} {
		if a := s.do("GET", c.path, "", "Cookie", cookies[c.who]); a.StatusCode != c.status {
			t.Errorf("%s with the cookie of %s: %d, want %d", c.path, c.who, a.StatusCode, c.status)
		}
	}
}

// TestCrossSiteForms: what a browser sends for another site's page is refused,
// with the cookie or without.
func TestCrossSiteForms(t *testing.T) {
	s := serve(t, simulator.Options{Token: token})
	for _, header := range [][]string{
		{"Origin", "https://evil.example.com"}, {"Origin", "null"}, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"},
	} {
		if a := s.signIn(token, header...); a.StatusCode != http.StatusForbidden || len(a.Cookies()) > 0 {
			t.Errorf("signing in with %q: %d", header, a.StatusCode)
		}
		if a := s.do("POST", "/_sim/sandboxes", `{}`, append(header, "Cookie", "sim-token="+token)...); a.StatusCode != http.StatusForbidden {
			t.Errorf("a sandbox with %q: %d", header, a.StatusCode)
		}
	}
}

// TestBrowserRefusals is the same with a real browser on the other side.
func TestBrowserRefusals(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	evil := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<form method="post" enctype="text/plain" action="` + s.URL + `/_sim/sandboxes"><input name='{"id":"planted","owner":"' value='"}'><button>Win</button></form>`))
	}))
	defer evil.Close()
	b.do(chromedp.Navigate(strings.Replace(evil.URL, "127.0.0.1", "localhost", 1)))
	b.click("button")
	b.visible("body", "is not taken here")
	if a := s.do("GET", "/_sim/sandboxes/planted", ""); a.StatusCode != http.StatusNotFound {
		t.Errorf("another site has made a sandbox: %s", a.body)
	}
	b.do(chromedp.Navigate(strings.Replace(s.URL, "127.0.0.1", "sim.test", 1) + "/_sim/"))
	b.visible("body", "is not loopback")
}

// TestBrowserSignIn: the form is there where a token is needed, says that a wrong
// one is wrong, and lets in by a right one.
func TestBrowserSignIn(t *testing.T) {
	b := newTab(t, 390, 844)
	s := serve(t, simulator.Options{Token: token})
	b.do(chromedp.Navigate(strings.Replace(s.URL, "127.0.0.1", "sim.test", 1) + "/_sim/"))
	b.do(chromedp.SendKeys(chromedp.CSS("#token"), "wrong\r"))
	b.visible(".note.bad", "opens nothing")
	b.do(chromedp.SendKeys(chromedp.CSS("#token"), token+"\r"))
	b.until(`document.querySelector('.top[data-connected="yes"]')`)
	if cookie := value[string](b, `document.cookie`); cookie != "" {
		t.Errorf("scripts can read the cookie %q", cookie)
	}
	b.untroubled()
}

// TestBrowserSignInToOneSandbox: a sandbox's own token opens that sandbox and what
// its pages read of the contract, and what it doesn't open says so.
func TestBrowserSignInToOneSandbox(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{Token: token})
	made := s.do("POST", "/_sim/sandboxes", `{"id":"ours"}`, "Authorization", "Bearer "+token)
	b.do(chromedp.Navigate(s.URL+"/_sim/"), chromedp.SendKeys(chromedp.CSS("#token"), made.field(t, "token")+"\r"))
	b.until(`document.querySelector('.top[data-connected="yes"]') && location.hash === '#/ours/live'`)
	s.do("POST", "/s/ours"+approvePath, somebody).wants(t, "pending")
	b.visible("ol.rows a", "kyc.address.approve")
	b.visit("ours/contract/kyc.address.get")
	b.visible(".one-outcome", "token-expired")
	b.visit("ours/sandboxes/scenario")
	b.visible(".found", "nothing is wrong")
	b.visit("default/live")
	b.visible(".note.bad", "a control token is required")
	b.untroubled()
}
