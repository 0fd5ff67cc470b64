package document_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/document"
)

// TestPlainWords: what isn't YAML is told in plain words, where it is wrong and how to
// write it.
func TestPlainWords(t *testing.T) {
	const head = "version: 1\nrules:\n"
	for name, c := range map[string]struct{ text, want string }{
		"a tab":                       {head + "\t- on: x\n", "3:1: found a tab, expected spaces: YAML is indented with spaces only"},
		"a tab after spaces":          {head + "  - on: x\n \tdo: y\n", "4:2: found a tab, expected spaces: YAML is indented with spaces only"},
		"a no-break space in a key":   {head + "  - on: x\n\u00a0   do: y\n", "4:1: found a no-break or other special space (U+00A0), expected a plain space: type it anew"},
		"a no-break space":            {head + "  - {on: x}\n\u00a0\u00a0z\n", "4:1: found a no-break or other special space (U+00A0), expected a plain space: type it anew"},
		"one space too many":          {head + "  - on: x\n     do: y\n", "4:6: found a line indented by 5 spaces, expected the indentation of the lines that it belongs with: 0, 2 or 4 spaces"},
		"one space too few":           {head + "  - on: x\n   do: y\n", "4:4: found a line indented by 3 spaces, expected the indentation of the lines that it belongs with: 0, 2 or 4 spaces"},
		"deeper than a value":         {"version: 1\n  rules: []\n", "2:3: found a line indented by 2 spaces, expected the indentation of the lines that it belongs with: 0 spaces"},
		"an item among keys":          {"a: 1\nb:\n  c: 1\n  - d\n", "4:3: found an item of a list among the keys of a mapping, expected a key, or another indentation"},
		"a key among items":           {head + "  - on: x\n  do: y\n", "4:3: found a key among the items of a list, expected an item, which begins with -, or another indentation"},
		"a word among items":          {"a:\n  - b\n  c\nd: 1\n", "3:3: found \"c\", expected a key, a colon and a value"},
		"what follows is no cause":    {"a: 1\n  b: 2\nc: some\n  'quoted' text\n", "2:3: found a line indented by 2 spaces, expected the indentation of the lines that it belongs with: 0 spaces"},
		"comments are no cause":       {"# don't {\na: 1 # it's [\n  b: 2\n", "3:3: found a line indented by 2 spaces, expected the indentation of the lines that it belongs with: 0 spaces"},
		"texts in blocks are none":    {"- a: |\n    don't {\n  b: 'x'y\n", "3:8: found text after the closing quote ', expected the quote at the end of the value; within '…' write '' for ', within \"…\" write \\\" for \""},
		"a brace not closed":          {head + "  - {on: x, do: y\n  - {on: z, do: y}\n", "3:5: found \"{\" that is not closed, expected \"}\" after its last value"},
		"a bracket not closed":        {head + "  - {on: x, do: [y}\n", "3:19: found \"}\", expected \"]\", since \"[\" is open"},
		"a bracket at the end":        {"a: [\n", "1:4: found \"[\" that is not closed, expected \"]\" after its last value"},
		"a brace that closes nothing": {head + "  - on: x, do: y}\n", "3:17: found \"}\" that closes nothing, expected \"{\" before it"},
		"a quote not closed":          {head + "  - on: 'x\n    do: y\n", "3:9: found the quote ', which is not closed, expected another ' at the end of the text"},
		"a quote within quotes":       {"about: 'it's late'\n", "1:11: found text after the closing quote ', expected the quote at the end of the value; within '…' write '' for ', within \"…\" write \\\" for \""},
		"an asterisk":                 {head + "  - on: *\n", "3:9: found \"*\" at the beginning of a value, expected quotes around a text that begins with it: \"*\""},
		"an asterisk and a word":      {head + "  - {on: *all, do: y}\n", "3:10: found the alias *all, expected an alias of something that is named &all before, or quotes around a text that begins with *"},
		"an at sign":                  {"about: @me\n", "1:8: found \"@\" at the beginning of a value, expected quotes around a text that begins with it: \"@me\""},
		"a backtick":                  {"a: {b: `x`}\n", "1:8: found \"`\" at the beginning of a value, expected quotes around a text that begins with it: \"`x`\""},
		"a percent sign":              {"a:\n  - %d\n", "2:5: found \"%\" at the beginning of a value, expected quotes around a text that begins with it: \"%d\""},
		"a number sign":               {"about: #1 of two\n", "1:7: about: found \"#1 of two\", which is a comment, expected quotes around a text that begins with #, or a space after the # of a comment"},
		"a colon within a text":       {"about: Two: colons\n", "1:8: found a text with a colon and a space in it, expected quotes around it, such as about: \"a: b\""},
		"no space after a colon":      {head + "  - on:x\n    do: y\n", "3:5: found \"on:x\", expected a space after the colon"},
		"no colon":                    {"version: 1\nrules\nmust: []\n", "2:1: found \"rules\", expected a key, a colon and a value"},
		"typographic quotes":          {head + "  - on: “x”\n", "3:9: rules[0].on: found \"“x”\", a text in typographic quotes, expected straight quotes: \" or '; around the others, if they are part of the text"},
		"a typographic key":           {"“a”: 1\n", "1:1: found \"“a”\", a text in typographic quotes, expected straight quotes: \" or '; around the others, if they are part of the text"},
		"Windows-1251":                {"about: \xc4\xe0\n", "1:8: found the byte 0xc4, which is not UTF-8 (Д in Windows-1251), expected a text saved as UTF-8"},
		"a picture":                   {"\x89PNG", "1:1: found the byte 0x89, which is not UTF-8, expected a text saved as UTF-8"},
		"UTF-16":                      {"\xff\xfea\x00", "1:1: found a text in UTF-16, expected a text saved as UTF-8"},
		"UTF-16 without a mark":       {"\x00a\x00:", "1:1: found a text in UTF-16, expected a text saved as UTF-8"},
		"a byte of zeros":             {"ab\x00", "1:3: found the character U+0000, which no text has, expected a text: YAML or JSON"},
		"a mark within the text":      {"version: 1\n\ufeffrules: []\n", "2:1: found an invisible character (U+FEFF), expected nothing in its place: delete it"},
		"a decimal comma":             {"a: {debt: 86429,87, id: 1}\n", `1:11: a.debt: found "86429,87", in which YAML takes the comma for the end of a value, expected within {…} no comma in a number: "86429.87"`},
		"a duration with a comma":     {"a: [{b: 1, delay: 1,5s}]\n", `1:19: a[0].delay: found "1,5s", in which YAML takes the comma for the end of a value, expected within {…} no comma in a number: "1.5s"`},
		"a directive":                 {"# head\n%TAG !x! tag:x\n---\na: 1\n", "2:1: found the directive \"%TAG !x! tag:x\", expected a document without lines that begin with % before it, other than %YAML 1.2"},
		"an escape":                   {`a: {b: "\\ \n", c: "x\d"}` + "\n", `1:22: found "\\d" in a text in double quotes, expected single quotes around a text with \, or \\ for each`},
		"no comma":                    {head + "  - {on: x do: y}\n", `3:12: found "do:" without a comma before it, expected a comma between two entries: ", do:"`},
		"no comma after a brace":      {head + "  - {on: x, for: {a: 1} do: y}\n", `3:25: found "do:" without a comma before it, expected a comma between two entries: ", do:"`},
		"a semicolon":                 {head + "  - {on: x; do: y}\n", `3:13: found "do:" without a comma before it, expected a comma between two entries: ", do:"`},
		"another dash":                {head + "  — on: x\n    do: y\n", `3:3: found "—" before an item, expected a hyphen and a space: type it anew`},
		"another dash that is a text": {head + "  - about: |\n      — one\n      // two\n      -{\n    on: {x\n    do: y\n", `7:9: found "{" that is not closed, expected "}" after its last value`},
		"no space after a hyphen":     {head + "  - {on: x}\n  -{on: y}\n", `4:3: found "-{", expected a space after the hyphen`},
		"an assignment":               {"version = 1\nrules: []\n", `1:1: found "version = 1", expected a colon and a space in place of =`},
		"another colon":               {head + "  - on： x\n    do: y\n", `3:7: found "：", expected a plain colon and a space: type it anew`},
		"another comma":               {head + "  - {on: x， do: y}\n", `3:11: found "，", expected a plain comma: type it anew`},
		"an entry in quotes":          {"version: 1\nscenario: a\n\"rules: x\"\n", `3:1: found a key and its value in one pair of quotes, expected quotes around the value alone, or none: rules: x`},
		"an entry in single quotes":   {"a: 1\n'b: 2'\nc: 3\n", `2:1: found a key and its value in one pair of quotes, expected quotes around the value alone, or none: b: 2`},
		"two items in a line":         {head + "  - on: x - on: y\n", `3:11: found "- on:" within a line, expected each item on a line of its own`},
		"a comment of JavaScript":     {"{\"version\": 1, // one\n \"rules\": []}\n", `1:16: found "//", expected no comment, or a comment of YAML, which begins with #`},
		"an at sign before a line":    {"scenario: @x\nrules: []\n", `1:11: found "@" at the beginning of a value, expected quotes around a text that begins with it: "@x"`},
		"an archive":                  {"PK\x03\x04", `1:3: found the character U+0003, which no text has, expected a text: YAML or JSON`},
		"parentheses":                 {head + "  - (on: x, do: y)\n", `3:5: found "(" before a key, expected braces around a mapping: {key: value}`},
		"a comment without a space":   {head + "  - {on: \"x\"#z, do: y}\n", `3:13: found "#" right after a value, expected a space before the # of a comment, or quotes around all of a text with #`},
	} {
		t.Run(name, func(t *testing.T) {
			doc, findings := document.Read("test.yaml", []byte(c.text), form)
			if doc != nil || len(findings) == 0 {
				t.Fatalf("read as %v", document.Value(doc.Root))
			}
			if diff := cmp.Diff("test.yaml:"+c.want, findings.Error()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestGoodYAML: what looks like a mistake and isn't one is read.
func TestGoodYAML(t *testing.T) {
	for name, text := range map[string]string{
		"a mark of UTF-8":          "\ufeffa: 1\n",
		"a mark before JSON":       "\ufeff{\"a\": \"\\/\"}",
		"a version":                "%YAML 1.2\n---\na: 1\n",
		"another version":          "# head\n\n%YAML 1.1 # old\n---\na: 1\n",
		"a percent sign in a text": "a: |\n  %x\n",
		"quotes within a text":     "a: the “x” of ‘y’\n",
		"quotes around quotes":     "a: '“x”'\n",
		"a comment without value":  "a: # nothing\nb: ## nothing\n",
		"Windows line ends":        "a: 1\r\nb:\r\n  - c: 2\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			if value := document.Value(read(t, text).Root); value.(map[string]any)["a"] == nil && !strings.Contains(text, "# nothing") {
				t.Errorf("read as %v", value)
			}
		})
	}
}
