package scenario

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/kzsim/kzsim/internal/document"
)

// lookalikes are Cyrillic letters, each before the Latin letter that looks the same.
const lookalikes = "аaеeоoрpсcуyхxіiјjѕsАAВBЕEКKМMНHОOРPСCТTУYХXІI"

var inLatin = func() *strings.Replacer {
	var pairs []string
	for _, letter := range lookalikes {
		pairs = append(pairs, string(letter))
	}
	return strings.NewReplacer(pairs...)
}()

// oddLetter names a letter that is of another alphabet than the others of its word: it was
// typed in the wrong keyboard layout. It is empty if there is none.
func oddLetter(text string) string {
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		latin, cyrillic := 0, 0
		for _, r := range word {
			if unicode.Is(unicode.Cyrillic, r) {
				cyrillic++
			} else if unicode.Is(unicode.Latin, r) {
				latin++
			}
		}
		if latin == 0 || cyrillic == 0 {
			continue
		}
		odd, alphabet, others := unicode.Cyrillic, "Cyrillic", "Latin"
		if latin < cyrillic {
			odd, alphabet, others = unicode.Latin, "Latin", "Cyrillic"
		}
		for i, r := range []rune(word) {
			if unicode.Is(odd, r) {
				return fmt.Sprintf("letter %d of %s, %c, is %s and the others are %s", i+1, word, r, alphabet, others)
			}
		}
	}
	return ""
}

// typed says about a text in quotes which typing mistake it may have.
func typed(found string) string {
	if !strings.HasPrefix(found, `"`) {
		return ""
	}
	if odd := oddLetter(found); odd != "" {
		return ", in which " + odd
	}
	return ""
}

// meant is the word of a list that a mistyped one was meant to be; empty if none is near
// enough.
func meant(word string, known []string) string {
	word = inLatin.Replace(word)
	if i := slices.IndexFunc(known, func(k string) bool { return strings.EqualFold(k, word) }); i >= 0 {
		return known[i]
	}
	return document.Meant(word, known)
}
