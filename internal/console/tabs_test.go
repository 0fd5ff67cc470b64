package console_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/kzsim/kzsim/internal/simulator"
)

// TestTabIsAsNew: a tab has nothing of the test that had it before.
func TestTabIsAsNew(t *testing.T) {
	s := serve(t, simulator.Options{Token: token})
	var targets [2]string
	for i := range targets {
		t.Run("", func(t *testing.T) {
			b := takeTab(t, 1280, 800)
			b.do(chromedp.Navigate(s.URL + "/_sim/"))
			b.until(`document.querySelector('#token')`)
			if left := value[string](b, `history.length + document.documentElement.lang`); left != "2en" {
				t.Errorf("another test has left %s", left)
			}
			b.do(chromedp.SendKeys(chromedp.CSS("input[name=token]"), token+"\r"))
			b.until(`document.querySelector('.top[data-connected="yes"]')`)
			b.language("ru")
			targets[i] = string(chromedp.FromContext(b.ctx).Target.TargetID)
		})
	}
	if targets[0] != targets[1] {
		t.Error("the second test has another tab")
	}
}
