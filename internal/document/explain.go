package document

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// broken is a text that the YAML library can't read.
type broken struct {
	lines []string
	says  string // the library's words
	at    int    // the index of the line that it stumbled over
}

// explain says in plain words why the library can't read a text: the first cause that
// the text shows, else the library's own words with the place.
func explain(text []byte, err error) Findings {
	b := broken{lines: strings.Split(string(text), "\n"), says: err.Error()}
	b.at, _ = stumbled(text)
	for b.at > 0 && strings.TrimSpace(b.lines[b.at]) == "" {
		b.at-- // the end of the document is where its last line ends
	}
	for _, cause := range []func(broken) Findings{
		broken.tab, broken.wideSpace, broken.wideMark, broken.mark, broken.unquotedExpression, broken.alias, broken.escape,
		broken.unclosed, broken.beginning, broken.parenthesis, broken.surplusBracket, broken.quotedEntry, broken.colon, broken.equals, broken.indentation,
	} {
		if findings := cause(b); findings != nil {
			return findings
		}
	}
	_, says, located := strings.Cut(strings.TrimPrefix(b.says, "yaml: "), ": ")
	if !located {
		says = strings.TrimPrefix(b.says, "yaml: ")
	}
	return b.wrong(b.at, indent(b.lines[b.at]), "text that is not YAML: "+says, "valid YAML")
}

// wrong at a byte of a line.
func (b broken) wrong(line, at int, found, expected string) Findings {
	return wrong(line+1, 1+utf8.RuneCountInString(b.lines[line][:at]), found, expected)
}

func (b broken) saysAny(words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(b.says, w) })
}

// byLine reads a text line by line and counts them: how far the library has read shows
// where it stopped. Its own line is often that of the mapping or list around.
type byLine struct {
	rest  []byte
	lines int
}

func (r *byLine) Read(into []byte) (int, error) {
	if len(r.rest) == 0 {
		return 0, io.EOF
	}
	end := bytes.IndexByte(r.rest, '\n') + 1
	if end == 0 {
		end = len(r.rest)
	}
	n := copy(into, r.rest[:end])
	if n == end {
		r.lines++
	}
	r.rest = r.rest[n:]
	return n, nil
}

// stumbled is the index of the line at which the library fails; false if it doesn't.
func stumbled(text []byte) (at int, fails bool) {
	r := &byLine{rest: text}
	err := yaml.NewDecoder(r).Decode(new(yaml.Node))
	return max(r.lines-1, 0), err != nil
}

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// tab finds a tab where YAML wants spaces.
func (b broken) tab() Findings {
	if !b.saysAny("tab character", "cannot start any token") {
		return nil
	}
	for i, line := range b.lines[:b.at+1] {
		space := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		if at := strings.IndexByte(space, '\t'); at >= 0 && strings.TrimSpace(line) != "" {
			return b.wrong(i, at, "a tab", "spaces: YAML is indented with spaces only")
		}
	}
	if at := strings.IndexByte(b.lines[b.at], '\t'); at >= 0 {
		return b.wrong(b.at, at, "a tab", "a space")
	}
	return nil
}

// wideSpace matches a space that YAML takes for a letter: from a web page, a text
// processor.
var wideSpace = regexp.MustCompile(`[\x{a0}\x{2000}-\x{200b}\x{202f}\x{3000}\x{feff}]`)

// wideSpaceAt is the finding of the first in a line that has one.
func wideSpaceAt(line string) Finding {
	at := wideSpace.FindStringIndex(line)
	r, _ := utf8.DecodeRuneInString(line[at[0]:])
	column := 1 + utf8.RuneCountInString(line[:at[0]])
	if r == '\u200b' || r == '\ufeff' {
		return wrong(1, column, fmt.Sprintf("an invisible character (U+%04X)", r), "nothing in its place: delete it")[0]
	}
	return wrong(1, column, fmt.Sprintf("a no-break or other special space (U+%04X)", r), "a plain space: type it anew")[0]
}

// wideSpaceBefore matches such a space before a key or a value.
var wideSpaceBefore = regexp.MustCompile(`^[ \t]*(?:- *)?` + wideSpace.String() + `|[:-]` + wideSpace.String())

func (b broken) wideSpace() Findings {
	for i, line := range b.lines[:b.at+1] {
		if wideSpaceBefore.MatchString(line) {
			f := wideSpaceAt(line)
			f.Line = i + 1
			return Findings{f}
		}
	}
	return nil
}

var unknownAnchor = regexp.MustCompile(`unknown anchor '(.*)' referenced`)

// alias finds a text that begins with * without quotes.
func (b broken) alias() Findings {
	m := unknownAnchor.FindStringSubmatch(b.says)
	if m == nil {
		return nil
	}
	for i, line := range b.lines {
		if at := strings.Index(line, "*"+m[1]); at >= 0 {
			return b.wrong(i, at, "the alias *"+m[1],
				"an alias of something that is named &"+m[1]+" before, or quotes around a text that begins with *")
		}
	}
	return nil
}

