package doctest_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/testgolden"
	"github.com/kzsim/kzsim/scenarios"
)

// fewestAsked is how many questions the cookbook answers at least.
const fewestAsked = 40

var (
	question = regexp.MustCompile(`(?m)^### .*\?$`)
	recipe   = regexp.MustCompile("(?s)```yaml\n(.*?)```\n")
	nameLine = regexp.MustCompile(`(?m)^scenario: (\S+)$`)
)

// TestCookbookIsTheLibrary: each question is followed by one scenario, which is the library's
// of that name, and which TestBlocks runs.
func TestCookbookIsTheLibrary(t *testing.T) {
	for _, page := range []string{"docs/cookbook.md", "docs/cookbook.ru.md"} {
		file := filepath.Join(root, filepath.FromSlash(page))
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := recipe.ReplaceAllStringFunc(string(content), func(block string) string { return "```yaml\n" + inLibrary(t, page, block) + "```\n" })
		testgolden.Compare(t, file, text)
		parts := question.Split(text, -1)[1:]
		if len(parts) < fewestAsked {
			t.Errorf("%s answers %d questions, want at least %d", page, len(parts), fewestAsked)
		}
		for i, part := range parts {
			if n := strings.Count(part, "```yaml"); n != 1 {
				t.Errorf("%s: the answer to question %d has %d scenarios, want 1", page, i+1, n)
			}
		}
	}
}

// inLibrary is the scenario of a block's name, without the line for the editor.
func inLibrary(t *testing.T, page, block string) string {
	t.Helper()
	name := nameLine.FindStringSubmatch(block)
	if name == nil {
		t.Fatalf("%s: a block that names no scenario:\n%s", page, block)
	}
	source, err := fs.ReadFile(scenarios.FS, name[1]+".yaml")
	if err != nil {
		t.Fatalf("%s: %v", page, err)
	}
	_, text, _ := strings.Cut(string(source), "\n")
	return text
}
