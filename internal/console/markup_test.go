package console_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/simulator"
)

// hostile is what a request may carry: markup that would run where a page took it
// for its own.
const hostile = `"><img src=x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)>{{x}}'`

// hostileRequests is one for each operation, with hostile texts wherever its
// document's sample has a text, made of the services' own description.
func hostileRequests(t *testing.T, s *served) (sent int) {
	t.Helper()
	var document struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name, In string }
			Body       struct {
				Content map[string]struct {
					Examples map[string]struct{ Value any }
				}
			} `json:"requestBody"`
		}
	}
	if err := json.Unmarshal([]byte(s.do("GET", "/_sim/contract/openapi.json", "").body), &document); err != nil {
		t.Fatal(err)
	}
	for path, methods := range document.Paths {
		for method, op := range methods {
			query := url.Values{}
			for _, p := range op.Parameters {
				if p.In == "query" {
					query.Set(p.Name, hostile)
				}
				path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(hostile))
			}
			body := ""
			for _, example := range op.Body.Content["application/json"].Examples {
				encoded, err := json.Marshal(spoilt(example.Value))
				if err != nil {
					t.Fatal(err)
				}
				body = string(encoded)
			}
			s.do(strings.ToUpper(method), path+"?"+query.Encode(), body,
				"X-Client", hostile, "User-Agent", hostile, "Content-Type", "application/json")
			sent++
		}
	}
	return sent
}

// spoilt is a value with hostile texts in the place of its own.
func spoilt(v any) any {
	switch v := v.(type) {
	case string:
		return hostile
	case []any:
		for i := range v {
			v[i] = spoilt(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = spoilt(v[key])
		}
		v[hostile] = hostile
	}
	return v
}

// TestMarkupIsText: whatever comes in a request is shown as the text that it is,
// on every page that shows it.
func TestMarkupIsText(t *testing.T) {
	b := newTab(t, 1280, 800)
	s := serve(t, simulator.Options{})
	sent := hostileRequests(t, s)
	s.do("POST", "/"+url.PathEscape(hostile), hostile) // no operation, no JSON
	s.do("POST", documentPath, `{"api_key":"my key","iin":"901123300258","phone":"77015550001"}`)
	s.do("POST", "/_sim/sandboxes", mustJSON(t, map[string]any{
		"id": "owned", "owner": hostile, "deliver": map[string]string{exclusions: endpoint(t, hostile)},
	}))
	s.exclude("owned", "901123300258")
	s.do("PUT", "/_sim/sandboxes/default/scenario?keep=state", mustJSON(t, map[string]any{
		"version": 1, "scenario": "hostile", "about": hostile,
		"rules": []any{map[string]any{"name": hostile, "on": "kyc.info.exec_proc", "do": "not-found"}},
	}))
	s.do("POST", "/api/v1/backend/info/kz/exec_proc_info/", mustJSON(t, map[string]any{"api_key": hostile, "iin": hostile}))
	s.do("PUT", "/_sim/sandboxes/default/coverage/scope", mustJSON(t, []any{
		map[string]any{"on": "abs.get_pdf", "outcome": "not-found", "reason": hostile},
	}))

	b.open(s, "default/live")
	b.visible("ol.rows", "onerror")
	b.harmless("Live")
	for i := 1; i <= sent+3; i++ {
		b.visit(fmt.Sprintf("default/live/req-%06d", i))
		b.until(fmt.Sprintf(`document.querySelector('.beside').dataset.id === 'req-%06d' && document.querySelector('.exchange .mono')?.isConnected`, i))
		b.harmless(fmt.Sprintf("the exchange %d", i))
	}
	for place, ready := range map[string]string{
		"default/phones/77015550001":        ".bubble",
		"default/sandboxes/overview":        ".counts",
		"default/sandboxes/scenario":        ".rules-in-force",
		"default/sandboxes/coverage":        ".cell.out[title]",
		"default/phones/" + "%3Cimg%20x%3E": ".things",
		"%3Cimg%20src%3Dx%20onerror%3Dalert(4)%3E/live/%3Csvg%20onload%3Dalert(5)%3E": ".note.bad",
		"default/contract/%3Cimg%20src%3Dx%20onerror%3Dalert(6)%3E":                   ".note.bad",
	} {
		b.visit(place)
		b.until(`document.querySelector('` + ready + `')`)
		b.harmless(place)
	}
	b.visit("owned/sandboxes/deliveries")
	b.click(".tries summary")
	b.visible(".tries .code", "onerror")
	b.harmless("a delivery")
	b.visit("default/contract/kyc.info.exec_proc")
	b.write(".try textarea", mustJSON(t, map[string]any{"api_key": hostile, "iin": hostile}))
	b.click(".try .primary")
	b.visible(".try", "HTTP 404")
	b.harmless("Try it")
	b.untroubled()
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	encoded, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

// harmless fails the test if there is an element on the page that the console
// doesn't make.
func (b *tab) harmless(where string) {
	b.t.Helper()
	for _, found := range value[[]string](b, `[...document.querySelectorAll('main img, main script, main svg, main iframe, body > :not(.skip, .top, main, #say, noscript, dialog), [onerror], [onload]')]
		.map((e) => e.outerHTML.slice(0, 80))`) {
		b.t.Errorf("%s has an element of the request's: %s", where, found)
	}
}
