package doctest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A fragment of Go is one of these, with what has to stand around it.
var fragments = []struct{ before, after string }{
	{"", ""},
	{"package p\n\n", ""},
	{"package p\n\nfunc _() {\n", "}\n"},
	{"package p\n\nvar _ = []any{\n", "}\n"},
}

// proveGo parses a block and looks at its format. The sign … in it stands for
// something that is left out. A whole file is compiled, too.
func proveGo(t *testing.T, b block) error {
	text := strings.ReplaceAll(withTabs(b.text), "…", "elided")
	var first error
	for _, f := range fragments {
		source := f.before + text + f.after
		if _, err := parser.ParseFile(token.NewFileSet(), "block.go", source, parser.SkipObjectResolution); err != nil {
			if first == nil || f.before == fragments[2].before {
				first = err // of statements, which most fragments are
			}
			continue
		}
		if err := formatted(source); err != nil {
			return err
		}
		if f.before == "" && !strings.Contains(b.text, "…") {
			return compile(t, "internal/doctest/block", packageClause.ReplaceAllString(text, "package block"))
		}
		return nil
	}
	return first
}

// withTabs takes four spaces at the beginning of a line for a tab: pages may hold
// either.
func withTabs(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		rest := strings.TrimLeft(l, " ")
		lines[i] = strings.Repeat("\t", (len(l)-len(rest))/4) + rest
	}
	return strings.Join(lines, "\n")
}

// formatted compares with gofmt but for the indentation, which depends on what a
// fragment stands in.
func formatted(source string) error {
	want, err := format.Source([]byte(source))
	if err != nil {
		return err
	}
	got, should := strings.Split(source, "\n"), strings.Split(string(want), "\n")
	for i := range min(len(got), len(should)) {
		if strings.TrimSpace(got[i]) != strings.TrimSpace(should[i]) {
			return fmt.Errorf("gofmt writes %q as %q", got[i], should[i])
		}
	}
	return nil
}

var packageClause = regexp.MustCompile(`(?m)^package \w+`)

// TestNewOperationCompiles: the entry and the behaviour that docs/adding-an-operation.md shows
// compile within the service.
func TestNewOperationCompiles(t *testing.T) {
	t.Parallel()
	for _, p := range pages(t) {
		if p.name != "docs/adding-an-operation.md" {
			continue
		}
		var code []string
		for _, b := range p.blocks {
			if b.language == "go" {
				code = append(code, b.text)
			}
		}
		if len(code) != 2 {
			t.Fatalf("%d blocks of Go, want the entry and the behaviour", len(code))
		}
		source := `package abs; import "github.com/kzsim/kzsim/internal/contract"; var _ = []contract.Operation{` + code[0] + "}\n" + code[1]
		if err := compile(t, "internal/abs", source); err != nil {
			t.Error(err)
		}
		return
	}
	t.Error("there is no such page")
}

// compile a file that is nowhere but in an overlay, in a folder of this module. Its package
// is neither a test nor a command, so nothing is linked.
func compile(t *testing.T, folder, source string) error {
	dir := t.TempDir()
	file := filepath.Join(dir, "block.go")
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		return err
	}
	where, err := filepath.Abs(filepath.Join(root, folder, "block.go"))
	if err != nil {
		return err
	}
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{where: file}})
	if err != nil {
		return err
	}
	plan := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(plan, overlay, 0o600); err != nil {
		return err
	}
	cmd := exec.CommandContext(t.Context(), "go", "build", "-overlay", plan, "./"+folder)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return errors.New(string(out))
	}
	return nil
}
