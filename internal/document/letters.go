package document

import (
	"fmt"
	"strings"
	"unicode"
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

// Typed names a letter of a text that is of another alphabet than the others of its word: it was
// typed in the wrong keyboard layout. It is empty if there is none.
func Typed(text string) string {
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
				return fmt.Sprintf(", in which letter %d of %s, %c, is %s and the others are %s", i+1, word, r, alphabet, others)
			}
		}
	}
	return ""
}
