package console

import (
	"encoding/json"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func dictionary(t *testing.T, language string) map[string]any {
	t.Helper()
	content, err := static.ReadFile("static/words/" + language + ".json")
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]any{}
	if err := json.Unmarshal(content, &words); err != nil {
		t.Fatalf("%s: %v", language, err)
	}
	return words
}

var placeholder = regexp.MustCompile(`\{\w+\}`)

// placeholders of a text or of all its forms, once each.
func placeholders(text any) []string {
	encoded, _ := json.Marshal(text)
	found := placeholder.FindAllString(string(encoded), -1)
	slices.Sort(found)
	return slices.Compact(found)
}

// TestDictionaries: both languages have the same texts with the same values in
// them, and each its own plural forms.
func TestDictionaries(t *testing.T) {
	en, ru := dictionary(t, "en"), dictionary(t, "ru")
	if diff := cmp.Diff(slices.Sorted(maps.Keys(en)), slices.Sorted(maps.Keys(ru))); diff != "" {
		t.Errorf("texts in one language only (-en +ru):\n%s", diff)
	}
	forms := map[string][]string{"en": {"one", "other"}, "ru": {"few", "many", "one", "other"}}
	for name := range en {
		if diff := cmp.Diff(placeholders(en[name]), placeholders(ru[name])); diff != "" {
			t.Errorf("%s: values (-en +ru):\n%s", name, diff)
		}
		for language, words := range map[string]map[string]any{"en": en, "ru": ru} {
			all, ok := words[name].(map[string]any)
			if !ok {
				continue
			}
			if diff := cmp.Diff(forms[language], slices.Sorted(maps.Keys(all))); diff != "" {
				t.Errorf("%s: %s: forms (-want +got):\n%s", language, name, diff)
			}
		}
	}
}

// A script asks for a text by its name, or by a name whose end is worked out.
var asked = regexp.MustCompile("\\b(?:t|has)\\((?:'([\\w.-]+)'|`([\\w.-]*)\\$\\{)|word = `([\\w.-]+)\\$\\{")

// TestEveryTextIsThereAndUsed: no page shows the name of a text, and no text waits
// for a page.
func TestEveryTextIsThereAndUsed(t *testing.T) {
	words := dictionary(t, "en")
	used := map[string]bool{}
	scripts, err := fs.Glob(static, "static/js/*.js")
	if err != nil || len(scripts) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, name := range scripts {
		content, err := static.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range asked.FindAllStringSubmatch(string(content), -1) {
			whole, start := m[1], m[2]+m[3]
			if _, ok := words[whole]; whole != "" && !ok {
				t.Errorf("%s asks for the text %q, which isn't there", name, whole)
			}
			for key := range words {
				if key == whole || start != "" && strings.HasPrefix(key, start) {
					used[key] = true
				}
			}
		}
	}
	for key := range words {
		if !used[key] {
			t.Errorf("no page uses the text %q", key)
		}
	}
}
