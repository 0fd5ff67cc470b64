package doctest_test

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const russian = ".ru.md"

// twin is the English page that a Russian one translates; empty for an English page.
func (p page) twin() string {
	if name, is := strings.CutSuffix(p.name, russian); is {
		return name + ".md"
	}
	return ""
}

// proven are the pages whose blocks are run: a Russian page has those of its twin.
func proven(t *testing.T) []page {
	t.Helper()
	return slices.DeleteFunc(pages(t), func(p page) bool { return p.twin() != "" })
}

// TestRussianPagesSayTheSame: a Russian page has the blocks, the headings' levels and
// the links of the English one, and both lead to each other. A link leads to a Russian
// page where there is one.
func TestRussianPagesSayTheSame(t *testing.T) {
	all := map[string]page{}
	for _, p := range pages(t) {
		all[p.name] = p
	}
	seen := 0
	for _, p := range all {
		if p.twin() == "" {
			continue
		}
		seen++
		english, is := all[p.twin()]
		if !is {
			t.Errorf("%s has no English page beside it", p.name)
			continue
		}
		for _, found := range unlike(english, p, all) {
			t.Errorf("%s, unlike %s: %s", p.name, english.name, found)
		}
	}
	if seen == 0 {
		t.Error("there is no Russian page")
	}
}

// unlike is in what a Russian page differs from the English one.
func unlike(english, translated page, all map[string]page) []string {
	var found []string
	differ := func(what string, want, got []string) {
		if diff := cmp.Diff(want, got); diff != "" {
			found = append(found, what+" (-English +Russian):\n"+diff)
		}
	}
	differ("blocks", english.texts(), translated.texts())
	differ("levels of headings", english.levels(), translated.levels())
	differ("links", english.targets(translated.name, func(target string) string { return inRussian(all, english.name, target) }),
		translated.targets(english.name, func(target string) string { return target }))
	for from, to := range map[*page]string{&english: translated.name, &translated: english.name} {
		if !strings.Contains(from.text(), "]("+path.Base(to)+")") {
			found = append(found, from.name+" has no link to "+to)
		}
	}
	return found
}

// texts of the blocks, with their languages.
func (p page) texts() []string {
	var all []string
	for _, b := range p.blocks {
		all = append(all, b.language+"\n"+b.text)
	}
	return all
}

func (p page) levels() []string {
	var all []string
	for _, l := range p.prose {
		if heading.MatchString(l.text) {
			all = append(all, l.text[:strings.Index(l.text, " ")])
		}
	}
	return all
}

func (p page) text() string {
	var all strings.Builder
	for _, l := range p.prose {
		all.WriteString(l.text + "\n")
	}
	return all.String()
}

// targets of the links, each once and sorted, but for those to the page in the other language. What is
// behind # depends on the language of the page that is linked.
func (p page) targets(other string, as func(target string) string) []string {
	var all []string
	for _, m := range linkTarget.FindAllStringSubmatch(p.text(), -1) {
		target, _, _ := strings.Cut(m[1], "#")
		if target != "" && target != path.Base(other) {
			all = append(all, as(target))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// inRussian is what a Russian page links instead of a target: the Russian page, if there
// is one.
func inRussian(all map[string]page, from, target string) string {
	if name, is := strings.CutSuffix(target, ".md"); is {
		if _, there := all[path.Join(path.Dir(from), name+russian)]; there {
			return name + russian
		}
	}
	return target
}

var (
	address      = regexp.MustCompile(`https?://\S+|<!--.*?-->`)
	englishWords = regexp.MustCompile(`\b[A-Za-z]?[a-z]+(?: [a-z]+)+\b`)
)

// English that a Russian page may have: names of products and of standards.
var namesInEnglish = []string{"sim exec"}

// TestRussianPagesAreRussian: outside of code no two English words follow each other,
// but in the link to the English page.
func TestRussianPagesAreRussian(t *testing.T) {
	for _, p := range pages(t) {
		if p.twin() == "" {
			continue
		}
		for _, l := range p.prose {
			if strings.HasSuffix(l.text, "]("+path.Base(p.twin())+")") {
				continue
			}
			for _, words := range englishIn(l.text) {
				t.Errorf("%s:%d: %q is English", p.name, l.number, words)
			}
		}
	}
}

func englishIn(text string) []string {
	text = codeSpan.ReplaceAllString(text, "`")
	text = linkTarget.ReplaceAllString(text, "]")
	text = address.ReplaceAllString(text, "")
	return slices.DeleteFunc(englishWords.FindAllString(text, -1), func(words string) bool {
		return slices.Contains(namesInEnglish, words)
	})
}

// TestUnlikePagesAreFound: another block, another level, another link, no link between
// the pages, English.
func TestUnlikePagesAreFound(t *testing.T) {
	english := parse("docs/a.md", "# A\n[по-русски](a.ru.md)\n## B\n[c](c.md)\n```sh\ntrue\n```\n")
	good := "# А\n[in English](a.md)\n## Б\n[в](c.ru.md)\n```sh\ntrue\n```\n"
	all := map[string]page{"docs/c.ru.md": {}}
	if found := unlike(*english, *parse("docs/a.ru.md", good), all); found != nil {
		t.Errorf("nothing is unlike, but: %s", found)
	}
	for _, bad := range [][2]string{
		{"```sh\ntrue", "```sh\nfalse"}, {"## Б", "### Б"}, {"c.ru.md", "c.md"}, {"[in English](a.md)", ""},
	} {
		if unlike(*english, *parse("docs/a.ru.md", strings.Replace(good, bad[0], bad[1], 1)), all) == nil {
			t.Errorf("%q in place of %q is not found", bad[1], bad[0])
		}
	}
	if englishIn("Это the answer, `some code` и [имя](some/where.md).") == nil {
		t.Error("English is not found")
	}
}

// TestRussianPagesThatHaveToBeThere lists the pages that a reader without English needs.
func TestRussianPagesThatHaveToBeThere(t *testing.T) {
	for _, name := range []string{
		"README.ru.md", "docs/cookbook.ru.md", "docs/faults.ru.md", "docs/reserved-values.ru.md", "docs/scenarios.ru.md", "docs/testing-your-abs.ru.md",
	} {
		if _, err := os.Stat(filepath.Join(root, name)); err != nil {
			t.Error(err)
		}
	}
}
