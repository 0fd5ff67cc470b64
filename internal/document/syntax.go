package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Syntax says why encoding/json can't read a text: at which byte, what was found there and
// what was expected.
func Syntax(source []byte, err error) (at int, found, expected string) {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) || strings.HasPrefix(syntax.Error(), "unexpected end") {
		return len(source), "the end of the body", "the rest of the JSON value"
	}
	at = min(max(int(syntax.Offset)-1, 0), len(source))
	found = syntax.Error()
	if _, where, ok := strings.Cut(found, "' "); ok && at < len(source) {
		// The decoder looks at bytes and would name half of a character.
		char, _ := utf8.DecodeRune(source[at:])
		found = fmt.Sprintf("invalid character %q %s", char, where)
	}
	return at, found, repair(source, at, found)
}

// decimalComma matches the begin of a number up to its comma.
var decimalComma = regexp.MustCompile(`[0-9],$`)

// repair of the mistakes that the documents' own samples make (ledger 1, 33, 34,
// 55), and of others that are made as easily.
func repair(source []byte, at int, found string) string {
	rest := source[at:]
	before := bytes.TrimRight(source[:at], " \t\r\n")
	starts := func(with string) bool { return len(rest) > 0 && strings.IndexByte(with, rest[0]) >= 0 }
	first, _ := utf8.DecodeRune(rest)
	unquoted := unicode.IsLetter(first)
	switch {
	case starts("}]") && bytes.HasSuffix(before, []byte(",")):
		return "no comma before the closing bracket: remove it"
	case starts("/#"):
		return "no comments: JSON has none, remove it"
	case starts("0123456789") && decimalComma.Match(before):
		return "a point in place of the comma in a number"
	case strings.HasSuffix(found, "after object key"):
		return "a colon between a name and its value: add it, and check the quotes of the name"
	case starts(`"{[`) && (strings.HasSuffix(found, "pair") || strings.HasSuffix(found, "element")):
		return "a comma between two members: add it"
	case strings.ContainsRune("'“”„«»‘’", first) || unquoted && strings.HasSuffix(found, "beginning of object key string"):
		return `double quotes ("): put them around names and texts`
	case unquoted && len(before) > 0 && strings.HasSuffix(found, "beginning of value"):
		return "a number, true, false, null, or a text in double quotes"
	case first == '\uFEFF':
		return "no byte order mark: send UTF-8 without it"
	}
	return "valid JSON"
}
