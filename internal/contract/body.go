package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/kzsim/kzsim/internal/document"
)

// MaxDepth is how deep a body may nest. The documents' deepest has five levels.
const MaxDepth = 64

// The bounds of a number, beyond every amount and id: what validates and compares
// numbers does so exactly, and 1e99999999 is a hundred million digits.
const (
	maxNumber   = 100 // characters
	maxExponent = 3   // digits
)

// ParseBody decodes a JSON text, numbers as json.Number. What stands in the way
// comes back as a Problem with Syntax set: it says the line and column, in
// characters from 1.
func ParseBody(raw []byte) (any, error) {
	if body, ok := (&reader{raw: raw}).read(); ok {
		return body, nil
	}
	if at := invalidUTF8(raw); at >= 0 {
		return nil, syntaxProblem(raw, at, "a byte that is not UTF-8", "UTF-8 text")
	}
	if len(bytes.Trim(raw, space)) == 0 {
		return nil, Problem{Syntax: true, Found: "an empty body", Expected: "a JSON body"}
	}
	if at := tooDeep(raw); at >= 0 {
		return nil, syntaxProblem(raw, at, fmt.Sprintf("nesting beyond %d levels", MaxDepth), "a flatter body")
	}
	if at := hugeNumber(raw); at >= 0 {
		return nil, syntaxProblem(raw, at, "a number that no field can hold",
			fmt.Sprintf("at most %d characters, and an exponent of %d digits", maxNumber, maxExponent))
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var body any
	if err := dec.Decode(&body); err != nil {
		at, found, expected := document.Syntax(raw, err)
		return nil, syntaxProblem(raw, at, found, expected)
	}
	if rest := bytes.TrimLeft(raw[dec.InputOffset():], space); len(rest) > 0 {
		return nil, syntaxProblem(raw, len(raw)-len(rest), "text after the JSON value", "one JSON value")
	}
	return body, nil
}

// space is what JSON allows between its tokens.
const space = " \t\r\n"

func syntaxProblem(raw []byte, at int, found, expected string) Problem {
	at = min(at, len(raw))
	line := 1 + bytes.Count(raw[:at], []byte("\n"))
	column := 1 + utf8.RuneCount(raw[bytes.LastIndexByte(raw[:at], '\n')+1:at])
	return Problem{
		Syntax: true, Expected: expected,
		Found: fmt.Sprintf("%s at line %d, column %d", found, line, column),
	}
}

func invalidUTF8(raw []byte) int {
	for i := 0; i < len(raw); {
		if raw[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// tooDeep answers where the nesting passes MaxDepth, before anything recurses
// into it; -1 if nowhere.
func tooDeep(raw []byte) int {
	depth := 0
	for i, c := range unquoted(raw) {
		switch c {
		case '{', '[':
			if depth++; depth > MaxDepth {
				return i
			}
		case '}', ']':
			depth--
		}
	}
	return -1
}

// hugeNumber answers where a number begins that is beyond the bounds; -1 if there
// is none.
func hugeNumber(raw []byte) int {
	from, after, exponent := 0, -1, -1 // of the number; exponent counts digits, -1 while there is none
	for i, c := range unquoted(raw) {
		if strings.IndexByte("+-.0123456789eE", c) < 0 {
			continue
		}
		if i != after {
			from, exponent = i, -1
		}
		after = i + 1
		switch {
		case c == 'e' || c == 'E':
			exponent = 0
		case exponent >= 0 && c >= '0' && c <= '9':
			exponent++
		}
		if after-from > maxNumber || exponent > maxExponent {
			return from
		}
	}
	return -1
}

// unquoted goes through the bytes of a JSON text that stand outside of its strings,
// and the quotes with which they begin.
func unquoted(raw []byte) iter.Seq2[int, byte] {
	return func(yield func(int, byte) bool) {
		quoted := false
		for i := 0; i < len(raw); i++ {
			switch c := raw[i]; {
			case quoted && c == '\\':
				i++
			case quoted:
				quoted = c != '"'
			case !yield(i, c):
				return
			default:
				quoted = c == '"'
			}
		}
	}
}
