package contract

import (
	"maps"
	"slices"

	"github.com/agnivade/levenshtein"
)

// Nearest is the word of a list that a mistyped one most likely meant; empty for
// an empty list.
func Nearest(word string, words []string) string {
	best, distance := "", -1
	for _, candidate := range words {
		if d := levenshtein.ComputeDistance(word, candidate); distance < 0 || d < distance {
			best, distance = candidate, d
		}
	}
	return best
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
