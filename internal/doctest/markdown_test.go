// Package doctest proves the documentation: every fenced block of the README and
// of docs is checked or run, every link leads somewhere, every flag and every
// path of the control API that is named exists.
//
// How a block is proven depends on its language:
//
//	sh      run by bash, the blocks of a page one after the other, against a
//	        simulator of its own (shell_test.go says what stands in for what)
//	yaml    a scenario is checked and tried, settings and targets are read by
//	        their own readers, anything else is parsed
//	json    parsed
//	go      parsed, formatted, and compiled where it is a whole file
//	text, mermaid and others that only show something: not at all (languages)
//
// A block that can't be proven that way stands in the table exempt with a reason.
package doctest_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// root of the repository.
const root = "../.."

// page is one Markdown file.
type page struct {
	name   string // below the root, with slashes
	blocks []block
	prose  []line // what stands outside of blocks
}

type line struct {
	number int
	text   string
}

// block is one fenced block.
type block struct {
	page     string
	line     int // of its first line of text
	language string
	text     string
}

// pages are what a reader is shown: all Markdown of the root, of docs and of the
// examples.
func pages(t *testing.T) []page {
	t.Helper()
	var all []page
	for _, pattern := range []string{"*.md", "docs/*.md", "examples/*.md", "examples/*/*.md"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			all = append(all, read(t, file))
		}
	}
	if len(all) == 0 {
		t.Fatal("no page found")
	}
	return all
}

func read(t *testing.T, file string) page {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	name, err := filepath.Rel(root, file)
	if err != nil {
		t.Fatal(err)
	}
	p := parse(filepath.ToSlash(name), string(content))
	if p == nil {
		t.Fatalf("%s: a fence is never closed", name)
	}
	return *p
}

var fence = regexp.MustCompile("^( *)(```+)([a-zA-Z0-9-]*)")

// parse a page; nil if a fence is left open. The indentation of a fence is taken
// off its lines.
func parse(name, content string) *page {
	p := &page{name: name}
	var open *block
	var mark, indent string
	for i, text := range strings.Split(content, "\n") {
		m := fence.FindStringSubmatch(text)
		switch {
		case open == nil && m != nil:
			indent, mark = m[1], m[2]
			open = &block{page: name, line: i + 2, language: m[3]}
		case open == nil:
			p.prose = append(p.prose, line{i + 1, text})
		case m != nil && m[2] == mark && m[3] == "":
			p.blocks = append(p.blocks, *open)
			open = nil
		default:
			open.text += strings.TrimPrefix(text, indent) + "\n"
		}
	}
	if open != nil {
		return nil
	}
	return p
}

var (
	heading  = regexp.MustCompile(`^#+ (.*)$`)
	codeSpan = regexp.MustCompile("(`+)(.+?)(`+)")
	linked   = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
)

// anchors are what the headings of a page are linked by.
func (p page) anchors() map[string]bool {
	all := map[string]bool{}
	for _, l := range p.prose {
		if m := heading.FindStringSubmatch(l.text); m != nil {
			all[slug(m[1])] = true
		}
	}
	return all
}

// slug of a heading, as GitHub makes it.
func slug(text string) string {
	text = linked.ReplaceAllString(text, "$1")
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// spans are the code spans of a page.
func (p page) spans() []line {
	var all []line
	for _, l := range p.prose {
		for _, m := range codeSpan.FindAllStringSubmatch(l.text, -1) {
			if m[1] == m[3] {
				all = append(all, line{l.number, strings.TrimSpace(m[2])})
			}
		}
	}
	return all
}
