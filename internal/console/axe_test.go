package console_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/testtool"
)

// axeCore is the source of axe-core. The test is skipped where it can't be had; in CI it has
// to be there.
func axeCore(t *testing.T) string {
	t.Helper()
	const noAxe = 75
	testtool.Need(t, "npm")
	printed, err := exec.CommandContext(t.Context(), "../../.ci/axe").Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == noAxe {
		testtool.Absent(t, "axe-core can't be had, and the pages are not checked with it: "+string(exit.Stderr))
	}
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(strings.TrimSpace(string(printed)))
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}

// theme of the system, as the pages see it. Nothing moves: what is on its way from one colour to
// another has neither.
func (b *tab) theme(scheme string) {
	b.t.Helper()
	b.altered = true
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		},
	}); err != nil {
		b.fail(err)
	}
}

// language of the pages.
func (b *tab) language(code string) {
	b.t.Helper()
	b.click(`.langs [lang="` + code + `"]`)
	b.until(`document.documentElement.lang === '` + code + `'`)
}

// violations that axe-core finds on the page as it is, by the rules of the levels A and AA, the
// good practices and the rules on trial. Only lists the rules to be run; none for all.
func (b *tab) violations(only ...string) []string {
	b.t.Helper()
	run := map[string]any{"type": "tag", "values": []string{"wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "experimental"}}
	if len(only) > 0 {
		run = map[string]any{"type": "rule", "values": only}
	}
	options, err := json.Marshal(map[string]any{"runOnly": run, "resultTypes": []string{"violations"}})
	if err != nil {
		b.t.Fatal(err)
	}
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]string](`axe.run(document, `+string(options)+`).then(({ violations }) =>
		violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.target.join(' ') + ' ' + n.html.slice(0, 160) + ' (' + n.failureSummary.split('\n')[1].trim() + ')')))`,
		chromedp.EvalAwaitPromise))
	if err != nil {
		b.fail(err)
	}
	return found
}

// TestAccessibleAndRussian: on every page, wide or narrow, in the light or the dark, in both languages,
// axe-core finds nothing, and a page in Russian is Russian. What depends on the theme is the contrast
// alone. Without AXE=all there is one width and one language, since all of them take minutes.
func TestAccessibleAndRussian(t *testing.T) {
	var source string
	t.Run("axe-core", func(t *testing.T) { source = axeCore(t) })
	s := serve(t, simulator.Options{})
	s.morning()
	widths, languages := []int64{390}, []string{"ru"}
	if os.Getenv("AXE") == "all" {
		widths, languages = []int64{wide, 390, 320}, []string{"en", "ru"}
	}
	for _, width := range widths {
		for _, language := range languages {
			t.Run(fmt.Sprintf("%d-%s", width, language), func(t *testing.T) {
				b := newTab(t, width, 800)
				b.theme("light")
				b.open(s, "default/live")
				b.language(language)
				b.do(chromedp.Evaluate[chromedp.Void](source + "; undefined"))
				for _, p := range places {
					b.reach(p)
					b.largeEnough(p.name)
					if source != "" {
						b.accessible(p.name, "light")
						b.theme("dark")
						b.accessible(p.name, "dark", "color-contrast")
						b.theme("light")
					}
					if language == "ru" {
						b.do(chromedp.EmulateViewport(wide, 800)) // which shows all that a narrow page does
						if p.wider {
							b.reach(p)
						}
						b.russian(p.name)
						b.do(chromedp.EmulateViewport(width, 800))
					}
				}
			})
		}
	}
}

// TestSigningInIsAccessible is the same for the page that asks for a token.
func TestSigningInIsAccessible(t *testing.T) {
	source := axeCore(t)
	b := newTab(t, 320, 700)
	s := serve(t, simulator.Options{Token: token})
	b.do(chromedp.Navigate(s.URL + "/_sim/"))
	b.until(`document.querySelector('#token')`)
	b.do(chromedp.Evaluate[chromedp.Void](source + "; undefined"))
	for _, theme := range []string{"light", "dark"} {
		b.theme(theme)
		b.accessible("sign-in", theme)
	}
}

// largeEnough: what is clicked is at least 24 px wide and high. axe-core lets be what is smaller as long
// as nothing else is near, which other data may change.
func (b *tab) largeEnough(name string) {
	b.t.Helper()
	for _, small := range value[[]string](b, `[...document.querySelectorAll('a, button, summary, select, textarea, input')]
		.filter((one) => one.checkVisibility())
		.map((one) => one.type === 'checkbox' ? one.closest('label') : one)
		.map((one) => [one.getBoundingClientRect(), one.outerHTML])
		.filter(([{ width, height }]) => width < 24 || height < 24)
		.map(([{ width, height }, html]) => `+"`${width} x ${height} ${html.slice(0, 160)}`"+`)`) {
		b.t.Errorf("%s: %s", name, small)
	}
}

func (b *tab) accessible(name, theme string, only ...string) {
	b.t.Helper()
	for _, found := range b.violations(only...) {
		b.t.Errorf("%s, %s: %s", name, theme, found)
	}
}
