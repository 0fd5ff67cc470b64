package journal

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// mayHoldKey reports whether a text is worth reading closely: it has a part of the name
// of a secret in it, letters that are spelled as escapes, or a URL.
func mayHoldKey[Text string | []byte](text Text) bool {
	for at := range len(text) {
		c := text[at]
		if !telling[c] { // nearly all
			continue
		}
		switch c {
		case '\\', '%', 0xe2: // escapes, and letters that are K, too
			return true
		case ':':
			if hasAt(text, at, "://") {
				return true
			}
		default:
			if hasAt(text, at, hints[c|' ']) {
				return true
			}
		}
	}
	return false
}

// hasAt reports whether a text has small letters or signs at a place, capital letters being the same.
func hasAt[Text string | []byte](text Text, at int, small string) bool {
	if len(text)-at < len(small) {
		return false
	}
	for i := range len(small) {
		if text[at+i]|' ' != small[i] {
			return false
		}
	}
	return true
}

// telling are the bytes that mayHoldKey looks at.
var telling = [256]bool{
	'\\': true, '%': true, 0xe2: true, ':': true,
	'k': true, 'K': true, 'p': true, 'P': true, 'a': true, 'A': true, 's': true, 'S': true,
}

// hints are parts of the names of secrets, by their first letters: each name has one.
var hints = ['z']string{'k': "key", 'p': "passw", 'a': "authoriz", 's': "secret"}

// withoutKeys puts withheld in the place of each value of a field that isKey: a text,
// whose closing quote stays, or a word other than null; and of passwords in URLs. It reads the text once, from
// its beginning to its end, however long it is.
func withoutKeys(text []byte) []byte {
	var out bytes.Buffer
	written := 0
	for at := 0; at < len(text); {
		if at > 0 && !partsWords[text[at-1]] && text[at] != ':' { // nearly all
			at++
			continue
		}
		value, after := keyAt(text, at, written)
		if value < 0 {
			value, after = passwordAt(text, at)
		}
		if value < 0 {
			at++
			continue
		}
		if at = after; string(text[value:after]) == "null" {
			continue
		}
		if value < after && isOneOf(text[value], `"'`) {
			value++
		}
		out.Write(text[written:value])
		out.WriteString(withheld)
		written = after
	}
	out.Write(text[written:])
	return out.Bytes()
}

// keyAt answers where the value of a secret field begins and ends whose name begins at a
// place; -1 if none does. What is before the name has to part it from another word,
// and not to belong to a key before it.
func keyAt(text []byte, at, from int) (value, after int) {
	if at > 0 && (at == from || !partsWords[text[at-1]]) {
		return -1, 0
	}
	name := nameAt(text[at:])
	if !isKey(string(name)) {
		return -1, 0
	}
	value = at + len(name)
	quote := value
	for quote < len(text) && text[quote] == '\\' { // of JSON in a text
		quote++
	}
	if quote < len(text) && isOneOf(text[quote], `"'`) {
		value = skipBlank(text, quote+1)
		if value < len(text) && isOneOf(text[value], ":=") {
			value++
		}
	} else if value = skipBlank(text, value); value < len(text) && isOneOf(text[value], ":=") {
		value++
	} else {
		return -1, 0
	}
	value = skipBlank(text, value)
	if end, within := endWithin(text, value); within {
		return end.from, end.until
	}
	if after = endOfValue(text, value); after == value {
		return -1, 0
	}
	return value, after
}

// partsWords are the bytes that part a name from another word before it.
var partsWords = func() (is [256]bool) {
	for _, c := range []byte(blank + `{,"'&?;`) {
		is[c] = true
	}
	return is
}()

// span of a text.
type span struct{ from, until int }

// endWithin is where a value lies whose quotes are escaped: that of JSON in a text.
func endWithin(text []byte, at int) (span, bool) {
	quote := at
	for quote < len(text) && text[quote] == '\\' {
		quote++
	}
	if quote == at || quote == len(text) || text[quote] != '"' {
		return span{}, false
	}
	end := quote + 1
	for end < len(text) && !isOneOf(text[end], `\"`) {
		end++
	}
	return span{quote + 1, end}, true
}

// longestName is the longest name that is looked at, in bytes.
const longestName = 200

// nameAt is the name with which a text begins: letters, digits, what parts words of a
// name, and each of them as an escape of JSON or of a query.
func nameAt(text []byte) []byte {
	n := 0
	for n < len(text) && n <= longestName {
		c := text[n]
		isName := c >= utf8.RuneSelf || isLetterOrDigit(c) || isOneOf(c, "_-.$%") || isEscape(text[n:])
		if !isName {
			break
		}
		n++
	}
	return text[:n]
}

// longestUser is how long the user of a URL may be with the password, in bytes.
const longestUser = 300

// passwordAt answers where the password of a URL begins and ends whose :// is at a
// place; -1 if it has none.
func passwordAt(text []byte, at int) (value, after int) {
	const mark = "://"
	if !bytes.HasPrefix(text[at:], []byte(mark)) {
		return -1, 0
	}
	rest := text[at+len(mark):]
	rest = rest[:min(len(rest), longestUser)]
	if end := bytes.IndexAny(rest, `/?#"'<> `+"\n\r\t"); end >= 0 {
		rest = rest[:end]
	}
	host, colon := bytes.LastIndexByte(rest, '@'), bytes.IndexByte(rest, ':')
	if colon < 0 || colon > host {
		return -1, 0
	}
	begin := at + len(mark)
	return begin + colon + 1, begin + host
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

func isLetterOrDigit(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// isEscape reports whether a text begins as an escaped letter does.
func isEscape(text []byte) bool {
	return len(text) > 1 && text[0] == '\\' && (text[1] == 'u' || text[1] == 'U')
}
