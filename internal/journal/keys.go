package journal

import (
	"bytes"
	"strconv"
	"strings"
)

// mayHoldKey reports whether a text is worth reading closely: it has "key" in it, or
// letters that are spelled as escapes.
func mayHoldKey(text []byte) bool {
	for at := range text {
		if spelledAt(text[at:], "key") > 0 || isEscape(text[at:]) {
			return true
		}
	}
	return false
}

// withoutKeys puts withheld in the place of each value of a field api_key: a text,
// whose closing quote stays, or a word other than null. It reads the text once, from
// its beginning to its end, however long it is.
func withoutKeys(text []byte) []byte {
	var out bytes.Buffer
	written := 0
	for at := 0; at < len(text); {
		value, after := keyAt(text, at, written)
		if value < 0 {
			at++
			continue
		}
		if at = after; string(text[value:after]) == "null" {
			continue
		}
		if text[value] == '"' || text[value] == '\'' {
			value++
		}
		out.Write(text[written:value])
		out.WriteString(withheld)
		written = after
	}
	out.Write(text[written:])
	return out.Bytes()
}

// keyField is the name of the field that holds a key.
const keyField = "api_key"

// keyAt answers where the value of the field begins and ends whose name begins at a
// place; -1 if none does. What is before the name has to part it from another word,
// and not to belong to a key before it.
func keyAt(text []byte, at, from int) (value, after int) {
	length := spelledAt(text[at:], keyField)
	if length == 0 || at > 0 && (at == from || !isOneOf(text[at-1], blank+`{,"'&?`)) {
		return -1, 0
	}
	value = at + length
	if value < len(text) && isOneOf(text[value], `"'`) {
		value = skipBlank(text, value+1)
		if value < len(text) && isOneOf(text[value], ":=") {
			value++
		}
	} else if value = skipBlank(text, value); value < len(text) && isOneOf(text[value], ":=") {
		value++
	} else {
		return -1, 0
	}
	value = skipBlank(text, value)
	if after = endOfValue(text, value); after == value {
		return -1, 0
	}
	return value, after
}

// endOfValue is the end of a text without its closing quote, or of a word.
func endOfValue(text []byte, at int) int {
	if at == len(text) {
		return at
	}
	quote := text[at]
	if !isOneOf(quote, `"'`) {
		if isOneOf(quote, ":=") {
			return at
		}
		for at < len(text) && !isOneOf(text[at], blank+`,}]&"'[{`) {
			at++
		}
		return at
	}
	for at++; at < len(text) && text[at] != quote; at++ {
		if text[at] == '\\' {
			if at+1 == len(text) {
				return at
			}
			at++
		}
	}
	return at
}

// blank is what may stand between a name, a colon and a value.
const blank = " \t\n\f\r"

func skipBlank(text []byte, at int) int {
	for at < len(text) && isOneOf(text[at], blank) {
		at++
	}
	return at
}

func isOneOf(c byte, set string) bool { return strings.IndexByte(set, c) >= 0 }

// spelledAt is how many bytes a name takes with which a text begins, in either case,
// each letter as itself or as JSON's escape; 0 if it begins otherwise.
func spelledAt(text []byte, name string) int {
	length := 0
	for i := range len(name) {
		n := letterAt(text[length:], name[i])
		if n == 0 {
			return 0
		}
		length += n
	}
	return length
}

// letterAt is how many bytes a letter takes with which a text begins; 0 if it begins
// otherwise.
func letterAt(text []byte, letter byte) int {
	const escape, kelvin = len(`\u0061`), "\u212a" // which is a K, too
	switch {
	case len(text) == 0:
		return 0
	case isLetter(text[0], letter):
		return 1
	case len(text) >= escape && isEscape(text) && isCode(text[2:escape], letter):
		return escape
	case letter == 'k' && bytes.HasPrefix(text, []byte(kelvin)):
		return len(kelvin)
	}
	return 0
}

// isLetter reports whether a character is a letter in either case.
func isLetter(c, letter byte) bool {
	return c == letter || letter >= 'a' && letter <= 'z' && c == letter-'a'+'A'
}

// isEscape reports whether a text begins as an escaped letter does.
func isEscape(text []byte) bool { return len(text) > 1 && text[0] == '\\' && isLetter(text[1], 'u') }

// isCode reports whether four hexadecimal digits are the code of a letter.
func isCode(digits []byte, letter byte) bool {
	code, err := strconv.ParseUint(string(digits), 16, 8)
	return err == nil && isLetter(byte(code), letter)
}
