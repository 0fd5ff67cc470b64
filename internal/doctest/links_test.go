package doctest_test

import (
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	linkTarget = regexp.MustCompile(`\]\(([^)\s]+)[^)]*\)`)
	imgTarget  = regexp.MustCompile(`<(?:img|source|a)[^>]* (?:src|srcset|href)="([^"]+)"`)
)

// TestLinksResolve: files that are linked are there, and so are the headings.
// Addresses elsewhere are read, not asked.
func TestLinksResolve(t *testing.T) {
	all := map[string]page{}
	for _, p := range pages(t) {
		all[p.name] = p
	}
	for _, p := range all {
		for _, l := range p.prose {
			text := codeSpan.ReplaceAllString(l.text, "")
			for _, m := range append(linkTarget.FindAllStringSubmatch(text, -1), imgTarget.FindAllStringSubmatch(text, -1)...) {
				if err := resolve(all, p.name, m[1]); err != nil {
					t.Errorf("%s:%d: %v", p.name, l.number, err)
				}
			}
		}
	}
}

// TestEveryPageIsReached: a reader who follows links from the README gets everywhere.
func TestEveryPageIsReached(t *testing.T) {
	left := map[string]page{}
	for _, p := range pages(t) {
		left[p.name] = p
	}
	todo := []string{"README.md"}
	for len(todo) > 0 {
		p, unseen := left[todo[0]]
		todo = todo[1:]
		if !unseen {
			continue
		}
		delete(left, p.name)
		for _, l := range p.prose {
			for _, m := range linkTarget.FindAllStringSubmatch(l.text, -1) {
				target, _, _ := strings.Cut(m[1], "#")
				name := path.Join(path.Dir(p.name), target)
				todo = append(todo, name, name+"/README.md") // a folder shows its README
			}
		}
	}
	for name := range left {
		t.Errorf("no link leads to %s", name)
	}
}

// TestBrokenLinksAreFound: a file, a heading here and elsewhere.
func TestBrokenLinksAreFound(t *testing.T) {
	here := parse("docs/here.md", "# One\n\n## Two `words`\n")
	all := map[string]page{here.name: *here}
	for _, bad := range []string{"nowhere.md", "#three", "here.md#three", "../../outside.md", "http://[broken"} {
		if resolve(all, here.name, bad) == nil {
			t.Errorf("%s resolves", bad)
		}
	}
	for _, good := range []string{"#two-words", "here.md#one", "../README.md", "https://example.org/x#y"} {
		if err := resolve(all, here.name, good); err != nil {
			t.Error(err)
		}
	}
}

func resolve(all map[string]page, from, target string) error {
	u, err := url.Parse(target)
	if err != nil || u.IsAbs() {
		return err
	}
	name := from
	if u.Path != "" {
		name = path.Join(path.Dir(from), u.Path)
	}
	if strings.HasPrefix(name, "..") {
		return fmt.Errorf("%s leads out of the repository", target)
	}
	if p, known := all[name]; known {
		if u.Fragment != "" && !p.anchors()[u.Fragment] {
			return fmt.Errorf("%s: %s has no such heading", target, name)
		}
		return nil
	}
	if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(name))); err != nil {
		return fmt.Errorf("%s: no such file", target)
	}
	return nil
}
