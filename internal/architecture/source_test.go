// Package architecture has tests alone: of what the packages of the project may know
// of each other, where time and chance may come from, and how large things get.
package architecture

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
)

const module = "github.com/kzsim/kzsim"

// source is one Go file.
type source struct {
	path   string // internal/clock/clock.go
	test   bool
	lines  int
	syntax *ast.File
	fset   *token.FileSet
}

// pkg is the source's package, by its folder: internal/clock.
func (s source) pkg() string { return path.Dir(s.path) }

func (s source) line(at token.Pos) string {
	return s.path + ":" + strconv.Itoa(s.fset.Position(at).Line)
}

// imported is one import: its path, and the name that it has in the file.
type imported struct{ name, of string }

func (s source) imports() []imported {
	var all []imported
	for _, spec := range s.syntax.Imports {
		of, _ := strconv.Unquote(spec.Path.Value)
		name := strings.TrimPrefix(path.Base(of), "go-")
		if last := path.Base(of); len(last) > 1 && last[0] == 'v' && last[1] >= '0' && last[1] <= '9' {
			name = path.Base(path.Dir(of))
		}
		if spec.Name != nil {
			name = spec.Name.Name
		}
		all = append(all, imported{name, of})
	}
	return all
}

// read parses every Go file below a root.
func read(root fs.FS) ([]source, error) {
	var all []source
	fset := token.NewFileSet()
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); base != "." && (base[0] == '.' || base[0] == '_' || base == "testdata" || base == "node_modules") {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		syntax, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		all = append(all, source{
			path: name, test: strings.HasSuffix(name, "_test.go"), syntax: syntax, fset: fset,
			lines: strings.Count(string(text), "\n"),
		})
		return nil
	})
	return all, err
}

// project is the tree that the tests stand in.
var project = sync.OnceValues(func() ([]source, error) { return read(os.DirFS("../..")) })

func theProject(t *testing.T) []source {
	t.Helper()
	all, err := project()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 100 {
		t.Fatalf("only %d files are found", len(all))
	}
	return all
}

// sources makes up a tree of files, for the tests of the tests.
func sources(t *testing.T, files map[string]string) []source {
	t.Helper()
	tree := fstest.MapFS{}
	for name, text := range files {
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	all, err := read(tree)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func report(t *testing.T, found []string) {
	t.Helper()
	for _, f := range found {
		t.Error(f)
	}
}

// expect checks what a rule finds in a made-up tree: as many findings as there
// are texts, each with its text.
func expect(t *testing.T, found []string, texts ...string) {
	t.Helper()
	if len(found) != len(texts) {
		t.Errorf("%d findings, want %d: %q", len(found), len(texts), found)
		return
	}
	for i, text := range texts {
		if !strings.Contains(found[i], text) {
			t.Errorf("finding %q, want one that says %q", found[i], text)
		}
	}
}

func importing(of ...string) string {
	text := "package p\n"
	for _, o := range of {
		text += fmt.Sprintf("import _ %q\n", o)
	}
	return text
}