// unknownEscape matches a backslash before a letter with which it means nothing.
var unknownEscape = regexp.MustCompile(`^"(?:[^"\\]|\\["\\/0abtnvfre N_LPxuU])*(\\[^"\\/0abtnvfre N_LPxuU])`)

// escape finds a text in double quotes with a backslash that is meant as such.
func (b broken) escape() Findings {
	if !b.saysAny("unknown escape character") {
		return nil
	}
	for i, line := range b.lines[:b.at+1] {
		for at := strings.IndexByte(line, '"'); at >= 0; {
			if m := unknownEscape.FindStringSubmatchIndex(line[at:]); m != nil {
				return b.wrong(i, at+m[2], Quote(line[at+m[2]:at+m[3]])+" in a text in double quotes", `single quotes around a text with \, or \\ for each`)
			}
			next := strings.IndexByte(line[at+1:], '"')
			if next < 0 {
				break
			}
			at += 1 + next
		}
	}
	return nil
}

// begins matches a value that begins with a character that YAML has for itself.
var begins = regexp.MustCompile("(?:^ *|[:-] +|[\\[{,] *)(([@`%*&!|>])[^\\s,\\]}]*)")

func (b broken) beginning() Findings {
	if !b.saysAny("cannot start any token", "alphabetic or numeric", "tag", "URI", "comment or line break", "expected '!'") {
		return nil
	}
	for _, i := range b.near() {
		line := b.lines[i]
		if at := begins.FindStringSubmatchIndex(line); at != nil {
			return b.wrong(i, at[2], Quote(line[at[4]:at[5]])+" at the beginning of a value",
				"quotes around a text that begins with it: "+Quote(line[at[2]:at[3]]))
		}
	}
	return nil
}

// near are the indexes of the line that the library stumbled over and of the one before it,
// which it may have read when it noticed.
func (b broken) near() []int { return []int{b.at, max(b.at-1, 0)} }

// Marks of other languages, scripts and text processors where YAML wants its own.
var (
	wideMarks = regexp.MustCompile(`^\s*(?:- +)*[\w.]+([：﹕])|(?:[{,] *)[\w.]+([：﹕])`)
	equals    = regexp.MustCompile(`^\s*(?:- +)*(\w+ ?= ?\S.*?)\s*$`)
)

// marks that YAML has another one for: what stands instead, what is found and what expected.
var marks = []struct {
	form            *regexp.Regexp
	instead         func(mark string) string
	found, expected string
}{
	{regexp.MustCompile(`^ *([—–−‐‑•·])\s`), func(string) string { return "-" }, " before an item", "a hyphen and a space: type it anew"},
	{regexp.MustCompile(`^ *(-[{\[])`), func(mark string) string { return "- " + mark[1:] }, "", "a space after the hyphen"},
	{regexp.MustCompile(`[{,] *\w+: [^"'{}\[\]]*?([，、﹐]) *\w+: `), func(string) string { return "," }, "", "a plain comma: type it anew"},
	{regexp.MustCompile(`(?:^|[\s,{\[])(//|/\*)`), func(string) string { return "#" }, "", "no comment, or a comment of YAML, which begins with #"},
}

// wideMark finds a key with a colon of another script behind it.
func (b broken) wideMark() Findings {
	for _, i := range b.near() {
		if at := wideMarks.FindStringSubmatchIndex(b.lines[i]); at != nil {
			from, to := max(at[2], at[4]), max(at[3], at[5])
			return b.wrong(i, from, Quote(b.lines[i][from:to]), "a plain colon and a space: type it anew")
		}
	}
	return nil
}

// mark finds the first of such a mark in the lines up to the one that the library stumbled over, if the text
// can be read further once the other one stands in each of its places.
func (b broken) mark() Findings {
	for _, m := range marks {
		var first Findings
		lines := slices.Clone(b.lines)
		for i := b.at; i >= 0; i-- {
			if at := m.form.FindStringSubmatchIndex(lines[i]); at != nil {
				mark := lines[i][at[2]:at[3]]
				first = b.wrong(i, at[2], Quote(mark)+m.found, m.expected)
				lines[i] = lines[i][:at[2]] + m.instead(mark) + lines[i][at[3]:]
			}
		}
		if first == nil {
			continue
		}
		if next, fails := stumbled([]byte(strings.Join(lines, "\n"))); !fails || next > b.at {
			return first
		}
	}
	return nil
}

// quotedEntry finds a line that is an entry as a whole in quotes.
func (b broken) quotedEntry() Findings {
	if !b.saysAny("could not find expected ':'") {
		return nil
	}
	for _, i := range b.near() {
		line := strings.TrimSpace(b.lines[i])
		if len(line) < 2 || line[0] != line[len(line)-1] || line[0] != '"' && line[0] != '\'' {
			continue
		}
		if found, expected, is := entryInQuotes(line[1 : len(line)-1]); is {
			return b.wrong(i, indent(b.lines[i]), found, expected)
		}
	}
	return nil
}

