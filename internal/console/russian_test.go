package console_test

import (
	"encoding/json"
	"testing"

	"github.com/kzsim/kzsim/internal/simulator"
)

// TestTextsInRussian: every text of the contract and of the library that a page shows has its
// Russian, and every Russian text its English there.
func TestTextsInRussian(t *testing.T) {
	s := serve(t, simulator.Options{})
	for _, tc := range []struct {
		words string
		shown []string
	}{
		{"contract.ru.json", s.textsOfContract()},
		{"library.ru.json", s.textsOfLibrary()},
	} {
		russian := map[string]string{}
		s.read("/_sim/console/words/"+tc.words, &russian)
		used := map[string]bool{}
		for _, text := range tc.shown {
			if used[text] = true; russian[text] == "" {
				t.Errorf("words/%s has no Russian for %q", tc.words, text)
			}
		}
		for text := range russian {
			if !used[text] {
				t.Errorf("words/%s has %q, which nothing says in English", tc.words, text)
			}
		}
	}
}

func (s *served) textsOfContract() []string {
	var contract struct {
		Operations []struct {
			Summary  string
			Outcomes []struct{ When string }
		}
		Reserved, Switches []struct{ About string }
		Ledger             []struct{ Silence, Finding, Decision string }
	}
	s.read("/_sim/contract", &contract)
	var shown []string
	for _, op := range contract.Operations {
		shown = append(shown, op.Summary)
		for _, outcome := range op.Outcomes {
			shown = append(shown, outcome.When)
		}
	}
	for _, one := range append(contract.Reserved, contract.Switches...) {
		shown = append(shown, one.About)
	}
	for _, entry := range contract.Ledger {
		shown = append(shown, entry.Finding, entry.Decision)
		if entry.Silence != "" {
			shown = append(shown, entry.Silence)
		}
	}
	return shown
}

func (s *served) textsOfLibrary() []string {
	var library []struct{ About string }
	s.read("/_sim/scenarios", &library)
	var shown []string
	for _, one := range library {
		shown = append(shown, one.About)
	}
	return shown
}

// read what is at a path into a value.
func (s *served) read(path string, into any) {
	s.t.Helper()
	if err := json.Unmarshal([]byte(s.do("GET", path, "").body), into); err != nil {
		s.t.Fatalf("%s: %v", path, err)
	}
}

// russian fails the test if a page in Russian shows a message or text that has stayed English, or
// two English words after each other, outside of code and of what people have named.
func (b *tab) russian(name string) {
	b.t.Helper()
	for _, text := range value[[]string](b, `[...document.querySelectorAll('main [lang="en"], dialog [lang="en"]')].map((e) => e.textContent)`) {
		b.t.Errorf("%s: %q has stayed English", name, text)
	}
	for _, text := range value[[]string](b, `[...document.querySelectorAll('main *, dialog *')]
		.filter((e) => e.closest('.says') || !e.closest('.mono, .code, .lines, code, pre, textarea, select, q, blockquote'))
		.filter((e) => e.checkVisibility())
		.flatMap((e) => [...e.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE).map((n) => n.data))`) {
		for _, words := range english.FindAllString(code.ReplaceAllString(notWords.ReplaceAllString(text, " "), " "), -1) {
			b.t.Errorf("%s: %q in %q is English", name, words, text)
		}
	}
}
