package console_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

var (
	notWords = regexp.MustCompile("`[^`]*`|\\{\\w+\\}|«[^»]*»|\"[^\"]*\"")
	english  = regexp.MustCompile(`\b[A-Za-z]?[a-z]+(?: [a-z]+)+\b`)
)

// TestRussianWordsAreRussian: outside of code, values and quotations no two English words follow
// each other in a Russian text of the console.
func TestRussianWordsAreRussian(t *testing.T) {
	files, err := filepath.Glob("static/words/*ru.json")
	files = append(files, messagesFile)
	if err != nil || len(files) < 5 {
		t.Fatalf("%d files of Russian words: %v", len(files), err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts := map[string]any{}
		if err := json.Unmarshal(content, &texts); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for name, text := range texts {
			forms, _ := text.(map[string]any)
			if forms == nil {
				forms = map[string]any{"": text}
			}
			for _, form := range forms {
				for _, words := range english.FindAllString(notWords.ReplaceAllString(form.(string), " "), -1) {
					t.Errorf("%s: %s: %q is English", file, name, words)
				}
			}
		}
	}
}
