package document

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// problem is a place of the text and what is wrong there.
type problem struct {
	line, column    int
	found, expected string
}

func (p problem) findings() Findings { return wrong(p.line, p.column, p.found, p.expected) }

var unknownAnchor = regexp.MustCompile(`unknown anchor '(.*)' referenced`)

// fromParser matches what the reader's parser says, which counts lines from 0; its
// scanner counts them from 1.
var fromParser = regexp.MustCompile(`^did not find expected (',' or|key|'-' indicator|node content|<document start>)`)

var yamlLine = regexp.MustCompile(`line (\d+): (.*)$`)

// aboutTabs matches the reader's words where the trouble may be a tab.
var aboutTabs = regexp.MustCompile(`tab character|cannot start any token`)

// anyYAML is what is expected where nothing more is known.
const anyYAML = "valid YAML"

// explain gives the reader's error a place. Tabs and expressions without quotes
// come first: they are the usual mistakes, and the reader's words for them are hard
// to understand.
func explain(source []byte, err error) Findings {
	lines := strings.Split(string(source), "\n")
	if p, ok := indentingTab(lines); ok && aboutTabs.MatchString(err.Error()) {
		return p.findings()
	}
	if m := unknownAnchor.FindStringSubmatch(err.Error()); m != nil {
		before, _, _ := strings.Cut(string(source), "*"+m[1])
		line := strings.Count(before, "\n")
		column := 1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
		return wrong(line+1, column, "the alias *"+m[1], "an alias of something that is named &"+m[1]+" before")
	}
	p := problem{1, 1, "text that is not YAML: " + strings.TrimPrefix(err.Error(), "yaml: "), anyYAML}
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		p.line, _ = strconv.Atoi(m[1])
		if fromParser.MatchString(m[2]) {
			p.line++
		}
		p.found = "text that is not YAML: " + m[2]
	}
	p.line = min(p.line, len(lines))
	for p.line > 1 && strings.TrimSpace(lines[p.line-1]) == "" {
		p.line-- // the end of the document is where its last line ends
	}
	text := lines[p.line-1]
	p.column = 1 + len(text) - len(strings.TrimLeft(text, " "))
	return p.orUnquoted(lines).orColon(text).findings()
}

// colonWithin matches a text as a value that has a colon and a space in it.
var colonWithin = regexp.MustCompile(`^\s*(?:- )?[\w.]+:\s+([^\s'"|>{\[].*?): `)

// orColon is the problem or, if the line has a text with a colon in it, how to write
// that.
func (p problem) orColon(text string) problem {
	at := colonWithin.FindStringSubmatchIndex(text)
	if at == nil || p.expected != anyYAML || !strings.HasSuffix(p.found, "mapping values are not allowed in this context") {
		return p
	}
	p.column = 1 + utf8.RuneCountInString(text[:at[2]])
	p.expected = `quotes around a text with a colon and a space in it, such as about: "a: b"`
	return p
}

func indentingTab(lines []string) (problem, bool) {
	for i, text := range lines {
		indent := text[:len(text)-len(strings.TrimLeft(text, " \t"))]
		if at := strings.IndexByte(indent, '\t'); at >= 0 && strings.TrimSpace(text) != "" {
			return problem{i + 1, at + 1, "a tab", "spaces: YAML is indented with spaces only"}, true
		}
	}
	return problem{}, false
}

// An expression as a value: whatever follows `when`, and what begins as
// body.items[0] does, which no other value looks like.
var (
	whenValue  = regexp.MustCompile(`\bwhen:\s+(\S.*)$`)
	indexValue = regexp.MustCompile(`:\s+([A-Za-z_][\w.]*\[.*)$`)
)

// unquotedReach is how many lines after the place of an error an expression is
// looked for: of a mapping in braces the reader names the beginning.
const unquotedReach = 10

// orUnquoted is the problem or, if an expression that lacks its quotes stands near
// by, that one: it is what the reader has stumbled over.
func (p problem) orUnquoted(lines []string) problem {
	from := p.line - 1
	for i, text := range lines[from:min(from+unquotedReach, len(lines))] {
		for _, form := range []*regexp.Regexp{whenValue, indexValue} {
			at := form.FindStringSubmatchIndex(text)
			if at == nil || !lacksQuotes(text[at[2]:], strings.Contains(text[:at[2]], "{")) {
				continue
			}
			p.line, p.column = from+i+1, 1+utf8.RuneCountInString(text[:at[2]])
			p.expected = "quotes around the expression, such as when: 'body.items[0].amount > 1000': " +
				"without them YAML reads brackets, quotes, and a colon or comma within {…}, as its own"
			return p
		}
	}
	return p
}

// lacksQuotes reports whether YAML takes what a value begins with for something
// else than a text.
func lacksQuotes(value string, inBraces bool) bool {
	if q := value[0]; q == '\'' || q == '"' {
		end := strings.IndexByte(value[1:], q)
		rest := strings.TrimLeft(value[end+2:], " ")
		return end >= 0 && rest != "" && !strings.ContainsAny(rest[:1], ",}]#"+string(q)) && !strings.Contains(value, `\`)
	}
	if !inBraces {
		return strings.Contains(value, ": ") || strings.ContainsAny(value[:1], "[{&*!|>%@`")
	}
	if end := strings.IndexAny(value, ",}"); end >= 0 {
		value = value[:end]
	}
	return strings.ContainsAny(value, "[{") || strings.Contains(value, ": ") || strings.Contains(value, " #") ||
		strings.Count(value, "(") > strings.Count(value, ")")
}
