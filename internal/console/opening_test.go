package console_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/kzsim/kzsim/internal/simulator"
)

// TestOpening: a page that opens asks for nothing twice, and shows what has happened before its stream of
// events begins.
func TestOpening(t *testing.T) {
	yaml := []string{"Content-Type", "application/yaml"}
	request := func(s *served) { s.askForAddress() }
	for place, c := range map[string]struct {
		happens        func(*served)
		selector, text string
	}{
		"live":     {request, "ol.rows a", "kyc.address.approve"},
		"phones":   {request, ".things a", "+7 701"},
		"contract": {request, ".outcomes", "found"},
		"overview": {request, ".counts li", "kyc-messages1"},
		"coverage": {request, ".cell.met", "pending"},
		"state":    {request, ".counts li", "kyc-messages1"},
		"verdict":  {func(s *served) { s.do("POST", "/abs/none", "") }, "main a.id", "req-000001"},
		"faults": {func(s *served) {
			s.do("POST", "/_sim/sandboxes/default/faults", `{"on":"kyc.*","fault":{"status":503}}`)
		}, "main .delivery", "kyc.*"},
		"profile": {func(s *served) { s.do("PUT", "/_sim/sandboxes/default/profile", `{"kyc.no_cases":"empty-list"}`) }, ".switch .set", "not-found"},
		"scenario": {func(s *served) {
			s.do("PUT", "/_sim/sandboxes/default/scenario", "version: 1\nscenario: mine\n", yaml...)
		}, ".in-force", "mine"},
		"processes": {func(s *served) {
			s.do("POST", "/_sim/sandboxes/default/incoming-demands", `{"refer":"PTP1","iinbin":"901123300258","amount":1,"cur":"KZT","knp":"423"}`)
		}, "main .delivery", "PTP1"},
	} {
		t.Run(place, func(t *testing.T) {
			b := newTab(t, 1280, 800)
			s := serve(t, simulator.Options{})
			var stream sync.RWMutex // locked while no stream begins
			s.holds(&stream)
			b.begin(`{ // the page does not do without the stream
				const wait = window.setTimeout;
				window.setTimeout = (then, ms, ...more) => wait(then, ms === 3000 ? 1e9 : ms, ...more);
			}`)
			b.slowAnswers()
			stream.Lock()
			if !strings.Contains("live phones contract", place) {
				place = "sandboxes/" + place
			}
			b.load(s, "default/"+place)
			b.until(`document.querySelector('main')?.children.length > 0`)
			b.settle()
			c.happens(s)
			stream.Unlock()
			b.visible(c.selector, c.text)
			b.settle()
			for _, twice := range value[[]string](b, `window.asked.filter((url, i, all) => all.indexOf(url) !== i && !/limit=1$/.test(url))`) {
				t.Errorf("the page asks twice for %s", twice)
			}
			b.untroubled()
		})
	}
}

// slowAnswers gives each answer to the pages that are loaded from now on in a frame of its own, the one that was
// asked for last first, and notes what they ask for, in window.asked.
func (b *tab) slowAnswers() {
	b.t.Helper()
	b.begin(`{
		const { fetch: fetched, EventSource: Source } = window;
		const late = [];
		let asking = 0, frame = 0;
		window.asked = [];
		window.told = 0; // events
		window.rested = 0; // frames since the page waited for an answer, or was told of an event
		window.fetch = async (url, ...more) => {
			window.asked.push(String(url));
			asking += 1;
			const answer = await fetched(url, ...more);
			await new Promise((come) => late.push(come));
			asking -= 1;
			return answer;
		};
		window.EventSource = class extends Source {
			addEventListener(kind, hear) {
				super.addEventListener(kind, (event) => {
					[window.told, window.rested] = [window.told + 1, 0];
					hear(event);
				});
			}
		};
		const draw = () => {
			frame += 1;
			if (frame % 3 === 0) late.pop()?.();
			window.rested = asking > 0 ? 0 : window.rested + 1;
			requestAnimationFrame(draw);
		};
		draw();
	}`)
}

// settle waits until a page has asked for all that it needs and has drawn it. After an event a page
// waits for less than half a second until it asks.
func (b *tab) settle() {
	b.t.Helper()
	b.until(`window.rested > 40`)
}

// TestDrawnDuringRequestsWithoutAPause: what is drawn a while after the last event is drawn all the same while there
// is no last one.
func TestDrawnDuringRequestsWithoutAPause(t *testing.T) {
	b := newTab(t, 1280, 800)
	b.open(serve(t, simulator.Options{}), "default/contract")
	b.do(chromedp.Evaluate[chromedp.Void](`import('/_sim/console/console.js').then(({ modules }) => {
		const soon = modules.dom.later(() => { window.drawn = true; }, 20);
		setInterval(soon, 1);
	})`))
	b.until(`window.drawn`)
}

// holds streams of events back while a lock is held.
func (s *served) holds(lock *sync.RWMutex) {
	s.t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/events") {
			lock.RLock()
			lock.RUnlock() //nolint:staticcheck // the lock is a gate
		}
		s.Handler().ServeHTTP(w, r)
	}))
	s.t.Cleanup(server.Close)
	s.t.Cleanup(server.CloseClientConnections)
	s.URL = server.URL
}
