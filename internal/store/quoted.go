package store

import "strconv"

// Quoted is strconv.Quote, made for parts of keys: no quoted text begins with another one. Most are
// plain, which is seen faster than each of their letters is quoted.
func Quoted(text string) string { return QuotedThen(text, "") }

// QuotedThen is a quoted text with what stands behind it in the key.
func QuotedThen(text, behind string) string {
	for _, c := range []byte(text) {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			return strconv.Quote(text) + behind
		}
	}
	return `"` + text + `"` + behind
}
