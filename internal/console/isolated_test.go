package console_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/kzsim/kzsim/internal/simulator"
)

// filePath is an operation that a browser can open.
const filePath = "/restapi/getfile?code=a"

// reply puts a scenario in force whose answer to that operation is a tenant's own.
func (s *served) reply(body string, header map[string]string) {
	s.t.Helper()
	document, err := json.Marshal(map[string]any{
		"version": 1, "scenario": "of-a-tenant",
		"rules": []any{map[string]any{
			"on": "k2.getfile",
			"do": map[string]any{"off_contract": true, "reply": map[string]any{"status": 200, "headers": header, "body": body}},
		}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if a := s.do("PUT", "/_sim/sandboxes/default/scenario", string(document), "Authorization", "Bearer "+token); a.StatusCode != http.StatusOK {
		s.t.Fatalf("%d %s", a.StatusCode, a.body)
	}
}

// hostilePage asks the control API in the browser's name, while it loads.
const hostilePage = `<!doctype html><title>as it was sent</title><script>
	for (const [method, path] of [['PUT', '/_sim/sandboxes/stolen'], ['DELETE', '/_sim/sandboxes/default/requests'], ['GET', '/_sim/sandboxes']]) {
		const request = new XMLHttpRequest();
		request.open(method, path, false);
		request.send();
		document.title = 'it ran';
	}
	document.cookie = 'sim-token=another; path=/_sim/';
</script><p>a page of a tenant's</p>`

// TestPageOfATenant: a scenario's page, opened by somebody who is signed in to the
// console, does nothing with the control API.
func TestPageOfATenant(t *testing.T) {
	b := newTab(t, 800, 600)
	s := serve(t, simulator.Options{Token: token})
	s.reply(hostilePage, map[string]string{"Content-Type": "text/html; charset=utf-8"})
	b.do(chromedp.Navigate(s.URL + "/_sim/"))
	b.do(chromedp.SendKeys(chromedp.CSS("input[name=token]"), token+"\r"))
	b.until(`document.querySelector('.top[data-connected="yes"]')`)
	for _, path := range []string{filePath, "/s/default" + filePath} {
		b.do(chromedp.Navigate(s.URL + path))
		title, err := chromedp.Run(b.ctx, chromedp.Title())
		if err != nil {
			t.Fatal(err)
		}
		if title != "as it was sent" {
			t.Errorf("%s: the page is called %q", path, title)
		}
	}
	if _, err := s.Pool.Get("stolen"); err == nil {
		t.Error("the page has made a sandbox")
	}
	b.do(chromedp.Navigate(s.URL + "/_sim/"))
	b.until(`document.querySelector('.top[data-connected="yes"]')`) // still signed in
}

// TestAnswersAreIsolated: every answer of a service, made or refused, keeps a browser
// from taking it for a page of the console.
func TestAnswersAreIsolated(t *testing.T) {
	s := serve(t, simulator.Options{Token: token})
	check := func(name string, a answer) {
		t.Helper()
		if policy, sniff := a.Header.Get("Content-Security-Policy"), a.Header.Get("X-Content-Type-Options"); policy != "sandbox" || sniff != "nosniff" {
			t.Errorf("%s: policy %q, content type options %q", name, policy, sniff)
		}
	}
	check("an outcome", s.askForAddress())
	check("a path of a sandbox", s.do("POST", "/s/default"+approvePath, somebody))
	check("a host of a sandbox", s.do("POST", approvePath, somebody, "Host", "default.localhost"))
	check("a path that is none", s.do("GET", "/nothing", ""))
	check("no sandbox", s.do("GET", "/s/nobody/x", ""))
	check("another method", s.do("GET", approvePath, ""))
	check("another media type", s.do("POST", approvePath, somebody, "Content-Type", "text/html"))
	check("a file", s.do("GET", "/abs/get_pdf?dep_id=2&id=1001", ""))
	s.reply("<p>", map[string]string{"Content-Type": "text/html", "Content-Security-Policy": "default-src *", "x-content-type-options": "none"})
	check("a reply of its own", s.do("GET", filePath, ""))
	fault := s.do("POST", "/_sim/sandboxes/default/faults", `{"on": "k2.getfile", "fault": {"status": 502}}`, "Authorization", "Bearer "+token)
	if fault.StatusCode != http.StatusCreated {
		t.Fatalf("%d %s", fault.StatusCode, fault.body)
	}
	check("a fault's page", s.do("GET", filePath, ""))
}

// TestReplyThatActsOnTheConsole is refused, in any spelling of the header.
func TestReplyThatActsOnTheConsole(t *testing.T) {
	s := serve(t, simulator.Options{Token: token})
	for _, name := range []string{"Set-Cookie", "set-cookie", "Clear-Site-Data", "service-worker-allowed", "Strict-Transport-Security"} {
		s.reply("x", map[string]string{name: "sim-token=another; Path=/_sim/"})
		a := s.do("GET", filePath, "")
		if a.StatusCode != http.StatusInternalServerError || a.Header.Get(name) != "" || !strings.Contains(a.body, "acts in a browser") {
			t.Errorf("%s: %d %v %s", name, a.StatusCode, a.Header, a.body)
		}
	}
}
