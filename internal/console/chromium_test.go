package console_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"

	_ "github.com/kzsim/kzsim/internal/testgc"
	"github.com/kzsim/kzsim/internal/testtool"
)

// patience is how long a condition on a page may take to come true.
const patience = 20 * time.Second

// browser is one process for all tests; each test has a tab of its own.
var browser struct {
	once  sync.Once
	ctx   context.Context
	err   error
	empty *httptest.Server // an empty page, of the same site as the consoles
	stop  func()
}

func TestMain(m *testing.M) {
	code := m.Run()
	if browser.stop != nil {
		browser.stop()
	}
	os.Exit(code)
}

// program is the path of a Chromium; empty if there is none. The build without windows
// takes a third of the time of the others.
func program() string {
	for _, name := range []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// startBrowser skips the test where there is no browser. In CI there has to be
// one.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	path := program()
	switch {
	case path == "":
		testtool.Absent(t, "no chromium on this machine (Debian: apt-get install chromium-headless-shell): the console is not tested in a browser")
	case testing.Short():
		t.Skip("-short: the console is not tested in a browser")
	}
	browser.once.Do(func() { launch(path) })
	if browser.err != nil {
		t.Fatalf("chromium does not start: %v", browser.err)
	}
	return browser.ctx
}

func launch(path string) {
	profile, err := os.MkdirTemp("", "console-browser-")
	if err != nil {
		browser.err = err
		return
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(profile), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("host-resolver-rules", "MAP sim.test 127.0.0.1"))
	allocator, free := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	browser.ctx, browser.err = ctx, chromedp.Do(ctx)
	browser.empty = httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	browser.stop = func() {
		cancel()
		free()
		browser.empty.Close()
		_ = os.RemoveAll(profile)
	}
}

// tab is a page of the browser, and what it has complained of.
type tab struct {
	t       *testing.T
	ctx     context.Context
	loads   int // how often open has loaded the console
	mu      sync.Mutex
	strict  bool     // an answer that is no success is trouble, too
	trouble []string // errors, dialogs, refusals by the policy
	altered bool     // it has settings that stay when it goes to another page
}

// newTab gives the test a tab that shares nothing with other tabs. Tests with a page run beside
// each other: while one waits for its page another one's works.
func newTab(t *testing.T, width, height int64) *tab {
	t.Helper()
	startBrowser(t)
	t.Parallel()
	return takeTab(t, width, height)
}

// freeTabs are the tabs that no test has now. A new one is a process, whose start takes as much
// as a page of the console.
var freeTabs struct {
	sync.Mutex
	tabs []context.Context
}

// takeTab takes a free tab or opens one. The test has it until its end.
func takeTab(t *testing.T, width, height int64) *tab {
	t.Helper()
	startBrowser(t)
	freeTabs.Lock()
	var target context.Context
	if last := len(freeTabs.tabs) - 1; last >= 0 {
		target, freeTabs.tabs = freeTabs.tabs[last], freeTabs.tabs[:last]
	}
	freeTabs.Unlock()
	if target == nil {
		target = openTab(t)
	}
	ctx, cancel := context.WithCancel(target)
	b := &tab{t: t, ctx: ctx}
	t.Cleanup(func() {
		cancel() // the test does not hear of what the tab does from now on
		b.giveBack(target)
	})
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.EmulateViewport(width, height))
	return b
}

func openTab(t *testing.T) context.Context {
	t.Helper()
	target, _ := chromedp.NewContext(browser.ctx, chromedp.WithNewBrowserContext()) // ends with the browser's
	_, logs := chromedp.Call(target, log.Enable, cdp.Empty{})
	// No test reads the events of styles and of the network, and sending them takes time.
	_, styles := chromedp.Call(target, css.Disable, cdp.Empty{})
	_, requests := chromedp.Call(target, network.Disable, cdp.Empty{})
	if err := errors.Join(logs, styles, requests); err != nil {
		t.Fatal(err)
	}
	return target
}

// giveBack a tab to other tests, as new. It is closed if it has settings that stay, or its test has
// failed.
func (b *tab) giveBack(target context.Context) {
	ctx, cancel := context.WithTimeout(target, patience)
	defer cancel()
	if b.t.Failed() || b.altered || clean(ctx) != nil {
		_ = chromedp.Cancel(ctx)
		return
	}
	freeTabs.Lock()
	defer freeTabs.Unlock()
	freeTabs.tabs = append(freeTabs.tabs, target)
}

// clean leaves an empty page in a tab, and nothing else.
func clean(ctx context.Context) error {
	left := chromedp.Do(ctx, chromedp.Navigate(browser.empty.URL))
	_, cookies := chromedp.Call(ctx, network.ClearBrowserCookies, cdp.Empty{})
	_, stored := chromedp.Call(ctx, storage.ClearDataForOrigin, storage.ClearDataForOriginParams{Origin: "*", StorageTypes: "local_storage"})
	_, history := chromedp.Call(ctx, page.ResetNavigationHistory, cdp.Empty{})
	return errors.Join(left, cookies, stored, history)
}

