package console_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"github.com/kzsim/kzsim/internal/simulator"
)

// noteMoves notes, in window.moved, what the pages that are loaded from now on move by themselves, but
// not what newer items of a list push down.
func (b *tab) noteMoves() {
	b.t.Helper()
	b.begin(`{
		const named = (node) => node.nodeName + (node.className ? '.' + node.className : '');
		window.moved = [];
		new PerformanceObserver((list) => {
			const shifts = list.getEntries().filter((entry) => !entry.hadRecentInput).flatMap((entry) => entry.sources);
			for (const { node, previousRect: was, currentRect: is } of shifts) {
				const isPushed = window.loaded && node?.parentNode?.closest?.('ol.rows, ol.deliveries');
				if (node && !isPushed) window.moved.push(
					named(node) + ' in ' + named(node.parentNode ?? node) + ' from ' + [was.x, was.y].map(Math.round) + ' to ' + [is.x, is.y].map(Math.round));
			}
		}).observe({ type: 'layout-shift', buffered: true });
	}`)
}

// TestNothingMoves that is drawn: no page moves anything by itself, neither while its answers come one by one
// nor while requests come. Newer items of a list alone push the older ones down. Without AXE=all each width has a
// tenth of the places, since all of them take a minute.
func TestNothingMoves(t *testing.T) {
	const share = 10
	for n, width := range []int64{wide, 360} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			b := newTab(t, width, 800)
			s := serve(t, simulator.Options{})
			s.morning()
			b.slowAnswers()
			b.noteMoves()
			seen := map[string]bool{}
			for i, p := range places {
				if seen[p.place] || os.Getenv("AXE") != "all" && i%share != n*share/2 {
					continue
				}
				seen[p.place] = true
				b.load(s, p.place)
				b.until(`document.querySelector('` + p.ready + `')`)
				b.settle()
				b.unmoved(p.place + ", while it loads")
				if sandbox, _, _ := strings.Cut(p.place, "/"); sandbox != "not-there" {
					before := b.pressable()
					told := value[int](b, `(window.loaded = true, window.told)`)
					s.work(sandbox)
					if p.name == "coverage" {
						s.do("POST", documentPath, `{"api_key":"my key","iin":"901123300258","phone":"77015550001"}`, "Prefer", "outcome=not-in-cmdb").wants(t, "not-in-cmdb") // met for the first time
					}
					b.until(fmt.Sprintf(`window.told > %d`, told))
					b.settle()
					b.unmoved(p.place + ", while requests come")
					for name, at := range b.pressable() {
						if was, ok := before[name]; ok && was != at {
							t.Errorf("%s, while requests come: %s is at %s, no longer at %s", p.place, name, at, was)
						}
					}
				}
			}
			b.untroubled()
		})
	}
}

// pressable is where everything is that can be pressed, but for lists with newer items: the browser does not count as moved
// what is drawn anew in another place.
func (b *tab) pressable() map[string]string {
	b.t.Helper()
	return value[map[string]string](b, `Object.fromEntries([...document.querySelectorAll('a, button, input, select, textarea, summary')]
		.filter((one) => one.checkVisibility() && !one.closest('ol'))
		.map((one) => [one.outerHTML.slice(0, 60) + ' ' + (one.getAttribute('href') ?? one.textContent.slice(0, 40)), one.getBoundingClientRect()])
		.map(([name, { x, y }]) => [name, Math.round(x) + ',' + Math.round(y)]))`)
}

func (b *tab) unmoved(when string) {
	b.t.Helper()
	for _, what := range value[[]string](b, `window.moved.splice(0)`) {
		b.t.Errorf("%s: %s", when, what)
	}
}

// work of a client, of which a page may show another message, a request without an operation, and a delivery.
func (s *served) work(sandbox string) {
	s.t.Helper()
	s.do("POST", "/s/"+sandbox+approvePath, somebody)
	s.do("POST", "/s/"+sandbox+"/abs/none", "")
	s.exclude(sandbox, "901123300258")
}

// TestNothingMovesWhileSomebodyAims: what comes in while the pointer is on its way waits until it rests.
func TestNothingMovesWhileSomebodyAims(t *testing.T) {
	b := newTab(t, wide, 800)
	s := serve(t, simulator.Options{})
	s.askForAddress()
	b.slowAnswers()
	b.begin(`{
		const now = performance.now.bind(performance);
		performance.now = () => window.stopped ?? now();
	}`)
	b.open(s, "default/live")
	b.until(`document.querySelectorAll('ol.rows li').length === 1`)
	at := value[[]float64](b, `(({ x, y }) => [x + 20, y + 10])(document.querySelector('ol.rows li').getBoundingClientRect())`)
	told := value[int](b, `(window.stopped = performance.now(), window.told)`)
	if _, err := chromedp.Call(b.ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseMoved, X: at[0], Y: at[1]}); err != nil {
		b.fail(err)
	}
	s.askForAddress()
	b.until(fmt.Sprintf(`window.told > %d`, told))
	b.settle()
	if shown := value[int](b, `document.querySelectorAll('ol.rows li').length`); shown != 1 {
		t.Errorf("%d requests are shown while somebody aims", shown)
	}
	b.until(`(delete window.stopped, document.querySelectorAll('ol.rows li').length === 2)`)
	b.untroubled()
}
