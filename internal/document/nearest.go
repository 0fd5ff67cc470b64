package document

import (
	"fmt"
	"slices"
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
	best, least := "", -1
	for _, candidate := range words {
		d := distance(word, candidate)
		if least < 0 || d < least || d == least && begin(word, candidate) && !begin(word, best) {
			best, least = candidate, d
		}
	}
	return best
}

// distance is how many letters differ. Letters in another order are one mistake.
func distance(a, b string) int {
	if len(a) == len(b) && a != b && inOrder(a) == inOrder(b) {
		return 1
	}
	return levenshtein.ComputeDistance(a, b)
}

func inOrder(word string) string {
	letters := []byte(word)
	slices.Sort(letters)
	return string(letters)
}

// begin reports whether two words begin with the same letter.
func begin(a, b string) bool { return a != "" && b != "" && a[0] == b[0] }

// partLength is how long a word is that is taken for a part of a longer one, such as
// session of backend_session_id.
const partLength = 4

// Meant is the word of a list that a mistyped one was meant to be; empty if none is
// near enough: a word that is near by chance confuses more than it helps.
func Meant(word string, words []string) string {
	if len(word) > longestWord {
		return "" // no known word is so long
	}
	if near := meant(inLatin.Replace(word), words); near != "" {
		return near
	}
	return meant(roughlyLatin.Replace(word), words)
}

// meant is Meant of a word in one alphabet.
func meant(word string, words []string) string {
	if i := slices.IndexFunc(words, func(known string) bool { return strings.EqualFold(known, word) }); i >= 0 {
		return words[i]
	}
	best := Nearest(word, words)
	for _, known := range words {
		if isPart(word, known) && !isPart(word, best) {
			best = known
		}
	}
	if distance(word, best)*3 > utf8.RuneCountInString(word)+2 && !isPart(word, best) {
		return ""
	}
	return best
}

// isPart reports whether a word is a part of a longer one.
func isPart(word, longer string) bool {
	return len(word) >= partLength && strings.Contains(longer, word) || strings.HasSuffix(longer, "."+word)
}

// DidYouMean is the end of a message about a mistyped word: the word of a list that was
// meant, if one is near.
func DidYouMean(word string, words []string) string { return suggestion(Meant(word, words)) }

func suggestion(word string) string {
	if word == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", word)
}
