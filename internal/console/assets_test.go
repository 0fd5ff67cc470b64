package console

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	reference = regexp.MustCompile(`(?:href|src)="console/([^"]+)"`)
	importing = regexp.MustCompile(`from '\./([^']+)'`)
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
		for _, m := range importing.FindAllStringSubmatch(text, -1) {
			if _, ok := all[path.Join(path.Dir(name), m[1])]; !ok {
				t.Errorf("%s imports %s, which isn't there", name, m[1])
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

// TestModulesImportInNoCircle: of two modules that import each other one would run before
// what it imports is there.
func TestModulesImportInNoCircle(t *testing.T) {
	imports := map[string][]string{}
	for name, a := range assets() {
		for _, m := range importing.FindAllStringSubmatch(string(a.content), -1) {
			imports[name] = append(imports[name], path.Join(path.Dir(name), m[1]))
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
