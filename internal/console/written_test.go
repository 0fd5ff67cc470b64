package console_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/console"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/testsim"
)

// TestDraftIsKept over a reload, another page and another entry of the library, each entry with
// a draft of its own, until it is discarded.
func TestDraftIsKept(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	holds := func(text string) {
		t.Helper()
		b.until(fmt.Sprintf(`document.querySelector('.editor textarea')?.value.includes(%q)`, text))
	}
	b.open(s, "default/sandboxes/scenario")
	b.visible(".found", "nothing is wrong")
	b.write(".editor textarea", "version: 1\nscenario: mine\nabout: written for an hour\n")
	b.visible(".draft", "This is a draft")
	b.open(s, "default/sandboxes/scenario") // loads the page anew
	holds("written for an hour")

	b.click(".library summary")
	b.do(chromedp.SendKeys(chromedp.CSS(`[name="library"]`), "fetched too late", chromedp.NodeVisible))
	b.click(`.pick[data-name="address-expired"]`)
	holds("scenario: address-expired")
	b.write(".editor textarea", "version: 1\nscenario: theirs\n")
	b.do(chromedp.SetValue(chromedp.CSS(`[name="entry"]`), ""))
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('[name="entry"]').dispatchEvent(new Event('change'))`))
	holds("written for an hour")
	b.visit("default/live")
	b.visible(".empty", "No requests yet")
	b.visit("default/sandboxes/scenario")
	holds("written for an hour")

	b.click(".draft .btn")
	b.click("dialog .danger")
	holds("What goes otherwise")
	b.until(`!document.querySelector('.draft p')`)
	b.untroubled()
}

// TestLibraryIsSearched by tags and by what scenarios are about, in Russian, too.
func TestLibraryIsSearched(t *testing.T) {
	b := newTab(t, 1280, 800)
	b.open(serve(t, simulator.Options{}), "default/sandboxes/scenario")
	b.click(".library summary")
	search := func(words, name string) {
		t.Helper()
		b.do(chromedp.SetValue(chromedp.CSS(`[name="library"]`), words))
		b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('[name="library"]').dispatchEvent(new Event('input'))`))
		b.until(fmt.Sprintf(`[...document.querySelectorAll('.pick')].map((e) => e.dataset.name).join() === %q`, name))
	}
	search("weights", "weighted-answers")
	b.visible(".shelf", "most are right")
	b.language("ru")
	b.click(".library summary")
	search("weights большинство", "weighted-answers")
	b.visible(".shelf", "большинство верные")
	b.untroubled()
}

// TestClearAsks before the journal is forgotten.
func TestClearAsks(t *testing.T) {
	b := newTab(t, 390, 844)
	s := serve(t, simulator.Options{})
	s.askForAddress()
	b.open(s, "default/live")
	b.visible(".bar", "1 exchange")
	b.click(".bar button")
	b.visible("dialog", "are forgotten")
	b.do(chromedp.KeyEvent(kb.Escape))
	b.until(`!document.querySelector('dialog')`)
	b.visible(".bar", "1 exchange")
	b.click(".bar button")
	b.click("dialog .danger")
	b.visible(".empty", "No requests yet")
	b.untroubled()
}

// TestMaskedIsNotSentAgain: where people are shown masked, neither a command nor a scenario is
// made of what is shown.
func TestMaskedIsNotSentAgain(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{MaskPersonalData: true})
	s.askForAddress()
	b.open(s, "default/live/req-000001")
	b.visible(".exchange", "901123******")
	for _, button := range []string{"1", "2"} {
		b.click(".beside .bar button:nth-of-type(" + button + ")")
		b.visible(".beside .note.bad", "can’t be sent again")
		b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.beside .note.bad').remove()`))
	}
	if place := value[string](b, `location.hash`); place != "#/default/live/req-000001" {
		t.Errorf("the page went to %s", place)
	}
	b.untroubled()
}

// TestSearchGoesOverTheJournal: what is in no row of the list is found by a body, by the time and
// by a finding, also a request that the list has no room for; the archive has what is shown.
func TestSearchGoesOverTheJournal(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	handler := s.Handler()
	ask := func(iin string) {
		testsim.Ask(handler, "POST", "/api/v1/backend/info/kz/exec_proc_info/", `{"api_key":"k","iin":"`+iin+`","note":"of `+iin+`"}`)
	}
	ask("990101505037")
	for range 1200 {
		ask("901123300258")
	}
	b.open(s, "default/live")
	b.visible(".bar", "1,000 of 1,201")
	b.visible(".heads", "Decided by")
	b.do(chromedp.SendKeys(chromedp.CSS("input[name=filter]"), `"OF 990101505037"`))
	b.visible(".bar", "1 of 1,201")
	b.until(`document.querySelector('ol.rows li:not([hidden])').dataset.id === 'req-000001'`)
	archive := value[string](b, `document.querySelector('.bar a[download]').getAttribute('href')`)
	if har := s.do("GET", archive, "").body; strings.Count(har, `"startedDateTime"`) != 1 || !strings.Contains(har, "of 990101505037") {
		t.Errorf("%s has %.500s", archive, har)
	}
	b.write("input[name=filter]", "09:00:00 not_a_word")
	b.visible(".bar", "0 of 1,201")
	b.write("input[name=filter]", "09:00:00")
	b.visible(".bar", "1,000 of 1,201")
	b.write("input[name=filter]", "")
	b.until(`!document.querySelector('li[data-id="req-000001"]')`)
	b.untroubled()
}

// TestSearchByWhatThePageShows: a request that the list has no room for is found by the Russian of
// its findings and by the page's words for what decided it, also beside a word of a body.
func TestSearchByWhatThePageShows(t *testing.T) {
	s := serve(t, simulator.Options{})
	s.do("POST", "/restapi/services/run/k2loan_sync_debt", `[{"contract_number":"UNKNOWN","debt":1}]`)
	s.do("POST", addressPath, `{"api_key":"my key","iin":"901123300258","backend_session_id":"f1b5887b-5f91-417a-bf04-bb45fe28cc4e"}`, "Prefer", "outcome=token-expired")
	s.do("POST", "/api/v1/backend/info/kz/exec_proc_info/", somebody)
	var one struct{ Findings []struct{ Text string } }
	s.read("/_sim/sandboxes/default/requests/req-000001", &one)
	russian, by := console.Tell(one.Findings[0].Text)
	if len(by) == 0 {
		t.Fatalf("no Russian for %q", one.Findings[0].Text)
	}
	for q, want := range map[string][]string{
		russian + ` "debt":1`: {"req-000001"}, "ЗАМЕЧАНИЕ": {"req-000001"}, "finding unknown": {"req-000001"},
		"заголовком": {"req-000002"}, "запрошено заголовком token-expired": {"req-000002"},
		"собственное поведение сервиса": {"req-000001", "req-000003"}, "заголовок": nil,
	} {
		var listed struct{ Requests []struct{ ID string } }
		s.read("/_sim/sandboxes/default/requests?q="+url.QueryEscape(q), &listed)
		var found []string
		for _, one := range listed.Requests {
			found = append(found, one.ID)
		}
		slices.Sort(found)
		if diff := cmp.Diff(want, found); diff != "" {
			t.Errorf("%s (-want +found):\n%s", q, diff)
		}
	}
}
