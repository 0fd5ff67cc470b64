package document

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// checkText finds bytes that are no text in UTF-8: a file in another encoding, a picture, an
// archive.
func checkText(text []byte) Findings {
	if bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")) || len(text) > 1 && (text[0] == 0) != (text[1] == 0) {
		return wrong(1, 1, "a text in UTF-16", "a text saved as UTF-8")
	}
	line, start := 1, 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return wrong(line, 1+utf8.RuneCount(text[start:i]), notUTF8(text[i]), "a text saved as UTF-8")
		}
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' {
			return wrong(line, 1+utf8.RuneCount(text[start:i]), fmt.Sprintf("the character U+%04X, which no text has", r), "a text: YAML or JSON")
		}
		if r == '\n' {
			line, start = line+1, i+1
		}
		i += size
	}
	return nil
}

// notUTF8 reports a byte, and of the letter that it is in the encoding of Windows for
// Russian, which editors here save in.
func notUTF8(b byte) string {
	found := fmt.Sprintf("the byte 0x%02x, which is not UTF-8", b)
	const firstLetter = 0xc0 // А; the letters stand in the order of Unicode
	if b >= firstLetter {
		found += fmt.Sprintf(" (%c in Windows-1251)", 'А'+rune(b-firstLetter))
	}
	return found
}

var yamlVersion = regexp.MustCompile(`^%YAML 1\.[0-9]+\s*(#.*)?$`)

// withoutDirectives blanks the line %YAML 1.2 before a document, with any version:
// a document is read in the same way under each. Other directives are for tags, which
// mean nothing here.
func withoutDirectives(text []byte) ([]byte, Findings) {
	number, at := 0, 0
	for line := range bytes.Lines(text) {
		number++
		trimmed := strings.TrimSpace(string(line))
		switch {
		case trimmed == "" || trimmed[0] == '#':
		case line[0] != '%':
			return text, nil
		case !yamlVersion.MatchString(trimmed):
			return nil, wrong(number, 1, "the directive "+Quote(trimmed), "a document without lines that begin with % before it, other than %YAML 1.2")
		default:
			blank := bytes.Repeat([]byte(" "), len(trimmed))
			text = bytes.Join([][]byte{text[:at], blank, text[at+len(trimmed):]}, nil)
		}
		at += len(line)
	}
	return text, nil
}