// listen notes every error and everything that a page must never do.
func (b *tab) listen(event any) {
	switch e := event.(type) {
	case *page.EventJavascriptDialogOpening:
		b.note("a dialog: " + e.Message)
	case *runtime.EventExceptionThrown:
		b.note(fmt.Sprintf("an exception: %s %v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception))
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError && (e.Entry.Source != log.EntrySourceNetwork || b.isStrict()) {
			b.note("an error: " + e.Entry.Text)
		}
	}
}

func (b *tab) note(what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.trouble = append(b.trouble, what)
}

// strictly counts, from now on, an answer that is no success as trouble.
func (b *tab) strictly() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.strict = true
}

func (b *tab) isStrict() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.strict
}

func (b *tab) troubles() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.trouble)
}

// untroubled fails the test if the page has complained of anything.
func (b *tab) untroubled() {
	b.t.Helper()
	for _, what := range b.troubles() {
		b.t.Error(what)
	}
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.fail(err)
	}
}

func (b *tab) fail(err error) {
	b.t.Helper()
	b.t.Fatalf("%v\nthe page complained of %q", err, b.troubles())
}

// until waits for a JavaScript expression to be true. (The library's own polling
// makes functions of texts, which the page's policy forbids.)
func (b *tab) until(expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	for {
		err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](`new Promise((done) => {
			const look = () => (`+expression+`) ? done() : setTimeout(look, 20); // a look in each frame has each frame drawn
			look();
		})`, chromedp.EvalAwaitPromise))
		switch {
		case err == nil:
			return
		case ctx.Err() != nil || !strings.Contains(err.Error(), "navigated"): // to another page meanwhile
			b.fail(fmt.Errorf("waiting for %s: %w", expression, err))
		}
	}
}

// open a place of a simulator's console, and wait until it follows the sandbox.
func (b *tab) open(s *served, place string) {
	b.t.Helper()
	b.load(s, place)
	b.until(`document.querySelector('.top[data-connected="yes"]')`)
}

// load a place of a simulator's console. The query has a new number each time: a browser
// does not load a page again for another fragment.
func (b *tab) load(s *served, place string) {
	b.t.Helper()
	b.loads++
	b.do(chromedp.Navigate(fmt.Sprintf("%s/_sim/?%d#/%s", s.URL, b.loads, place)))
}

// shortWaits makes the timers of the pages that are loaded from now on run for at most
// 100 ms, where a test would wait for the page to ask again.
func (b *tab) shortWaits() {
	b.t.Helper()
	b.begin(`{
		const wait = window.setTimeout;
		window.setTimeout = (then, ms, ...more) => wait(then, Math.min(ms, 100), ...more);
	}`)
}

// noteAsked notes, in window.asked, what the pages that are loaded from now on ask for.
func (b *tab) noteAsked() {
	b.t.Helper()
	b.begin(`{
		const fetched = window.fetch;
		window.asked = [];
		window.fetch = (url, ...more) => {
			window.asked.push(String(url));
			return fetched(url, ...more);
		};
	}`)
}

// begin the pages that are loaded from now on with a script.
func (b *tab) begin(script string) {
	b.t.Helper()
	b.altered = true
	if _, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script}); err != nil {
		b.fail(err)
	}
}

// visit another place of the console that is open.
func (b *tab) visit(place string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](`{ location.hash = '#/` + place + `' }`))
}

// click what a CSS selector finds, once it can be clicked. A page that draws itself anew
// between the two has another node there, which is then looked for: nothing was clicked.
func (b *tab) click(selector string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	for {
		b.until(fmt.Sprintf(stands, selector))
		err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(listens, selector)))
		if err == nil {
			err = chromedp.Do(ctx, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
		}
		if err == nil {
			missed, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("window.missed === true"))
			if err != nil || !missed { // an error: the click leads to another page
				return
			}
		}
		if ctx.Err() != nil || err != nil && !isRedrawn(err) {
			b.fail(fmt.Errorf("clicking %s: %w", selector, cmp.Or(err, ctx.Err())))
		}
	}
}

// listens notices whether the next click meets an element: it misses one that moves, or is drawn anew, between
// the look for its place and the release of the button.
const listens = `{
	window.missed = true;
	window.addEventListener('click', (event) => { if (event.target.closest(%q)) window.missed = false; }, { capture: true, once: true });
}`

// stands is true once an element is where it was when it was looked for last: a click on one
// that moves would miss it.
const stands = `((at) => { const same = at && at === window.stoodAt; window.stoodAt = at; return same; })(
	JSON.stringify(document.querySelector(%q)?.getBoundingClientRect()))`

// isRedrawn reports whether an error is of a node that the page has replaced.
func isRedrawn(err error) bool {
	return strings.Contains(err.Error(), "Could not find node") || strings.Contains(err.Error(), "does not belong to the document")
}

// value of a JavaScript expression.
func value[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.fail(err)
	}
	return v
}

// visible waits until what a CSS selector finds holds a text.
func (b *tab) visible(selector, text string) {
	b.t.Helper()
	b.until(fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.checkVisibility() && e.textContent.includes(%q))`, selector, text))
}
