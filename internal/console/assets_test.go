package console

import (
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	reference = regexp.MustCompile(`(?:href|src)="console/([^"]+)"`)
	moving    = regexp.MustCompile(`(?m)^\s*(?:import|export)\b.*|\bimport\(`)
	outside   = regexp.MustCompile(`(?:https?:)?//[\w-]+\.[\w.-]+|@import|\burl\(`)
	inline    = regexp.MustCompile(`<style|<script(?: [^>]*)?>[^<]|\son\w+=|\sstyle=|javascript:`)
	markup    = regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|new Function`)
)

// TestAssets: every file that a page names is there, none is of an unknown type,
// and nothing comes from elsewhere or is written in a page that the policy would
// refuse.
func TestAssets(t *testing.T) {
	all := assets()
	if _, ok := all[indexName]; !ok {
		t.Fatal("no page")
	}
	for name, a := range all {
		text := string(a.content)
		if a.contentType == "" {
			t.Errorf("%s: no type", name)
		}
		for _, m := range reference.FindAllStringSubmatch(text, -1) {
			if _, ok := all[m[1]]; !ok {
				t.Errorf("%s names %s, which isn't there", name, m[1])
			}
		}
		text = strings.ReplaceAll(text, `"http://www.w3.org/2000/svg"`, "")
		for _, bad := range []*regexp.Regexp{outside, inline, markup} {
			if found := bad.FindString(text); found != "" {
				t.Errorf("%s has %q", name, found)
			}
		}
	}
}

// TestJoined: the two files have every module and every style in them, and in the script no
// statement is left that imports or exports, but for the last one.
func TestJoined(t *testing.T) {
	script, styles := string(assets()[scriptName].content), string(assets()[stylesName].content)
	sources := modules(t)
	for name, source := range sources {
		if strings.Count(script, "\nmodules."+name+" = (() => {\n") != 1 {
			t.Errorf("%s has no module %s: %s has to import it, or a module that it imports", scriptName, name, mainModule)
		}
		for _, m := range importing.FindAllStringSubmatch("\n"+source, -1) {
			if _, ok := sources[m[2]]; !ok {
				t.Errorf("%s imports %s, which isn't there", name, m[2])
			}
		}
	}
	for _, left := range moving.FindAllString(script, -1) {
		if left != "export { modules };" {
			t.Errorf("%s has %q, which is not written as joined.go expects it", scriptName, left)
		}
	}
	names, err := fs.Glob(static, "static/css/*")
	if err != nil || len(names) != len(sheets) {
		t.Errorf("there are the styles %q, and %s is made of %q: %v", names, stylesName, sheets, err)
	}
	for _, name := range names {
		if content, err := static.ReadFile(name); err != nil || !strings.Contains(styles, string(content)) {
			t.Errorf("%s does not have %s: %v", stylesName, name, err)
		}
	}
}

// modules are the sources of the modules by their names.
func modules(t *testing.T) map[string]string {
	t.Helper()
	names, err := fs.Glob(static, "static/js/*")
	if err != nil || len(names) == 0 {
		t.Fatalf("%d modules: %v", len(names), err)
	}
	sources := map[string]string{}
	for _, name := range names {
		content, err := static.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sources[strings.TrimSuffix(path.Base(name), ".js")] = string(content)
	}
	return sources
}

// TestModulesImportInNoCircle: of two modules that import each other one would run before
// what it imports is there.
func TestModulesImportInNoCircle(t *testing.T) {
	imports := map[string][]string{}
	for name, source := range modules(t) {
		for _, m := range importing.FindAllStringSubmatch("\n"+source, -1) {
			imports[name] = append(imports[name], m[2])
		}
	}
	if len(imports) == 0 {
		t.Fatal("no module imports another one")
	}
	for len(imports) > 0 {
		before := len(imports)
		maps.DeleteFunc(imports, func(_ string, imported []string) bool {
			return !slices.ContainsFunc(imported, func(name string) bool { return imports[name] != nil })
		})
		if len(imports) == before {
			t.Fatalf("modules that import each other in a circle, or import such ones: %q", slices.Sorted(maps.Keys(imports)))
		}
	}
}
