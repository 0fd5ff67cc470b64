package contract

import (
	"maps"
	"slices"

	"github.com/agnivade/levenshtein"
)

// longestWord is how much of a mistyped word is looked at, in bytes: what a client
// sends for a path or a name may be a megabyte.
const longestWord = 256

// Nearest is the word of a list that a mistyped one most likely meant; empty for
// an empty list.
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

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
