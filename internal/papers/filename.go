package papers

import (
	"strings"
	"unicode"
)

// longestName is what of a text goes into a file's name, in runes.
const longestName = 60

// FileName is a text as a file may be called: what no file system takes is a dash
// (the numbers of agreements have slashes), and a long one is cut off.
func FileName(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '-'
		}
		return r
	}, clip(text, longestName))
}