// equals finds a value that is assigned to its key.
func (b broken) equals() Findings {
	if !b.saysAny("could not find expected ':'", "mapping values are not allowed") {
		return nil
	}
	for _, i := range b.near() {
		if at := equals.FindStringSubmatchIndex(b.lines[i]); at != nil {
			return b.wrong(i, at[2], Quote(b.lines[i][at[2]:at[3]]), "a colon and a space in place of =")
		}
	}
	return nil
}

// inParentheses matches a mapping that is written in round brackets.
var inParentheses = regexp.MustCompile(`(?:^ *|[:-] +)(\(\w+: )`)

func (b broken) parenthesis() Findings {
	at := inParentheses.FindStringSubmatchIndex(b.lines[b.at])
	if at == nil || !b.saysAny("mapping values are not allowed") {
		return nil
	}
	return b.wrong(b.at, at[2], Quote("(")+" before a key", "braces around a mapping: {key: value}")
}

// surplusBracket finds a line that ends with a bracket for which none was opened.
func (b broken) surplusBracket() Findings {
	line := strings.TrimRight(b.lines[b.at], " \r")
	for _, pair := range []string{"{}", "[]"} {
		if strings.HasSuffix(line, pair[1:]) && strings.Count(line, pair[1:]) > strings.Count(line, pair[:1]) {
			return b.wrong(b.at, len(line)-1, Quote(pair[1:])+" that closes nothing", Quote(pair[:1])+" before it")
		}
	}
	return nil
}

var (
	// colonWithin matches a text as a value that has a colon and a space in it.
	colonWithin = regexp.MustCompile(`^\s*(?:- )?[\w.]+:\s+([^\s'"|>{\[].*?): `)
	// itemWithin matches an entry with another item of the list behind it.
	itemWithin = regexp.MustCompile(`^\s*- [\w.]+: +[^\s'"|>{\[].*? (- [\w.]+:) `)
	// noSpace matches a key with a value right after its colon.
	noSpace = regexp.MustCompile(`^\s*(?:- +)*([\w.-]+:[^\s/:]\S*)`)
)

// colon finds what is wrong with the colon between a key and its value.
func (b broken) colon() Findings {
	line := b.lines[b.at]
	if at := itemWithin.FindStringSubmatchIndex(line); at != nil && b.saysAny("mapping values are not allowed") {
		return b.wrong(b.at, at[2], Quote(line[at[2]:at[3]])+" within a line", "each item on a line of its own")
	}
	if at := colonWithin.FindStringSubmatchIndex(line); at != nil && b.saysAny("mapping values are not allowed") {
		return b.wrong(b.at, at[2], "a text with a colon and a space in it", `quotes around it, such as about: "a: b"`)
	}
	if !b.saysAny("could not find expected ':'", "mapping values are not allowed", "did not find expected key") {
		return nil
	}
	for _, i := range b.near() {
		if at := noSpace.FindStringSubmatchIndex(b.lines[i]); at != nil {
			return b.wrong(i, at[2], Quote(b.lines[i][at[2]:at[3]]), "a space after the colon")
		}
	}
	if b.saysAny("could not find expected ':'") {
		i := b.at
		for i > 0 && strings.Contains(b.lines[i], ":") {
			i--
		}
		return b.wrong(i, indent(b.lines[i]), Quote(strings.TrimSpace(b.lines[i])), "a key, a colon and a value")
	}
	return nil
}

// indentation finds a line whose indentation is that of no line before it.
func (b broken) indentation() Findings {
	if !b.saysAny("did not find expected key", "'-' indicator", "mapping values are not allowed", "sequence entries are not allowed") {
		return nil
	}
	have, isItem := indent(b.lines[b.at]), strings.HasPrefix(strings.TrimLeft(b.lines[b.at], " "), "- ")
	var levels []int
	for _, line := range b.lines[:b.at] {
		text := strings.TrimLeft(line, " ")
		if text == "" || text[0] == '#' {
			continue
		}
		level := indent(line)
		levels = slices.DeleteFunc(levels, func(l int) bool { return l >= level })
		levels = append(levels, level)
		for rest, item := strings.CutPrefix(text, "- "); item; rest, item = strings.CutPrefix(rest, "- ") {
			level += 2 + indent(rest)
			levels, rest = append(levels, level), strings.TrimLeft(rest, " ")
		}
	}
	switch {
	case !slices.Contains(levels, have):
		return b.wrong(b.at, have, fmt.Sprintf("a line indented by %d spaces", have),
			"the indentation of the lines that it belongs with: "+alternatives(levels)+" spaces")
	case isItem && b.saysAny("expected key"):
		return b.wrong(b.at, have, "an item of a list among the keys of a mapping", "a key, or another indentation")
	case !isItem && b.saysAny("'-' indicator"):
		return b.wrong(b.at, have, "a key among the items of a list", "an item, which begins with -, or another indentation")
	}
	return nil
}

// alternatives in words: 0, 2 or 4.
func alternatives(numbers []int) string {
	words := strings.Trim(strings.ReplaceAll(fmt.Sprint(numbers), " ", ", "), "[]")
	if i := strings.LastIndex(words, ", "); i >= 0 {
		words = words[:i] + " or " + words[i+2:]
	}
	return words
}
