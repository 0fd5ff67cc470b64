package document

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// asYAML is a source that a reader of YAML understands. JSON is YAML but for a few things
// that JSON's writers make every day: the escape \/ (PHP), pairs of surrogates (Python),
// and tabs between the tokens. Lines stay as they are.
func asYAML(source []byte) []byte {
	trimmed := bytes.TrimLeft(source, " \t\r\n")
	if len(trimmed) == 0 || !bytes.Contains([]byte("{["), trimmed[:1]) || !json.Valid(source) {
		return source
	}
	var b bytes.Buffer
	quoted := false
	for i := 0; i < len(source); i++ {
		c := source[i]
		switch {
		case quoted && c == '\\':
			i += unescape(&b, source[i:])
			continue
		case c == '"':
			quoted = !quoted
		case c == '\t': // valid JSON has none within quotes
			c = ' '
		}
		b.WriteByte(c)
	}
	return b.Bytes()
}

// unescape writes an escape as YAML has it, and answers how many bytes it has after the
// first.
func unescape(b *bytes.Buffer, escape []byte) int {
	if escape[1] == '/' {
		b.WriteByte('/')
		return 1
	}
	if escape[1] != 'u' {
		b.Write(escape[:2])
		return 1
	}
	first := unit(escape)
	if !utf16.IsSurrogate(first) {
		b.Write(escape[:6])
		return 5
	}
	if len(escape) >= 12 && escape[6] == '\\' && escape[7] == 'u' {
		if r := utf16.DecodeRune(first, unit(escape[6:])); r != utf8.RuneError {
			b.WriteRune(r)
			return 11
		}
	}
	b.WriteRune(utf8.RuneError) // half a pair, as JSON's readers have it
	return 5
}

// unit of UTF-16 that an escape \uXXXX stands for; the source is valid JSON.
func unit(escape []byte) rune {
	n, _ := strconv.ParseUint(string(escape[2:6]), 16, 16)
	return rune(n)
}
