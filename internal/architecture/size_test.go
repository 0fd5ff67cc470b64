package architecture

import (
	"fmt"
	"go/ast"
	"strings"
	"testing"
)

const (
	longestFile     = 400 // lines; what holds one thing is shorter
	longestFunction = 60  // lines; more doesn't fit a screen
)

// tooLong lists the files, and the functions outside of tests, that are longer
// than they may be. A function that only answers a value is a table, whatever its
// length.
func tooLong(all []source) []string {
	var found []string
	for _, s := range all {
		if s.lines > longestFile {
			found = append(found, fmt.Sprintf("%s has %d lines, at most %d hold one thing", s.path, s.lines, longestFile))
		}
		if s.test {
			continue
		}
		for _, d := range s.syntax.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || isTable(f) {
				continue
			}
			if lines := s.fset.Position(f.End()).Line - s.fset.Position(f.Pos()).Line + 1; lines > longestFunction {
				found = append(found, fmt.Sprintf("%s: %s has %d lines, at most %d fit a screen",
					s.line(f.Pos()), f.Name.Name, lines, longestFunction))
			}
		}
	}
	return found
}

func isTable(f *ast.FuncDecl) bool {
	if f.Body == nil || len(f.Body.List) != 1 {
		return false
	}
	answer, ok := f.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(answer.Results) != 1 {
		return false
	}
	_, ok = answer.Results[0].(*ast.CompositeLit)
	return ok
}

func TestSizes(t *testing.T) { report(t, tooLong(theProject(t))) }

func TestWhatIsTooLongIsFound(t *testing.T) {
	lines := func(n int) string { return strings.Repeat("\n", n) }
	expect(t, tooLong(sources(t, map[string]string{
		"a/fits.go":      "package a\n" + lines(399),
		"a/long.go":      "package a\n" + lines(400),
		"a/long_test.go": "package a\nfunc f() {" + lines(100) + "}" + lines(300) + "\n",
		"a/screen.go":    "package a\nfunc f() {" + lines(59) + "}\nfunc g() {" + lines(60) + "}\n",
		"a/table.go":     "package a\nfunc f() []int { return []int{" + lines(100) + "} }\n",
		"a/call.go":      "package a\nfunc f() int { return func() int {" + lines(100) + "return 1 }() }\n",
		"a/two.go":       "package a\nfunc f() []int {" + lines(60) + "_ = 1; return []int{} }\n",
	})), "call.go:2: f has 101", "long.go has 401", "long_test.go has 402", "screen.go:62: g has 61", "two.go:2: f has 61")
}
