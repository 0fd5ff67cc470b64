package console

import (
	"path"
	"regexp"
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
