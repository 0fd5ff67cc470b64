package console_test

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// texts that a source makes. {} stands for what is known only when a text is made.
func (s source) texts(t *testing.T) (texts []string) {
	t.Helper()
	files := s.parse(t)
	constants := constantsOf(files)
	take := func(all ...ast.Expr) {
		for _, e := range all {
			if text, ok := templateOf(e, constants); ok && strings.Contains(text, " ") && !inRussian.MatchString(text) {
				texts = append(texts, text)
			}
		}
	}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if !slices.Contains(s.calls, nameOf(n.Fun)) {
					break
				}
				if f := formatOf(n, constants); f != "" {
					texts = append(texts, f)
				} else {
					take(n.Args...)
				}
			case *ast.CompositeLit:
				if slices.Contains(s.calls, nameOf(n.Type)) {
					take(n.Elts...)
				}
			case *ast.KeyValueExpr:
				if slices.Contains(s.fields, nameOf(n.Key)) {
					take(n.Value)
				}
			case *ast.AssignStmt:
				for i, to := range n.Lhs {
					if i < len(n.Rhs) && slices.Contains(s.fields, nameOf(to)) {
						take(n.Rhs[i])
					}
				}
			}
			return true
		})
	}
	return texts
}

// inRussian is what the services say themselves.
var inRussian = regexp.MustCompile(`\p{Cyrillic}{3}`)

// parse the files of a source, in whose names {a,b} stands for a and for b.
func (s source) parse(t *testing.T) (files []*ast.File) {
	t.Helper()
	before, some, _ := strings.Cut(s.files, "{")
	some, after, _ := strings.Cut(some, "}")
	for _, one := range strings.Split(some, ",") {
		names, err := filepath.Glob(before + one + after)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: no files: %v", s.files, err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(gotoken.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
	}
	return files
}

// constantsOf files: the texts that have names.
func constantsOf(files []*ast.File) map[string]string {
	constants := map[string]string{}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Names) != len(spec.Values) {
				return true
			}
			for i, name := range spec.Names {
				if text, ok := spec.Values[i].(*ast.BasicLit); ok && text.Kind == gotoken.STRING {
					constants[name.Name], _ = strconv.Unquote(text.Value)
				}
			}
			return true
		})
	}
	return constants
}

func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

var verb = regexp.MustCompile(`%[-+#]?\*?[\d.]*[a-zA-Z]`)

// formatOf a call of a function that formats, as a template; empty for any other call.
func formatOf(call *ast.CallExpr, constants map[string]string) string {
	for _, arg := range call.Args[:min(2, len(call.Args))] {
		text, ok := templateOf(arg, constants)
		if ok && verb.MatchString(text) {
			return strings.ReplaceAll(verb.ReplaceAllString(text, "{}"), "%%", "%")
		}
	}
	return ""
}

// templateOf an expression; false for one that is no text here.
func templateOf(e ast.Expr, constants map[string]string) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil && e.Kind == gotoken.STRING
	case *ast.Ident:
		text, ok := constants[e.Name]
		return text, ok
	case *ast.ParenExpr:
		return templateOf(e.X, constants)
	case *ast.CallExpr:
		if name := nameOf(e.Fun); name == "Sprintf" || name == "Errorf" {
			text := formatOf(e, constants)
			return text, text != ""
		}
	case *ast.BinaryExpr:
		if e.Op != gotoken.ADD {
			return "", false
		}
		left, isLeft := templateOf(e.X, constants)
		right, isRight := templateOf(e.Y, constants)
		if !isLeft {
			left = "{}"
		}
		if !isRight {
			right = "{}"
		}
		return left + right, isLeft || isRight
	}
	return "", false
}
