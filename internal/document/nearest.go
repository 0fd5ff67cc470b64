package document

import (
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// longestWord is how much of a mistyped word is looked at, in bytes: what a client
// sends for a path or a name may be a megabyte.
const longestWord = 256

// Nearest is the word of a list that is spelt most like another; empty for an empty
// list.
func Nearest(word string, words []string) string {
	word = word[:min(len(word), longestWord)]
	best, distance := "", -1
	for _, candidate := range words {
		if d := levenshtein.ComputeDistance(word, candidate); distance < 0 || d < distance {
			best, distance = candidate, d
		}
	}
	return best
}

// partLength is how long a word is that is taken for a part of a longer one, such as
// session of backend_session_id.
const partLength = 4

// Meant is the word of a list that a mistyped one was meant to be; empty if none is
// near enough: a word that is near by chance confuses more than it helps.
func Meant(word string, words []string) string {
	if len(word) > longestWord {
		return "" // no known word is so long
	}
	best := Nearest(word, words)
	for _, known := range words {
		if len(word) >= partLength && strings.Contains(known, word) && !strings.Contains(best, word) {
			best = known
		}
	}
	distance := levenshtein.ComputeDistance(word, best)
	if distance*3 > utf8.RuneCountInString(word)+2 && !(len(word) >= partLength && strings.Contains(best, word)) {
		return ""
	}
	return best
}
